// SPDX-License-Identifier: Apache-2.0
#include "executor/commandscript.h"
#include "executor/shellquote.h"
#include "executor/systemerror.h"
#include "sandbox/files.h"

#include <algorithm>
#include <array>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// What moveNoReplaceScript() and copyScript() say.
constexpr QByteArrayView targetExistsMessage = "the target: File exists";

/// A script that fails when a directory would be copied into itself, which some tools do until the disk is
/// full. Links on the way do not deceive it. The dot keeps line breaks at the end of a name.
QString selfCopyCheck(const FilePlacement &placement)
{
    return u"if [ -d %1 ] && [ ! -h %1 ]; then\n"
           "s=$(cd %1 && pwd -P && echo .) && d=$(cd %2 && pwd -P && echo .) || exit\n"
           "case ${d%??}/ in \"${s%??}\"/*) echo 'Into itself' >&2; exit 1 ;; esac\n"
           "fi\n"_s.arg(shellQuoted(placement.from), shellQuoted(remoteParent(placement.to)));
}

QString moveScript(
    const QByteArray &from, const QByteArray &to, ExistingTarget existing, const SandboxTools &tools)
{
    return existing == ExistingTarget::Refuse ? moveNoReplaceScript(from, to, tools)
                                              : moveReplacingScript(from, to, tools);
}

QString copyScript(const FilePlacement &placement, ExistingTarget existing, const SandboxTools &tools)
{
    const auto temporary = joinRemotePath(remoteParent(placement.to), temporaryName());
    const auto word = shellQuoted(temporary);
    // Before the copy, which may be large, it is looked whether it would be of use.
    const auto target = shellQuoted(placement.to);
    const auto look =
        existing == ExistingTarget::Refuse
            ? u"if [ -e %1 ] || [ -h %1 ]; then echo 'the target: File exists' >&2; exit 1; fi\n"_s.arg(
                  target)
            : QString();
    return look + selfCopyCheck(placement) + u"p="_s + word + u"\ntrap 'rm -rf -- \"$p\"' EXIT\ncp -a -- "_s +
           shellQuoted(placement.from) + u" \"$p\" || exit\n"_s +
           moveScript(temporary, placement.to, existing, tools);
}

PlacementProblem placementProblem(const FilePlacement &placement, const QByteArray &message)
{
    const auto firstLine = message.trimmed().split('\n').first();
    auto error = firstLine == "Into itself"
                     ? Error::of(ErrorKind::Invalid, u"A directory cannot be copied into itself."_s)
                     : errorFromSystemText(QString::fromUtf8(firstLine));
    return {placement, std::move(error), firstLine == targetExistsMessage};
}

/// Letters of chmod for the bits of `mode`: `u+rw,g+r`, with `sign` for `+`.
QStringList symbolicModes(quint32 mode, QChar sign, QChar execute)
{
    struct Bit {
        quint32 mask;
        QString who;
        QString what;
    };
    const std::array bits{
        Bit{0400, u"u"_s, u"r"_s},  Bit{0200, u"u"_s, u"w"_s},  Bit{0100, u"u"_s, QString(execute)},
        Bit{040, u"g"_s, u"r"_s},   Bit{020, u"g"_s, u"w"_s},   Bit{010, u"g"_s, QString(execute)},
        Bit{04, u"o"_s, u"r"_s},    Bit{02, u"o"_s, u"w"_s},    Bit{01, u"o"_s, QString(execute)},
        Bit{04000, u"u"_s, u"s"_s}, Bit{02000, u"g"_s, u"s"_s}, Bit{01000, {}, u"t"_s},
    };
    QStringList modes;
    for (const auto &bit : bits) {
        if ((mode & bit.mask) != 0) {
            modes.append(bit.who + sign + bit.what);
        }
    }
    return modes;
}

Result<void> checkPlacements(const QList<FilePlacement> &placements)
{
    for (const auto &[from, to] : placements) {
        for (const auto &path : {from, to}) {
            if (auto valid = checkRemotePath(path); !valid) {
                return valid;
            }
        }
    }
    return {};
}

/// Runs `script` and, when it fails, writes `number` and what it has said, each ended by NUL.
QString attempt(const QString &script, qsizetype number)
{
    return u"e=$({ (\n%1\n) >/dev/null; } 2>&1) || printf '%s\\0%.1000s\\0' %2 \"$e\"\n"_s.arg(
        script, QString::number(number));
}

/// What the scripts of attempt() have written.
Result<QList<PlacementProblem>> parseProblems(
    const QByteArray &output, const QList<FilePlacement> &placements)
{
    QList<PlacementProblem> problems;
    auto fields = output.split('\0');
    fields.removeLast(); // What follows the last end.
    for (qsizetype i = 0; i + 1 < fields.size(); i += 2) {
        bool isNumber = false;
        const auto number = fields[i].toLongLong(&isNumber);
        if (!isNumber || number < 0 || number >= placements.size()) {
            return failure(ErrorKind::Protocol, u"The report of the files is damaged."_s);
        }
        problems.append(placementProblem(placements[number], fields[i + 1]));
    }
    return problems;
}

} // namespace

QCoro::Task<Result<QList<PlacementProblem>>> Files::place(
    QList<FilePlacement> placements, bool asCopies, ExistingTarget existing, std::stop_token stop)
{
    if (auto valid = checkPlacements(placements); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    QList<PlacementProblem> problems;
    for (qsizetype next = 0; next < placements.size();) {
        QString script;
        // One is always taken: whether it is too long is for the executor to say.
        for (; next < placements.size(); ++next) {
            const auto &placement = placements[next];
            const auto single = asCopies ? copyScript(placement, existing, *tools)
                                         : moveScript(placement.from, placement.to, existing, *tools);
            const auto part = attempt(single, next);
            if (!script.isEmpty() && script.size() + part.size() > maximumScriptBytes / 4) {
                break;
            }
            script += part;
        }
        const auto output = co_await m_shell.runForBytes(script + u"true"_s, Repeatable::Never, stop);
        if (!output) {
            co_return failure(output.error());
        }
        auto found = parseProblems(*output, placements);
        if (!found) {
            co_return failure(std::move(found).error());
        }
        problems += *found;
    }
    co_return problems;
}

QCoro::Task<Result<QList<PlacementProblem>>> Files::copy(
    QList<FilePlacement> placements, std::stop_token stop, ExistingTarget existing)
{
    co_return co_await place(std::move(placements), true, existing, std::move(stop));
}

QCoro::Task<Result<QList<PlacementProblem>>> Files::move(
    QList<FilePlacement> placements, std::stop_token stop, ExistingTarget existing)
{
    co_return co_await place(std::move(placements), false, existing, std::move(stop));
}

QCoro::Task<Result<void>> Files::changeMode(QList<QByteArray> paths, ModeChange change, std::stop_token stop)
{
    for (const auto &path : paths) {
        if (auto valid = checkRemotePath(path); !valid) {
            co_return failure(std::move(valid).error());
        }
    }
    const auto modes = symbolicModes(change.set, u'+', change.recursive ? u'X' : u'x') +
                       symbolicModes(change.clear, u'-', u'x');
    if (modes.isEmpty()) {
        co_return Result<void>();
    }
    const auto command =
        u"chmod "_s + (change.recursive ? u"-R "_s : QString()) + modes.join(u',') + u" --"_s;
    const auto groups = groupedWords(paths);
    for (const auto &words : groups) {
        const auto script = command + words;
        const auto changed = co_await m_shell.run(script, Repeatable::Safely, stop);
        if (!changed) {
            co_return failure(changed.error());
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<QByteArray>> Files::checksum(QByteArray path, std::stop_token stop)
{
    if (auto valid = checkRemotePath(path); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    if (!tools->hashes()) {
        co_return failure(missingToolsError({{u"sha256sum"_s, u"openssl"_s}}));
    }
    // Reading a pipe would wait for somebody to write.
    const auto script = u"ls -d -- %1 >/dev/null || exit\n"
                        "[ ! -d %1 ] || { echo 'the file: Is a directory' >&2; exit 1; }\n"
                        "[ -f %1 ] || { echo 'the file: Not a regular file' >&2; exit 1; }\n"
                        "%2 < %1"_s.arg(shellQuoted(path), tools->hasher);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
    if (!output) {
        co_return failure(output.error());
    }
    constexpr qsizetype digitCount = 64;
    const auto digits = output->first(std::min(output->size(), digitCount));
    if (QByteArray::fromHex(digits).toHex() != digits || digits.size() != digitCount) {
        co_return failure(ErrorKind::Protocol, u"The sandbox sent a damaged checksum."_s);
    }
    co_return digits;
}

} // namespace Koyeb
