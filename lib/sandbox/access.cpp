// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandbox.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Where a sandbox answers: the executor below /koyeb-sandbox, the exposed port at publicUrl.
struct Address {
    QUrl executorUrl;
    QUrl publicUrl;
    QString routingKey;
};

/// The address `text` is, if credentials may be sent there: over TLS, unless the control plane itself is
/// reached without (as the one on this computer is).
[[nodiscard]] Result<QUrl> trustworthyUrl(const QString &text, const QUrl &host)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isSecure = url.scheme() == "https"_L1;
    const bool isAsPlainAsTheHost = url.scheme() == "http"_L1 && host.scheme() == "http"_L1;
    if (!url.isValid() || url.host().isEmpty() || !(isSecure || isAsPlainAsTheHost)) {
        return failure(
            ErrorKind::Protocol,
            u"The reply has an unexpected form: the sandbox's address cannot be used."_s);
    }
    return url;
}

[[nodiscard]] QUrl withPath(QUrl url, const QString &path)
{
    QString base = url.path();
    while (base.endsWith(u'/')) {
        base.chop(1);
    }
    url.setPath(base + path);
    return url;
}

[[nodiscard]] Result<Address> addressFrom(const SandboxMetadata &metadata, const QUrl &host)
{
    const auto base = trustworthyUrl(metadata.publicUrl, host);
    if (!base) {
        return failure(base.error());
    }
    return Address{
        withPath(*base, u"/koyeb-sandbox"_s), withPath(*base, u"/r/%1/"_s.arg(metadata.routingKey)),
        metadata.routingKey};
}

[[nodiscard]] Result<Address> addressFrom(const App &app, const QUrl &host)
{
    const QString domain = domainOf(app);
    if (domain.isEmpty()) {
        return failure(ErrorKind::Conflict, u"The sandbox has no address yet."_s);
    }
    const auto base = trustworthyUrl(u"https://"_s + domain, host);
    if (!base) {
        return failure(base.error());
    }
    return Address{withPath(*base, u"/koyeb-sandbox"_s), withPath(*base, u"/"_s), {}};
}

[[nodiscard]] Result<QString> secretFrom(const DeploymentDefinition &definition)
{
    for (const auto &variable : definition.environment) {
        if (variable.key != "SANDBOX_SECRET"_L1) {
            continue;
        }
        if (!variable.secret.isEmpty() || variable.value.startsWith("{{"_L1)) {
            return failure(
                ErrorKind::Unsupported,
                u"The sandbox's access secret is kept as a secret of the account, which is not read."_s);
        }
        if (!variable.value.isEmpty()) {
            return variable.value;
        }
    }
    return failure(ErrorKind::Unsupported, u"The sandbox has no access secret."_s);
}

} // namespace

QString domainOf(const App &app)
{
    for (const auto &candidate : app.domains) {
        // A person's own domain may point elsewhere for now; the platform's always works.
        if (candidate.name.endsWith(".koyeb.app"_L1)) {
            return candidate.name;
        }
    }
    return app.domains.isEmpty() ? QString() : app.domains.first().name;
}

QCoro::Task<Result<SandboxAccess>> resolveSandbox(ApiClient &api, QString serviceId, std::stop_token stop)
{
    const auto service = co_await api.service(serviceId, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    if (service->type != "SANDBOX"_L1) {
        co_return failure(ErrorKind::NotFound, u"The service is not a sandbox."_s);
    }
    const QString deploymentId =
        service->activeDeploymentId.isEmpty() ? service->latestDeploymentId : service->activeDeploymentId;
    if (deploymentId.isEmpty()) {
        co_return failure(ErrorKind::Conflict, u"The sandbox has not been deployed yet."_s);
    }
    const auto deployment = co_await api.deployment(deploymentId, Priority::Foreground, stop);
    if (!deployment) {
        co_return failure(deployment.error());
    }
    const auto secret = secretFrom(deployment->definition);
    if (!secret) {
        co_return failure(secret.error());
    }
    Result<Address> address;
    if (deployment->sandbox) {
        address = addressFrom(*deployment->sandbox, api.host());
    } else {
        const auto app = co_await api.app(service->appId, stop);
        if (!app) {
            co_return failure(app.error());
        }
        address = addressFrom(*app, api.host());
    }
    if (!address) {
        co_return failure(address.error());
    }
    SandboxAccess access;
    access.serviceId = service->id;
    access.appId = service->appId;
    access.deploymentId = deploymentId;
    access.deploymentStatus = deployment->status;
    access.name = service->name;
    access.executor.baseUrl = address->executorUrl;
    access.executor.secret = *secret;
    access.executor.routingKey = address->routingKey;
    access.executor.network = api.network();
    access.publicUrl = address->publicUrl;
    co_return access;
}

} // namespace Koyeb
