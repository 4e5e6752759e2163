// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/tokenstore.h"

#include "support/await.h"

#include <QDirIterator>
#include <QTemporaryDir>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// On a computer without a Secret Service.
class TokenStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_home.isValid());
        qputenv("HOME", m_home.path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", m_home.path().toLocal8Bit());
        qputenv("XDG_DATA_HOME", m_home.path().toLocal8Bit());
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    }

    void saysThatTokensStayInMemory()
    {
        TokenStore store(m_clock, u"test"_s);
        const auto keeping = await(store.keeping({}));
        QVERIFY(keeping && *keeping);
        QCOMPARE(**keeping, TokenStore::Keeping::MemoryOnly);
    }

    void aTokenWorksAsLongAsTheProgramRunsAndTouchesNoFile()
    {
        TokenStore store(m_clock, u"test"_s);
        const auto kept = await(store.write(u"koyeb:1"_s, u"very-secret"_s, {}));
        QVERIFY(kept && *kept);
        QCOMPARE(**kept, TokenStore::Keeping::MemoryOnly);
        const auto token = await(store.read(u"koyeb:1"_s, {}));
        QVERIFY(token && *token);
        QCOMPARE((*token)->value_or(QString()), u"very-secret"_s);

        QDirIterator files(m_home.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains("very-secret"), qPrintable(file.fileName()));
        }
        TokenStore next(m_clock, u"test"_s);
        const auto later = await(next.read(u"koyeb:1"_s, {}));
        QVERIFY(later && *later && !**later);
    }

    void aRemovedTokenIsForgotten()
    {
        TokenStore store(m_clock, u"test"_s);
        QVERIFY(await(store.write(u"koyeb:1"_s, u"token"_s, {})).has_value());
        QVERIFY(await(store.remove(u"koyeb:1"_s, {})).has_value());
        const auto token = await(store.read(u"koyeb:1"_s, {}));
        QVERIFY(token && *token && !**token);
    }

private:
    SystemClock m_clock;
    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(TokenStoreTest)
#include "tokenstoretest.moc"
