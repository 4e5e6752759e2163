// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/foundtokens.h"
#include "accounts/account.h"

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
            QList<FoundToken>({{FoundToken::Source::Environment, u"same"_s, defaultApiHost()}}));
        environment.insert(u"KOYEB_API_TOKEN"_s, u"other"_s);
        QCOMPARE(findTokens(environment, home.path()).size(), 2);
    }

    /// A token may be sent to no other server than its own.
    void eachTokenComesWithItsHost()
    {
        const QTemporaryDir home;
        QFile file(home.filePath(u".koyeb.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("token: filed\nurl: https://staging.example.com\n");
        file.close();
        QProcessEnvironment environment;
        environment.insert(u"KOYEB_API_TOKEN"_s, u"named"_s);
        auto found = findTokens(environment, home.path());
        QCOMPARE(found.size(), 2);
        QCOMPARE(found[0].host, defaultApiHost());
        QCOMPARE(found[1].host, QUrl(u"https://staging.example.com"_s));
        environment.insert(u"KOYEB_API_HOST"_s, u"api.example.com"_s);
        found = findTokens(environment, home.path());
        QCOMPARE(found.size(), 2);
        QCOMPARE(found[0].host, QUrl(u"https://api.example.com"_s));
        QCOMPARE(found[1].host, QUrl(u"https://api.example.com"_s));
        environment.insert(u"KOYEB_API_HOST"_s, u"http://in-clear.example.com"_s);
        QVERIFY(findTokens(environment, home.path()).isEmpty());
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
