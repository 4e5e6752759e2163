// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/completion.h"
#include "core/taskscope.h"
#include "core/workerthread.h"
#include "net/proxyrules.h"

#include <QCoroTask>
#include <QHash>
#include <QNetworkProxy>

#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// Finds the proxy through which a server is reached: none for this computer; what the environment asks for;
/// where that is silent, what the system's settings say. These may name a script that has to be fetched
/// first, so they are asked on a thread of its own, and their answers are kept for a while.
class ProxyResolver {
public:
    /// Asks the system; called on another thread. Gives proxies in order of preference.
    using SystemLookup = std::function<QList<QNetworkProxy>(const QNetworkProxyQuery &)>;

    /// `clock` outlives the resolver.
    ProxyResolver(Clock &clock, const ProxyRules &rules, SystemLookup lookup);
    ~ProxyResolver();
    ProxyResolver(const ProxyResolver &) = delete;
    ProxyResolver &operator=(const ProxyResolver &) = delete;

    /// The proxy for `url`, or QNetworkProxy::NoProxy. Fails as ProxyRules::proxyFor() does, with Timeout
    /// when the system does not say, Unsupported when it names only proxies that cannot be used, and
    /// Cancelled.
    QCoro::Task<Result<QNetworkProxy>> proxyFor(QUrl url, std::stop_token stop);

    /// What proxyFor() said last, for a toolkit that asks in the middle of its work. A proxy that nobody can
    /// reach when it was never asked, so that nothing goes past a proxy by mistake.
    [[nodiscard]] QNetworkProxy lastProxyFor(const QUrl &url) const;

private:
    struct Answer {
        QNetworkProxy proxy;
        Clock::TimePoint at;
    };
    using Waiting = QList<Completion<Result<QNetworkProxy>>>;

    QCoro::Task<void> askSystem(QUrl origin);
    void keep(const QUrl &origin, const QNetworkProxy &proxy);

    Clock &m_clock;
    ProxyRules m_rules;
    SystemLookup m_lookup;
    std::unique_ptr<WorkerThread> m_worker; ///< Made when the system is first asked.
    QHash<QUrl, Answer> m_answers;          ///< By origin: scheme (http or https), host and port.
    QHash<QUrl, Waiting> m_waiting;         ///< Those who ask while the system is being asked.
    TaskScope m_scope;
};

} // namespace Koyeb
