// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/taskscope.h"
#include "sandbox/processes.h"

#include <QObject>

namespace Koyeb {

/// Follows the output of a process until it has ended and all of it was read. Ends with exactly one of
/// ended() and failed(), unless stopped. At most two reads' worth of output is held in memory. After a
/// failure, another follower can go on from position().
class ProcessFollower : public QObject {
    Q_OBJECT

public:
    /// Made by Processes::follow().
    ProcessFollower(
        Clock &clock, Processes &processes, const QString &id, const ProcessOutputPosition &from,
        QObject *parent);
    ~ProcessFollower() override;

    /// Once in the life of a follower.
    void start();
    /// Ends it silently; the process goes on.
    void stop();
    /// Behind what was handed on.
    [[nodiscard]] const ProcessOutputPosition &position() const { return m_position; }

Q_SIGNALS:
    /// The next bytes of stdout, as they are.
    void outputReceived(const QByteArray &bytes);
    /// The next bytes of stderr, as they are.
    void errorReceived(const QByteArray &bytes);
    /// The process has ended, and all that it wrote was handed on.
    void ended(const Koyeb::SandboxProcess &process);
    /// The output cannot be read, now or at all; kinds as of Processes::read().
    void failed(const Koyeb::Error &error);

private:
    QCoro::Task<void> run(std::stop_token stop);

    Clock &m_clock;
    Processes &m_processes;
    QString m_id;
    ProcessOutputPosition m_position;
    bool m_started = false;
    TaskScope m_scope;
};

} // namespace Koyeb
