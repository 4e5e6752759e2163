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

/// The line of `command` with its arguments, quoted.
[[nodiscard]] QString wholeLine(const Command &command);
/// `sh` running `line`, as shell words.
[[nodiscard]] QString invocationOfLine(const QString &line);
/// What a directory made for a command holds.
enum class PreparedFiles { Script, ScriptAndInput };
/// `sh` running the file `script` in `directory`, with the decoded file `input` as standard input where there
/// is one, and removing the directory afterwards. Does nothing when removePreparedScript() was there first.
[[nodiscard]] QString invocationOfFile(const QString &directory, PreparedFiles files);
/// A script that removes the directory, unless the invocationOfFile() runs.
[[nodiscard]] QString removePreparedScript(const QString &directory);

/// A script that runs `invocation` and writes stdout, stderr and the exit code as one text, encoded where the
/// image has base64. `boundary` is random, so that no output can imitate it. Nothing is written to disk.
[[nodiscard]] QString capturingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout,
    const QString &boundary);

/// Reads what capturingScript() wrote. Rejected when its end is missing, because something killed the shell.
[[nodiscard]] Result<CommandResult> parseCaptured(const QByteArray &text, const QString &boundary);

/// A script that runs `invocation` in a process group of its own and writes both of its streams as they come,
/// in encoded lines where the image can; see CommandStreamDecoder.
[[nodiscard]] QString streamingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout,
    const QString &boundary);

/// A script that ends the process group `group`: by SIGTERM, after two seconds by SIGKILL.
[[nodiscard]] QString endGroupScript(qint64 group);

/// Text that no output can imitate.
[[nodiscard]] QString createBoundary();

/// Reads the lines that streamingScript() writes.
class CommandStreamDecoder {
public:
    explicit CommandStreamDecoder(const QString &boundary) : m_boundary(boundary.toLatin1()) {}

    /// The bytes that the command wrote; none for a line of the script's own. Protocol when it is damaged.
    [[nodiscard]] Result<QByteArray> take(const QByteArray &line);
    /// The command's process group; 0 until it is known.
    [[nodiscard]] qint64 group() const { return m_group; }

private:
    QByteArray m_boundary;
    bool m_isEncoded = false;
    qint64 m_group = 0;
};

/// `script` with English messages and at most 2,000 bytes of stderr, however loud it is.
[[nodiscard]] QString quietScript(const QString &script);

/// Whether the exit code is the one of a command that `timeout` ended after its time.
[[nodiscard]] bool hasTimedOut(
    int exitCode, std::chrono::milliseconds duration,
    const std::optional<std::chrono::milliseconds> &timeout);

} // namespace Koyeb
