// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/values.h"

namespace Koyeb {

/// Which domains are wanted.
struct DomainFilter {
    QStringList appIds;        ///< Empty: of any app, and of none.
    QString name = {};         ///< Empty: any.
    QStringList types = {};    ///< `AUTOASSIGNED`, `CUSTOM`; empty: all
    QStringList statuses = {}; ///< e.g. `ACTIVE`; empty: all.
    QString projectId = {};    ///< Empty: of any project.
};

/// A domain of one's own.
struct NewDomain {
    QString name;           ///< As DNS has it.
    QString appId;          ///< Empty: belongs to no app yet
    QString projectId = {}; ///< Empty: the default project
};

/// The body of the request that carries it.
[[nodiscard]] QJsonObject toJson(const NewDomain &domain);

/// The names under which apps are reached.
class DomainsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit DomainsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// The domains that the filter lets through.
    QCoro::Task<Result<QList<Domain>>> domains(DomainFilter filter, std::stop_token stop) const;
    /// The domain of that id.
    QCoro::Task<Result<Domain>> domain(QString id, std::stop_token stop) const;
    /// It works once its DNS record says Domain::intendedCname.
    QCoro::Task<Result<Domain>> createDomain(NewDomain domain, std::stop_token stop) const;
    /// `appId` empty: the domain belongs to no app any more.
    QCoro::Task<Result<Domain>> attachDomain(QString id, QString appId, std::stop_token stop) const;
    /// Gives a domain of the platform's own (`AUTOASSIGNED`) another beginning. Refused, as Invalid or
    /// Conflict, when it cannot be or is taken.
    QCoro::Task<Result<Domain>> renameDomain(QString id, QString subdomain, std::stop_token stop) const;
    /// Whether renameDomain() would succeed; changes nothing.
    QCoro::Task<Result<void>> checkSubdomain(QString id, QString subdomain, std::stop_token stop) const;
    /// Asks the server to look at the domain's DNS records now.
    QCoro::Task<Result<void>> refreshDomain(QString id, std::stop_token stop) const;
    /// Deletes it for good.
    QCoro::Task<Result<void>> deleteDomain(QString id, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
