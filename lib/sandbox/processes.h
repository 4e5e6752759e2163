// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorvalues.h"
#include "sandbox/sandboxprocess.h"
#include "sandbox/sandboxshell.h"

#include <QCoroTask>
#include <QObject>

#include <stop_token>

namespace Koyeb {

class ProcessFollower;

/// The background processes of a sandbox. Each is started in a process group of its own with its output in
/// files of the sandbox, so that its output is complete and can be read at any time, from any place, by
/// anybody; and so that ending it ends its children too. They are known by what lies in the sandbox: another
/// program or a later run of this one sees the same. Images without `setsid` do without the group: children
/// are then looked up when they are to be ended.
class Processes {
public:
    /// From SIGTERM to SIGKILL.
    static constexpr std::chrono::milliseconds defaultGrace{5000};
    /// Of one read, for each of the two streams.
    static constexpr qint64 defaultReadBytes = 1024 * 1024;

    /// `clock` and `shell` outlive this object.
    Processes(Clock &clock, SandboxShell &shell) : m_clock(clock), m_shell(shell) {}

    /// Starts a command, whose timeout is ignored. Sent once; after a lost answer it is looked whether it
    /// happened. NotFound when the working directory is missing, Unsupported in images without a shell.
    QCoro::Task<Result<SandboxProcess>> launch(Command command, std::stop_token stop);
    /// Those started here or by others like this, then those that the executor was asked to run otherwise.
    QCoro::Task<Result<QList<SandboxProcess>>> list(std::stop_token stop);
    /// Ends a process with all that it started: SIGTERM, after `grace` SIGKILL to what is left. Of a process
    /// that somebody else started through the executor, only its shell is killed. Conflict when it does not
    /// run, NotFound when there is none.
    QCoro::Task<Result<void>> kill(QString id, std::chrono::milliseconds grace, std::stop_token stop);
    /// Ends all that run, and gives their number.
    QCoro::Task<Result<int>> killAll(std::chrono::milliseconds grace, std::stop_token stop);

    /// What the process wrote behind `from`, at most `maximumBytes` of each stream. NotFound when the process
    /// was not started by this library or was forgotten.
    QCoro::Task<Result<ProcessOutput>> read(
        QString id, ProcessOutputPosition from, qint64 maximumBytes, std::stop_token stop);
    /// Reads on until the process has ended. Not started; must be gone before this object is.
    [[nodiscard]] ProcessFollower *follow(
        const QString &id, const ProcessOutputPosition &from, QObject *parent);
    /// The working directory of the first process of a session, such as a terminal's shell, that has
    /// `variable` with `value` in the environment with which it was started. NotFound when there is none.
    QCoro::Task<Result<QByteArray>> sessionDirectory(
        QByteArray variable, QByteArray value, std::stop_token stop);
    /// Removes what the sandbox keeps of a process, its output included. Conflict while it runs.
    QCoro::Task<Result<void>> forget(QString id, std::stop_token stop);

private:
    QCoro::Task<Result<SandboxProcess>> describeStarted(QString id, std::stop_token stop);
    QCoro::Task<Result<QStringList>> end(
        QStringList ids, std::chrono::milliseconds grace, std::stop_token stop);

    Clock &m_clock;
    SandboxShell &m_shell;
};

} // namespace Koyeb
