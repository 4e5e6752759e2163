// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/foundtokens.h"
#include "accounts/tokencheck.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class FoundTokensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCommandLinesConfigIsRead_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("token");
        QTest::newRow("plain") << QByteArray("token: abc123\nurl: x\n") << u"abc123"_s;
        QTest::newRow("quoted") << QByteArray("url: x\ntoken: \"abc-1_2.3\"\n") << u"abc-1_2.3"_s;
        QTest::newRow("single quotes, comment") << QByteArray("token: 'abc' # mine\n") << u"abc"_s;
        QTest::newRow("line ends of DOS") << QByteArray("token: abc\r\nurl: x\r\n") << u"abc"_s;
        QTest::newRow("no newline at the end") << QByteArray("token: abc") << u"abc"_s;
        QTest::newRow("nested, another thing") << QByteArray("other:\n  token: abc\n") << QString();
        QTest::newRow("another key") << QByteArray("my_token: abc\n") << QString();
        QTest::newRow("empty") << QByteArray("token: \"\"\n") << QString();
        QTest::newRow("unbalanced quotes") << QByteArray("token: \"abc\n") << QString();
        QTest::newRow("binary") << QByteArray("\xff\x00token", 7) << QString();
    }

    void theCommandLinesConfigIsRead()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, token);
        QCOMPARE(tokenFromConfig(yaml), token);
    }

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

    void nothingIsOfferedWhereThereIsNothing()
    {
        const QTemporaryDir home;
        QVERIFY(findTokens(QProcessEnvironment(), home.path()).isEmpty());
    }

    void apiAddressesAreTakenAsPeopleTypeThem_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("host");
        QTest::newRow("full") << u"https://app.koyeb.com"_s << u"https://app.koyeb.com"_s;
        QTest::newRow("slash and spaces") << u" https://app.koyeb.com/ "_s << u"https://app.koyeb.com"_s;
        QTest::newRow("without scheme") << u"app.koyeb.com"_s << u"https://app.koyeb.com"_s;
        QTest::newRow("port") << u"https://koyeb.test:8443"_s << u"https://koyeb.test:8443"_s;
        QTest::newRow("clear text on this computer")
            << u"http://127.0.0.1:8080"_s << u"http://127.0.0.1:8080"_s;
        QTest::newRow("localhost") << u"http://localhost:1"_s << u"http://localhost:1"_s;
        QTest::newRow("clear text over a network") << u"http://app.koyeb.com"_s << QString();
        QTest::newRow("another scheme") << u"ftp://app.koyeb.com"_s << QString();
        QTest::newRow("path") << u"https://app.koyeb.com/v1"_s << QString();
        QTest::newRow("user") << u"https://me@app.koyeb.com"_s << QString();
        QTest::newRow("nothing") << u""_s << QString();
        QTest::newRow("words") << u"not a host"_s << QString();
        QTest::newRow("looks like loopback") << u"http://127.0.0.1.example.com"_s << QString();
    }

    void apiAddressesAreTakenAsPeopleTypeThem()
    {
        QFETCH(QString, typed);
        QFETCH(QString, host);
        const auto parsed = parseApiHost(typed);
        QCOMPARE(parsed ? parsed->toString() : QString(), host);
    }
};

QTEST_GUILESS_MAIN(FoundTokensTest)
#include "foundtokenstest.moc"
