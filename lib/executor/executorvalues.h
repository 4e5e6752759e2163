// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>

#include <chrono>
#include <optional>

namespace Koyeb {

struct Command {
    QString line; ///< Given to `sh -c`.
    QString workingDirectory;
    QMap<QString, QString> environment; ///< On top of the sandbox's own.
    /// After it the call fails with ErrorKind::Timeout. Where the image has `timeout` the command is ended
    /// too, with all of its process group; elsewhere it runs on.
    std::optional<std::chrono::milliseconds> timeout;
};

struct CommandResult {
    QByteArray standardOutput;
    QByteArray standardError;
    int exitCode = 0; ///< As a shell reports it: 128 + n when signal n ended the command.
    /// False where the image has no base64: bytes that are not UTF-8 then arrived as U+FFFD.
    bool bytesAreExact = true;
    std::chrono::milliseconds duration{0};
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
