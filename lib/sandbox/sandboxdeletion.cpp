// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxdeletion.h"

#include "api/outcome.h"

#include <algorithm>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto firstInterval = 250ms;
constexpr auto maximumInterval = 2000ms;
constexpr auto serviceLimit = 120s;
// How long the platform gets to remove an empty app that it is to remove by itself.
constexpr auto emptyAppLimit = 10s;

[[nodiscard]] bool isNotFound(const Error &error)
{
    return error.kind == ErrorKind::NotFound;
}

/// What an app holds besides the service `serviceId`, by name.
QCoro::Task<Result<QStringList>> otherServices(
    ApiClient &api, QString appId, QString serviceId, std::stop_token stop)
{
    ServiceFilter filter;
    filter.appId = appId;
    const auto services = co_await api.services(std::move(filter), Priority::Foreground, stop);
    if (!services) {
        co_return failure(services.error());
    }
    QStringList names;
    for (const auto &service : *services) {
        if (service.id != serviceId && service.status != ServiceStatus::Deleted) {
            names.append(service.name);
        }
    }
    co_return names;
}

QCoro::Task<Result<void>> waitUntilGone(ApiClient &api, Clock &clock, QString serviceId, std::stop_token stop)
{
    const auto end = clock.now() + serviceLimit;
    std::chrono::milliseconds interval = firstInterval;
    while (clock.now() < end) {
        const auto service = co_await api.service(serviceId, Priority::Foreground, stop);
        if (service ? service->status == ServiceStatus::Deleted : isNotFound(service.error())) {
            co_return {};
        }
        if (!service && !mayPass(service.error())) {
            co_return failure(service.error());
        }
        const bool waited = co_await clock.sleepFor(interval, stop);
        if (!waited) {
            co_return failure(Error::cancelled());
        }
        interval = std::min(interval * 2, maximumInterval);
    }
    co_return failure(ErrorKind::Timeout, u"The sandbox is still being deleted."_s);
}

/// True once the platform has removed the app by itself, as it does for apps that are marked so.
QCoro::Task<Result<bool>> vanishes(ApiClient &api, Clock &clock, QString appId, std::stop_token stop)
{
    const auto end = clock.now() + emptyAppLimit;
    std::chrono::milliseconds interval = firstInterval;
    for (;;) {
        const auto app = co_await api.app(appId, stop);
        if (!app) {
            if (isNotFound(app.error())) {
                co_return true;
            }
            co_return failure(app.error());
        }
        if (app->status == ServiceStatus::Deleted) {
            co_return true;
        }
        // An app that is being deleted needs no second request.
        const bool goesByItself = app->deleteWhenEmpty || app->status == ServiceStatus::Deleting;
        if (!goesByItself || clock.now() >= end) {
            co_return app->status == ServiceStatus::Deleting;
        }
        const bool waited = co_await clock.sleepFor(interval, stop);
        if (!waited) {
            co_return failure(Error::cancelled());
        }
        interval = std::min(interval * 2, maximumInterval);
    }
}

} // namespace

QCoro::Task<Result<DeletionPlan>> planDeletion(ApiClient &api, QString serviceId, std::stop_token stop)
{
    const auto service = co_await api.service(serviceId, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    const auto app = co_await api.app(service->appId, stop);
    if (!app) {
        co_return failure(app.error());
    }
    const auto others = co_await otherServices(api, app->id, serviceId, stop);
    if (!others) {
        co_return failure(others.error());
    }
    DeletionPlan plan;
    plan.serviceId = service->id;
    plan.serviceName = service->name;
    plan.appId = app->id;
    plan.appName = app->name;
    plan.otherServices = *others;
    plan.appGoesToo = others->isEmpty();
    co_return plan;
}

QCoro::Task<Result<void>> deleteSandbox(ApiClient &api, Clock &clock, DeletionPlan plan, std::stop_token stop)
{
    const auto deleted = co_await api.deleteService(plan.serviceId, stop);
    if (!deleted && !isNotFound(deleted.error())) {
        co_return deleted;
    }
    const auto gone = co_await waitUntilGone(api, clock, plan.serviceId, stop);
    if (!gone || !plan.appGoesToo) {
        co_return gone;
    }
    // Left to the platform where it does it: it cannot hit a service that somebody adds at this moment, which
    // a look followed by a deletion could.
    const auto vanished = co_await vanishes(api, clock, plan.appId, stop);
    if (!vanished) {
        co_return failure(vanished.error());
    }
    if (*vanished) {
        co_return {};
    }
    const auto others = co_await otherServices(api, plan.appId, plan.serviceId, stop);
    if (!others) {
        co_return failure(others.error());
    }
    if (!others->isEmpty()) {
        co_return {};
    }
    const auto appDeleted = co_await api.deleteApp(plan.appId, stop);
    if (!appDeleted && !isNotFound(appDeleted.error())) {
        co_return appDeleted;
    }
    co_return {};
}

QCoro::Task<Result<void>> deleteLeftover(
    ApiClient &api, Clock &clock, QString appName, QString sandboxName, std::stop_token stop)
{
    if (appName.isEmpty()) {
        co_return failure(ErrorKind::Unsupported, u"What else is in the app is not this program's."_s);
    }
    AppFilter appFilter;
    appFilter.name = appName;
    const auto apps = co_await api.apps(std::move(appFilter), Priority::Foreground, stop);
    if (!apps) {
        co_return failure(apps.error());
    }
    const auto app = std::find_if(
        apps->cbegin(), apps->cend(), [&appName](const App &candidate) { return candidate.name == appName; });
    if (app == apps->cend()) {
        co_return {};
    }
    ServiceFilter serviceFilter;
    serviceFilter.appId = app->id;
    const auto services = co_await api.services(std::move(serviceFilter), Priority::Foreground, stop);
    if (!services) {
        co_return failure(services.error());
    }
    DeletionPlan plan;
    plan.appId = app->id;
    plan.appGoesToo = true;
    for (const auto &service : *services) {
        if (service.status == ServiceStatus::Deleted) {
            continue;
        }
        if (service.name != sandboxName || !plan.serviceId.isEmpty()) {
            co_return failure(ErrorKind::Conflict, u"The app %1 holds other services."_s.arg(appName));
        }
        plan.serviceId = service.id;
    }
    if (!plan.serviceId.isEmpty()) {
        const auto deleted = co_await deleteSandbox(api, clock, std::move(plan), stop);
        co_return deleted;
    }
    const auto appDeleted = co_await api.deleteApp(app->id, stop);
    if (!appDeleted && !isNotFound(appDeleted.error())) {
        co_return appDeleted;
    }
    co_return {};
}

} // namespace Koyeb
