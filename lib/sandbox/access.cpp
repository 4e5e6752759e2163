// SPDX-License-Identifier: Apache-2.0
#include "api/secretsapi.h"
#include "sandbox/sandbox.h"

#include <QRegularExpression>

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

/// The access secret, or the name of the account's secret that holds it.
struct SecretSource {
    QString value;
    QString name;
};

[[nodiscard]] Result<SecretSource> secretFrom(const DeploymentDefinition &definition)
{
    static const QRegularExpression reference(uR"(^\{\{\s*secret\.([^\s}]+)\s*\}\}$)"_s);
    for (const auto &variable : definition.environment) {
        if (variable.key != "SANDBOX_SECRET"_L1) {
            continue;
        }
        const auto named = reference.match(variable.value);
        if (!variable.secret.isEmpty() || named.hasMatch()) {
            return SecretSource{{}, variable.secret.isEmpty() ? named.captured(1) : variable.secret};
        }
        if (!variable.value.isEmpty()) {
            return SecretSource{variable.value, {}};
        }
    }
    return failure(ErrorKind::Unsupported, u"The sandbox has no access secret."_s);
}

QCoro::Task<Result<QString>> revealed(ApiClient &api, SecretSource source, std::stop_token stop)
{
    if (source.name.isEmpty()) {
        co_return source.value;
    }
    const SecretsApi secrets(api.transport());
    const SecretFilter filter{source.name};
    const auto candidates = co_await secrets.secrets(filter, stop);
    if (!candidates) {
        co_return failure(candidates.error());
    }
    for (const auto &candidate : *candidates) {
        if (candidate.name != source.name) {
            continue; // The filter also lets through names that only hold it.
        }
        const auto content = co_await secrets.reveal(candidate.id, stop);
        if (!content) {
            co_return failure(content.error());
        }
        co_return content->value;
    }
    co_return failure(
        ErrorKind::Unsupported,
        u"The sandbox's access secret is kept in the account's secret %1, which is not there."_s.arg(
            source.name));
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
    const auto source = secretFrom(deployment->definition);
    if (!source) {
        co_return failure(source.error());
    }
    const auto secret = co_await revealed(api, *source, stop);
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
