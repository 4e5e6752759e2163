// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/accountfeed.h"

#include "accounts/accountsessions.h"
#include "sandbox/accountsession.h"

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;
using Condition = SandboxTreeModel::AccountCondition;

namespace {

[[nodiscard]] bool isOffline(const Error &error)
{
    return error.kind == ErrorKind::Offline || error.kind == ErrorKind::Timeout;
}

} // namespace

AccountFeed::AccountFeed(AccountSessions &accounts, SandboxTreeModel &tree, QObject *parent)
    : QObject(parent), m_accounts(accounts), m_tree(tree)
{
    connect(&accounts, &AccountSessions::accountAdded, this, &AccountFeed::addAccount);
    connect(&accounts, &AccountSessions::accountRemoved, &tree, &SandboxTreeModel::removeAccount);
    connect(&accounts, &AccountSessions::stateChanged, this, &AccountFeed::takeState);
    connect(&accounts, &AccountSessions::sessionClosing, this, [this](const QString &id) {
        if (auto *session = m_accounts.session(id)) {
            session->store().disconnect(this);
        }
        m_tree.clearSandboxes(id);
    });
    const auto known = accounts.accounts();
    for (const auto &account : known) {
        addAccount(account.id);
    }
}

void AccountFeed::addAccount(const QString &id)
{
    const Account account = m_accounts.account(id);
    const bool isLocal = account.kind == AccountKind::Local;
    m_tree.addAccount(
        id, account.displayName, isLocal ? u"computer"_s : u"cloud"_s,
        isLocal ? SandboxTreeModel::Grouping::Flat : SandboxTreeModel::Grouping::ByApp);
    takeState(id);
}

void AccountFeed::takeState(const QString &id)
{
    if (auto *session = m_accounts.session(id)) {
        follow(id, *session);
    }
    showCondition(id);
}

void AccountFeed::follow(const QString &id, AccountSession &session)
{
    SandboxStore &store = session.store();
    store.disconnect(this); // A state may be told twice.
    connect(&store, &SandboxStore::sandboxesChanged, this, [this, id](const SandboxChanges &changes) {
        m_tree.applyChanges(id, changes);
        Q_EMIT sandboxesChanged(id, changes);
    });
    connect(&store, &SandboxStore::conditionChanged, this, [this, id] { showCondition(id); });
    store.start();
}

QDateTime AccountFeed::outdatedAsOf(const QString &id) const
{
    auto *session = m_accounts.session(id);
    return session && session->store().condition() == SandboxStore::Condition::Failing
               ? session->store().currentAsOf()
               : QDateTime();
}

SandboxTreeModel::AccountCondition AccountFeed::conditionOf(const QString &id) const
{
    switch (m_accounts.state(id)) {
    case AccountSessions::State::Opening:
        return Condition::Opening;
    case AccountSessions::State::SignedOut:
        return Condition::SignedOut;
    case AccountSessions::State::Failed:
        return Condition::Failed;
    case AccountSessions::State::Open:
        break;
    }
    auto *session = m_accounts.session(id);
    if (!session) {
        return Condition::Failed;
    }
    const SandboxStore &store = session->store();
    switch (store.condition()) {
    case SandboxStore::Condition::Loading:
        return Condition::Loading;
    case SandboxStore::Condition::Current:
        return Condition::Current;
    case SandboxStore::Condition::Failing:
        break;
    }
    if (isOffline(store.lastError())) {
        return Condition::Offline;
    }
    return store.currentAsOf().isValid() ? Condition::Outdated : Condition::Failed;
}

void AccountFeed::showCondition(const QString &id)
{
    m_tree.setAccountCondition(id, conditionOf(id), outdatedAsOf(id));
    Q_EMIT conditionChanged(id);
}

} // namespace Koyeb::Desktop
