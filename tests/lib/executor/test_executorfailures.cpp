// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "core/redaction.h"
#include "executor/executorclient.h"
#include "executor/systemerror.h"
#include "support/await.h"
#include "support/scriptedhttpserver.h"

#include <QJsonArray>
#include <QSignalSpy>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// What a gateway or a broken executor may do, which the local one does not.
class TestExecutorFailures : public QObject {
    Q_OBJECT

    SystemClock m_clock;

    static ExecutorEndpoint endpoint(const ScriptedHttpServer &server)
    {
        return {server.url(u"/koyeb-sandbox/"_s), u"s3cret-of-the-sandbox"_s, u"routing"_s};
    }

private Q_SLOTS:
    void sendsItsCredentialsInHeaders()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {{u"processes"_s, {}}}); });
        ExecutorClient executor(m_clock, endpoint(server));
        QVERIFY(await(executor.processes({})));
        const auto request = server.requests().value(0);
        QCOMPARE(request.target, "/koyeb-sandbox/list_processes"_ba);
        QCOMPARE(request.headers.value("authorization"), "Bearer s3cret-of-the-sandbox"_ba);
        QCOMPARE(request.headers.value("x-routing-key"), "routing"_ba);
    }

    void gatewayErrorsAreRetriedForReadsOnly()
    {
        ScriptedHttpServer server;
        server.answerWith([&server](const auto &request) {
            if (request.target.endsWith("/run") || server.requests().size() < 2) {
                return ScriptedHttpServer::text(502, "<html>Bad gateway</html>");
            }
            return ScriptedHttpServer::json(200, {{u"entries"_s, QJsonArray{u"a"_s}}});
        });
        ExecutorClient executor(m_clock, endpoint(server));
        const auto names = await(executor.listDirectory(u"/"_s, {}));
        QVERIFY(names && *names);
        QCOMPARE(**names, QStringList{u"a"_s});
        QCOMPARE(server.requests().size(), 2);

        const auto ran = await(executor.run({u"date"_s, {}, {}, {}}, {}));
        QVERIFY(ran && !*ran);
        QCOMPARE(ran->error().kind, ErrorKind::Server);
        QCOMPARE(server.requests().size(), 3);
    }

    void aLostAnswerIsNoReasonToRunAgain()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::cut(); });
        ExecutorClient executor(m_clock, endpoint(server));
        const auto ran = await(executor.run({u"date"_s, {}, {}, {}}, {}));
        QVERIFY(ran && !*ran);
        QCOMPARE(ran->error().kind, ErrorKind::Offline);
        QCOMPARE(server.requests().size(), 1);
    }

    void aStreamThatIsCutSaysThatTheCommandMayRunOn()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) {
            return ScriptedHttpServer::Answer{
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                "event: output\ndata: {\"data\":\"one\",\"stream\":\"stdout\"}\n\n",
                ScriptedHttpServer::Answer::Then::Close};
        });
        ExecutorClient executor(m_clock, endpoint(server));
        const std::unique_ptr<CommandStream> stream(executor.stream({u"long"_s, {}, {}, {}}, nullptr));
        QSignalSpy lines(stream.get(), &CommandStream::outputReceived);
        QSignalSpy failed(stream.get(), &CommandStream::failed);
        stream->start();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(lines.size(), 1);
        const auto error = failed[0][0].value<Error>();
        QCOMPARE(error.kind, ErrorKind::Offline);
        QVERIFY(error.message.contains("may still be running"_L1));
    }

    void aMalformedStreamIsAProtocolError_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("JSON") << "application/json"_ba
                              << R"({"stdout": "", "stderr": "", "code": 0})"_ba;
        QTest::newRow("a page") << "text/html; charset=utf-8"_ba
                                << "<html>welcome</html>"_ba;
        QTest::newRow("nothing") << "text/plain"_ba
                                 << ""_ba;
        const auto stream = "text/event-stream"_ba;
        QTest::newRow("an end that is no JSON") << stream << "event: complete\ndata: {\"code\":\n\n"_ba;
        QTest::newRow("an end of another form") << stream << "event: complete\ndata: {\"code\":[]}\n\n"_ba;
        QTest::newRow("an end without a code") << stream << "event: complete\ndata: {}\n\n"_ba;
        QTest::newRow("output that is no JSON") << stream << "event: output\ndata: x\n\n"_ba;
        QTest::newRow("output of another form") << stream << "event: output\ndata: {\"data\":[]}\n\n"_ba;
    }
    void aMalformedStreamIsAProtocolError()
    {
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, body);
        ScriptedHttpServer server;
        server.answerWith([type, body](const auto &) {
            return ScriptedHttpServer::Answer{
                "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n" + body,
                ScriptedHttpServer::Answer::Then::Close};
        });
        ExecutorClient executor(m_clock, endpoint(server));
        const std::unique_ptr<CommandStream> stream(executor.stream({u"x"_s, {}, {}, {}}, nullptr));
        QSignalSpy failed(stream.get(), &CommandStream::failed);
        QSignalSpy completed(stream.get(), &CommandStream::completed);
        stream->start();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Protocol);
        QCOMPARE(completed.size(), 0);
    }

    void anAnswerThatIsNoJsonIsAProtocolError()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::text(200, "welcome"); });
        ExecutorClient executor(m_clock, endpoint(server));
        const auto ran = await(executor.run({u"date"_s, {}, {}, {}}, {}));
        QVERIFY(ran && !*ran);
        QCOMPARE(ran->error().kind, ErrorKind::Protocol);
    }

    void anAnswerWithoutAnExitCodeIsAProtocolError()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        ExecutorClient executor(m_clock, endpoint(server));
        const auto ran = await(executor.runScript(u"rm x"_s, Repeatable::Never, {}));
        QVERIFY(ran && !*ran);
        QCOMPARE(ran->error().kind, ErrorKind::Protocol);
    }

    void stoppingEndsACallAtOnceAndSilently()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::hang(); });
        ExecutorClient executor(m_clock, endpoint(server));
        std::stop_source stop;
        std::optional<ErrorKind> kind;
        executor.run({u"date"_s, {}, {}, {}}, stop.get_token()).then([&kind](const auto &result) {
            kind = result.error().kind;
        });
        QTRY_COMPARE(server.requests().size(), 1);
        stop.request_stop();
        QCOMPARE(kind, ErrorKind::Cancelled);
    }

    void textsOfTheSystemBecomeKinds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("Go, missing") << u"open /x: no such file or directory"_s << ErrorKind::NotFound;
        QTest::newRow("GNU, missing")
            << u"ls: cannot access '/x': No such file or directory"_s << ErrorKind::NotFound;
        QTest::newRow("exists") << u"mkdir: cannot create directory '/x': File exists"_s
                                << ErrorKind::Conflict;
        QTest::newRow("directory") << u"open /tmp: is a directory"_s << ErrorKind::Conflict;
        QTest::newRow("no directory") << u"mkdir /f/x: not a directory"_s << ErrorKind::Conflict;
        QTest::newRow("below a file with a telling name")
            << u"mkdir: cannot create directory '/etc/passwd': Not a directory"_s << ErrorKind::Conflict;
        QTest::newRow("not empty") << u"remove /d: directory not empty"_s << ErrorKind::Conflict;
        QTest::newRow("permission") << u"open /x: permission denied"_s << ErrorKind::Rejected;
        QTest::newRow("full") << u"write /x: no space left on device"_s << ErrorKind::Rejected;
        QTest::newRow("nothing") << QString() << ErrorKind::Rejected;
    }
    void textsOfTheSystemBecomeKinds()
    {
        QFETCH(QString, text);
        const auto error = errorFromSystemText(text);
        QTEST(error.kind, "kind");
        QCOMPARE(error.message, text.isEmpty() ? error.message : redact(text));
        QVERIFY(!error.message.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestExecutorFailures)
#include "test_executorfailures.moc"
