// SPDX-License-Identifier: Apache-2.0
#include "servicestatus.h"

#include <QJsonArray>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Testing {

QString serviceStatus(const LocalEngine &engine, const QJsonObject &sandbox)
{
    const auto reply = engine.request("GET", u"/v1/services/"_s + sandbox.value("service_id"_L1).toString());
    const QJsonObject service = reply.body.value("service"_L1).toObject();
    return reply.status == 404 ? u"gone"_s : service.value("status"_L1).toString();
}

QString deploymentStatus(const LocalEngine &engine, const QString &id)
{
    const QJsonObject body = engine.request("GET", u"/v1/deployments/"_s + id).body;
    return body.value("deployment"_L1).toObject().value("status"_L1).toString();
}

QStringList instanceStatuses(const LocalEngine &engine, const QJsonObject &sandbox)
{
    const QString path = u"/v1/instances?service_id="_s + sandbox.value("service_id"_L1).toString();
    QStringList statuses;
    for (const QJsonValue &instance : engine.request("GET", path).body.value("instances"_L1).toArray())
        statuses.append(instance.toObject().value("status"_L1).toString());
    return statuses;
}

QString firstDeployment(const QJsonObject &sandbox)
{
    return sandbox.value("deployment"_L1).toObject().value("id"_L1).toString();
}

} // namespace Koyeb::Testing
