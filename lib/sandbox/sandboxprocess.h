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
    enum class Status {
        Running,
        Completed, ///< Ended with exit code 0.
        Failed,    ///< Ended with another.
        Killed,    ///< Ended by a signal.
        Lost,      ///< Gone, and nobody saw how: the sandbox was restarted or slept.
    };

    QString id;
    QString command;
    qint64 pid = 0; ///< Also its process group's where `isSupervised`.
    Status status = Status::Running;
    std::optional<int> exitCode; ///< As a shell reports it: 128 + n when signal n ended it.
    QDateTime startedAt;         ///< UTC, by the sandbox's clock; so is the next.
    QDateTime completedAt;       ///< Invalid while it runs.
    qint64 outputBytes = 0;      ///< Written to stdout so far.
    qint64 errorBytes = 0;
    /// False for a process that somebody else started through the executor: of it only id, command, pid and
    /// status are known, and its output is not read, since that can end the executor.
    bool isSupervised = true;
    friend bool operator==(const SandboxProcess &, const SandboxProcess &) = default;
};

/// Up to where a process's output is known.
struct ProcessOutputPosition {
    qint64 output = 0;
    qint64 errors = 0;
    friend bool operator==(const ProcessOutputPosition &, const ProcessOutputPosition &) = default;
};

/// A part of a process's output, bytes as they are.
struct ProcessOutput {
    SandboxProcess process; ///< As it was before the output was read.
    QByteArray output;
    QByteArray errors;
    ProcessOutputPosition next;

    /// Whether nothing is left to come.
    [[nodiscard]] bool isComplete() const
    {
        return process.status != SandboxProcess::Status::Running && next.output >= process.outputBytes &&
               next.errors >= process.errorBytes;
    }
};

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::SandboxProcess)
