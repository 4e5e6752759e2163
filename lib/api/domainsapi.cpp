// SPDX-License-Identifier: Apache-2.0
#include "api/domainsapi.h"

#include "api/jsonmembers.h"
#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

QJsonObject toJson(const NewDomain &domain)
{
    QJsonObject json{{"name"_L1, domain.name}, {"type"_L1, "CUSTOM"_L1}};
    insertIfSet(json, "app_id"_L1, domain.appId);
    insertIfSet(json, "project_id"_L1, domain.projectId);
    return json;
}

QCoro::Task<Result<QList<Domain>>> DomainsApi::domains(DomainFilter filter, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"domains"_s});
    filterBy(url, u"app_ids"_s, filter.appIds);
    filterBy(url, u"name"_s, filter.name);
    filterBy(url, u"types"_s, filter.types);
    filterBy(url, u"statuses"_s, filter.statuses);
    filterBy(url, u"project_id"_s, filter.projectId);
    ListRequest list{m_transport.get(url), "domains"_L1};
    return m_transport.fetchAll(std::move(list), &readDomain, std::move(stop));
}

QCoro::Task<Result<Domain>> DomainsApi::domain(QString id, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"domains"_s, id});
    return m_transport.fetch(m_transport.get(url), "domain"_L1, &readDomain, std::move(stop));
}

QCoro::Task<Result<Domain>> DomainsApi::createDomain(NewDomain domain, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"domains"_s});
    HttpRequest request = m_transport.post(url, toJson(domain));
    return m_transport.fetch(std::move(request), "domain"_L1, &readDomain, std::move(stop));
}

QCoro::Task<Result<Domain>> DomainsApi::attachDomain(QString id, QString appId, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"domains"_s, id});
    const QJsonObject body{{"app_id"_L1, appId}};
    HttpRequest request = m_transport.withBody("PATCH", url, body, Repeatable::Safely);
    return m_transport.fetch(std::move(request), "domain"_L1, &readDomain, std::move(stop));
}

QCoro::Task<Result<Domain>> DomainsApi::renameDomain(
    QString id, QString subdomain, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"domains"_s, id});
    const QJsonObject body{{"subdomain"_L1, subdomain}};
    HttpRequest request = m_transport.withBody("PATCH", url, body, Repeatable::Safely);
    return m_transport.fetch(std::move(request), "domain"_L1, &readDomain, std::move(stop));
}

QCoro::Task<Result<void>> DomainsApi::checkSubdomain(
    QString id, QString subdomain, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"domains"_s, id});
    addQueryItem(url, u"dry_run"_s, u"true"_s);
    const QJsonObject body{{"subdomain"_L1, subdomain}};
    return m_transport.perform(m_transport.withBody("PATCH", url, body, Repeatable::Safely), std::move(stop));
}

QCoro::Task<Result<void>> DomainsApi::refreshDomain(QString id, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"domains"_s, id, u"refresh"_s});
    HttpRequest request = m_transport.withBody("POST", url, {}, Repeatable::Safely);
    return m_transport.perform(std::move(request), std::move(stop));
}

QCoro::Task<Result<void>> DomainsApi::deleteDomain(QString id, std::stop_token stop) const
{
    return m_transport.perform(m_transport.remove(m_transport.url({u"domains"_s, id})), std::move(stop));
}

} // namespace Koyeb
