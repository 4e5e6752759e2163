// SPDX-License-Identifier: Apache-2.0
#include "executor/commandscript.h"

#include "executor/shellquote.h"

#include <QRandomGenerator>

namespace Koyeb {

namespace {

/// Runs "$@" in a group of its own and ends the group after $1 seconds, unless that is 0; then the exit code
/// is 124. BusyBox's `timeout` ends one process only and GNU's leaves those that outlive their parent, hence
/// `setsid` first. `kill` takes no `--` here: dash's and BusyBox's do not know it before a group.
const auto guardText = QStringLiteral(R"sh(t=$1; shift
exec 3>&2 2>/dev/null
if command -v setsid >/dev/null; then setsid "$@" 2>&3 3>&- & g=-
elif [ "$t" -gt 0 ] && command -v timeout >/dev/null; then exec timeout -k 2 "$t" "$@" 2>&3 3>&-
else "$@" 2>&3 3>&- & g=
fi
c=$!
exec >/dev/null 3>&- 8>&-
w=
if [ "$t" -gt 0 ]; then (
trap 'kill "$s"; exit 0' TERM
sleep "$t" & s=$!
wait "$s" || exit 0
trap : TERM
kill -TERM "$g$c"
n=0
while kill -0 "$g$c" && [ "$n" -lt 20 ]; do sleep 0.1 || sleep 1; n=$((n+1)); done
kill -KILL "$g$c"
exit 9
) & w=$!; fi
wait "$c"; r=$?
if [ "$w" ]; then kill "$w"; wait "$w"; [ $? -ne 9 ] || r=124; fi
exit "$r")sh");

/// The words before an invocation that runs it under the guard.
QString guardWords(const std::optional<std::chrono::milliseconds> &timeout)
{
    const auto seconds =
        timeout ? std::max(std::chrono::ceil<std::chrono::seconds>(*timeout), std::chrono::seconds(1))
                : std::chrono::seconds(0);
    return invocationOfLine(guardText) + QStringLiteral(" sh %1 ").arg(seconds.count());
}

/// `script` with its places filled: the invocation last, for the command's own text must not be searched.
QString filled(QString script, const QString &boundary, const QString &invocation)
{
    script.replace(QLatin1String("@boundary"), boundary);
    const auto place = script.indexOf(QLatin1String("@invocation"));
    return script.replace(place, qsizetype(QLatin1String("@invocation").size()), invocation);
}

std::optional<QByteArray> decoded(QByteArray text, const QByteArray &encoding)
{
    if (encoding != "base64") {
        return text;
    }
    text.replace('\n', QByteArray());
    auto result = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    if (!result) {
        return {};
    }
    return std::move(*result);
}

} // namespace

QString invocationOfLine(const QString &line)
{
    return QStringLiteral("sh -c ") + shellQuoted(line.toUtf8());
}

QString wholeLine(const Command &command)
{
    QString line = command.line;
    for (const auto &word : command.arguments) {
        line += QLatin1Char(' ') + shellQuoted(word.toUtf8());
    }
    return line;
}

QString invocationOfFile(const QString &directory, PreparedFiles files)
{
    const auto input = files == PreparedFiles::ScriptAndInput
                           ? QStringLiteral("base64 -d < %1/input | ").arg(directory)
                           : QString();
    // Whoever makes the file `owner` has the directory, and nobody else.
    return invocationOfLine(
        QStringLiteral("(set -C; echo $$ > %1/owner) 2>/dev/null || exit 125\n").arg(directory) + input +
        QStringLiteral("sh %1/script; r=$?; rm -rf %1; exit $r").arg(directory));
}

QString removePreparedScript(const QString &directory)
{
    return QStringLiteral("if (set -C; : > %1/owner) 2>/dev/null; then rm -rf %1\n"
                          "elif read -r p < %1/owner && ! kill -0 \"$p\"; then rm -rf %1; fi 2>/dev/null\n")
        .arg(directory);
}

QString capturingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout,
    const QString &boundary)
{
    // stdout flows through the outer encoder while the command runs; stderr is kept in a variable, for the
    // executor would not read it in time, and follows behind the boundary. Its own end carries the exit code.
    // The subshell keeps a shell's own remarks, such as `Killed`, out of it. Where there is nothing but a
    // shell, it hands on lines itself.
    const auto script = QStringLiteral("pass() { while IFS= read -r l; do printf '%s\\n' \"$l\"; done; "
                                       "printf %s \"$l\"; }\n"
                                       "if command -v base64 >/dev/null 2>&1; then c=base64\n"
                                       "elif command -v cat >/dev/null 2>&1; then c=cat; else c=pass; fi\n"
                                       "printf '%s\\n' \"$c\"\n"
                                       "{ e=$({ (exec @invocation 2>&1 >&3 3>&-); printf "
                                       "'\\n@boundary %s\\n' \"$?\"; } | \"$c\" 3>&-)\n"
                                       "printf '\\n@boundary\\n%s' \"$e\"; } 3>&1 | \"$c\"\n");
    return filled(script, boundary, timeout ? guardWords(timeout) + invocation : invocation);
}

Result<CommandResult> parseCaptured(const QByteArray &text, const QString &boundary)
{
    const auto incomplete = [] {
        return failure(
            ErrorKind::Rejected,
            QStringLiteral("The shell that ran the command was ended before it could report the result."));
    };
    const auto lineEnd = text.indexOf('\n');
    if (lineEnd < 0) {
        return incomplete();
    }
    const auto encoding = text.left(lineEnd);
    const auto all = decoded(text.mid(lineEnd + 1), encoding);
    const QByteArray separator = '\n' + boundary.toLatin1();
    const auto errorStart = all ? all->lastIndexOf(separator + '\n') : -1;
    if (errorStart < 0) {
        return incomplete();
    }
    // Without an encoder the error part carries its own boundary line in clear, which is then the last but
    // one.
    const auto errorText = decoded(all->mid(errorStart + separator.size() + 1), encoding);
    const auto codeStart = errorText ? errorText->lastIndexOf(separator + ' ') : -1;
    if (codeStart < 0) {
        return incomplete();
    }
    CommandResult result;
    result.standardOutput = all->left(errorStart);
    result.standardError = errorText->left(codeStart);
    result.exitCode = errorText->mid(codeStart + separator.size() + 1).trimmed().toInt();
    result.bytesAreExact = encoding == "base64";
    return result;
}

QString streamingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout,
    const QString &boundary)
{
    // dd hands on what is there without waiting for more, so a prompt without a newline comes through, and
    // the line that it becomes holds any byte. The exit code has a way of its own, descriptor 4: the last of
    // a pipeline is an encoder. The group is told before the command can write a word.
    const auto script = QStringLiteral(R"sh(exec 8>&1 9>&2
if [ "$(printf abc | dd bs=8 count=1 2>/dev/null | base64 -w0 2>/dev/null)" = YWJj ]; then
echo @boundary base64; echo @boundary base64 >&2
enc() { while b=$(dd bs=65536 count=1 2>/dev/null | base64 -w0) && [ "$b" ]; do printf '%s
' "$b"; done; }
else
enc() { cat; }
fi
r=$({ { { (exec @invocation 2>&1 >&7 4>&- 7>&- 9>&-); echo "$?" >&4; } | enc >&9 4>&- 7>&-; } 7>&1 | enc >&8 4>&-; } 4>&1)
exit "${r:-1}"
)sh");
    const auto announcement =
        invocationOfLine(QStringLiteral("echo @boundary \"$$\" >&8; exec \"$@\" 8>&-")) +
        QStringLiteral(" sh ");
    auto announced = guardWords(timeout) + announcement;
    announced.replace(QLatin1String("@boundary"), boundary);
    return filled(script, boundary, announced + invocation);
}

QString endGroupScript(qint64 group)
{
    // Without setsid there is no such group, only the process.
    return QStringLiteral("kill -TERM -%1 2>/dev/null || { kill -TERM %1; exit; }\n"
                          "n=0; while kill -0 -%1 2>/dev/null; do\n"
                          "if [ \"$n\" -ge 20 ]; then kill -KILL -%1; exit; fi\n"
                          "sleep 0.1 || sleep 1; n=$((n+1)); done\n")
        .arg(group);
}

Result<QByteArray> CommandStreamDecoder::take(const QByteArray &line)
{
    if (line.startsWith(m_boundary + ' ')) {
        const auto word = line.mid(m_boundary.size() + 1);
        const auto number = word.toLongLong();
        m_group = number > 1 ? number : m_group;
        m_isEncoded = m_isEncoded || word == "base64";
        return QByteArray();
    }
    if (!m_isEncoded) {
        return line + '\n';
    }
    auto bytes = QByteArray::fromBase64Encoding(line, QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes) {
        return failure(ErrorKind::Protocol, QStringLiteral("A part of the command's output is damaged."));
    }
    return std::move(*bytes);
}

QString createBoundary()
{
    auto &generator = *QRandomGenerator::system();
    const quint64 high = generator.generate64();
    const quint64 low = generator.generate64();
    const QChar zero(u'0');
    return QStringLiteral("%1%2").arg(high, 16, 16, zero).arg(low, 16, 16, zero);
}

QString quietScript(const QString &script)
{
    return QStringLiteral("LC_ALL=C; export LC_ALL\n{ e=$({\n") + script +
           QStringLiteral("\n} 2>&1 >&3 3>&-); r=$?; } 3>&1\nprintf '%.2000s' \"$e\" >&2\nexit $r\n");
}

bool hasTimedOut(
    int exitCode, std::chrono::milliseconds duration, const std::optional<std::chrono::milliseconds> &timeout)
{
    constexpr int endedByTimeout = 124;
    constexpr int killedByTimeout = 128 + 9;
    return timeout && duration >= *timeout && (exitCode == endedByTimeout || exitCode == killedByTimeout);
}

} // namespace Koyeb
