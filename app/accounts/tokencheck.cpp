// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/tokencheck.h"

#include "api/apiclient.h"
#include "core/deadline.h"
#include "net/httpclient.h"

#include <memory>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Organization tokens have no user and may not ask for "the" organization: an app tells it.
QCoro::Task<Result<Organization>> organizationOfApps(ApiClient &api, std::stop_token stop)
{
    const auto apps = co_await api.apps(AppFilter(), Priority::Foreground, stop);
    if (!apps) {
        co_return failure(apps.error());
    }
    if (apps->isEmpty()) {
        co_return Organization();
    }
    co_return co_await api.organization(apps->first().organizationId, stop);
}

/// Refusals after which another question can still succeed with the same token.
bool mayBeOrganizationToken(const Error &error)
{
    return error.kind == ErrorKind::Unauthorized || error.kind == ErrorKind::Forbidden ||
           error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Invalid;
}

QCoro::Task<Result<Organization>> organizationOf(ApiClient &api, std::stop_token stop)
{
    auto current = co_await api.currentOrganization(stop);
    if (current || !mayBeOrganizationToken(current.error())) {
        co_return current;
    }
    co_return co_await organizationOfApps(api, stop);
}

Account accountOf(const Organization &organization, const QUrl &host)
{
    const auto id = organization.id.isEmpty() ? host.host() : organization.id;
    return {
        .id = u"koyeb:%1"_s.arg(id),
        .kind = AccountKind::Koyeb,
        .host = host,
        .displayName = organization.name.isEmpty() ? host.host() : organization.name};
}

} // namespace

QCoro::Task<Result<Account>> checkToken(
    Clock &clock, NetworkSettings network, QUrl host, QString token, std::chrono::milliseconds timeout,
    std::stop_token stop)
{
    // Deleted later: this coroutine may be resumed from within one of the client's own signals.
    const std::unique_ptr<HttpClient, void (*)(HttpClient *)> http(
        new HttpClient(clock), [](HttpClient *client) { client->deleteLater(); });
    http->setDefaultHeaders({{"Authorization", "Bearer " + token.toUtf8()}});
    http->setRetryPolicy({.maximumAttempts = 1});
    http->setNetwork(network);
    ApiClient api(*http, host);

    const Deadline deadline(clock, timeout, stop);
    const auto organization = co_await organizationOf(api, deadline.token());
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    if (!organization && organization.error().isCancelled()) {
        co_return failure(ErrorKind::Timeout, u"The API did not answer in time."_s);
    }
    if (!organization) {
        co_return failure(organization.error());
    }
    co_return accountOf(*organization, host);
}

} // namespace Koyeb::Desktop
