// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace Koyeb {

struct Command {
    QString line; ///< Given to `sh -c`.
    QString workingDirectory;
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

enum class CommandStatus { Finished, Failed };

struct CommandResult {
    QByteArray standardOutput;
    QByteArray standardError;
    int exitCode = 0; ///< As a shell reports it: 128 + n when signal n ended the command.
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

struct StartedProcess {
    QString id;
    qint64 pid = 0;
};

struct ProcessInfo {
    QString id;
    qint64 pid = 0;
    QString status; ///< running, completed, failed, killed
    QString command;
};

} // namespace Koyeb
