// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/scriptedhttpserver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>
#include <QUrlQuery>

#include <optional>

namespace Koyeb::Test {

/// Apps, services and deployments as plain JSON behind the control plane's paths, for what the local engine
/// cannot be made to do: lose an answer to what it did, change things between two requests, hold thousands.
/// Also answers as the executor of its sandboxes. Ids are the names with a letter before them.
class FakeControlPlane {
public:
    using Request = ScriptedHttpServer::Request;
    using Answer = ScriptedHttpServer::Answer;

    FakeControlPlane()
    {
        m_server.answerWith([this](const Request &request) { return handle(request); });
    }

    [[nodiscard]] QUrl url() const { return m_server.url(); }

    QMap<QString, QJsonObject> apps;
    QMap<QString, QJsonObject> services;
    QMap<QString, QJsonObject> deployments;
    QString newDeploymentStatus = QStringLiteral("HEALTHY");
    bool executorAnswers = true;
    /// What the platform does with apps that are marked `delete_when_empty`.
    bool removesEmptyApps = true;
    /// May answer in its place.
    std::function<std::optional<Answer>(const QByteArray &line)> interference;
    /// May replace the answer to what was carried out.
    std::function<std::optional<Answer>(const QByteArray &line)> loss;

    /// A healthy sandbox in an app of its own.
    void addSandbox(const QString &name)
    {
        addApp(name);
        addService(name, u'a' + name);
    }
    void addApp(const QString &name)
    {
        const QString id = u'a' + name;
        apps[id] = QJsonObject{
            {QStringLiteral("id"), id},
            {QStringLiteral("name"), name},
            {QStringLiteral("life_cycle"), QJsonObject{{QStringLiteral("delete_when_empty"), true}}}};
    }
    void addService(const QString &name, const QString &appId)
    {
        const QString id = u's' + name;
        addDeployment(u'd' + name, newDeploymentStatus);
        services[id] = QJsonObject{
            {QStringLiteral("id"), id},
            {QStringLiteral("name"), name},
            {QStringLiteral("type"), QStringLiteral("SANDBOX")},
            {QStringLiteral("app_id"), appId},
            {QStringLiteral("status"), QStringLiteral("HEALTHY")},
            {QStringLiteral("latest_deployment_id"), u'd' + name},
            {QStringLiteral("updated_at"), QStringLiteral("2026-11-22T10:00:00Z")}};
    }
    void addDeployment(const QString &id, const QString &status)
    {
        const QJsonObject secret{
            {QStringLiteral("key"), QStringLiteral("SANDBOX_SECRET")},
            {QStringLiteral("value"), QStringLiteral("geheim")}};
        const QJsonObject sandbox{
            {QStringLiteral("public_url"), url().toString()},
            {QStringLiteral("routing_key"), QStringLiteral("key")}};
        deployments[id] = QJsonObject{
            {QStringLiteral("id"), id},
            {QStringLiteral("status"), status},
            {QStringLiteral("definition"),
             QJsonObject{
                 {QStringLiteral("regions"), QJsonArray{QStringLiteral("na")}},
                 {QStringLiteral("env"), QJsonArray{secret}}}},
            {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("sandbox"), sandbox}}}};
    }
    void setService(const QString &id, const QString &member, const QJsonValue &value)
    {
        services[id].insert(member, value);
    }
    void setDeployment(const QString &id, const QString &member, const QJsonValue &value)
    {
        deployments[id].insert(member, value);
    }

    /// The requests so far that begin with `line`, e.g. `POST /v1/apps`.
    [[nodiscard]] qsizetype count(const QByteArray &line) const
    {
        return std::count_if(m_lines.cbegin(), m_lines.cend(), [&line](const QByteArray &seen) {
            return seen.startsWith(line);
        });
    }
    [[nodiscard]] QByteArrayList lines() const { return m_lines; }
    /// The body of the last request that began so.
    [[nodiscard]] QJsonObject bodyOf(const QByteArray &line) const
    {
        return QJsonDocument::fromJson(m_server.requests().at(m_lines.lastIndexOf(line)).body).object();
    }

private:
    Answer handle(const Request &request)
    {
        const QByteArray line = request.method + ' ' + request.target.split('?').first();
        m_lines.append(line);
        if (interference) {
            if (auto answer = interference(line)) {
                return *answer;
            }
        }
        const Answer answer = carryOut(request);
        if (loss) {
            if (auto lost = loss(line)) {
                return *lost;
            }
        }
        return answer;
    }

    Answer carryOut(const Request &request)
    {
        const QUrl target = QUrl::fromEncoded(request.target);
        const auto segments = target.path().split(u'/', Qt::SkipEmptyParts);
        if (segments.value(0) == QLatin1String("koyeb-sandbox")) {
            return executorAnswers
                       ? ScriptedHttpServer::json(200, {{QStringLiteral("status"), QStringLiteral("ok")}})
                       : ScriptedHttpServer::text(502, "bad gateway");
        }
        const QString kind = segments.value(1);
        const QString id = segments.value(2);
        auto &items = kind == QLatin1String("apps")       ? apps
                      : kind == QLatin1String("services") ? services
                                                          : deployments;
        const QString member = kind.chopped(1);
        if (request.method == "POST") {
            const QString created = create(kind, QJsonDocument::fromJson(request.body).object());
            return ScriptedHttpServer::json(200, {{member, items.value(created)}});
        }
        if (id.isEmpty()) {
            return list(kind, items, QUrlQuery(target));
        }
        if (!items.contains(id)) {
            return ScriptedHttpServer::json(404, {{QStringLiteral("message"), QStringLiteral("not found")}});
        }
        if (request.method == "DELETE") {
            remove(kind, id);
            return ScriptedHttpServer::json(200, {});
        }
        return ScriptedHttpServer::json(200, {{member, items.value(id)}});
    }

    QString create(const QString &kind, const QJsonObject &body)
    {
        if (kind == QLatin1String("apps")) {
            addApp(body[QStringLiteral("name")].toString());
            return u'a' + body[QStringLiteral("name")].toString();
        }
        const QString name = body[QStringLiteral("definition")][QStringLiteral("name")].toString();
        addService(name, body[QStringLiteral("app_id")].toString());
        return u's' + name;
    }

    void remove(const QString &kind, const QString &id)
    {
        if (kind == QLatin1String("apps")) {
            apps.remove(id);
            return;
        }
        const QString appId = services.take(id)[QStringLiteral("app_id")].toString();
        const bool isEmpty = std::none_of(services.cbegin(), services.cend(), [&](const QJsonObject &other) {
            return other[QStringLiteral("app_id")].toString() == appId;
        });
        if (isEmpty && removesEmptyApps &&
            apps.value(appId)[QStringLiteral("life_cycle")][QStringLiteral("delete_when_empty")].toBool()) {
            apps.remove(appId);
        }
    }

    static Answer list(const QString &kind, const QMap<QString, QJsonObject> &items, const QUrlQuery &query)
    {
        const auto limit = query.queryItemValue(QStringLiteral("limit")).toInt();
        const auto offset = query.queryItemValue(QStringLiteral("offset")).toInt();
        const QString appId = query.queryItemValue(QStringLiteral("app_id"));
        const QString name = query.queryItemValue(QStringLiteral("name"));
        QJsonArray page;
        int position = 0;
        for (const auto &item : items) {
            if ((!appId.isEmpty() && item[QStringLiteral("app_id")].toString() != appId) ||
                !item[QStringLiteral("name")].toString().contains(name)) {
                continue;
            }
            if (position >= offset && position < offset + limit) {
                page.append(item);
            }
            ++position;
        }
        return ScriptedHttpServer::json(
            200, {{kind, page}, {QStringLiteral("has_next"), offset + limit < position}});
    }

    ScriptedHttpServer m_server;
    QByteArrayList m_lines;
};

} // namespace Koyeb::Test
