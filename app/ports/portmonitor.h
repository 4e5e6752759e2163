// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandbox.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace Koyeb::Desktop {

/// Asks again and again what listens in a sandbox, as long as somebody looks.
class PortMonitor : public QObject {
    Q_OBJECT

public:
    explicit PortMonitor(QObject *parent = nullptr);
    ~PortMonitor() override;

    /// How long an answer may take; half a minute unless set.
    void setAnswerTimeout(std::chrono::milliseconds timeout) { m_answerTimeout = timeout; }
    /// Null is "not reachable".
    void setSandbox(std::shared_ptr<Sandbox> sandbox);
    /// Asks at once, and from now on every two seconds after each answer.
    void start();
    void stop();

Q_SIGNALS:
    void listed(const QList<Koyeb::ListeningPort> &ports);
    /// The first of a row of failures; asking goes on.
    void failed(const Koyeb::Error &error);

private:
    void ask();
    QCoro::Task<> list(std::shared_ptr<Sandbox> sandbox, std::stop_token stop);

    std::shared_ptr<Sandbox> m_sandbox;
    bool m_isActive = false;
    bool m_isFailing = false;
    std::chrono::milliseconds m_answerTimeout = std::chrono::seconds(30);
    QTimer m_pause;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
