// SPDX-License-Identifier: Apache-2.0
#include "sandbox/files.h"

#include "executor/commandscript.h"
#include "executor/shellquote.h"
#include "sandbox/filelisting.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

QStringList groupedWords(const QList<QByteArray> &paths)
{
    constexpr qsizetype longestGroup = maximumScriptBytes / 2;
    QStringList groups;
    qsizetype size = longestGroup;
    for (const auto &path : paths) {
        const auto word = shellQuoted(path);
        const auto wordSize = word.toUtf8().size() + 1;
        if (size + wordSize > longestGroup) {
            groups.append(QString());
            size = 0;
        }
        groups.last() += u' ' + word;
        size += wordSize;
    }
    return groups;
}

QString moveReplacingScript(const QByteArray &from, const QByteArray &to, const SandboxTools &tools)
{
    const auto source = shellQuoted(from);
    const auto target = shellQuoted(to);
    return u"if [ -d %1 ] && [ ! -h %1 ]; then echo 'the target: Is a directory' >&2; exit 1; fi\n"
           "if [ -d %2 ] && [ ! -h %2 ] && { [ -e %1 ] || [ -h %1 ]; }; then\n"
           "echo 'the target: Not a directory' >&2; exit 1; fi\n"_s.arg(target, source) +
           moveOver(source, target, tools);
}

QString moveNoReplaceScript(const QByteArray &from, const QByteArray &to, const SandboxTools &tools)
{
    const auto source = shellQuoted(from);
    const auto target = shellQuoted(to);
    const auto refusal = u"{ echo 'the target: File exists' >&2; exit 1; }\n"_s;
    const auto targetExists = u"{ [ -e %1 ] || [ -h %1 ]; }"_s.arg(target);
    // The look comes first even where mv can tell, for BusyBox's takes a broken link for nothing.
    const auto look = targetExists + u" && "_s + refusal;
    if (!tools.moveNoReplace) {
        return look + u"mv -- "_s + source + u' ' + target + u" || exit\n"_s;
    }
    // Without a replacement mv leaves the source where it is; whether that is a success to it depends on its
    // version.
    return look + u"mv -n -T -- "_s + source + u' ' + target + u"; r=$?\n"_s +
           u"{ [ -e %1 ] || [ -h %1 ]; } && "_s.arg(source) + look + u"[ $r -eq 0 ] || exit $r\n"_s;
}

QString moveOver(const QString &source, const QString &target, const SandboxTools &tools)
{
    // Without -T a link to a directory would be moved into rather than replaced.
    if (!tools.moveNoReplace) {
        return u"{ [ ! -h "_s + target + u" ] || rm -f -- "_s + target + u"; } && mv -f -- "_s + source +
               u' ' + target;
    }
    // With it BusyBox's mv does not replace such a link, either; GNU's does in one step.
    const auto move = u"mv -f -T -- "_s + source + u' ' + target;
    const auto isSuchLink = u"[ -h %1 ] && [ -d %1 ]"_s.arg(target);
    return u"{ if "_s + isSuchLink + u"; then "_s + move + u" 2>/dev/null || { rm -f -- "_s + target +
           u" && "_s + move + u"; }; else "_s + move + u"; fi; }"_s;
}

QCoro::Task<Result<QList<RemoteEntry>>> Files::list(QByteArray directory, std::stop_token stop)
{
    if (auto valid = checkRemotePath(directory); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        if (tools.error().kind == ErrorKind::Unsupported) {
            co_return co_await listNames(std::move(directory), std::move(stop));
        }
        co_return failure(tools.error());
    }
    if (!tools->findPrintf && !tools->statFormat) {
        co_return co_await listNames(std::move(directory), std::move(stop));
    }
    const bool withFind = tools->findPrintf;
    const auto script =
        withFind ? findListingScript(directory, ListingDepth::Directory) : statListingScript(directory);
    auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, stop);
    if (!output) {
        co_return failure(output.error());
    }
    auto reading = readListing(std::move(*output), withFind, std::move(stop));
    auto entries = co_await reading;
    if (!entries && !entries.error().isCancelled()) {
        m_shell.forgetTools(); // They may be others since the sandbox has slept.
    }
    co_return entries;
}

QCoro::Task<Result<QList<RemoteEntry>>> Files::listNames(QByteArray directory, std::stop_token stop)
{
    const auto path = QString::fromUtf8(directory);
    const auto names = co_await m_shell.executor().listDirectory(path, std::move(stop));
    if (!names) {
        co_return failure(names.error());
    }
    QList<RemoteEntry> entries;
    for (const auto &name : *names) {
        RemoteEntry entry;
        entry.name = name.toUtf8();
        entries.append(std::move(entry));
    }
    co_return entries;
}

QCoro::Task<Result<QByteArray>> Files::homeDirectory(std::stop_token stop)
{
    const auto script = u"h=$HOME; [ -d \"$h\" ] || h=/; printf %s \"$h\""_s;
    auto home = co_await m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
    if (!home && home.error().kind == ErrorKind::Unsupported) {
        co_return QByteArrayLiteral("/"); // An image without a shell has files nevertheless.
    }
    co_return home;
}

QCoro::Task<Result<void>> Files::makeDirectory(QByteArray path, std::stop_token stop)
{
    if (auto valid = checkRemotePath(path); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto script = u"mkdir -- "_s + shellQuoted(path);
    const auto made = co_await m_shell.run(script, Repeatable::Never, std::move(stop));
    co_return made ? Result<void>() : failure(made.error());
}

QCoro::Task<Result<void>> Files::makePath(QByteArray path, std::stop_token stop)
{
    if (auto valid = checkRemotePath(path); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto script = u"mkdir -p -- "_s + shellQuoted(path);
    const auto made = co_await m_shell.run(script, Repeatable::Safely, std::move(stop));
    co_return made ? Result<void>() : failure(made.error());
}

QCoro::Task<Result<void>> Files::rename(
    QByteArray from, QByteArray to, std::stop_token stop, ExistingTarget existing)
{
    for (const auto &path : {from, to}) {
        if (auto valid = checkRemotePath(path); !valid) {
            co_return failure(std::move(valid).error());
        }
    }
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    const auto script = existing != ExistingTarget::Overwrite ? moveNoReplaceScript(from, to, *tools)
                                                              : moveReplacingScript(from, to, *tools);
    const auto moved = co_await m_shell.run(script, Repeatable::Never, std::move(stop));
    co_return moved ? Result<void>() : failure(moved.error());
}

QCoro::Task<Result<void>> Files::removeFile(QByteArray path, std::stop_token stop)
{
    if (auto valid = checkRemotePath(path); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto script = u"rm -- "_s + shellQuoted(path);
    const auto removed = co_await m_shell.run(script, Repeatable::Never, std::move(stop));
    co_return removed ? Result<void>() : failure(removed.error());
}

QCoro::Task<Result<void>> Files::remove(QList<QByteArray> paths, std::stop_token stop)
{
    for (const auto &path : paths) {
        if (auto valid = checkRemotePath(path); !valid) {
            co_return failure(std::move(valid).error());
        }
    }
    const auto groups = groupedWords(paths);
    for (const auto &words : groups) {
        const auto script = u"rm -rf --"_s + words;
        const auto removed = co_await m_shell.run(script, Repeatable::Safely, stop);
        if (!removed) {
            co_return failure(removed.error());
        }
    }
    co_return Result<void>();
}

} // namespace Koyeb
