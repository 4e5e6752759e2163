// SPDX-License-Identifier: Apache-2.0
#include "bench.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QJsonArray>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;
constexpr int serverPort = 8077;

QByteArray textOf(const QJsonObject &object)
{
    return object.isEmpty() ? QByteArray() : QJsonDocument(object).toJson(QJsonDocument::Compact);
}

NetworkSettings notedIn(const std::shared_ptr<RequestLog> &log)
{
    NetworkSettings network;
    network.log = log;
    return network;
}

SandboxAccess notedIn(SandboxAccess access, const std::shared_ptr<RequestLog> &log)
{
    access.executor.network.log = log;
    return access;
}

} // namespace

PlainConnection::PlainConnection(const QUrl &server, const QByteArray &headers)
    : m_server(server), m_headers(headers)
{
}

PlainConnection::Reply PlainConnection::ask(
    const QByteArray &method, const QString &target, const QByteArray &body, int limitMs)
{
    if (m_socket.state() != QAbstractSocket::ConnectedState) {
        m_socket.abort();
        m_socket.connectToHost(m_server.host(), static_cast<quint16>(m_server.port()));
        if (!m_socket.waitForConnected(limitMs)) {
            return {};
        }
    }
    m_socket.write(
        method + ' ' + target.toUtf8() + " HTTP/1.1\r\nHost: " + m_server.authority().toUtf8() + "\r\n" +
        m_headers + "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
        "\r\n\r\n" + body);
    return read(limitMs);
}

PlainConnection::Reply PlainConnection::read(int limitMs)
{
    QByteArray text;
    qsizetype headEnd = -1;
    qsizetype length = 0;
    bool closes = false;
    while (headEnd < 0 || text.size() < headEnd + length) {
        if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(limitMs)) {
            m_socket.abort();
            break;
        }
        text += m_socket.readAll();
        if (headEnd < 0 && text.contains("\r\n\r\n")) {
            headEnd = text.indexOf("\r\n\r\n") + 4;
            const auto head = text.left(headEnd).toLower();
            const auto at = head.indexOf("content-length:");
            length = at < 0 ? 0 : head.mid(at + 15, head.indexOf('\r', at) - at - 15).trimmed().toLongLong();
            closes = head.contains("connection: close");
        }
    }
    if (closes) {
        m_socket.abort();
    }
    return {text.mid(9, 3).toInt(), text.mid(std::max<qsizetype>(headEnd, 0))};
}

bool PlainConnection::isReachable() const
{
    QTcpSocket socket;
    socket.connectToHost(m_server.host(), static_cast<quint16>(m_server.port()));
    return socket.waitForConnected(patienceMs);
}

QString Bench::start()
{
    if (!m_engine.start()) {
        return m_engine.errorText();
    }
    const QJsonObject proxy{{u"port"_s, 3031}, {u"protocol"_s, u"tcp"_s}};
    const auto box = m_engine.createSandbox(u"matrix"_s, {{u"proxy_ports"_s, QJsonArray{proxy}}});
    if (box.isEmpty()) {
        return m_engine.errorText();
    }
    const auto text = [&box](QLatin1String key) {
        return box.value(key).toString();
    };
    const QByteArray bearer = "Authorization: Bearer ";
    const QUrl publicUrl(text("public_url"_L1));
    m_controlPlane =
        std::make_unique<PlainConnection>(m_engine.url(), bearer + m_engine.token().toUtf8() + "\r\n");
    m_gateway = std::make_unique<PlainConnection>(
        publicUrl, bearer + text("secret"_L1).toUtf8() +
                       "\r\nX-Routing-Key: " + text("routing_key"_L1).toUtf8() + "\r\n");
    m_sandbox.serviceId = text("service_id"_L1);
    m_sandbox.appId = text("app_id"_L1);
    m_sandbox.name = u"matrix"_s;
    m_sandbox.deploymentId = box.value("deployment"_L1).toObject().value("id"_L1).toString();
    m_sandbox.publicUrl = publicUrl;
    m_sandbox.publicUrl.setPath(u"/r/%1/"_s.arg(text("routing_key"_L1)));
    QUrl executor = publicUrl;
    executor.setPath(u"/koyeb-sandbox"_s);
    m_sandbox.executor = {executor, text("secret"_L1), text("routing_key"_L1)};
    const auto instances = ask("GET", u"/v1/instances?limit=1&service_id="_s + m_sandbox.serviceId);
    m_instanceId = instances.value("instances"_L1).toArray().first().toObject().value("id"_L1).toString();
    const auto organization = ask("GET", u"/v1/account/organization"_s, {}, u"organization"_s);
    m_organizationId = organization.value("id"_L1).toString();
    m_projectId = organization.value("default_project_id"_L1).toString();
    m_secretId = makeSecret();
    m_domainId = makeDomain();
    m_things.clear();
    return takeProblem();
}

void Bench::instruct(const QJsonObject &instruction)
{
    const auto text = QJsonDocument(instruction).toJson(QJsonDocument::Compact);
    const auto reply = m_controlPlane->ask("POST", u"/local/misbehave"_s, text);
    if (reply.status != 200) {
        m_problem =
            u"The engine refused %1: %2"_s.arg(QString::fromUtf8(text), QString::fromUtf8(reply.body));
    }
}

void Bench::letNetworkWork()
{
    HttpClient http(m_clock);
    http.setDefaultHeaders({{"Authorization", "Bearer " + token().toUtf8()}});
    HttpRequest request;
    request.method = "POST";
    request.url = host();
    request.url.setPath(u"/local/misbehave"_s);
    request.body = "{}";
    bool isDone = false;
    http.send(std::move(request), {}).then([&isDone](const auto &) { isDone = true; });
    while (!isDone) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

QJsonObject Bench::ask(
    const QByteArray &method, const QString &path, const QJsonObject &body, const QString &member)
{
    const auto reply = m_controlPlane->ask(method, path, textOf(body));
    if (reply.status != 200) {
        m_problem = u"%1 %2 was answered with %3: %4"_s.arg(
            QString::fromLatin1(method), path, QString::number(reply.status), QString::fromUtf8(reply.body));
    }
    const auto object = reply.object();
    return member.isEmpty() ? object : object.value(member).toObject();
}

QString Bench::makeApp()
{
    const auto id = ask("POST", u"/v1/apps"_s, {{u"name"_s, newName()}}, u"app"_s).value("id"_L1).toString();
    m_things.append(u"/v1/apps/"_s + id);
    return id;
}

QJsonObject Bench::makeService()
{
    instruct({{u"phase_delay_ms"_s, 1}}); // Pausing and deleting take phases, too.
    instruct({{u"next_deployment"_s, QJsonObject{{u"status"_s, u"PENDING"_s}, {u"message"_s, u"-"_s}}}});
    const QJsonObject definition{
        {u"name"_s, newName()},
        {u"type"_s, u"SANDBOX"_s},
        {u"docker"_s, QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}}},
        {u"regions"_s, QJsonArray{u"na"_s}},
        {u"instance_types"_s, QJsonArray{QJsonObject{{u"type"_s, u"micro"_s}}}},
        {u"scalings"_s, QJsonArray{QJsonObject{{u"min"_s, 1}, {u"max"_s, 1}}}}};
    return ask(
        "POST", u"/v1/services"_s, {{u"app_id"_s, makeApp()}, {u"definition"_s, definition}}, u"service"_s);
}

QString Bench::makePausedService()
{
    const auto path = u"/v1/services/"_s + makeService().value("id"_L1).toString();
    ask("POST", path + u"/pause"_s);
    const auto isPaused = [&] {
        return ask("GET", path, {}, u"service"_s).value("status"_L1).toString() == "PAUSED"_L1;
    };
    const QDeadlineTimer limit(patienceMs);
    while (!isPaused()) {
        if (limit.hasExpired()) {
            m_problem = u"The service was not paused."_s;
            break;
        }
    }
    return path.section(u'/', -1);
}

bool Bench::isDeleting()
{
    const auto deleting = ask("GET", u"/v1/services?limit=1&statuses=DELETING"_s);
    return !deleting.value("services"_L1).toArray().isEmpty();
}

QString Bench::makeSecret()
{
    const QJsonObject secret{{u"name"_s, newName()}, {u"type"_s, u"SIMPLE"_s}, {u"value"_s, u"v"_s}};
    const auto id = ask("POST", u"/v1/secrets"_s, secret, u"secret"_s).value("id"_L1).toString();
    m_things.append(u"/v1/secrets/"_s + id);
    return id;
}

QString Bench::makeProject()
{
    const auto project = ask("POST", u"/v1/projects"_s, {{u"name"_s, newName()}}, u"project"_s);
    m_things.append(u"/v1/projects/"_s + project.value("id"_L1).toString());
    return project.value("id"_L1).toString();
}

QString Bench::makeDomain()
{
    const QJsonObject domain{{u"name"_s, newName() + u".example.com"_s}, {u"type"_s, u"CUSTOM"_s}};
    const auto id = ask("POST", u"/v1/domains"_s, domain, u"domain"_s).value("id"_L1).toString();
    m_things.append(u"/v1/domains/"_s + id);
    return id;
}

void Bench::removeThings()
{
    for (const auto &path : std::exchange(m_things, {})) {
        // It may be gone: that is what some cells are about.
        std::ignore = m_controlPlane->ask("DELETE", path);
    }
    if (std::exchange(m_hasProcesses, false)) {
        const auto script =
            u"cd /tmp/.koyeb-processes && for p in */started; do read g r < $p; kill -9 -- -$g; done; "
            "rm -rf /tmp/.koyeb-processes"_s;
        callExecutor(u"run"_s, {{u"cmd"_s, script}});
    }
}

QJsonObject Bench::callExecutor(const QString &call, const QJsonObject &body)
{
    const auto reply = m_gateway->ask("POST", u"/koyeb-sandbox/"_s + call, textOf(body));
    if (reply.status / 100 != 2) {
        m_problem = u"The executor answered %1 with %2."_s.arg(call, QString::fromUtf8(reply.body));
    }
    return reply.object();
}

QByteArray Bench::inSandbox(const QString &script)
{
    return callExecutor(u"run"_s, {{u"cmd"_s, script}}).value("stdout"_L1).toString().toUtf8();
}

void Bench::exposeServer()
{
    callExecutor(u"unbind_port"_s, {});
    callExecutor(u"bind_port"_s, {{u"port"_s, QString::number(serverPort)}});
    if (!std::exchange(m_hasServer, true)) {
        const auto server = u"cd / && exec python3 -m http.server %1 --bind 127.0.0.1"_s.arg(serverPort);
        callExecutor(u"start_process"_s, {{u"cmd"_s, server}});
    }
    // Until it listens, the gateway says that nobody does.
    const QDeadlineTimer limit(patienceMs);
    const auto isAnswering = [this] {
        const int status = m_gateway->ask("GET", u"/"_s).status;
        return status != 0 && status < 500;
    };
    while (!isAnswering() && !limit.hasExpired()) {
    }
}

Cell::Cell(Bench &owner)
    : bench(owner),
      log(std::make_shared<RequestLog>(clock)),
      http(clock),
      api(http, owner.host()),
      sandbox(clock, notedIn(owner.sandbox(), log))
{
    http.setDefaultHeaders({{"Authorization", "Bearer " + owner.token().toUtf8()}});
    http.setNetwork(notedIn(log));
}

} // namespace Koyeb::Reliability
