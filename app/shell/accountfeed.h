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

Q_SIGNALS:
    /// After the tree has it.
    void sandboxesChanged(const QString &accountId, const Koyeb::SandboxChanges &changes);
    /// The account or its list is in another condition.
    void conditionChanged(const QString &accountId);

private:
    void addAccount(const QString &id);
    void takeState(const QString &id);
    void follow(const QString &id, AccountSession &session);
    void showCondition(const QString &id);

    AccountSessions &m_accounts;
    SandboxTreeModel &m_tree;
};

} // namespace Koyeb::Desktop
