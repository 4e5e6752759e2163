// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "api/execchannel.h"
#include "api/logtail.h"
#include "core/clock.h"
#include "net/httpclient.h"
#include "net/ratelimiter.h"
#include "net/requestlog.h"
#include "sandbox/sandbox.h"
#include "sandbox/sandboxstore.h"

#include <QHash>
#include <QObject>
#include <QUrl>

#include <memory>

namespace Koyeb {

/// One signed-in account: its API client, its rate limit and the list of its sandboxes. Holds the token in
/// memory only.
class AccountSession : public QObject {
    Q_OBJECT

public:
    /// `host` is the control plane's, e.g. https://app.koyeb.com. `network` counts for all that the account
    /// connects to; its log is replaced by the session's own. Nothing is sent before something is asked.
    AccountSession(
        Clock &clock, const QUrl &host, const QString &token, NetworkSettings network = {},
        QObject *parent = nullptr);
    ~AccountSession() override;

    /// The control plane's address.
    [[nodiscard]] const QUrl &host() const { return m_api.host(); }
    /// The clock that was given.
    [[nodiscard]] Clock &clock() { return m_clock; }
    /// The control plane, with this account's rights.
    [[nodiscard]] ApiClient &api() { return m_api; }
    /// The list of this account's sandboxes; polls once it is started.
    [[nodiscard]] SandboxStore &store() { return m_store; }
    /// What the session, its sandboxes and its terminals requested lately.
    [[nodiscard]] RequestLog &requestLog() { return *m_requestLog; }
    /// A sandbox of this account that is reached so, also by the exec channel while the session lives. The
    /// same one as before while somebody has it: what is listed or typed in it goes before what is moved to
    /// and from it.
    [[nodiscard]] std::shared_ptr<Sandbox> openSandbox(const SandboxAccess &access);
    /// A channel that is not started yet, with this account's rights.
    [[nodiscard]] ExecChannel *createExecChannel(QObject *parent);
    /// A log that is not followed yet, with this account's rights. Must not outlive the session.
    [[nodiscard]] LogTail *createLogTail(QObject *parent);

private:
    Clock &m_clock;
    QString m_token;
    std::shared_ptr<RequestLog> m_requestLog; ///< Shared with all that may outlive the session for a moment.
    RateLimiter m_limiter;
    HttpClient m_http;
    ApiClient m_api;
    SandboxStore m_store;
    QHash<QString, std::weak_ptr<Sandbox>> m_sandboxes; ///< Those that were opened last, by service.
};

} // namespace Koyeb
