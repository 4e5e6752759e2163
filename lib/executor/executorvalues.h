// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace Koyeb {

/// What is to be run, and how.
struct Command {
    QString line;                       ///< Given to `sh -c`.
    QString workingDirectory;           ///< Absolute; empty: the executor's own.
    QMap<QString, QString> environment; ///< On top of the sandbox's own.
    /// After it, in whole seconds, the call fails with ErrorKind::Timeout and the command is ended with all
    /// of its process group: by SIGTERM, two seconds later by SIGKILL. In images with neither `setsid` nor
    /// `timeout` the command is ended alone.
    std::optional<std::chrono::milliseconds> timeout;
    /// More words for the line, taken literally.
    QStringList arguments = {};
    /// What the command reads from its standard input; nothing: it is at its end from the start.
    QByteArray input = {};
};

/// A command as shell words, for a script that runs it once.
struct Invocation {
    QString words; ///< Itself with its arguments, or a script file made of it.
    /// A script that removes what was made for it in the sandbox, unless the command runs and so does that
    /// itself; a command that comes later than it does not run. Empty where nothing was made.
    QString removal = {};
};

/// Whether a command did what it was to do.
enum class CommandStatus { Finished, Failed };

/// How a command ended that could be run.
struct CommandResult {
    QByteArray standardOutput; ///< All of it.
    QByteArray standardError;  ///< All of it.
    int exitCode = 0;          ///< As a shell reports it: 128 + n when signal n ended the command.
    /// False where the image has no base64: bytes that are not UTF-8 then arrived as U+FFFD.
    bool bytesAreExact = true;
    std::chrono::milliseconds duration{0}; ///< From the request to the answer.
    QString command;                       ///< The line, as it was asked for.
    QStringList arguments;                 ///< And its further words.

    /// Failed with any exit code but 0.
    [[nodiscard]] CommandStatus status() const
    {
        return exitCode == 0 ? CommandStatus::Finished : CommandStatus::Failed;
    }
};

/// A process that was started in the background.
struct StartedProcess {
    QString id;     ///< The executor's.
    qint64 pid = 0; ///< Of its shell, in the sandbox.
};

/// A process as the executor lists it.
struct ProcessInfo {
    QString id;      ///< The executor's.
    qint64 pid = 0;  ///< Of its shell, in the sandbox.
    QString status;  ///< running, completed, failed, killed
    QString command; ///< As it was given.
};

} // namespace Koyeb
