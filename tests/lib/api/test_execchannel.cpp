// SPDX-License-Identifier: Apache-2.0
#include "api/execchannel.h"
#include "api/execframes.h"
#include "core/clock.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <memory>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

namespace {

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

/// The other end of the stream: takes one connection, keeps the frames that it gets.
class ExecServer : public QObject {
    Q_OBJECT

public:
    ExecServer() : m_server(u"test"_s, QWebSocketServer::NonSecureMode)
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QWebSocketServer::newConnection, this, [this] {
            m_peer.reset(m_server.nextPendingConnection());
            connect(m_peer.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
                m_frames.append(parsed(text.toUtf8()));
            });
        });
    }

    [[nodiscard]] QUrl host() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_server.serverPort())); }
    [[nodiscard]] const QList<QJsonObject> &frames() const { return m_frames; }
    [[nodiscard]] QWebSocket *peer() const { return m_peer.get(); }
    void send(const QByteArray &json) { m_peer->sendTextMessage(QString::fromUtf8(json)); }

private:
    QWebSocketServer m_server;
    std::unique_ptr<QWebSocket> m_peer;
    QList<QJsonObject> m_frames;
};

} // namespace

class TestExecChannel : public QObject {
    Q_OBJECT

    SystemClock m_clock;

    /// A channel that is open, with a shell of 100 × 30.
    struct Setup {
        explicit Setup(Clock &clock, ExecChannel::Terminal terminal = ExecChannel::Terminal::Yes)
            : channel(clock, server.host(), u"token"_s)
        {
            ExecChannel::Start start;
            start.id = u"s1"_s;
            start.command = QStringList{u"/bin/sh"_s};
            start.terminal = terminal;
            start.columns = 100;
            start.rows = 30;
            channel.start(start);
        }

        ExecServer server;
        ExecChannel channel;
        QSignalSpy opened{&channel, &ExecChannel::opened};
        QSignalSpy output{&channel, &ExecChannel::outputReceived};
        QSignalSpy errorOutput{&channel, &ExecChannel::errorOutputReceived};
        QSignalSpy exited{&channel, &ExecChannel::exited};
        QSignalSpy ended{&channel, &ExecChannel::ended};
        QSignalSpy failed{&channel, &ExecChannel::failed};
    };

private Q_SLOTS:
    void saysTheSizeBeforeTheProcessStarts()
    {
        Setup setup(m_clock);
        QTRY_COMPARE(setup.server.frames().size(), 2);
        QCOMPARE(
            setup.server.frames().at(0),
            parsed(R"({"id": "s1", "id_type": "SERVICE_ID", "body": {"command": ["/bin/sh"],
                "disableTty": false, "tty_size": {"width": 100, "height": 30}}})"));
        QCOMPARE(
            setup.server.frames().at(1), parsed(R"({"body": {"tty_size": {"width": 100, "height": 30}}})"));
        QCOMPARE(setup.opened.size(), 1);
    }

    void startsWithoutATerminalOnRequest()
    {
        Setup setup(m_clock, ExecChannel::Terminal::No);
        QTRY_COMPARE(setup.opened.size(), 1);
        setup.channel.resize(10, 10);
        setup.channel.closeInput();
        QTRY_COMPARE(setup.server.frames().size(), 2);
        QCOMPARE(setup.server.frames().at(0), parsed(R"({"id": "s1", "id_type": "SERVICE_ID",
                "body": {"command": ["/bin/sh"], "disableTty": true}})"));
        QCOMPARE(setup.server.frames().at(1), parsed(R"({"body": {"stdin": {"close": true}}})"));
    }

    void carriesAnyBytesBothWays()
    {
        Setup setup(m_clock);
        QByteArray bytes;
        for (int i = 0; i < 10'000; ++i) {
            bytes.append(static_cast<char>(i * 7));
        }
        setup.channel.sendInput(bytes.left(5)); // Before it is open.
        QTRY_COMPARE(setup.opened.size(), 1);
        setup.channel.sendInput(bytes.mid(5));
        QByteArray received;
        QTRY_VERIFY([&] {
            received.clear();
            for (const auto &frame : setup.server.frames()) {
                const auto data = frame["body"_L1]["stdin"_L1]["data"_L1].toString().toLatin1();
                const auto piece = QByteArray::fromBase64(data);
                received += piece.size() <= 4096 ? piece : QByteArray("too long");
            }
            return received.size() >= bytes.size();
        }());
        QCOMPARE(received, bytes);

        setup.server.send(
            R"({"result": {"stdout": {"data": ")" + bytes.toBase64() +
            R"("}, "stderr": null, "exited": false, "exit_code": 0}})");
        QTRY_COMPARE(setup.output.size(), 1);
        QCOMPARE(setup.output.first().first().toByteArray(), bytes);
        QVERIFY(setup.exited.isEmpty());
    }

    void handsOnTheLastOutputBeforeTheExitCode()
    {
        Setup setup(m_clock, ExecChannel::Terminal::No);
        QTRY_COMPARE(setup.opened.size(), 1);
        QStringList order;
        connect(&setup.channel, &ExecChannel::outputReceived, this, [&] { order += u"out"_s; });
        connect(&setup.channel, &ExecChannel::errorOutputReceived, this, [&] { order += u"err"_s; });
        connect(
            &setup.channel, &ExecChannel::exited, this, [&](int code) { order += QString::number(code); });
        setup.server.send(R"({"result": {"stdout": {"data": "YQ=="}, "stderr": {"data": "Yg=="},
            "exited": true, "exit_code": 3}})");
        QTRY_COMPARE(order, (QStringList{u"out"_s, u"err"_s, u"3"_s}));
        QCOMPARE(setup.channel.state(), ExecChannel::State::Closed);
        QTRY_COMPARE(setup.server.peer()->state(), QAbstractSocket::UnconnectedState);
        QVERIFY(setup.ended.isEmpty() && setup.failed.isEmpty());
    }

    void survivesBeingDestroyedByItsOwnOutput()
    {
        ExecServer server;
        auto channel = std::make_unique<ExecChannel>(m_clock, server.host(), u"token"_s);
        QSignalSpy destroyed(channel.get(), &QObject::destroyed);
        connect(channel.get(), &ExecChannel::outputReceived, this, [&] { channel.reset(); });
        ExecChannel::Start start;
        start.id = u"s1"_s;
        channel->start(start);
        QTRY_COMPARE(server.frames().size(), 2);
        server.send(R"({"result": {"stdout": {"data": "YQ=="}, "stderr": {"data": "YQ=="},
            "exited": true, "exit_code": 0}})");
        QTRY_COMPARE(destroyed.size(), 1);
    }

    void tellsAnEndWithoutACode()
    {
        Setup setup(m_clock);
        QTRY_COMPARE(setup.opened.size(), 1);
        setup.server.peer()->close();
        QTRY_COMPARE(setup.ended.size(), 1);
        QVERIFY(setup.failed.isEmpty());
    }

    void tellsALostConnection()
    {
        Setup setup(m_clock);
        QTRY_COMPARE(setup.opened.size(), 1);
        setup.server.peer()->abort();
        QTRY_COMPARE(setup.failed.size(), 1);
        QCOMPARE(setup.failed.first().first().value<Error>().kind, ErrorKind::Offline);
        QVERIFY(setup.ended.isEmpty());
    }

    void isSilentOnceClosed()
    {
        Setup setup(m_clock);
        QTRY_COMPARE(setup.opened.size(), 1);
        setup.channel.close();
        QTRY_COMPARE(setup.server.peer()->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(setup.server.peer()->closeCode(), QWebSocketProtocol::CloseCodeNormal);
        QVERIFY(setup.ended.isEmpty() && setup.failed.isEmpty() && setup.exited.isEmpty());
    }

    void tellsErrors_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("message");
        QTest::newRow("plain")
            << QByteArray(R"({"error": {"code": 5, "message": "no such instance", "details": []}})")
            << ErrorKind::NotFound << u"no such instance"_s;
        QTest::newRow("precondition") << QByteArray(R"({"error": {"code": 9, "message": "failed_precondition",
                   "details": [{"@type": "x", "message": "The instance is asleep"}]}})")
                                      << ErrorKind::Conflict << u"The instance is asleep"_s;
        QTest::newRow("precondition without details")
            << QByteArray(R"({"error": {"code": 9, "message": "failed_precondition"}})")
            << ErrorKind::Conflict << u"failed_precondition"_s;
        QTest::newRow("unauthenticated") << QByteArray(R"({"error": {"code": 16, "message": "who?"}})")
                                         << ErrorKind::Unauthorized << u"who?"_s;
        QTest::newRow("odd base64")
            << QByteArray(R"({"result": {"stdout": {"data": "%%"}}})") << ErrorKind::Protocol
            << u"The reply has an unexpected form: $.result.stdout.data is not base64."_s;
        QTest::newRow("odd types")
            << QByteArray(R"({"result": {"stdout": 1}})") << ErrorKind::Protocol
            << u"The reply has an unexpected form: $.result.stdout is not an object."_s;
    }
    void tellsErrors()
    {
        QFETCH(const QByteArray, frame);
        QFETCH(const ErrorKind, kind);
        QFETCH(const QString, message);
        const auto output = ExecFrames::read(parsed(frame));
        QVERIFY(!output);
        QCOMPARE(output.error().kind, kind);
        QCOMPARE(output.error().message, message);
    }

    void endsWithTheErrorOfAFrame()
    {
        Setup setup(m_clock);
        QTRY_COMPARE(setup.opened.size(), 1);
        setup.server.send(R"({"error": {"code": 5, "message": "no such instance"}})");
        QTRY_COMPARE(setup.failed.size(), 1);
        QCOMPARE(setup.failed.first().first().value<Error>().kind, ErrorKind::NotFound);
        QTRY_COMPARE(setup.server.peer()->state(), QAbstractSocket::UnconnectedState);
        QVERIFY(setup.ended.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestExecChannel)
#include "test_execchannel.moc"
