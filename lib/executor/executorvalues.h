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
    /// Ends the command in the sandbox too, where the image has `timeout`.
    std::optional<std::chrono::milliseconds> timeout;
};

struct CommandResult {
    QByteArray standardOutput;
    QByteArray standardError;
    int exitCode = 0; ///< −1 when a signal ended it.
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
