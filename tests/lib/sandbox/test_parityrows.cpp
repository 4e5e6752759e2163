// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "fakecontrolplane.h"
#include "sandbox/sandboxcontrol.h"
#include "transferfixture.h"

#include <fstream>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// What docs/sdk-parity.md says and no other test shows.
class TestParityRows : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    TransferFixture m_fixture;

    Sandbox &sandbox() { return m_fixture.sandbox(); }
    Result<QByteArray> pageAt(const QUrl &url)
    {
        HttpClient http(m_clock);
        HttpRequest request;
        request.url = url;
        const auto reply = await(http.send(request, {}));
        if (!reply || !*reply) {
            return failure(ErrorKind::Server, u"There is no page."_s);
        }
        return (*reply)->body;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void aResultTellsHowLongItTook()
    {
        const auto slow = await(sandbox().executor().run({u"sleep 0.4"_s, {}, {}, {}}, {}));
        QVERIFY(slow && *slow);
        QVERIFY((*slow)->duration >= 400ms);
        QVERIFY((*slow)->duration < 60s);
    }

    void whatIsExposedAnswersUntilItIsNot()
    {
        const auto line = u"mkdir -p /tmp/www && cd /tmp/www && echo here > page && "
                          "exec python3 -m http.server 8200 --bind 127.0.0.1"_s;
        const auto server = await(sandbox().processes().launch({line, {}, {}, {}}, {}));
        QVERIFY(server && *server);
        auto &ports = sandbox().ports();
        const auto url = await(ports.expose(8200, {}));
        QVERIFY(url && *url);
        QCOMPARE(**url, sandbox().access().publicUrl);
        QVERIFY(await(ports.waitUntilAnswering(20s, {}))->has_value());
        QCOMPARE(pageAt((*url)->resolved(QUrl(u"page"_s))).value(), "here\n"_ba);

        QVERIFY(await(ports.unexpose({}))->has_value());
        QVERIFY(!pageAt((*url)->resolved(QUrl(u"page"_s))));
        QCOMPARE(await(ports.waitUntilAnswering(300ms, {}))->error().kind, ErrorKind::Timeout);
        QVERIFY(await(sandbox().processes().kill((*server)->id, 0ms, {}))->has_value());
    }

    void aTransferredFileGetsAnotherName_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::newRow("small") << qsizetype(3000);
        QTest::newRow("in parts") << qsizetype(7'000'000);
    }
    void aTransferredFileGetsAnotherName()
    {
        using enum ExistingTarget;
        QFETCH(const qsizetype, size);
        const auto content = randomBytes(size);
        m_fixture.makeFile("local.bin", content);
        const auto source = m_fixture.fsPath("local.bin");
        const auto here = m_fixture.fsPath();
        const auto remoteName = QByteArray::number(size) + " rem\xFFto";
        const auto localName = QByteArray::number(size) + " out\xFFto";
        auto *upload = sandbox().upload(source, "/tmp", Refuse, nullptr, remoteName);
        QVERIFY(outcomeOf(upload).isFinished);
        QCOMPARE(await(sandbox().files().read("/tmp/" + remoteName, {}))->value(), content);
        QCOMPARE(
            failureOf(sandbox().upload(source, "/tmp", Refuse, nullptr, remoteName)), ErrorKind::Conflict);

        const auto remote = "/tmp/" + remoteName;
        QVERIFY(outcomeOf(sandbox().download(remote, here, Refuse, nullptr, localName)).isFinished);
        std::ifstream back(m_fixture.fsPath(localName)); // Qt knows no file of such a name.
        QByteArray received(size, '\0');
        QVERIFY(back.read(received.data(), size) && back.peek() == std::ifstream::traits_type::eof());
        QCOMPARE(received, content);
        QCOMPARE(
            failureOf(sandbox().download(remote, here, Refuse, nullptr, localName)), ErrorKind::Conflict);
    }

    void aTransferredFolderGetsAnotherName()
    {
        using enum ExistingTarget;
        m_fixture.makeFolder("tree");
        m_fixture.makeFolder("tree/sub");
        m_fixture.makeFile("tree/sub/file", "content");
        QVERIFY(outcomeOf(sandbox().upload(m_fixture.fsPath("tree"), "/tmp", Refuse, nullptr, "there"))
                    .isFinished);
        QCOMPARE(m_fixture.describeRemote("/tmp/there"), m_fixture.describeLocal("tree"));
        QVERIFY(outcomeOf(sandbox().download("/tmp/there", m_fixture.fsPath(), Refuse, nullptr, "again"))
                    .isFinished);
        QCOMPARE(m_fixture.describeLocal("again"), m_fixture.describeLocal("tree"));
    }

    void anotherNameIsNotAPath_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("a path") << "a/b"_ba;
        QTest::newRow("upwards") << ".."_ba;
        QTest::newRow("itself") << "."_ba;
        QTest::newRow("cut short by a NUL") << QByteArray("a\0b", 3);
    }
    void anotherNameIsNotAPath()
    {
        using enum ExistingTarget;
        QFETCH(const QByteArray, name);
        m_fixture.makeFile("path", "x");
        QCOMPARE(
            failureOf(sandbox().upload(m_fixture.fsPath("path"), "/tmp", Refuse, nullptr, name)),
            ErrorKind::Invalid);
        QCOMPARE(
            failureOf(sandbox().download("/etc/passwd", m_fixture.fsPath(), Refuse, nullptr, name)),
            ErrorKind::Invalid);
    }

    void pausesBetweenLooksGrowOrAreAsAskedFor_data()
    {
        QTest::addColumn<bool>("forProxy");
        QTest::addColumn<int>("asked");
        QTest::addColumn<QList<int>>("pauses");
        QTest::newRow("for the sandbox") << false << 0 << QList<int>{250, 500, 1000, 1000};
        QTest::newRow("for the sandbox, as asked for") << false << 300 << QList<int>{300, 300, 300};
        QTest::newRow("for its TCP proxy") << true << 0 << QList<int>{250, 500, 1000, 2000, 2000};
        QTest::newRow("for its TCP proxy, as asked for") << true << 300 << QList<int>{300, 300, 300};
    }
    void pausesBetweenLooksGrowOrAreAsAskedFor()
    {
        QFETCH(const bool, forProxy);
        QFETCH(const int, asked);
        QFETCH(const QList<int>, pauses);
        ManualClock clock;
        FakeControlPlane server;
        server.addSandbox(u"box"_s);
        server.setDeployment(u"dbox"_s, u"status"_s, u"STARTING"_s);
        const QJsonArray wanted{QJsonObject{{u"port"_s, 3031}, {u"protocol"_s, u"tcp"_s}}};
        server.setDeployment(u"dbox"_s, u"definition"_s, QJsonObject{{u"proxy_ports"_s, wanted}});
        HttpClient http(m_clock);
        ApiClient api(http, server.url());
        SandboxControl control(api, clock, u"sbox"_s);
        std::stop_source stop;
        std::optional<ErrorKind> end;
        const auto keepEnd = [&end](const auto &result) {
            end = result.error().kind;
        };
        if (forProxy) {
            control.waitForTcpProxy(60s, stop.get_token(), std::chrono::milliseconds(asked)).then(keepEnd);
        } else {
            control.waitUntilReady(60s, stop.get_token(), std::chrono::milliseconds(asked)).then(keepEnd);
        }

        const int duringPause = forProxy ? 1 : 2; // Readiness has a call for its end, too.
        for (const int pause : pauses) {
            QTRY_COMPARE(clock.pendingCalls(), duringPause);
            clock.advance(std::chrono::milliseconds(pause - 1));
            QCOMPARE(clock.pendingCalls(), duringPause);
            clock.advance(1ms);
            QCOMPARE(clock.pendingCalls(), duringPause - 1);
        }
        QTRY_COMPARE(server.count("GET /v1/deployments/dbox"), pauses.size() + 1);
        stop.request_stop();
        QCOMPARE(end, ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestParityRows)
#include "test_parityrows.moc"
