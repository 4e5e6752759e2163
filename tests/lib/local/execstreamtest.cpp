// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkRequest>
#include <QTest>
#include <QWebSocket>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

/// A client of the exec channel, which keeps what it receives.
class ExecClient : public QObject {
    Q_OBJECT

public:
    ExecClient()
    {
        connect(&m_socket, &QWebSocket::textMessageReceived, this, &ExecClient::take);
        connect(&m_socket, &QWebSocket::disconnected, this, [this]() { m_closed = true; });
        // A refused upgrade is an error without a disconnection.
        const auto failed = qOverload<QAbstractSocket::SocketError>(&QWebSocket::error);
        connect(&m_socket, failed, this, [this]() { m_closed = true; });
    }

    void open(const LocalEngine &engine, const QString &token, const QString &query = {})
    {
        QUrl url(engine.url().toString() + u"/v1/streams/instances/exec"_s + query);
        url.setScheme(u"ws"_s);
        QNetworkRequest request(url);
        request.setRawHeader("Sec-WebSocket-Protocol", "Bearer, " + token.toUtf8());
        m_socket.open(request);
    }

    void send(const QJsonObject &frame)
    {
        m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(frame).toJson()));
    }
    void type(const QByteArray &bytes)
    {
        const QJsonObject input{{u"data"_s, QString::fromLatin1(bytes.toBase64())}};
        send({{u"body"_s, QJsonObject{{u"stdin"_s, input}}}});
    }
    void close() { m_socket.close(); }

    [[nodiscard]] bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    [[nodiscard]] bool isClosed() const { return m_closed; }
    [[nodiscard]] QWebSocketProtocol::CloseCode closeCode() const { return m_socket.closeCode(); }
    [[nodiscard]] QByteArray output() const { return m_output; }
    [[nodiscard]] QByteArray errors() const { return m_errors; }
    [[nodiscard]] std::optional<int> exitCode() const { return m_exitCode; }
    [[nodiscard]] QJsonObject error() const { return m_error; }

private:
    void take(const QString &text)
    {
        const QJsonObject frame = QJsonDocument::fromJson(text.toUtf8()).object();
        const QJsonObject result = frame.value("result"_L1).toObject();
        m_error = frame.value("error"_L1).toObject();
        const auto bytes = [&](QLatin1StringView stream) {
            return QByteArray::fromBase64(
                result.value(stream).toObject().value("data"_L1).toString().toLatin1());
        };
        m_output += bytes("stdout"_L1);
        m_errors += bytes("stderr"_L1);
        if (result.value("exited"_L1).toBool())
            m_exitCode = result.value("exit_code"_L1).toInt();
    }

    QWebSocket m_socket;
    QByteArray m_output;
    QByteArray m_errors;
    std::optional<int> m_exitCode;
    QJsonObject m_error;
    bool m_closed = false;
};

QJsonObject firstFrame(const QString &id, const QStringList &command, const QJsonObject &more = {})
{
    QJsonObject body = more;
    body.insert("command"_L1, QJsonArray::fromStringList(command));
    return {{u"id"_s, id}, {u"id_type"_s, u"SERVICE_ID"_s}, {u"body"_s, body}};
}

} // namespace

class ExecStreamTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void wantsTheToken();
    void sizesTheTerminalBeforeTheCommandStarts();
    void acceptsAnInstance();
    void resizesAndTakesInput();
    void keepsStreamsApartWithoutATerminal();
    void tellsTheExitCode();
    void hangsUpWhenTheClientLeaves();
    void explainsRefusals_data();
    void explainsRefusals();
    void hidesSandboxesFromOtherOrganizations();
    void refusesWhileTheSandboxIsDown();

private:
    LocalEngine m_engine;
    QJsonObject m_sandbox;
    QString m_serviceId;
};

void ExecStreamTest::initTestCase()
{
    QVERIFY2(m_engine.start({u"--organization"_s, u"second"_s}), qPrintable(m_engine.errorText()));
    m_sandbox = m_engine.createSandbox(u"shell"_s);
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    m_serviceId = m_sandbox.value("service_id"_L1).toString();
}

void ExecStreamTest::wantsTheToken()
{
    ExecClient client;
    client.open(m_engine, u"wrong"_s);
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 30'000);
    QVERIFY(client.output().isEmpty());
}

void ExecStreamTest::sizesTheTerminalBeforeTheCommandStarts()
{
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    const QJsonObject size{{u"width"_s, 101}, {u"height"_s, 33}};
    client.send(firstFrame(m_serviceId, {u"stty"_s, u"size"_s}, {{u"tty_size"_s, size}}));
    QTRY_COMPARE_WITH_TIMEOUT(client.exitCode(), 0, 30'000);
    QCOMPARE(client.output(), QByteArray("33 101\r\n"));
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 30'000);
    QCOMPARE(client.closeCode(), QWebSocketProtocol::CloseCodeNormal);
}

void ExecStreamTest::acceptsAnInstance()
{
    const auto reply = m_engine.request("GET", u"/v1/instances?service_id="_s + m_serviceId);
    const QString id =
        reply.body.value("instances"_L1).toArray().first().toObject().value("id"_L1).toString();
    ExecClient client;
    client.open(m_engine, m_engine.token(), u"?id="_s + id);
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send({{u"body"_s, QJsonObject{{u"command"_s, QJsonArray{u"hostname"_s}}}}});
    QTRY_COMPARE_WITH_TIMEOUT(client.exitCode(), 0, 30'000);
    QCOMPARE(client.output(), QByteArray("shell\r\n"));
}

void ExecStreamTest::resizesAndTakesInput()
{
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send(firstFrame(m_serviceId, {u"/bin/bash"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(client.output().contains("root@shell"), 30'000);
    const QJsonObject size{{u"width"_s, 77}, {u"height"_s, 22}};
    client.send({{u"body"_s, QJsonObject{{u"tty_size"_s, size}}}});
    client.type("stty size; echo gr\xc3\xbc\xc3\x9f; exit 7\n");
    QTRY_COMPARE_WITH_TIMEOUT(client.exitCode(), 7, 30'000);
    QVERIFY(client.output().contains("22 77\r\n"));
    QVERIFY(client.output().contains("gr\xc3\xbc\xc3\x9f\r\n"));
}

void ExecStreamTest::keepsStreamsApartWithoutATerminal()
{
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    const QString script = u"cat; echo loud >&2"_s;
    client.send(firstFrame(m_serviceId, {u"sh"_s, u"-c"_s, script}, {{u"disableTty"_s, true}}));
    client.type("quiet");
    client.send({{u"body"_s, QJsonObject{{u"stdin"_s, QJsonObject{{u"close"_s, true}}}}}});
    QTRY_COMPARE_WITH_TIMEOUT(client.exitCode(), 0, 30'000);
    QCOMPARE(client.output(), QByteArray("quiet"));
    QCOMPARE(client.errors(), QByteArray("loud\n"));
}

void ExecStreamTest::tellsTheExitCode()
{
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send(firstFrame(m_serviceId, {u"sh"_s, u"-c"_s, u"kill -9 $$"_s}));
    QTRY_COMPARE_WITH_TIMEOUT(client.exitCode(), 128 + 9, 30'000);
}

void ExecStreamTest::hangsUpWhenTheClientLeaves()
{
    const SandboxClient sandbox(m_sandbox);
    const QString count = u"ps -eo args | grep -c '^sleep 14142[.]13'"_s;
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send(firstFrame(m_serviceId, {u"sleep"_s, u"14142.13"_s}));
    QTRY_COMPARE_WITH_TIMEOUT(sandbox.run(count), u"1"_s, 30'000);
    client.close();
    QTRY_COMPARE_WITH_TIMEOUT(sandbox.run(count), u"0"_s, 30'000);
}

void ExecStreamTest::explainsRefusals_data()
{
    QTest::addColumn<QJsonObject>("frame");
    QTest::addColumn<int>("code");
    QTest::newRow("unknown id") << firstFrame(u"nobody"_s, {u"true"_s}) << 5;
    QTest::newRow("no command") << QJsonObject{{u"id"_s, m_serviceId}} << 3;
    QTest::newRow("not an object") << QJsonObject{{u"body"_s, 1}} << 3;
    QTest::newRow("missing program") << firstFrame(m_serviceId, {u"/no/such/program"_s}) << 13;
}

void ExecStreamTest::explainsRefusals()
{
    QFETCH(QJsonObject, frame);
    QFETCH(int, code);
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send(frame);
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 30'000);
    QCOMPARE(client.error().value("code"_L1).toInt(), code);
    QVERIFY(!client.error().value("message"_L1).toString().isEmpty());
}

void ExecStreamTest::hidesSandboxesFromOtherOrganizations()
{
    const QJsonObject found = m_engine.request("GET", u"/v1/account/organizations?search=second"_s).body;
    const QString id = found.value("organizations"_L1).toArray().first().toObject().value("id"_L1).toString();
    const QString path = u"/v1/organizations/%1/access_token"_s.arg(id);
    const QString token =
        m_engine.request("POST", path, {{u"validity"_s, u"60s"_s}}).body.value("token"_L1).toString();
    ExecClient client;
    client.open(m_engine, token);
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send(firstFrame(m_serviceId, {u"hostname"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 30'000);
    QCOMPARE(client.error().value("code"_L1).toInt(), 5);
    QCOMPARE(client.output(), QByteArray());
}

void ExecStreamTest::refusesWhileTheSandboxIsDown()
{
    QVERIFY(m_engine.misbehave({{u"fail_next_deployment"_s, u"No room."_s}}));
    QJsonObject definition = m_sandbox.value("deployment"_L1).toObject().value("definition"_L1).toObject();
    definition.insert("name"_L1, u"never-up"_s);
    const auto created = m_engine.request(
        "POST", u"/v1/services"_s,
        {{u"app_id"_s, m_sandbox.value("app_id"_L1)}, {u"definition"_s, definition}});
    const QString id = created.body.value("service"_L1).toObject().value("id"_L1).toString();
    ExecClient client;
    client.open(m_engine, m_engine.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isOpen(), 30'000);
    client.send(firstFrame(id, {u"true"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(client.isClosed(), 30'000);
    QCOMPARE(client.error().value("message"_L1).toString(), u"failed_precondition"_s);
    const QJsonObject detail = client.error().value("details"_L1).toArray().first().toObject();
    QCOMPARE(detail.value("message"_L1).toString(), u"The sandbox is not running."_s);
}

QTEST_GUILESS_MAIN(ExecStreamTest)
#include "execstreamtest.moc"
