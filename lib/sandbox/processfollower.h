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

    void start();
    /// Ends it silently; the process goes on.
    void stop();
    [[nodiscard]] const ProcessOutputPosition &position() const { return m_position; }

Q_SIGNALS:
    /// Bytes as they are, in order within each stream.
    void outputReceived(const QByteArray &bytes);
    void errorReceived(const QByteArray &bytes);
    void ended(const Koyeb::SandboxProcess &process);
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
