// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QMetaType>
#include <QString>

#include <chrono>
#include <optional>

namespace Koyeb {

/// A background process of a sandbox.
struct SandboxProcess {
    /// How it is.
    enum class Status {
        Running,   ///< Has not ended.
        Completed, ///< Ended with exit code 0.
        Failed,    ///< Ended with another.
        Killed,    ///< Ended by a signal.
        Lost,      ///< Gone, and nobody saw how: the sandbox was restarted or slept.
    };

    QString id;                      ///< Known by in Processes.
    QString command;                 ///< As it was given.
    qint64 pid = 0;                  ///< Also its process group's where `isSupervised`.
    Status status = Status::Running; ///< When it was asked for.
    std::optional<int> exitCode;     ///< As a shell reports it: 128 + n when signal n ended it.
    QDateTime startedAt;             ///< UTC, by the sandbox's clock; so is the next.
    QDateTime completedAt;           ///< Invalid while it runs.
    qint64 outputBytes = 0;          ///< Written to stdout so far.
    qint64 errorBytes = 0;           ///< Written to stderr so far.
    /// False for a process that somebody else started through the executor: of it only id, command, pid and
    /// status are known, and its output is not read, since that can end the executor.
    bool isSupervised = true;
    friend bool operator==(const SandboxProcess &, const SandboxProcess &) = default;
};

/// Up to where a process's output is known.
struct ProcessOutputPosition {
    qint64 output = 0; ///< Bytes of stdout.
    qint64 errors = 0; ///< Bytes of stderr.
    friend bool operator==(const ProcessOutputPosition &, const ProcessOutputPosition &) = default;
};

/// A part of a process's output, bytes as they are.
struct ProcessOutput {
    SandboxProcess process;     ///< As it was before the output was read.
    QByteArray output;          ///< Of stdout.
    QByteArray errors;          ///< Of stderr.
    ProcessOutputPosition next; ///< From where to read on.

    /// Whether nothing is left to come.
    [[nodiscard]] bool isComplete() const
    {
        return process.status != SandboxProcess::Status::Running && next.output >= process.outputBytes &&
               next.errors >= process.errorBytes;
    }
};

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::SandboxProcess)
