// SPDX-License-Identifier: Apache-2.0
#include "api/catalogapi.h"

#include "api/jsonmembers.h"
#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] QList<Datacenter> readDatacenters(const JsonReader &json)
{
    return readAll(json, "datacenters"_L1, &readDatacenter);
}

} // namespace

QCoro::Task<Result<CatalogUsage>> CatalogApi::usage(QString region, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"catalog"_s, u"usage"_s});
    filterBy(url, u"region"_s, region);
    return m_transport.fetch(m_transport.get(url), "usage"_L1, &readCatalogUsage, std::move(stop));
}

QCoro::Task<Result<QList<Datacenter>>> CatalogApi::datacenters(std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"catalog"_s, u"datacenters"_s});
    return m_transport.fetchReply(m_transport.get(url), &readDatacenters, std::move(stop));
}

} // namespace Koyeb
