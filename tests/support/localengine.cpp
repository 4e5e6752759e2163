// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTest>

#include <algorithm>
#include <chrono>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Testing {

namespace {

using namespace std::chrono_literals;

// Generous: a slow machine must not fail a test.
constexpr auto startTimeout = 60s;
constexpr auto stopTimeout = 30s;
constexpr auto replyTimeout = 60s;

int inMilliseconds(std::chrono::milliseconds duration)
{
    return static_cast<int>(duration.count());
}

QJsonObject sandboxDefinition(const QString &name, const QString &secret)
{
    const QJsonObject variable{{u"key"_s, u"SANDBOX_SECRET"_s}, {u"value"_s, secret}};
    return {
        {u"name"_s, name},
        {u"type"_s, u"SANDBOX"_s},
        {u"docker"_s, QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}, {u"privileged"_s, false}}},
        {u"env"_s, QJsonArray{variable}},
        {u"regions"_s, QJsonArray{u"na"_s}},
        {u"instance_types"_s, QJsonArray{QJsonObject{{u"type"_s, u"micro"_s}}}},
        {u"scalings"_s, QJsonArray{QJsonObject{{u"min"_s, 1}, {u"max"_s, 1}}}}};
}

QJsonObject changed(QJsonObject definition, const QJsonObject &changes)
{
    for (auto change = changes.begin(); change != changes.end(); ++change) {
        QJsonValue value = change.value();
        if (change.key() == u"env"_s) {
            QJsonArray variables = value.toArray();
            const bool hasSecret =
                std::any_of(variables.cbegin(), variables.cend(), [](const QJsonValue &variable) {
                    return variable["key"_L1] == "SANDBOX_SECRET"_L1;
                });
            if (!hasSecret) {
                variables.append(definition.value("env"_L1).toArray().first());
            }
            value = variables;
        }
        definition.insert(change.key(), value);
    }
    return definition;
}

} // namespace

LocalEngine::~LocalEngine()
{
    if (m_process.state() != QProcess::NotRunning && !stop())
        kill();
}

bool LocalEngine::start(const QStringList &moreArguments)
{
    const QString program = qEnvironmentVariable("KOYEB_LOCAL_PROGRAM");
    if (program.isEmpty()) {
        m_errorText = u"KOYEB_LOCAL_PROGRAM does not name the program"_s;
        return false;
    }
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program, QStringList{u"serve"_s, u"--state"_s, stateFolder()} + moreArguments);
    return readAnnouncement();
}

bool LocalEngine::readAnnouncement()
{
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(inMilliseconds(startTimeout))) {
            m_errorText = u"The engine did not start: "_s + m_process.errorString();
            return false;
        }
    }
    const QJsonObject line = QJsonDocument::fromJson(m_process.readLine()).object();
    m_url = QUrl(line.value("url"_L1).toString());
    m_token = line.value("token"_L1).toString();
    m_isolated = line.value("isolated"_L1).toBool();
    if (m_url.isValid() && !m_token.isEmpty())
        return true;
    m_errorText = u"The engine's first line is not understood"_s;
    return false;
}

bool LocalEngine::stop()
{
    m_process.closeWriteChannel();
    const bool ended =
        m_process.state() == QProcess::NotRunning || m_process.waitForFinished(inMilliseconds(stopTimeout));
    return ended && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0;
}

void LocalEngine::kill()
{
    m_process.kill();
    m_process.waitForFinished(inMilliseconds(stopTimeout));
}

bool LocalEngine::misbehave(const QJsonObject &instruction)
{
    const Reply reply = request("POST", u"/local/misbehave"_s, instruction);
    if (reply.status == 200)
        return true;
    m_errorText = reply.body.value("message"_L1).toString();
    return false;
}

LocalEngine::Reply LocalEngine::request(
    const QByteArray &method, const QString &path, const QJsonObject &body) const
{
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(m_url.toString() + path));
    request.setRawHeader("Authorization", "Bearer " + m_token.toUtf8());
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setTransferTimeout(inMilliseconds(replyTimeout));
    const QByteArray content = body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson();
    const std::unique_ptr<QNetworkReply> reply(network.sendCustomRequest(request, method, content));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    if (!reply->isFinished())
        loop.exec();
    if (!reply->isOpen())
        return {}; // Given up after its time.
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return {status, QJsonDocument::fromJson(reply->readAll()).object()};
}

QJsonObject LocalEngine::createSandbox(const QString &name, const QJsonObject &changes)
{
    const QString secret = u"secret-of-"_s + name;
    const QJsonObject definition = changed(sandboxDefinition(name, secret), changes);
    const Reply app = request("POST", u"/v1/apps"_s, {{u"name"_s, u"app-"_s + name}});
    const QString appId = app.body.value("app"_L1).toObject().value("id"_L1).toString();
    const Reply created =
        request("POST", u"/v1/services"_s, {{u"app_id"_s, appId}, {u"definition"_s, definition}});
    const QJsonObject service = created.body.value("service"_L1).toObject();
    const QString deploymentPath =
        u"/v1/deployments/"_s + service.value("latest_deployment_id"_L1).toString();
    QJsonObject deployment;
    const auto hasStatus = [&](const QString &status) {
        deployment = request("GET", deploymentPath).body.value("deployment"_L1).toObject();
        return deployment.value("status"_L1).toString() == status;
    };
    if (created.status != 200 ||
        !QTest::qWaitFor([&]() { return hasStatus(u"HEALTHY"_s); }, inMilliseconds(startTimeout))) {
        m_errorText = u"The sandbox did not become healthy"_s;
        return {};
    }
    const QJsonObject address = deployment.value("metadata"_L1).toObject().value("sandbox"_L1).toObject();
    return {
        {u"app_id"_s, appId},
        {u"service_id"_s, service.value("id"_L1)},
        {u"deployment"_s, deployment},
        {u"secret"_s, secret},
        {u"public_url"_s, address.value("public_url"_L1)},
        {u"routing_key"_s, address.value("routing_key"_L1)}};
}

} // namespace Koyeb::Testing
