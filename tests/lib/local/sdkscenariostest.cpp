// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

enum class Kind { Text, Time, Number, Flag, List, Object };

bool isOfKind(const QJsonValue &value, Kind kind)
{
    switch (kind) {
    case Kind::Text:
        return value.isString();
    case Kind::Time:
        return value.isNull() || value.isString();
    case Kind::Number:
        return value.isDouble();
    case Kind::Flag:
        return value.isBool();
    case Kind::List:
        return value.isArray();
    case Kind::Object:
        return value.isObject();
    }
    return false;
}

/// What the SDK's strict models want of each object, by the member of the reply that holds it.
const QHash<QString, QHash<QString, Kind>> &expectedMembers()
{
    static const QHash<QString, QHash<QString, Kind>> members{
        {u"app"_s,
         {{u"id"_s, Kind::Text},
          {u"name"_s, Kind::Text},
          {u"created_at"_s, Kind::Time},
          {u"status"_s, Kind::Text},
          {u"messages"_s, Kind::List},
          {u"version"_s, Kind::Text},
          {u"domains"_s, Kind::List},
          {u"life_cycle"_s, Kind::Object}}},
        {u"service"_s,
         {{u"id"_s, Kind::Text},
          {u"type"_s, Kind::Text},
          {u"app_id"_s, Kind::Text},
          {u"status"_s, Kind::Text},
          {u"version"_s, Kind::Text},
          {u"active_deployment_id"_s, Kind::Text},
          {u"latest_deployment_id"_s, Kind::Text},
          {u"terminated_at"_s, Kind::Time},
          {u"life_cycle"_s, Kind::Object}}},
        {u"deployment"_s,
         {{u"id"_s, Kind::Text},
          {u"service_id"_s, Kind::Text},
          {u"status"_s, Kind::Text},
          {u"role"_s, Kind::Text},
          {u"version"_s, Kind::Text},
          {u"skip_build"_s, Kind::Flag},
          {u"metadata"_s, Kind::Object},
          {u"definition"_s, Kind::Object}}}};
    return members;
}

/// The first member that is missing or of another type; empty if all is well.
QString problemIn(const QJsonObject &body)
{
    for (auto object = body.begin(); object != body.end(); ++object) {
        const auto members = expectedMembers().value(object.key());
        for (auto member = members.begin(); member != members.end(); ++member) {
            if (!isOfKind(object.value().toObject().value(member.key()), member.value()))
                return object.key() + u'.' + member.key();
        }
    }
    return {};
}

QList<QJsonObject> linesOf(const QString &fileName)
{
    QFile file(fileName);
    QList<QJsonObject> lines;
    if (file.open(QIODevice::ReadOnly)) {
        while (!file.atEnd())
            lines.append(QJsonDocument::fromJson(file.readLine()).object());
    }
    return lines;
}

/// Sends recorded requests to the engine in their order. Recorded ids stand for what the engine has created
/// last when they first appear.
class Replay {
public:
    explicit Replay(LocalEngine &engine) : m_engine(engine) {}

    /// Why the engine's answer is not good; empty if it is.
    [[nodiscard]] QString send(const QJsonObject &recorded)
    {
        return recorded.value("target"_L1).toString() == u"executor"_s ? sendToExecutor(recorded)
                                                                       : sendToControlPlane(recorded);
    }

private:
    [[nodiscard]] QString sendToControlPlane(const QJsonObject &recorded)
    {
        const QByteArray method = recorded.value("method"_L1).toString().toLatin1();
        QStringList path = recorded.value("path"_L1).toString().split(u'/');
        if (path.size() == 4)
            path[3] = realId(path[2], path[3]);
        QJsonObject body = recorded.value("body"_L1).toObject();
        if (body.contains("app_id"_L1))
            body.insert("app_id"_L1, realId(u"apps"_s, body.value("app_id"_L1).toString()));
        const QString expectedStatus = recorded.value("stub_deployment_status"_L1).toString();
        LocalEngine::Reply reply;
        const bool reached = QTest::qWaitFor(
            [&]() {
                reply = m_engine.request(method, path.join(u'/'), body);
                const QString status =
                    reply.body.value("deployment"_L1).toObject().value("status"_L1).toString();
                return (expectedStatus != u"HEALTHY"_s && expectedStatus != u"ERROR"_s) ||
                       status == expectedStatus;
            },
            30'000);
        if (reply.status != 200)
            return QString::fromUtf8(QJsonDocument(reply.body).toJson());
        remember(reply.body);
        return reached ? problemIn(reply.body) : u"the deployment did not become "_s + expectedStatus;
    }

    [[nodiscard]] QString sendToExecutor(const QJsonObject &recorded)
    {
        const QJsonObject recordedHeaders = recorded.value("headers"_L1).toObject();
        const QString prefix = recordedHeaders.value("X-Routing-Key"_L1).toString().mid(3);
        const QString serviceId = realServiceByPrefix(prefix);
        const auto service = m_engine.request("GET", u"/v1/services/"_s + serviceId).body.value("service"_L1);
        const QString id = service.toObject().value("active_deployment_id"_L1).toString();
        const auto deployment =
            m_engine.request("GET", u"/v1/deployments/"_s + id).body.value("deployment"_L1);
        const QJsonObject address =
            deployment.toObject().value("metadata"_L1).toObject().value("sandbox"_L1).toObject();
        const Headers headers{
            {"X-Routing-Key", address.value("routing_key"_L1).toString().toUtf8()},
            {"Authorization", recordedHeaders.value("Authorization"_L1).toString().toUtf8()}};
        const QUrl url(address.value("public_url"_L1).toString() + recorded.value("path"_L1).toString());
        const QByteArray method = recorded.value("method"_L1).toString().toLatin1();
        const QByteArray body =
            method == "POST" ? QJsonDocument(recorded.value("body"_L1).toObject()).toJson() : "";
        const int expected = recorded.value("stub_reply_status"_L1).toInt();
        const QJsonObject fault{{u"part"_s, u"executor"_s}, {u"status"_s, expected}};
        if (expected != 200 && !m_engine.misbehave({{u"fault"_s, fault}}))
            return m_engine.errorText();
        const HttpReply reply = fetch(method, url, headers, body);
        return reply.status == expected ? QString() : u"executor: %1"_s.arg(reply.status);
    }

    void remember(const QJsonObject &body)
    {
        for (const QString &kind : {u"app"_s, u"service"_s}) {
            const QJsonObject object = body.value(kind).toObject();
            if (object.isEmpty())
                continue;
            m_newest.insert(kind + u's', object.value("id"_L1).toString());
            if (kind == u"service"_s)
                m_newest.insert(u"deployments"_s, object.value("latest_deployment_id"_L1).toString());
        }
    }

    [[nodiscard]] QString realId(const QString &kind, const QString &recordedId)
    {
        if (!m_realIds.contains(recordedId))
            m_realIds.insert(recordedId, m_newest.value(kind));
        return m_realIds.value(recordedId);
    }

    [[nodiscard]] QString realServiceByPrefix(const QString &prefix) const
    {
        for (auto id = m_realIds.begin(); id != m_realIds.end(); ++id) {
            if (id.key().startsWith(prefix))
                return id.value();
        }
        return {};
    }

    LocalEngine &m_engine;
    QHash<QString, QString> m_newest;
    QHash<QString, QString> m_realIds;
};

} // namespace

class SdkScenariosTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersWhatTheSdkSends_data();
    void answersWhatTheSdkSends();
};

void SdkScenariosTest::answersWhatTheSdkSends_data()
{
    QTest::addColumn<QString>("fileName");
    QTest::newRow("restated here") << QStringLiteral(OWN_REQUESTS_FILE);
    if (QFile::exists(QStringLiteral(SDK_REQUESTS_FILE)))
        QTest::newRow("recorded") << QStringLiteral(SDK_REQUESTS_FILE);
    else
        qWarning("The recorded requests of the SDK are not here; only the restated ones are replayed.");
}

void SdkScenariosTest::answersWhatTheSdkSends()
{
    QFETCH(QString, fileName);
    LocalEngine engine;
    QVERIFY2(engine.start(), qPrintable(engine.errorText()));
    Replay replay(engine);
    QString scenario;
    int step = 0;
    for (const QJsonObject &recorded : linesOf(fileName)) {
        if (scenario != recorded.value("scenario"_L1).toString()) {
            scenario = recorded.value("scenario"_L1).toString();
            if (scenario.contains(u"deployment ERROR"_s))
                QVERIFY(engine.misbehave({{u"fail_next_deployment"_s, u"It cannot be."_s}}));
        }
        const QString problem = replay.send(recorded);
        ++step;
        QVERIFY2(problem.isEmpty(), qPrintable(u"%1, request %2: %3"_s.arg(scenario).arg(step).arg(problem)));
    }
    QVERIFY(step > 10);
}

QTEST_GUILESS_MAIN(SdkScenariosTest)
#include "sdkscenariostest.moc"
