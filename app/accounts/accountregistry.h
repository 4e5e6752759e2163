// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"

#include <QList>

class QSettings;

namespace Koyeb::Desktop {

/// Which accounts this program knows, kept in the settings. No secrets.
class AccountRegistry {
public:
    /// `settings` outlives the registry.
    explicit AccountRegistry(QSettings &settings) : m_settings(settings) {}

    /// In the order in which they were added. Entries that cannot be read are left out.
    [[nodiscard]] QList<Account> accounts() const;
    /// Adds an account or replaces the one with its id.
    void store(const Account &account);
    void remove(const QString &id);

private:
    void write(const QList<Account> &accounts);

    QSettings &m_settings;
};

} // namespace Koyeb::Desktop
