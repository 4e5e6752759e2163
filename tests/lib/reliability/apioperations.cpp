// SPDX-License-Identifier: Apache-2.0
// The calls of ApiClient.
#include "operations.h"
#include "sandbox/definition.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

Call asking(const QByteArray &method, const QString &path, Run run)
{
    return {{method, u"/v1"_s + path}, std::move(run)};
}

Operation row(const QString &name, Nature nature, Reading reading, Prepare prepare)
{
    Operation operation{u"ApiClient::"_s + name, nature, reading};
    operation.prepare = std::move(prepare);
    return operation;
}

/// A call that gives values and can be repeated.
Operation read(
    const QString &name, const QString &path,
    std::function<QCoro::Task<Result<void>>(Cell &, std::stop_token)> run)
{
    return row(name, Nature::Repeatable, Reading::Values, [path, run](Cell &cell) {
        return asking("GET", path, [&cell, run](auto stop) { return run(cell, stop); });
    });
}

DeploymentDefinition definitionOf(Cell &cell)
{
    SandboxOptions options;
    options.name = cell.bench.newName();
    return sandboxDefinition(options, u"secret"_s).value_or(DeploymentDefinition());
}

/// What a service is told to do comes to no sandbox that runs, for the sake of time.
void keepNextDeploymentPending(Cell &cell)
{
    const QJsonObject order{{u"status"_s, u"PENDING"_s}, {u"message"_s, u"-"_s}};
    cell.bench.instruct({{u"next_deployment"_s, order}});
}

/// What is being deleted is still there when it is asked for again.
void makeDeletionLast(Cell &cell)
{
    cell.bench.instruct({{u"phase_delay_ms"_s, 3'600'000}});
}

QString serviceId(Cell &cell)
{
    return cell.bench.makeService().value("id"_L1).toString();
}

QList<Operation> readings()
{
    return {
        read(
            u"profile"_s, u"/account/profile"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.profile(stop)); }),
        read(
            u"currentOrganization"_s, u"/account/organization"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.currentOrganization(stop)); }),
        read(
            u"organization"_s, u"/organizations/"_s,
            [](Cell &cell, auto stop) {
                return outcomeOf(cell.api.organization(cell.bench.organizationId(), stop));
            }),
        read(
            u"apps"_s, u"/apps"_s,
            [](Cell &cell, auto stop) {
                return outcomeOf(cell.api.apps({u"app-matrix"_s}, Priority::Foreground, stop));
            }),
        read(
            u"app"_s, u"/apps/"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.app(cell.bench.sandbox().appId, stop)); }),
        read(
            u"services"_s, u"/services"_s,
            [](Cell &cell, auto stop) {
                const ServiceFilter filter{cell.bench.sandbox().appId, {}, {}};
                return outcomeOf(cell.api.services(filter, Priority::Foreground, stop));
            }),
        read(
            u"service"_s, u"/services/"_s,
            [](Cell &cell, auto stop) {
                return outcomeOf(
                    cell.api.service(cell.bench.sandbox().serviceId, Priority::Foreground, stop));
            }),
        read(
            u"deployments"_s, u"/deployments"_s,
            [](Cell &cell, auto stop) {
                return outcomeOf(cell.api.deployments({cell.bench.sandbox().serviceId}, stop));
            }),
        read(
            u"deployment"_s, u"/deployments/"_s,
            [](Cell &cell, auto stop) {
                const auto id = cell.bench.sandbox().deploymentId;
                return outcomeOf(cell.api.deployment(id, Priority::Foreground, stop));
            }),
        read(
            u"instances"_s, u"/instances"_s,
            [](Cell &cell, auto stop) {
                return outcomeOf(cell.api.instances({cell.bench.sandbox().serviceId, {}}, stop));
            }),
        read(
            u"instance"_s, u"/instances/"_s,
            [](Cell &cell, auto stop) {
                return outcomeOf(cell.api.instance(cell.bench.instanceId(), stop));
            }),
        read(
            u"regions"_s, u"/catalog/regions"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.regions(stop)); }),
        read(
            u"region"_s, u"/catalog/regions/"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.region(u"na"_s, stop)); }),
        read(
            u"instanceTypes"_s, u"/catalog/instances"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.instanceTypes(stop)); }),
        read(
            u"instanceType"_s, u"/catalog/instances/"_s,
            [](Cell &cell, auto stop) { return outcomeOf(cell.api.instanceType(u"micro"_s, stop)); }),
    };
}

QList<Operation> appChanges()
{
    return {
        row(u"createApp"_s, Nature::Once, Reading::Values,
            [](Cell &cell) {
                const NewApp app{cell.bench.newName()};
                return asking("POST", u"/apps"_s, [&cell, app](auto stop) {
                    return outcomeOf(cell.api.createApp(app, stop));
                });
            }),
        row(u"updateApp"_s, Nature::Repeatable, Reading::Values,
            [](Cell &cell) {
                const auto id = cell.bench.makeApp();
                const AppChange change{cell.bench.newName(), false};
                return asking("PATCH", u"/apps/"_s + id, [&cell, id, change](auto stop) {
                    return outcomeOf(cell.api.updateApp(id, change, stop));
                });
            }),
        row(u"pauseApp"_s, Nature::Once, Reading::Nothing,
            [](Cell &cell) {
                const auto id = cell.bench.makeService().value("app_id"_L1).toString();
                return asking(
                    "POST", u"/apps/"_s + id, [&cell, id](auto stop) { return cell.api.pauseApp(id, stop); });
            }),
        row(u"resumeApp"_s, Nature::Once, Reading::Nothing,
            [](Cell &cell) {
                const auto service = u"/v1/services/"_s + cell.bench.makePausedService();
                const auto id =
                    cell.bench.ask("GET", service, {}, u"service"_s).value("app_id"_L1).toString();
                keepNextDeploymentPending(cell);
                return asking("POST", u"/apps/"_s + id, [&cell, id](auto stop) {
                    return cell.api.resumeApp(id, stop);
                });
            }),
        row(u"deleteApp"_s, Nature::Repeatable, Reading::Nothing,
            [](Cell &cell) {
                const auto id = cell.bench.makeService().value("app_id"_L1).toString();
                makeDeletionLast(cell);
                return asking("DELETE", u"/apps/"_s + id, [&cell, id](auto stop) {
                    return cell.api.deleteApp(id, stop);
                });
            }),
    };
}

QList<Operation> serviceChanges()
{
    return {
        row(u"createService"_s, Nature::Once, Reading::Values,
            [](Cell &cell) {
                const NewService service{cell.bench.makeApp(), definitionOf(cell), {}};
                keepNextDeploymentPending(cell);
                return asking("POST", u"/services"_s, [&cell, service](auto stop) {
                    return outcomeOf(cell.api.createService(service, stop));
                });
            }),
        row(u"checkNewService"_s, Nature::Repeatable, Reading::Nothing,
            [](Cell &cell) {
                const NewService service{cell.bench.sandbox().appId, definitionOf(cell), {}};
                return asking("POST", u"/services"_s, [&cell, service](auto stop) {
                    return cell.api.checkNewService(service, stop);
                });
            }),
        row(u"updateServiceLifeCycle"_s, Nature::Repeatable, Reading::Values,
            [](Cell &cell) {
                const auto id = serviceId(cell);
                ServiceLifeCycle lifeCycle;
                lifeCycle.deleteAfterCreateSeconds = 86'400;
                return asking("PATCH", u"/services/"_s + id, [&cell, id, lifeCycle](auto stop) {
                    return outcomeOf(cell.api.updateServiceLifeCycle(id, lifeCycle, stop));
                });
            }),
        row(u"updateService"_s, Nature::Once, Reading::Values,
            [](Cell &cell) {
                const auto id = serviceId(cell);
                const ServiceUpdate update{definitionOf(cell), {}};
                keepNextDeploymentPending(cell);
                return asking("PUT", u"/services/"_s + id, [&cell, id, update](auto stop) {
                    return outcomeOf(cell.api.updateService(id, update, stop));
                });
            }),
        row(u"checkServiceUpdate"_s, Nature::Repeatable, Reading::Nothing,
            [](Cell &cell) {
                const auto id = cell.bench.sandbox().serviceId;
                const ServiceUpdate update{definitionOf(cell), {}};
                return asking("PUT", u"/services/"_s + id, [&cell, id, update](auto stop) {
                    return cell.api.checkServiceUpdate(id, update, stop);
                });
            }),
        row(u"pauseService"_s, Nature::Once, Reading::Nothing,
            [](Cell &cell) {
                const auto id = serviceId(cell);
                return asking("POST", u"/services/"_s + id, [&cell, id](auto stop) {
                    return cell.api.pauseService(id, stop);
                });
            }),
        row(u"resumeService"_s, Nature::Once, Reading::Nothing,
            [](Cell &cell) {
                const auto id = cell.bench.makePausedService();
                keepNextDeploymentPending(cell);
                return asking("POST", u"/services/"_s + id, [&cell, id](auto stop) {
                    return cell.api.resumeService(id, {}, stop);
                });
            }),
        row(u"redeployService"_s, Nature::Once, Reading::Values,
            [](Cell &cell) {
                const auto id = serviceId(cell);
                keepNextDeploymentPending(cell);
                return asking("POST", u"/services/"_s + id, [&cell, id](auto stop) {
                    return outcomeOf(cell.api.redeployService(id, {}, stop));
                });
            }),
        row(u"deleteService"_s, Nature::Repeatable, Reading::Nothing,
            [](Cell &cell) {
                const auto id = serviceId(cell);
                return asking("DELETE", u"/services/"_s + id, [&cell, id](auto stop) {
                    return cell.api.deleteService(id, stop);
                });
            }),
        row(u"cancelDeployment"_s, Nature::Once, Reading::Nothing,
            [](Cell &cell) {
                const auto id = cell.bench.makeService().value("latest_deployment_id"_L1).toString();
                return asking("POST", u"/deployments/"_s + id, [&cell, id](auto stop) {
                    return cell.api.cancelDeployment(id, stop);
                });
            }),
    };
}

} // namespace

QList<Operation> apiOperations()
{
    return readings() + appChanges() + serviceChanges();
}

} // namespace Koyeb::Reliability
