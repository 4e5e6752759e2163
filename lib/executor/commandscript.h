// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorvalues.h"

// The shell scripts in which commands are wrapped, so that the executor's traps cannot hurt them: it hangs on
// more than 64 KiB of stderr, damages bytes that are not UTF-8, has no timeout and no room for long commands.
namespace Koyeb {

/// A command line of more bytes does not fit, wrapped and quoted, into the one argument of 128 KiB that the
/// executor has for it.
inline constexpr qsizetype maximumScriptBytes = 128 * 1024 - 1;

/// `sh` running `line`, as shell words.
[[nodiscard]] QString invocationOfLine(const QString &line);
/// `sh` running the file `script` in `directory` and removing the directory afterwards.
[[nodiscard]] QString invocationOfFile(const QString &directory);

/// A script that runs `invocation` and writes stdout, stderr and the exit code as one text, encoded where the
/// image has base64. `boundary` is random, so that no output can imitate it. Nothing is written to disk.
[[nodiscard]] QString capturingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout,
    const QString &boundary);

/// Reads what capturingScript() wrote. Rejected when its end is missing, because something killed the shell.
[[nodiscard]] Result<CommandResult> parseCaptured(const QByteArray &text, const QString &boundary);

/// A script that becomes `invocation`, for streaming.
[[nodiscard]] QString streamingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout);

/// `script` with English messages and at most 2,000 bytes of stderr, however loud it is.
[[nodiscard]] QString quietScript(const QString &script);

/// Whether the exit code is the one of a command that `timeout` ended after its time.
[[nodiscard]] bool hasTimedOut(
    int exitCode, std::chrono::milliseconds duration,
    const std::optional<std::chrono::milliseconds> &timeout);

} // namespace Koyeb
