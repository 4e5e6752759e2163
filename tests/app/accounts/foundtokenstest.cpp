// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/foundtokens.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class FoundTokensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokensAreOfferedOnceEach()
    {
        const QTemporaryDir home;
        QFile file(home.filePath(u".koyeb.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("token: same\n");
        file.close();
        QProcessEnvironment environment;
        environment.insert(u"KOYEB_API_TOKEN"_s, u" same\n"_s);
        QCOMPARE(
            findTokens(environment, home.path()),
            QList<FoundToken>({{FoundToken::Source::Environment, u"same"_s}}));
        environment.insert(u"KOYEB_API_TOKEN"_s, u"other"_s);
        QCOMPARE(findTokens(environment, home.path()).size(), 2);
    }

    void aFileThatIsNoYamlOffersNothing()
    {
        const QTemporaryDir home;
        QFile file(home.filePath(u".koyeb.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("token: [abc\n");
        file.close();
        QVERIFY(findTokens(QProcessEnvironment(), home.path()).isEmpty());
    }

    void nothingIsOfferedWhereThereIsNothing()
    {
        const QTemporaryDir home;
        QVERIFY(findTokens(QProcessEnvironment(), home.path()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(FoundTokensTest)
#include "foundtokenstest.moc"
