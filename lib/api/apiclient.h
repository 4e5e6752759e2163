// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/requests.h"
#include "api/values.h"

namespace Koyeb {

/// The control plane's REST calls that sandboxes are made of, typed: account, apps, services, deployments,
/// instances and what can be rented. What else there is has a class for each resource, handed transport():
/// OrganizationsApi, ProjectsApi, CatalogApi, SecretsApi, DomainsApi, EventsApi, MetricsApi, LogsApi,
/// ActivitiesApi, CredentialsApi, ImagesApi.
///
/// For all of them: lists are read to their end, page by page. Nothing that creates or starts something is
/// repeated. Every call may fail with the kinds of errorFromReply(), or ErrorKind::Protocol naming the JSON
/// path when a reply has an unexpected form.
class ApiClient {
public:
    /// `http` carries the account's authorization, rate limit and retry policy and outlives the client.
    /// `host` is e.g. https://app.koyeb.com, without a path.
    ApiClient(HttpClient &http, const QUrl &host);

    /// The control plane's address, without a path.
    [[nodiscard]] const QUrl &host() const { return m_transport.host(); }
    /// How the account's connections are made, the ones to its sandboxes included.
    [[nodiscard]] const NetworkSettings &network() const { return m_transport.http().network(); }
    /// For the other resources' classes.
    [[nodiscard]] ApiTransport &transport() { return m_transport; }

    /// Who is signed in. Fails for organization tokens, which have no user.
    QCoro::Task<Result<User>> profile(std::stop_token stop);
    /// The organization that the token acts for. Also works for organization tokens, by way of the first
    /// app's organization; where such an account has no app yet, the token is accepted but nothing is known,
    /// and all of the value is empty.
    QCoro::Task<Result<Organization>> currentOrganization(std::stop_token stop);
    /// The organization of that id; only one's own.
    QCoro::Task<Result<Organization>> organization(QString id, std::stop_token stop);

    /// The account's apps.
    QCoro::Task<Result<QList<App>>> apps(AppFilter filter, Priority priority, std::stop_token stop);
    /// The app of that id.
    QCoro::Task<Result<App>> app(QString id, std::stop_token stop);
    /// Refused, as Invalid or Conflict, when the name cannot be or is taken.
    QCoro::Task<Result<App>> createApp(NewApp app, std::stop_token stop);
    /// Changes what is set in `change`.
    QCoro::Task<Result<App>> updateApp(QString id, AppChange change, std::stop_token stop);
    /// Deletes the app and **all** its services; it is accepted at once and done later.
    QCoro::Task<Result<void>> deleteApp(QString id, std::stop_token stop);
    /// Stops all of the app's services. Accepted at once and done later. Conflict or Invalid in a state that
    /// does not allow it.
    QCoro::Task<Result<void>> pauseApp(QString id, std::stop_token stop);
    /// Starts what pauseApp() stopped.
    QCoro::Task<Result<void>> resumeApp(QString id, std::stop_token stop);

    /// The account's services, sandboxes among them.
    QCoro::Task<Result<QList<Service>>> services(
        ServiceFilter filter, Priority priority, std::stop_token stop);
    /// The service of that id.
    QCoro::Task<Result<Service>> service(QString id, Priority priority, std::stop_token stop);
    /// Accepted at once and deployed later: watch Service::latestDeploymentId. Invalid, with the fields, when
    /// the definition cannot be.
    QCoro::Task<Result<Service>> createService(NewService service, std::stop_token stop);
    /// Whether createService() would accept it; creates nothing.
    QCoro::Task<Result<void>> checkNewService(NewService service, std::stop_token stop);
    /// Changes nothing else: no new deployment comes of it.
    QCoro::Task<Result<Service>> updateServiceLifeCycle(
        QString id, ServiceLifeCycle lifeCycle, std::stop_token stop);
    /// Replaces definition and life cycle; a new deployment comes of it.
    QCoro::Task<Result<Service>> updateService(QString id, ServiceUpdate update, std::stop_token stop);
    /// Whether updateService() would accept it; changes nothing.
    QCoro::Task<Result<void>> checkServiceUpdate(QString id, ServiceUpdate update, std::stop_token stop);
    /// Accepted at once and done later (PAUSING, PAUSED). Conflict or Invalid in a state that does not allow
    /// it.
    QCoro::Task<Result<void>> pauseService(QString id, std::stop_token stop);
    /// Only when paused. A new deployment comes of it.
    QCoro::Task<Result<void>> resumeService(QString id, BuildOptions options, std::stop_token stop);
    /// Deploys the latest definition once more, and gives the new deployment.
    QCoro::Task<Result<Deployment>> redeployService(
        QString id, RedeployOptions options, std::stop_token stop);
    /// Accepted at once and done later: the service stays listed as DELETING until then.
    QCoro::Task<Result<void>> deleteService(QString id, std::stop_token stop);

    /// Newest first.
    QCoro::Task<Result<QList<Deployment>>> deployments(DeploymentFilter filter, std::stop_token stop);
    /// The deployment of that id.
    QCoro::Task<Result<Deployment>> deployment(QString id, Priority priority, std::stop_token stop);
    /// Only before it is allocated: PENDING, PROVISIONING, SCHEDULED.
    QCoro::Task<Result<void>> cancelDeployment(QString id, std::stop_token stop);

    /// The account's instances, ended ones too.
    QCoro::Task<Result<QList<Instance>>> instances(InstanceFilter filter, std::stop_token stop);
    /// The instance of that id.
    QCoro::Task<Result<Instance>> instance(QString id, std::stop_token stop);

    /// Where something can be rented.
    QCoro::Task<Result<QList<Region>>> regions(std::stop_token stop);
    /// The region of that id, e.g. `fra`.
    QCoro::Task<Result<Region>> region(QString id, std::stop_token stop);
    /// What can be rented.
    QCoro::Task<Result<QList<InstanceType>>> instanceTypes(std::stop_token stop);
    /// The instance type of that id, e.g. `micro`.
    QCoro::Task<Result<InstanceType>> instanceType(QString id, std::stop_token stop);

private:
    ApiTransport m_transport;
};

} // namespace Koyeb
