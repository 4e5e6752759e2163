// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "core/taskscope.h"
#include "sandbox/sandbox.h"

#include <QObject>

namespace Koyeb {

/// The options of a new sandbox; defaults are the SDK's.
struct SandboxOptions {
    QString name; ///< Empty: one is made up.
    QString image = QStringLiteral("koyeb/sandbox");
    QString region = QStringLiteral("na");
    QString instanceType = QStringLiteral("micro");
    QList<EnvironmentVariable> environment;
    std::chrono::seconds idleTimeout{300}; ///< Before deep sleep; 0 is never.
};

/// Makes a sandbox and waits until it can be used. Each create request is sent once; after a lost answer it
/// is looked for by name before anything is concluded. Ends with exactly one of ready() and failed(), unless
/// cancelled.
class SandboxCreation : public QObject {
    Q_OBJECT

public:
    enum class Phase { Idle, CreatingApp, CreatingService, Deploying, WaitingForExecutor, Ready, Failed };
    Q_ENUM(Phase)

    SandboxCreation(ApiClient &api, Clock &clock, const SandboxOptions &options, QObject *parent = nullptr);

    void start();
    /// Stops waiting. What was created stays; serviceId() tells.
    void cancel();

    [[nodiscard]] Phase phase() const { return m_phase; }
    /// Set as soon as the service exists.
    [[nodiscard]] const QString &serviceId() const { return m_serviceId; }
    [[nodiscard]] const SandboxOptions &options() const { return m_options; }

Q_SIGNALS:
    /// In Deploying, also whenever the deployment's status changes.
    void phaseChanged(Koyeb::SandboxCreation::Phase phase, Koyeb::DeploymentStatus deployment);
    void serviceCreated(const QString &serviceId);
    void ready(const Koyeb::SandboxAccess &access);
    void failed(const Koyeb::Error &error);

private:
    ApiClient &m_api;
    Clock &m_clock;
    SandboxOptions m_options;
    Phase m_phase = Phase::Idle;
    QString m_serviceId;
    TaskScope m_scope;
};

} // namespace Koyeb
