// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/quotas.h"
#include "api/values.h"

#include <chrono>

namespace Koyeb {

/// Which organizations are wanted.
struct OrganizationFilter {
    QString search;            ///< A part of the name or the id, in any case; empty: any.
    QStringList statuses = {}; ///< e.g. `ACTIVE`; empty: all.
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] Quotas readQuotas(const JsonReader &json);
/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] OrganizationSummary readOrganizationSummary(const JsonReader &json);

/// The organizations of a user, what they may use and what they have.
class OrganizationsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit OrganizationsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// Of those that the user belongs to, what the filter lets through. Fails for organization tokens, which
    /// have no user.
    QCoro::Task<Result<QList<Organization>>> organizations(
        OrganizationFilter filter, std::stop_token stop) const;
    /// A token that acts for that organization, to switch to it; a credential. `validity` is at most 24
    /// hours.
    QCoro::Task<Result<QString>> createAccessToken(
        QString organizationId, std::chrono::seconds validity, std::stop_token stop) const;
    /// What the organization may use.
    QCoro::Task<Result<Quotas>> quotas(QString organizationId, std::stop_token stop) const;
    /// What the organization has now.
    QCoro::Task<Result<OrganizationSummary>> summary(QString organizationId, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
