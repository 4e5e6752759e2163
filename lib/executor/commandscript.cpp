// SPDX-License-Identifier: Apache-2.0
#include "executor/commandscript.h"

#include "executor/shellquote.h"

namespace Koyeb {

namespace {

/// Sets "$@" to the words before the invocation: `timeout` where it is wanted and to be had. After its time
/// it sends SIGTERM to the whole group of the command, two seconds later SIGKILL.
QString timeoutSetup(const std::optional<std::chrono::milliseconds> &timeout)
{
    if (!timeout) {
        return QStringLiteral("set --\n");
    }
    const auto seconds = std::max(std::chrono::ceil<std::chrono::seconds>(*timeout), std::chrono::seconds(1));
    return QStringLiteral(
               "if command -v timeout >/dev/null 2>&1; then set -- timeout -k 2 %1; else set --; fi\n")
        .arg(seconds.count());
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

QString invocationOfFile(const QString &directory)
{
    const auto script = QStringLiteral("sh %1/script; r=$?; rm -rf %1; exit $r").arg(directory);
    return invocationOfLine(script);
}

QString capturingScript(
    const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout,
    const QString &boundary)
{
    // stdout flows through the outer encoder while the command runs; stderr is kept in a variable, for the
    // executor would not read it in time, and follows behind the boundary. Its own end carries the exit code.
    // The subshell keeps a shell's own remarks, such as `Killed`, out of it.
    const auto script = QStringLiteral("if command -v base64 >/dev/null 2>&1; then c=base64; else c=cat; fi\n"
                                       "printf '%s\\n' \"$c\"\n"
                                       "{ e=$({ (exec \"$@\" @invocation 2>&1 >&3 3>&-); printf "
                                       "'\\n@boundary %s\\n' \"$?\"; } | \"$c\" 3>&-)\n"
                                       "printf '\\n@boundary\\n%s' \"$e\"; } 3>&1 | \"$c\"\n");
    // The boundary first: the command's own text must not be searched.
    auto filled = script;
    filled.replace(QLatin1String("@boundary"), boundary);
    const auto place = filled.indexOf(QLatin1String("@invocation"));
    filled.replace(place, qsizetype(QLatin1String("@invocation").size()), invocation);
    return timeoutSetup(timeout) + filled;
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

QString streamingScript(const QString &invocation, const std::optional<std::chrono::milliseconds> &timeout)
{
    return timeoutSetup(timeout) + QStringLiteral("exec \"$@\" ") + invocation;
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
