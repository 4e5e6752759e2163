// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <array>
#include <limits>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 60'000;

enum class End { Orderly, Reset, Open };

/// What a bare socket gets for a request.
struct RawReply {
    QByteArray text;
    End end = End::Open;

    [[nodiscard]] QByteArray body() const
    {
        const auto headEnd = text.indexOf("\r\n\r\n");
        return headEnd < 0 ? QByteArray() : text.mid(headEnd + 4);
    }
};

/// A connection by the system's own calls: QTcpSocket does not tell a reset from an orderly end.
class RawConnection {
public:
    explicit RawConnection(int port) : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_isOpen = ::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    }
    ~RawConnection() { ::close(m_socket); }
    Q_DISABLE_COPY_MOVE(RawConnection)

    void send(const QByteArray &bytes)
    {
        m_isOpen = m_isOpen &&
                   ::send(m_socket, bytes.constData(), static_cast<size_t>(bytes.size()), MSG_NOSIGNAL) > 0;
    }

    /// Reads until the connection ends, or nothing comes for so long once the body has `enough` bytes.
    [[nodiscard]] RawReply read(qsizetype enough, int quietMs)
    {
        RawReply reply;
        if (!m_isOpen)
            return {{}, End::Reset};
        for (;;) {
            pollfd waiting{m_socket, POLLIN, 0};
            if (::poll(&waiting, 1, reply.body().size() >= enough ? quietMs : patience) == 0)
                return reply;
            std::array<char, 4096> chunk{};
            const ssize_t count = ::recv(m_socket, chunk.data(), chunk.size(), 0);
            if (count <= 0) {
                reply.end = count == 0 ? End::Orderly : End::Reset;
                return reply;
            }
            reply.text.append(chunk.data(), count);
        }
    }

private:
    int m_socket;
    bool m_isOpen = false;
};

} // namespace

/// What the engine does wrong on purpose, seen as bytes, on the control plane and on an executor.
class FaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void fitsTheBodyToTheStatus_data();
    void fitsTheBodyToTheStatus();
    void decidesByChance();
    void repeatsWhatChanceDecides();
    void addsJitter();
    void resetsConnections_data();
    void resetsConnections();
    void performsBeforeAReset();
    void stallsInTheBody_data();
    void stallsInTheBody();
    void cutsInTheBody_data();
    void cutsInTheBody();
    void sendsSlowly_data();
    void sendsSlowly();
    void givesWrongTypes_data();
    void givesWrongTypes();
    void sendsHeadersOfAnExecutorsFault();
    void stallsAStreamOfTheExecutor();
    void refusesConnectionsForAWhile_data();
    void refusesConnectionsForAWhile();
    void leavesDeploymentsInAnyStatus_data();
    void leavesDeploymentsInAnyStatus();
    void movesItsClock();
    void refusesOrdersThatMakeNoSense_data();
    void refusesOrdersThatMakeNoSense();

private:
    [[nodiscard]] RawReply ask(const QString &part, qsizetype enough, int quietMs) const;
    [[nodiscard]] RawReply askUntilEnd(const QString &part) const
    {
        return ask(part, std::numeric_limits<qsizetype>::max(), patience);
    }
    [[nodiscard]] bool order(const QString &part, QJsonObject fault);

    LocalEngine m_engine;
    QJsonObject m_sandbox;
};

void FaultsTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    m_sandbox = m_engine.createSandbox(u"faulty"_s);
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
}

void FaultsTest::cleanup()
{
    QVERIFY(m_engine.misbehave({{u"clear"_s, true}}));
}

bool FaultsTest::order(const QString &part, QJsonObject fault)
{
    fault.insert(u"part"_s, part);
    return m_engine.misbehave({{u"fault"_s, fault}});
}

// Sends a request whose reply is more than a few bytes, and reads until the connection ends.
RawReply FaultsTest::ask(const QString &part, qsizetype enough, int quietMs) const
{
    const bool isExecutor = part == u"executor"_s;
    const SandboxClient client(m_sandbox);
    const QUrl url = isExecutor ? client.publicUrl(u"/koyeb-sandbox/run"_s) : m_engine.url();
    const QByteArray body = isExecutor ? R"({"cmd": "echo something long enough"})" : "";
    QByteArray head =
        isExecutor ? "POST /koyeb-sandbox/run HTTP/1.1\r\nX-Routing-Key: " + client.routingKey().toUtf8() +
                         "\r\nAuthorization: Bearer " + m_sandbox.value("secret"_L1).toString().toUtf8()
                   : "GET /v1/catalog/regions?limit=100 HTTP/1.1\r\nAuthorization: Bearer " +
                         m_engine.token().toUtf8();
    head += "\r\nHost: " + url.authority().toUtf8() +
            "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n";
    RawConnection connection(url.port());
    connection.send(head + body);
    return connection.read(enough, quietMs);
}

void FaultsTest::fitsTheBodyToTheStatus_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("contentType");
    for (const char *part : {"control-plane", "executor"}) {
        for (const int status : {401, 403, 404, 409, 429, 500, 502, 503, 504}) {
            QTest::addRow("%s %d", part, status)
                << QString::fromLatin1(part) << status
                << QByteArray(status < 500 ? "application/json" : "text/html");
        }
    }
}

void FaultsTest::fitsTheBodyToTheStatus()
{
    QFETCH(QString, part);
    QFETCH(int, status);
    QFETCH(QByteArray, contentType);
    QVERIFY(order(part, {{u"status"_s, status}}));
    const RawReply reply = askUntilEnd(part);
    QVERIFY2(reply.text.startsWith("HTTP/1.1 " + QByteArray::number(status)), reply.text);
    QVERIFY2(reply.text.contains("Content-Type: " + contentType), reply.text);
    if (status < 500)
        QCOMPARE(QJsonDocument::fromJson(reply.body()).object().value("status"_L1).toInt(), status);
    else
        QVERIFY(reply.body().startsWith("<html>"));
}

void FaultsTest::decidesByChance()
{
    QVERIFY(order(u"control-plane"_s, {{u"status"_s, 503}, {u"times"_s, 0}, {u"probability"_s, 0.5}}));
    int failures = 0;
    for (int i = 0; i < 60; ++i)
        failures += m_engine.request("GET", u"/v1/apps"_s).status == 503 ? 1 : 0;
    QVERIFY2(failures > 10 && failures < 50, qPrintable(QString::number(failures)));
}

void FaultsTest::repeatsWhatChanceDecides()
{
    const auto outcomes = [&]() {
        QList<int> statuses;
        for (int i = 0; i < 20; ++i)
            statuses.append(m_engine.request("GET", u"/v1/apps"_s).status);
        return statuses;
    };
    const QJsonObject fault{{u"status"_s, 503}, {u"times"_s, 0}, {u"probability"_s, 0.5}};
    QVERIFY(m_engine.misbehave({{u"random_seed"_s, 7}, {u"fault"_s, fault}}));
    const QList<int> first = outcomes();
    QVERIFY(m_engine.misbehave({{u"random_seed"_s, 7}}));
    QCOMPARE(outcomes(), first);
}

void FaultsTest::addsJitter()
{
    // Only that it is accepted and bounded from below by the delay: how much it is decides chance.
    QVERIFY(order(u"control-plane"_s, {{u"delay_ms"_s, 200}, {u"jitter_ms"_s, 50}}));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_engine.request("GET", u"/v1/apps"_s).status, 200);
    QVERIFY(timer.elapsed() >= 200);
}

void FaultsTest::resetsConnections_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<QString>("moment");
    QTest::addColumn<bool>("answersFirst");
    for (const char *part : {"control-plane", "executor"}) {
        for (const char *moment : {"before", "during", "after", "body"}) {
            QTest::addRow("%s %s", part, moment)
                << QString::fromLatin1(part) << QString::fromLatin1(moment) << (QByteArray(moment) == "body");
        }
    }
}

void FaultsTest::resetsConnections()
{
    QFETCH(QString, part);
    QFETCH(QString, moment);
    QFETCH(bool, answersFirst);
    QVERIFY(order(part, {{u"reset"_s, moment}}));
    const RawReply reply = askUntilEnd(part);
    QVERIFY(reply.end != End::Open);
    if (!answersFirst) {
        QCOMPARE(reply.text, QByteArray());
        QVERIFY(reply.end == End::Reset);
    } else {
        QVERIFY(reply.body().size() <= 1);
    }
    QVERIFY(askUntilEnd(part).text.startsWith("HTTP/1.1 200"));
}

void FaultsTest::performsBeforeAReset()
{
    const QJsonObject fault{{u"path"_s, u"/v1/apps"_s}, {u"reset"_s, u"after"_s}, {u"perform"_s, true}};
    QVERIFY(order(u"control-plane"_s, fault));
    // Not by Qt, which sends a request again when its connection is reset.
    const QByteArray body = R"({"name": "made-unheard"})";
    RawConnection connection(m_engine.url().port());
    connection.send(
        "POST /v1/apps HTTP/1.1\r\nHost: " + m_engine.url().authority().toUtf8() +
        "\r\nAuthorization: Bearer " + m_engine.token().toUtf8() +
        "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    const RawReply reply = connection.read(std::numeric_limits<qsizetype>::max(), patience);
    QVERIFY(reply.end == End::Reset);
    QCOMPARE(m_engine.request("GET", u"/v1/apps?name=made-unheard"_s).body.value("count"_L1).toInt(), 1);
}

void FaultsTest::stallsInTheBody_data()
{
    QTest::addColumn<QString>("part");
    QTest::newRow("control plane") << u"control-plane"_s;
    QTest::newRow("executor") << u"executor"_s;
}

void FaultsTest::stallsInTheBody()
{
    QFETCH(QString, part);
    QVERIFY(order(part, {{u"stall_after_bytes"_s, 7}}));
    const RawReply reply = ask(part, 7, 300); // nothing more may come in that time
    QCOMPARE(reply.body().size(), 7);
    QVERIFY(reply.end == End::Open);
}

void FaultsTest::cutsInTheBody_data()
{
    stallsInTheBody_data();
}

void FaultsTest::cutsInTheBody()
{
    QFETCH(QString, part);
    QVERIFY(order(part, {{u"cut_after_bytes"_s, 7}}));
    const RawReply reply = askUntilEnd(part);
    QCOMPARE(reply.body().size(), 7);
    QVERIFY(reply.end != End::Open);
}

void FaultsTest::sendsSlowly_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<QJsonObject>("fault");
    for (const char *part : {"control-plane", "executor"}) {
        QTest::addRow("%s, head", part)
            << QString::fromLatin1(part) << QJsonObject{{u"slow_headers_ms"_s, 400}};
        QTest::addRow("%s, body", part)
            << QString::fromLatin1(part)
            << QJsonObject{{u"bytes_per_second"_s, QByteArray(part) == "executor" ? 100 : 8000}};
    }
}

void FaultsTest::sendsSlowly()
{
    QFETCH(QString, part);
    QFETCH(QJsonObject, fault);
    QVERIFY(order(part, fault));
    QElapsedTimer timer;
    timer.start();
    const RawReply reply = askUntilEnd(part);
    QVERIFY2(timer.elapsed() >= 200, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(reply.text.startsWith("HTTP/1.1 200"));
    QVERIFY(!QJsonDocument::fromJson(reply.body()).isNull());
}

void FaultsTest::givesWrongTypes_data()
{
    stallsInTheBody_data();
}

void FaultsTest::givesWrongTypes()
{
    QFETCH(QString, part);
    QVERIFY(order(part, {{u"wrong_types"_s, true}}));
    const QJsonObject body = QJsonDocument::fromJson(askUntilEnd(part).body()).object();
    if (part == u"executor"_s) {
        QVERIFY(body.value("stdout"_L1).isDouble());
        QVERIFY(body.value("code"_L1).isString());
    } else {
        QVERIFY(body.value("count"_L1).isString());
        QVERIFY(body.value("regions"_L1).toArray().first().toObject().value("id"_L1).isDouble());
    }
}

void FaultsTest::sendsHeadersOfAnExecutorsFault()
{
    const QJsonObject headers{{u"Retry-After"_s, u"3"_s}};
    QVERIFY(order(u"executor"_s, {{u"status"_s, 429}, {u"headers"_s, headers}}));
    QVERIFY(askUntilEnd(u"executor"_s).text.contains("Retry-After: 3\r\n"));
}

void FaultsTest::stallsAStreamOfTheExecutor()
{
    QVERIFY(order(u"executor"_s, {{u"path"_s, u"/run_streaming"_s}, {u"stall_after_bytes"_s, 20}}));
    const SandboxClient client(m_sandbox);
    QNetworkAccessManager network;
    QNetworkRequest request(client.publicUrl(u"/koyeb-sandbox/run_streaming"_s));
    for (const auto &[name, value] : client.credentials())
        request.setRawHeader(name, value);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> stream(
        network.post(request, QByteArray(R"({"cmd": "echo one; echo two; echo end > /root/streamed"})")));
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"cat /root/streamed 2>/dev/null"_s), u"end"_s, patience);
    QVERIFY(!stream->isFinished());
}

void FaultsTest::refusesConnectionsForAWhile_data()
{
    stallsInTheBody_data();
}

void FaultsTest::refusesConnectionsForAWhile()
{
    QFETCH(QString, part);
    QJsonObject refusal{{u"for_ms"_s, 4000}};
    if (part == u"executor"_s)
        refusal.insert(u"service_id"_s, m_sandbox.value("service_id"_L1));
    QVERIFY(m_engine.misbehave({{u"refuse_connections"_s, refusal}}));
    QCOMPARE(askUntilEnd(part).text, QByteArray());
    QTRY_VERIFY_WITH_TIMEOUT(askUntilEnd(part).text.startsWith("HTTP/1.1 200"), patience);
}

void FaultsTest::leavesDeploymentsInAnyStatus_data()
{
    QTest::addColumn<QString>("status");
    for (const char *status :
         {"PENDING", "SCHEDULED", "ALLOCATING", "STARTING", "ERROR", "STOPPED", "CANCELED"})
        QTest::newRow(status) << QString::fromLatin1(status);
}

void FaultsTest::leavesDeploymentsInAnyStatus()
{
    QFETCH(QString, status);
    const QJsonObject outcome{{u"status"_s, status}, {u"message"_s, u"So it is."_s}};
    QVERIFY(m_engine.misbehave({{u"next_deployment"_s, outcome}}));
    const QString name = u"left-"_s + status.toLower();
    const auto app = m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, name}});
    QJsonObject definition = m_sandbox.value("deployment"_L1).toObject().value("definition"_L1).toObject();
    definition.insert(u"name"_s, name);
    const QJsonValue appId = app.body.value("app"_L1).toObject().value("id"_L1);
    const auto created =
        m_engine.request("POST", u"/v1/services"_s, {{u"app_id"_s, appId}, {u"definition"_s, definition}});
    const QJsonObject service = created.body.value("service"_L1).toObject();
    const QString path = u"/v1/deployments/"_s + service.value("latest_deployment_id"_L1).toString();
    QJsonObject deployment;
    const auto current = [&]() {
        deployment = m_engine.request("GET", path).body.value("deployment"_L1).toObject();
        return deployment.value("status"_L1).toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(current(), status, patience);
    if (status == u"STOPPED"_s)
        QCOMPARE(deployment.value("messages"_L1).toArray().first().toString(), u"So it is."_s);
    // The next one knows nothing of the order.
    const QString servicePath = u"/v1/services/"_s + service.value("id"_L1).toString();
    const auto again = m_engine.request("POST", servicePath + u"/redeploy"_s, {{u"use_cache"_s, true}});
    const QString next =
        u"/v1/deployments/"_s + again.body.value("deployment"_L1).toObject().value("id"_L1).toString();
    const auto nextStatus = [&]() {
        const QJsonObject body = m_engine.request("GET", next).body;
        return body.value("deployment"_L1).toObject().value("status"_L1).toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(nextStatus(), u"HEALTHY"_s, patience);
}

void FaultsTest::movesItsClock()
{
    LocalEngine engine;
    QVERIFY2(
        engine.start({u"--misbehave"_s, u"{\"move_clock_s\": -86400}"_s}), qPrintable(engine.errorText()));
    const auto app = engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"yesterday"_s}});
    const QString created = app.body.value("app"_L1).toObject().value("created_at"_L1).toString();
    const QDateTime time = QDateTime::fromString(created, Qt::ISODateWithMs);
    const qint64 behind = time.secsTo(QDateTime::currentDateTimeUtc());
    QVERIFY2(behind > 86'000 && behind < 87'000, qPrintable(created));
    const QUrl url(engine.url().toString() + u"/v1/apps"_s);
    const Headers headers{{"Authorization", "Bearer " + engine.token().toUtf8()}};
    const QByteArray date = fetch("GET", url, headers).header("Date");
    QVERIFY2(date.endsWith(" GMT"), date);
    QCOMPARE(
        QLocale::c().toDateTime(QString::fromLatin1(date), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).date(),
        QDateTime::currentDateTimeUtc().addDays(-1).date());
}

void FaultsTest::refusesOrdersThatMakeNoSense_data()
{
    QTest::addColumn<QJsonObject>("instruction");
    QTest::newRow("healthy") << QJsonObject{{u"next_deployment"_s, QJsonObject{{u"status"_s, u"HEALTHY"_s}}}};
    QTest::newRow("no status") << QJsonObject{{u"next_deployment"_s, QJsonObject()}};
    QTest::newRow("odd moment") << QJsonObject{{u"fault"_s, QJsonObject{{u"reset"_s, u"later"_s}}}};
    QTest::newRow("odd number") << QJsonObject{{u"fault"_s, QJsonObject{{u"status"_s, 99}}}};
    QTest::newRow("no time") << QJsonObject{{u"refuse_connections"_s, QJsonObject()}};
}

void FaultsTest::refusesOrdersThatMakeNoSense()
{
    QFETCH(QJsonObject, instruction);
    QVERIFY(!m_engine.misbehave(instruction));
}

QTEST_GUILESS_MAIN(FaultsTest)
#include "faultstest.moc"
