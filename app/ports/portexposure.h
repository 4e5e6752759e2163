// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandbox.h"

#include <QObject>

#include <memory>

namespace Koyeb::Desktop {

/// Exposes a port of a sandbox and waits until it answers, and takes it back.
class PortExposure : public QObject {
    Q_OBJECT

public:
    enum class State { Idle, Exposing, WaitingForAnswer, Unexposing };
    Q_ENUM(State)

    explicit PortExposure(QObject *parent = nullptr);
    ~PortExposure() override;

    /// Null is "not reachable". What was under way is given up.
    void setSandbox(std::shared_ptr<Sandbox> sandbox);

    [[nodiscard]] State state() const { return m_state; }
    /// The port that was exposed through this object's sandbox; 0 is none.
    [[nodiscard]] quint16 exposedPort() const;
    /// The port that is being exposed or waited for; 0 while Idle.
    [[nodiscard]] quint16 pendingPort() const { return m_pendingPort; }
    /// Where the exposed port answers. May hold a routing key: not to be shown or logged.
    [[nodiscard]] QUrl publicUrl() const;

    /// Ends with one of answering() and failed(), unless cancelled.
    void open(quint16 port);
    void unexpose();
    /// Stops waiting; what is exposed stays so.
    void cancel();

Q_SIGNALS:
    void stateChanged(Koyeb::Desktop::PortExposure::State state);
    void answering(quint16 port, const QUrl &url);
    void failed(quint16 port, Koyeb::Desktop::PortExposure::State during, const Koyeb::Error &error);

private:
    void enter(State state, quint16 port = 0);
    void fail(const Error &error);
    QCoro::Task<> runOpen(std::shared_ptr<Sandbox> sandbox, quint16 port, std::stop_token stop);
    QCoro::Task<> runUnexpose(std::shared_ptr<Sandbox> sandbox, std::stop_token stop);

    std::shared_ptr<Sandbox> m_sandbox;
    State m_state = State::Idle;
    quint16 m_pendingPort = 0;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
