// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/values.h"

namespace Koyeb {

struct DomainFilter {
    QStringList appIds;
    QString name = {};
    QStringList types = {}; ///< `AUTOASSIGNED`, `CUSTOM`; empty: all
};

/// A domain of one's own.
struct NewDomain {
    QString name;
    QString appId;          ///< Empty: belongs to no app yet
    QString projectId = {}; ///< Empty: the default project
};

[[nodiscard]] QJsonObject toJson(const NewDomain &domain);

/// The names under which apps are reached.
class DomainsApi {
public:
    explicit DomainsApi(const ApiTransport &transport) : m_transport(transport) {}

    QCoro::Task<Result<QList<Domain>>> domains(DomainFilter filter, std::stop_token stop) const;
    QCoro::Task<Result<Domain>> domain(QString id, std::stop_token stop) const;
    QCoro::Task<Result<Domain>> createDomain(NewDomain domain, std::stop_token stop) const;
    /// `appId` empty: the domain belongs to no app any more.
    QCoro::Task<Result<Domain>> attachDomain(QString id, QString appId, std::stop_token stop) const;
    /// Asks the server to look at the domain's DNS records now.
    QCoro::Task<Result<void>> refreshDomain(QString id, std::stop_token stop) const;
    QCoro::Task<Result<void>> deleteDomain(QString id, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
