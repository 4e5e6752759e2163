// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "core/taskscope.h"
#include "sandbox/definition.h"
#include "sandbox/sandboxreadiness.h"

#include <QObject>

#include <memory>
#include <optional>

namespace Koyeb {

/// What a creation that failed has left behind.
enum class Leftover {
    None,    ///< Nothing: it was not made, or is gone again.
    Unknown, ///< The app made for it may exist, and the sandbox in it: the answers that would tell were lost.
    Exists   ///< The sandbox exists; see SandboxCreation::serviceId().
};

/// Makes a sandbox and waits until it can be used. Each create request is sent once; after a lost answer it
/// is looked for by name before anything is concluded. Ends with exactly one of ready() and failed(), unless
/// cancelled; where SandboxOptions::waitReady is off, with serviceCreated() in place of ready(). When it
/// fails before the sandbox exists, the app that was made for it is removed; an app that was given stays.
class SandboxCreation : public QObject {
    Q_OBJECT

public:
    /// How far it is.
    enum class Phase { Idle, CreatingApp, CreatingService, Deploying, WaitingForExecutor, Ready, Failed };
    Q_ENUM(Phase)

    /// `api` and `clock` outlive the creation.
    SandboxCreation(ApiClient &api, Clock &clock, const SandboxOptions &options, QObject *parent = nullptr);
    ~SandboxCreation() override;

    /// Once in the life of a creation.
    void start();
    /// Stops waiting, silently. What was created stays; serviceId() tells.
    void cancel();

    /// Where it stands now.
    [[nodiscard]] Phase phase() const { return m_phase; }
    /// Set as soon as the service exists.
    [[nodiscard]] const QString &serviceId() const { return m_serviceId; }
    /// Meaningful once it has failed.
    [[nodiscard]] Leftover leftover() const { return m_leftover; }
    /// As given, but for the name, which is the one that the sandbox gets.
    [[nodiscard]] const SandboxOptions &options() const { return m_options; }
    /// Of the app that is made for the sandbox, which no other has; empty before start(), and where an app
    /// was given.
    [[nodiscard]] const QString &appName() const { return m_appName; }

Q_SIGNALS:
    /// In Deploying and WaitingForExecutor, also whenever the deployment's status changes.
    void phaseChanged(Koyeb::SandboxCreation::Phase phase, Koyeb::DeploymentStatus deployment);
    /// There is something to delete from now on.
    void serviceCreated(const QString &serviceId);
    /// The sandbox can be used: its executor has answered.
    void ready(const Koyeb::SandboxAccess &access);
    /// Rejected, with the deployment's own messages, when it came to a final state; Timeout when it was not
    /// ready in SandboxOptions::timeout.
    void failed(const Koyeb::Error &error);

private:
    QCoro::Task<void> run(std::stop_token stop);
    QCoro::Task<Result<App>> obtainApp(std::stop_token stop);
    QCoro::Task<Result<App>> examineApp(std::stop_token stop);
    QCoro::Task<Result<Service>> obtainService(App app, std::stop_token stop);
    QCoro::Task<void> waitUntilReady(std::stop_token stop);
    void enter(Phase phase, DeploymentStatus deployment);
    void fail(const Error &error);

    ApiClient &m_api;
    Clock &m_clock;
    SandboxOptions m_options;
    QString m_appName;
    Phase m_phase = Phase::Idle;
    bool m_started = false;
    QString m_serviceId;
    QStringList m_namesakes;
    Leftover m_leftover = Leftover::None;
    DeploymentStatus m_deploymentStatus = DeploymentStatus::Unknown;
    std::unique_ptr<SandboxReadiness> m_readiness;
    TaskScope m_scope;
};

} // namespace Koyeb
