// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandboxes/sandboxtreemodel.h"

#include <QObject>

namespace Koyeb {
class AccountSession;
}

namespace Koyeb::Desktop {

class AccountSessions;

/// Keeps the tree in step with the accounts and with what their stores tell.
class AccountFeed : public QObject {
    Q_OBJECT

public:
    /// Both outlive the feed.
    AccountFeed(AccountSessions &accounts, SandboxTreeModel &tree, QObject *parent = nullptr);

    /// When the account's list was last known to be right; invalid while it is, and before it was ever read.
    [[nodiscard]] QDateTime outdatedAsOf(const QString &id) const;

Q_SIGNALS:
    /// After the tree has it.
    void sandboxesChanged(const QString &accountId, const Koyeb::SandboxChanges &changes);
    /// The account or its list is in another condition.
    void conditionChanged(const QString &accountId);

private:
    void addAccount(const QString &id);
    void takeState(const QString &id);
    void follow(const QString &id, AccountSession &session);
    [[nodiscard]] SandboxTreeModel::AccountCondition conditionOf(const QString &id) const;
    void showCondition(const QString &id);

    AccountSessions &m_accounts;
    SandboxTreeModel &m_tree;
};

} // namespace Koyeb::Desktop
