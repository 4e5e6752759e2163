// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorvalues.h"
#include "sandbox/sandboxprocess.h"

// The scripts behind Processes. What is known of a process lies in a directory of its own in the sandbox:
// `command`, its output in `out` and `err`, `started` and `ended` once it is so.
namespace Koyeb {

/// Makes the directory of a process that is about to be started; `command` is for showing.
[[nodiscard]] QString prepareProcessScript(const QString &id, const QString &command);
/// Runs `invocation` in a session of its own with its output in files, and outlives it to note how it ended.
[[nodiscard]] QString superviseScript(const QString &id, const Invocation &invocation);
/// Whether an executor's process is a superviseScript().
[[nodiscard]] bool isSupervisor(const QString &command);

/// Describes all processes; see parseProcesses().
[[nodiscard]] QString describeProcessesScript();
/// The same of one that was just started, once it has.
[[nodiscard]] QString describeStartedScript(const QString &id);
[[nodiscard]] Result<QList<SandboxProcess>> parseProcesses(const QByteArray &output);

/// Describes a process and writes what its output holds behind the offsets, at most so many bytes of each.
[[nodiscard]] QString readProcessScript(
    const QString &id, const ProcessOutputPosition &from, qint64 maximumBytes);
[[nodiscard]] Result<ProcessOutput> parseProcessOutput(
    const QByteArray &text, const ProcessOutputPosition &from);

/// Ends the processes, with all that they started: SIGTERM, after `grace` SIGKILL to what is left. Prints the
/// ids of those that ran, a line for each.
[[nodiscard]] QString endProcessesScript(const QStringList &ids, std::chrono::milliseconds grace);
/// Writes the working directory of the session's first process that has this in its environment, and a dot;
/// nothing where there is none.
[[nodiscard]] QString sessionDirectoryScript(const QByteArray &environment);
/// Removes what is kept of a process that was seen to end; describes any other.
[[nodiscard]] QString forgetProcessScript(const QString &id);
/// Removes what is kept of a process.
[[nodiscard]] QString removeProcessScript(const QString &id);

} // namespace Koyeb
