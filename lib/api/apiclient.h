// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/requests.h"
#include "api/values.h"
#include "core/result.h"
#include "net/httpclient.h"

#include <QCoroTask>
#include <QUrl>

#include <stop_token>

namespace Koyeb {

/// The control plane's REST calls, typed. Lists are read to their end, page by page. Nothing that creates is
/// repeated. Every call may fail with the kinds of errorFromReply(), or ErrorKind::Protocol naming the JSON
/// path when a reply has an unexpected form.
class ApiClient {
public:
    /// `http` carries the account's authorization, rate limit and retry policy and outlives the client.
    /// `host` is e.g. https://app.koyeb.com, without a path.
    ApiClient(HttpClient &http, const QUrl &host);

    [[nodiscard]] const QUrl &host() const { return m_host; }

    /// Who is signed in. Fails for organization tokens, which have no user.
    QCoro::Task<Result<User>> profile(std::stop_token stop);
    /// The organization that the token acts for. Also works for organization tokens, by way of the first
    /// app's organization; where such an account has no app yet, the token is accepted but nothing is known,
    /// and all of the value is empty.
    QCoro::Task<Result<Organization>> currentOrganization(std::stop_token stop);
    QCoro::Task<Result<Organization>> organization(QString id, std::stop_token stop);

    QCoro::Task<Result<QList<App>>> apps(AppFilter filter, Priority priority, std::stop_token stop);
    QCoro::Task<Result<App>> app(QString id, std::stop_token stop);
    QCoro::Task<Result<App>> createApp(NewApp app, std::stop_token stop);
    /// Deletes the app and **all** its services; it is accepted at once and done later.
    QCoro::Task<Result<void>> deleteApp(QString id, std::stop_token stop);

    QCoro::Task<Result<QList<Service>>> services(
        ServiceFilter filter, Priority priority, std::stop_token stop);
    QCoro::Task<Result<Service>> service(QString id, Priority priority, std::stop_token stop);
    QCoro::Task<Result<Service>> createService(NewService service, std::stop_token stop);
    /// Changes nothing else: no new deployment comes of it.
    QCoro::Task<Result<Service>> updateServiceLifeCycle(
        QString id, ServiceLifeCycle lifeCycle, std::stop_token stop);
    /// Accepted at once and done later: the service stays listed as DELETING until then.
    QCoro::Task<Result<void>> deleteService(QString id, std::stop_token stop);

    /// Newest first.
    QCoro::Task<Result<QList<Deployment>>> deployments(DeploymentFilter filter, std::stop_token stop);
    QCoro::Task<Result<Deployment>> deployment(QString id, Priority priority, std::stop_token stop);

    QCoro::Task<Result<QList<Instance>>> instances(InstanceFilter filter, std::stop_token stop);

    QCoro::Task<Result<QList<Region>>> regions(std::stop_token stop);
    QCoro::Task<Result<QList<InstanceType>>> instanceTypes(std::stop_token stop);

private:
    HttpClient &m_http;
    QUrl m_host;
};

} // namespace Koyeb
