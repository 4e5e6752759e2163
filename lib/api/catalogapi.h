// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/catalog.h"

namespace Koyeb {

/// What can be had at the moment, and where. Regions and instance types are ApiClient's.
class CatalogApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit CatalogApi(const ApiTransport &transport) : m_transport(transport) {}

    /// `region` empty: all regions.
    QCoro::Task<Result<CatalogUsage>> usage(QString region, std::stop_token stop) const;
    /// Where the machines are.
    QCoro::Task<Result<QList<Datacenter>>> datacenters(std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
