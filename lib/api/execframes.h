// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QJsonObject>

#include <optional>

namespace Koyeb::ExecFrames {

// The frames of the exec stream, as JSON. Bytes travel as base64.

struct TerminalSize {
    int columns;
    int rows;
};

/// The first frame of the client. `size` unset: no terminal.
[[nodiscard]] QJsonObject start(
    const QString &id, const QString &idType, const QStringList &command, std::optional<TerminalSize> size);
[[nodiscard]] QJsonObject resize(TerminalSize size);
[[nodiscard]] QJsonObject input(const QByteArray &bytes);
[[nodiscard]] QJsonObject endOfInput();

/// What a frame of the server says.
struct Output {
    QByteArray standardOutput;
    QByteArray standardError;
    std::optional<int> exitCode; ///< Set when the process has ended.
};

/// The content of a server's frame, or the error that it carries. Every error is final.
[[nodiscard]] Result<Output> read(const QJsonObject &frame);

} // namespace Koyeb::ExecFrames
