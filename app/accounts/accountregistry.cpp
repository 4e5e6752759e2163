// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/accountregistry.h"

#include <QSettings>

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto listKey = u"accounts"_s;
const auto idKey = u"id"_s;
const auto kindKey = u"kind"_s;
const auto hostKey = u"host"_s;
const auto nameKey = u"name"_s;
const auto localKind = u"local"_s;
const auto koyebKind = u"koyeb"_s;

} // namespace

QList<Account> AccountRegistry::accounts() const
{
    QList<Account> result;
    const auto count = m_settings.beginReadArray(listKey);
    for (int index = 0; index < count; ++index) {
        m_settings.setArrayIndex(index);
        const Account account{
            .id = m_settings.value(idKey).toString(),
            .kind = m_settings.value(kindKey) == localKind ? AccountKind::Local : AccountKind::Koyeb,
            .host = QUrl(m_settings.value(hostKey).toString()),
            .displayName = m_settings.value(nameKey).toString()};
        if (account.kind == AccountKind::Local) {
            result.append(localAccount());
        } else if (!account.id.isEmpty() && account.host.isValid()) {
            result.append(account);
        }
    }
    m_settings.endArray();
    return result;
}

void AccountRegistry::store(const Account &account)
{
    auto all = accounts();
    const auto known = std::ranges::find(all, account.id, &Account::id);
    if (known == all.end()) {
        all.append(account);
    } else {
        *known = account;
    }
    write(all);
}

void AccountRegistry::remove(const QString &id)
{
    auto all = accounts();
    all.removeIf([&id](const Account &account) { return account.id == id; });
    write(all);
}

void AccountRegistry::write(const QList<Account> &accounts)
{
    m_settings.remove(listKey);
    m_settings.beginWriteArray(listKey, static_cast<int>(accounts.size()));
    for (int index = 0; index < accounts.size(); ++index) {
        const auto &account = accounts.at(index);
        m_settings.setArrayIndex(index);
        m_settings.setValue(idKey, account.id);
        m_settings.setValue(kindKey, account.kind == AccountKind::Local ? localKind : koyebKind);
        m_settings.setValue(hostKey, account.host.toString());
        m_settings.setValue(nameKey, account.displayName);
    }
    m_settings.endArray();
}

} // namespace Koyeb::Desktop
