// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/accountsessions.h"

#include "accounts/accountregistry.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "sandbox/accountsession.h"

#include <algorithm>

namespace Koyeb::Desktop {

AccountSessions::AccountSessions(
    Clock &clock, AccountRegistry &registry, TokenStore &tokens, LocalEngineHost &engine)
    : m_clock(clock), m_registry(registry), m_tokens(tokens), m_engine(engine)
{
    connect(&m_engine, &LocalEngineHost::started, this, &AccountSessions::takeEngineStarted);
    connect(&m_engine, &LocalEngineHost::failed, this, &AccountSessions::takeEngineFailed);
    connect(&m_engine, &LocalEngineHost::stopped, this, &AccountSessions::takeEngineStopped);
}

AccountSessions::~AccountSessions() = default;

void AccountSessions::openKnown()
{
    for (const auto &account : m_registry.accounts()) {
        open(ensure(account));
    }
}

void AccountSessions::openLocal()
{
    const auto account = localAccount();
    m_registry.store(account);
    auto &entry = ensure(account);
    if (entry.state != State::Open) {
        open(entry);
    }
}

void AccountSessions::add(const Account &account, const QString &token)
{
    m_registry.store(account);
    auto &entry = ensure(account);
    entry.account = account;
    openSession(entry, account.host, token);
    keepToken(account.id, token);
}

void AccountSessions::reopen(const QString &id)
{
    if (auto *entry = find(id)) {
        open(*entry);
    }
}

void AccountSessions::remove(const QString &id)
{
    auto *entry = find(id);
    if (entry == nullptr) {
        return;
    }
    const auto account = entry->account;
    closeSession(*entry);
    m_registry.remove(id);
    std::erase_if(m_entries, [entry](const auto &candidate) { return candidate.get() == entry; });
    if (account.kind == AccountKind::Local) {
        m_engine.stop();
    } else {
        forgetToken(id, account.displayName);
    }
    Q_EMIT accountRemoved(id);
}

QList<Account> AccountSessions::accounts() const
{
    QList<Account> result;
    for (const auto &entry : m_entries) {
        result.append(entry->account);
    }
    return result;
}

Account AccountSessions::account(const QString &id) const
{
    const auto *entry = find(id);
    return entry ? entry->account : Account();
}

AccountSessions::State AccountSessions::state(const QString &id) const
{
    const auto *entry = find(id);
    return entry ? entry->state : State::SignedOut;
}

Error AccountSessions::error(const QString &id) const
{
    const auto *entry = find(id);
    return entry ? entry->error : Error();
}

QString AccountSessions::problem(const QString &id) const
{
    return id == localAccount().id && state(id) == State::Open ? m_engine.info().problem : QString();
}

AccountSession *AccountSessions::session(const QString &id) const
{
    const auto *entry = find(id);
    return entry ? entry->session.get() : nullptr;
}

AccountSessions::Entry *AccountSessions::find(const QString &id) const
{
    const auto found =
        std::ranges::find_if(m_entries, [&id](const auto &entry) { return entry->account.id == id; });
    return found == m_entries.end() ? nullptr : found->get();
}

AccountSessions::Entry &AccountSessions::ensure(const Account &account)
{
    if (auto *known = find(account.id)) {
        return *known;
    }
    auto &entry = *m_entries.emplace_back(std::make_unique<Entry>());
    entry.account = account;
    Q_EMIT accountAdded(account.id);
    return entry;
}

void AccountSessions::open(Entry &entry)
{
    closeSession(entry);
    setState(entry, State::Opening);
    if (entry.account.kind == AccountKind::Koyeb) {
        openFromKeychain(entry.account.id);
    } else if (m_engine.state() == LocalEngineHost::State::Running) {
        takeEngineStarted();
    } else {
        m_engine.start();
    }
}

void AccountSessions::openSession(Entry &entry, const QUrl &host, const QString &token)
{
    closeSession(entry);
    entry.session = std::make_unique<AccountSession>(m_clock, host, token, m_network);
    setState(entry, State::Open);
}

void AccountSessions::closeSession(Entry &entry)
{
    if (entry.session) {
        Q_EMIT sessionClosing(entry.account.id);
        entry.session.reset();
    }
}

void AccountSessions::setState(Entry &entry, State state, const Error &error)
{
    entry.state = state;
    entry.error = error;
    Q_EMIT stateChanged(entry.account.id);
}

void AccountSessions::takeEngineStarted()
{
    if (auto *entry = find(localAccount().id)) {
        openSession(*entry, m_engine.info().url, m_engine.info().token);
    }
}

void AccountSessions::takeEngineFailed(const Error &error)
{
    if (auto *entry = find(localAccount().id)) {
        closeSession(*entry);
        setState(*entry, State::Failed, error);
    }
}

void AccountSessions::takeEngineStopped()
{
    // It was asked for again while it was still ending.
    if (const auto *entry = find(localAccount().id); entry && entry->state == State::Opening) {
        m_engine.start();
    }
}

QCoro::Task<void> AccountSessions::openFromKeychain(QString id)
{
    const auto token = co_await m_tokens.read(id, m_scope.token());
    if (!token && token.error().isCancelled()) {
        co_return;
    }
    auto *entry = find(id);
    if (entry == nullptr || entry->state != State::Opening) {
        co_return; // Removed, or opened in another way, meanwhile.
    }
    if (!token) {
        setState(*entry, State::Failed, token.error());
    } else if (!*token) {
        setState(*entry, State::SignedOut);
    } else {
        openSession(*entry, entry->account.host, **token);
    }
}

QCoro::Task<void> AccountSessions::keepToken(QString id, QString token)
{
    const auto kept = co_await m_tokens.write(id, token, m_scope.token());
    if (!kept && !kept.error().isCancelled()) {
        Q_EMIT tokenNotKept(id, kept.error());
    }
}

QCoro::Task<void> AccountSessions::forgetToken(QString id, QString name)
{
    const auto forgotten = co_await m_tokens.remove(id, m_scope.token());
    if (!forgotten && !forgotten.error().isCancelled()) {
        Q_EMIT tokenNotForgotten(name, forgotten.error());
    }
}

} // namespace Koyeb::Desktop
