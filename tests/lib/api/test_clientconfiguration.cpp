// SPDX-License-Identifier: Apache-2.0
#include "api/clientconfiguration.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

class TestClientConfiguration : public QObject {
    Q_OBJECT

    QTemporaryDir m_home;

    void writeConfig(const QByteArray &yaml)
    {
        QFile file(m_home.filePath(u".koyeb.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(yaml);
    }

private Q_SLOTS:
    void cleanup() { QFile::remove(m_home.filePath(u".koyeb.yaml"_s)); }

    void readsTheCommandLinesFile_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("token");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("organization");
        QTest::newRow("all") << QByteArray(
                                    "debug: false\norganization: o-1\ntoken: abc\nurl: https://x.test\n")
                             << u"abc"_s << u"https://x.test"_s << u"o-1"_s;
        QTest::newRow("quoted") << QByteArray("token: \"abc-1_2.3\" # mine\n") << u"abc-1_2.3"_s << QString()
                                << QString();
        QTest::newRow("single quotes") << QByteArray("'token': 'abc'") << u"abc"_s << QString() << QString();
        QTest::newRow("digits") << QByteArray("token: 0123\n") << u"0123"_s << QString() << QString();
        QTest::newRow("flow") << QByteArray("{token: abc, url: x.test}") << u"abc"_s << u"x.test"_s
                              << QString();
        QTest::newRow("line ends of DOS")
            << QByteArray("token: abc\r\nurl: x.test\r\n") << u"abc"_s << u"x.test"_s << QString();
        QTest::newRow("folded") << QByteArray("token: >-\n  abc\n") << u"abc"_s << QString() << QString();
        QTest::newRow("nested, another thing")
            << QByteArray("other:\n  token: abc\n") << QString() << QString() << QString();
        QTest::newRow("null") << QByteArray("token:\nurl: ~\n") << QString() << QString() << QString();
        QTest::newRow("empty") << QByteArray() << QString() << QString() << QString();
    }
    void readsTheCommandLinesFile()
    {
        QFETCH(const QByteArray, yaml);
        QFETCH(const QString, token);
        QFETCH(const QString, url);
        QFETCH(const QString, organization);
        const auto config = parseCommandLineConfig(yaml);
        QVERIFY(config);
        QCOMPARE(config->token, token);
        QCOMPARE(config->url, url);
        QCOMPARE(config->organization, organization);
    }

    void saysWhatIsWrongWithTheFileAndQuotesNothing_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("says");
        QTest::newRow("unfinished") << QByteArray("url: x\ntoken: [hunter2\n") << u"line"_s;
        QTest::newRow("a list") << QByteArray("- hunter2\n") << u"names and values"_s;
        QTest::newRow("a word") << QByteArray("hunter2") << u"names and values"_s;
        QTest::newRow("no text") << QByteArray("token: [hunter2]") << u"token"_s;
        QTest::newRow("control characters") << QByteArray("token: \"hunter2\\r\\nX: y\"") << u"token"_s;
        QTest::newRow("deep") << QByteArray(5000, '[') + "hunter2" << u"line"_s;
        QTest::newRow("unknown alias") << QByteArray("token: *hunter2") << u"line 1"_s;
    }
    void saysWhatIsWrongWithTheFileAndQuotesNothing()
    {
        QFETCH(const QByteArray, yaml);
        QFETCH(const QString, says);
        const auto config = parseCommandLineConfig(yaml);
        QVERIFY(!config);
        QCOMPARE(config.error().kind, ErrorKind::Local);
        QVERIFY2(config.error().message.contains(says), qPrintable(config.error().message));
        QVERIFY(!config.error().message.contains(u"hunter2"_s));
    }

    void prefersTheEnvironment()
    {
        writeConfig("token: of-file\nurl: https://file.test\norganization: o-1\n");
        QProcessEnvironment environment;
        const auto fromFile = ClientConfiguration::read(environment, m_home.path());
        QVERIFY(fromFile);
        QCOMPARE(fromFile->token, u"of-file"_s);
        QCOMPARE(fromFile->host, QUrl(u"https://file.test"_s));
        QCOMPARE(fromFile->organization, u"o-1"_s);
        QCOMPARE(fromFile->region, u"na"_s);

        environment.insert(u"KOYEB_API_HOST"_s, u"env.test"_s);
        environment.insert(u"KOYEB_REGION"_s, u" fra "_s);
        const auto mixed = ClientConfiguration::read(environment, m_home.path());
        QCOMPARE(mixed->token, u"of-file"_s);
        QCOMPARE(mixed->host, QUrl(u"https://env.test"_s));
        QCOMPARE(mixed->region, u"fra"_s);
    }

    void sendsTheEnvironmentsTokenNowhereElse()
    {
        writeConfig("token: of-file\nurl: https://file.test\norganization: o-1\n");
        QProcessEnvironment environment;
        environment.insert(u"KOYEB_API_TOKEN"_s, u"of-env\n"_s);
        const auto configuration = ClientConfiguration::read(environment, m_home.path());
        QVERIFY(configuration);
        QCOMPARE(configuration->token, u"of-env"_s);
        QCOMPARE(configuration->host, QUrl(u"https://app.koyeb.com"_s));
        QVERIFY(configuration->organization.isEmpty());
    }

    void isEmptyWhereNothingIsSaid()
    {
        const auto configuration = ClientConfiguration::read({}, m_home.path());
        QVERIFY(configuration);
        QVERIFY(configuration->token.isEmpty());
        QCOMPARE(configuration->host, QUrl(u"https://app.koyeb.com"_s));
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

    void refusesWhatCannotBe()
    {
        QProcessEnvironment environment;
        environment.insert(u"KOYEB_API_TOKEN"_s, u"a b"_s);
        QVERIFY(!ClientConfiguration::read(environment, m_home.path()));
        environment.insert(u"KOYEB_API_TOKEN"_s, u"ab"_s);
        environment.insert(u"KOYEB_API_HOST"_s, u"http://app.koyeb.com"_s);
        const auto inClear = ClientConfiguration::read(environment, m_home.path());
        QVERIFY(!inClear);
        QCOMPARE(inClear.error().kind, ErrorKind::Tls);
        writeConfig(QByteArray(70'000, '#'));
        QVERIFY(!ClientConfiguration::read({}, m_home.path()));
    }
};

QTEST_GUILESS_MAIN(TestClientConfiguration)
#include "test_clientconfiguration.moc"
