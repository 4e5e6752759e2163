// SPDX-License-Identifier: Apache-2.0
// The calls of Files that concern single files and their content.
#include "core/sha256.h"
#include "executor/shellquote.h"
#include "sandbox/files.h"
#include "sandbox/remotefile.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Whether the executor's own file calls, which know UTF-8 only, carry these bytes.
bool isText(const QByteArray &bytes)
{
    return validUtf8Length(bytes, 0) == bytes.size();
}

/// For images that lack what RemoteFile needs. The executor writes into the file itself, half of it where it
/// is cut off: what is there already is replaced by a rename, or, where that is impossible, stays, and the
/// failure is `missing`, which names the tools.
QCoro::Task<Result<void>> writeTextOnly(
    SandboxShell &shell, QByteArray path, QByteArray content, Error missing, std::stop_token stop)
{
    const auto text = QString::fromUtf8(content);
    const auto temporary = joinRemotePath(remoteParent(path), temporaryName());
    const auto target = shellQuoted(path);
    const auto made = shellQuoted(temporary);
    // Nobody else may read what takes the place of a file of one's own; what a link leads to is not looked
    // for.
    const auto preparing = u"if [ ! -e %1 ] && [ ! -h %1 ]; then echo new; exit; fi\n"
                           "[ -f %1 ] && [ ! -h %1 ] || exit 0\n"
                           "for t in mv stat chmod; do command -v $t >/dev/null || exit 0; done\n"
                           "umask 077; : > %2 && echo made"_s.arg(target, made);
    const auto prepared = co_await shell.run(preparing, Repeatable::Safely, stop);
    if (!prepared) {
        co_return failure(prepared.error());
    }
    if (prepared->startsWith("new")) {
        co_return co_await shell.executor().writeFile(QString::fromUtf8(path), text, std::move(stop));
    }
    if (!prepared->startsWith("made")) {
        co_return failure(std::move(missing));
    }
    auto written = co_await shell.executor().writeFile(QString::fromUtf8(temporary), text, stop);
    if (written) {
        const auto placing =
            u"t=%1 i=%2\nm=$(stat -c %a -- \"$t\") && o=$(stat -c %u:%g -- \"$t\") || exit\n"
            "chown \"$o\" \"$i\" 2>/dev/null; chmod \"$m\" \"$i\" && mv -f -- \"$i\" \"$t\""_s.arg(
                target, made);
        const auto placed = co_await shell.run(placing, Repeatable::Never, stop);
        written = placed ? Result<void>() : failure(placed.error());
    }
    if (!written) {
        // Also where it is stopped.
        (void)co_await shell.executor().deleteFile(QString::fromUtf8(temporary), {});
    }
    co_return written;
}

} // namespace

QCoro::Task<Result<QByteArray>> Files::read(QByteArray path, std::stop_token stop)
{
    RemoteFile file(m_shell, path, RemoteFile::Mode::Read);
    const auto opened = co_await file.open(stop);
    if (!opened && opened.error().kind == ErrorKind::Unsupported && isText(path)) {
        co_return co_await readTextOnly(std::move(path), std::move(stop));
    }
    if (!opened) {
        co_return failure(opened.error());
    }
    co_return co_await file.readAll(std::move(stop));
}

QCoro::Task<Result<QByteArray>> Files::readTextOnly(QByteArray path, std::stop_token stop)
{
    const auto text = co_await m_shell.executor().readFile(QString::fromUtf8(path), std::move(stop));
    if (!text) {
        co_return failure(text.error());
    }
    if (text->contains(QChar::ReplacementCharacter)) {
        co_return failure(
            ErrorKind::Unsupported, u"The file is not text, and the image cannot hand it on otherwise."_s);
    }
    co_return text->toUtf8();
}

QCoro::Task<Result<QString>> Files::readText(QByteArray path, std::stop_token stop)
{
    const auto bytes = co_await read(std::move(path), std::move(stop));
    if (!bytes) {
        co_return failure(bytes.error());
    }
    co_return textOf(*bytes);
}

QCoro::Task<Result<void>> Files::write(QByteArray path, QByteArray content, std::stop_token stop)
{
    RemoteFile file(m_shell, path, RemoteFile::Mode::Write);
    const auto opened = co_await file.open(stop);
    if (!opened && opened.error().kind == ErrorKind::Unsupported && isText(path) && isText(content)) {
        co_return co_await writeTextOnly(
            m_shell, std::move(path), std::move(content), opened.error(), std::move(stop));
    }
    if (!opened) {
        co_return opened;
    }
    const auto written = co_await file.write(std::move(content), stop);
    if (!written) {
        co_return written;
    }
    co_return co_await file.close(std::move(stop));
}

QCoro::Task<Result<Replacement>> Files::replace(
    QByteArray path, QByteArray content, ExpectedFile expected, std::stop_token stop)
{
    using Kind = ExpectedFile::Kind;
    const auto mode = expected.kind == Kind::Nothing ? RemoteFile::Mode::Create : RemoteFile::Mode::Write;
    RemoteFile file(m_shell, path, mode);
    const auto opened = co_await file.open(stop);
    if (!opened && opened.error().kind == ErrorKind::Conflict && expected.kind == Kind::Nothing) {
        co_return Replacement::Changed;
    }
    const bool isTextOnly =
        !opened && opened.error().kind == ErrorKind::Unsupported && isText(path) && isText(content);
    if (!opened && !isTextOnly) {
        co_return failure(opened.error());
    }
    if (isTextOnly || !file.canVerify()) {
        const auto found = co_await compareRead(path, expected, stop);
        if (!found || *found != Replacement::Done) {
            co_return found;
        }
    }
    if (isTextOnly) {
        const auto sent = co_await writeTextOnly(
            m_shell, std::move(path), std::move(content), opened.error(), std::move(stop));
        co_return sent ? Result<Replacement>(Replacement::Done) : failure(sent.error());
    }
    const auto written = co_await file.write(std::move(content), stop);
    if (!written) {
        co_return failure(written.error());
    }
    if (file.canVerify()) {
        co_return co_await file.closeVerified(expected.sha256, std::move(stop));
    }
    const auto closed = co_await file.close(std::move(stop));
    co_return closed ? Result<Replacement>(Replacement::Done) : failure(closed.error());
}

/// Whether the file is as expected, by reading it: Done where it is.
QCoro::Task<Result<Replacement>> Files::compareRead(
    QByteArray path, ExpectedFile expected, std::stop_token stop)
{
    if (expected.kind == ExpectedFile::Kind::Anything) {
        co_return Replacement::Done;
    }
    const auto content = co_await read(std::move(path), std::move(stop));
    const bool isMissing = !content && content.error().kind == ErrorKind::NotFound;
    if (!content && !isMissing) {
        co_return failure(content.error());
    }
    if (expected.kind == ExpectedFile::Kind::Nothing) {
        co_return isMissing ? Replacement::Done : Replacement::Changed;
    }
    if (isMissing) {
        co_return Replacement::Missing;
    }
    co_return Sha256::hexOf(*content) == expected.sha256 ? Replacement::Done : Replacement::Changed;
}

QCoro::Task<Result<void>> Files::writeText(QByteArray path, QString text, std::stop_token stop)
{
    return write(std::move(path), text.toUtf8(), std::move(stop));
}

QCoro::Task<Result<QList<WriteProblem>>> Files::writeFiles(QList<FileToWrite> files, std::stop_token stop)
{
    QList<WriteProblem> problems;
    for (const auto &file : files) {
        const auto written = co_await write(file.path, file.content, stop);
        if (!written && written.error().isCancelled()) {
            co_return failure(written.error());
        }
        if (!written) {
            problems.append({file.path, written.error()});
        }
    }
    co_return problems;
}

QCoro::Task<Result<RemotePathKind>> Files::kindOf(QByteArray path, std::stop_token stop)
{
    if (auto valid = checkRemotePath(path); !valid) {
        co_return failure(std::move(valid).error());
    }
    const auto script = pathKindScript(path);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
    if (!output) {
        co_return failure(output.error());
    }
    const auto target = parsePathKind(*output, path);
    if (!target) {
        co_return failure(target.error());
    }
    co_return target->kind;
}

QCoro::Task<Result<bool>> Files::exists(QByteArray path, std::stop_token stop)
{
    const auto kind = co_await kindOf(std::move(path), std::move(stop));
    co_return kind ? Result<bool>(*kind != RemotePathKind::Missing) : failure(kind.error());
}

QCoro::Task<Result<bool>> Files::isFile(QByteArray path, std::stop_token stop)
{
    const auto kind = co_await kindOf(std::move(path), std::move(stop));
    co_return kind ? Result<bool>(*kind == RemotePathKind::File) : failure(kind.error());
}

QCoro::Task<Result<bool>> Files::isDirectory(QByteArray path, std::stop_token stop)
{
    const auto kind = co_await kindOf(std::move(path), std::move(stop));
    co_return kind ? Result<bool>(*kind == RemotePathKind::Directory) : failure(kind.error());
}

} // namespace Koyeb
