// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/taskscope.h"
#include "net/networksettings.h"

#include <QCoroTask>
#include <QObject>

#include <memory>
#include <vector>

namespace Koyeb {
class AccountSession;
}

namespace Koyeb::Desktop {

class AccountRegistry;
class LocalEngineHost;
class TokenStore;

/// The accounts that are in use, and the session of each: opened from the keychain or the local engine,
/// closed and opened again as these come and go.
class AccountSessions : public QObject {
    Q_OBJECT

public:
    enum class State {
        Opening,
        Open,      ///< There is a session.
        SignedOut, ///< There is no token: a person must sign in again.
        Failed     ///< See error().
    };

    /// All arguments outlive the object.
    AccountSessions(Clock &clock, AccountRegistry &registry, TokenStore &tokens, LocalEngineHost &engine);
    ~AccountSessions() override;

    /// How sessions that are opened from now on reach their servers.
    void setNetwork(const NetworkSettings &network) { m_network = network; }
    [[nodiscard]] const NetworkSettings &network() const { return m_network; }
    /// Opens all accounts that the registry knows.
    void openKnown();
    /// Opens "This computer", adding it when it is new.
    void openLocal();
    /// Adds a Koyeb account whose token was checked, keeps the token and opens a session.
    void add(const Account &account, const QString &token);
    /// Tries again after a failure.
    void reopen(const QString &id);
    /// Forgets an account and its token. For the local one the engine ends, and its sandboxes with it.
    void remove(const QString &id);

    [[nodiscard]] QList<Account> accounts() const;
    [[nodiscard]] Account account(const QString &id) const;
    [[nodiscard]] State state(const QString &id) const;
    /// Why there is no session; only while Failed.
    [[nodiscard]] Error error(const QString &id) const;
    /// Why nothing can run in an account although it is open; empty when all is well.
    [[nodiscard]] QString problem(const QString &id) const;
    /// Null unless Open.
    [[nodiscard]] AccountSession *session(const QString &id) const;

Q_SIGNALS:
    void accountAdded(const QString &id);
    void accountRemoved(const QString &id);
    void stateChanged(const QString &id);
    /// The session, and all that it gave out, goes right after this.
    void sessionClosing(const QString &id);
    /// The account works, but its token will have to be entered again after the program has ended.
    void tokenNotKept(const QString &id, const Koyeb::Error &error);
    /// The account is forgotten, but its token could not be taken out of the keychain.
    void tokenNotForgotten(const QString &name, const Koyeb::Error &error);

private:
    struct Entry {
        Account account;
        State state = State::Opening;
        Error error;
        std::unique_ptr<AccountSession> session;
    };

    [[nodiscard]] Entry *find(const QString &id) const;
    Entry &ensure(const Account &account);
    void open(Entry &entry);
    void openSession(Entry &entry, const QUrl &host, const QString &token);
    void closeSession(Entry &entry);
    void setState(Entry &entry, State state, const Error &error = {});
    void takeEngineStarted();
    void takeEngineFailed(const Error &error);
    void takeEngineStopped();
    QCoro::Task<void> openFromKeychain(QString id);
    QCoro::Task<void> keepToken(QString id, QString token);
    QCoro::Task<void> forgetToken(QString id, QString name);

    Clock &m_clock;
    AccountRegistry &m_registry;
    TokenStore &m_tokens;
    LocalEngineHost &m_engine;
    NetworkSettings m_network;
    std::vector<std::unique_ptr<Entry>> m_entries;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
