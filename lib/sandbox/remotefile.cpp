// SPDX-License-Identifier: Apache-2.0
#include "sandbox/remotefile.h"

#include "core/sha256.h"
#include "executor/shellquote.h"
#include "sandbox/remoteentry.h"
#include "sandbox/uploadsource.h"

#include <algorithm>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of one request.
constexpr qint64 readPartBytes = 4 * 1024 * 1024;
constexpr qint64 writePartBytes = 1024 * 1024;
/// As base64 it fits into a script, quoted and wrapped.
constexpr qint64 scriptPartBytes = 48 * 1024;
/// The same as commands that print them.
constexpr qint64 printedPartBytes = 24 * 1024;
constexpr qint64 blockBytes = 64 * 1024;

QString readPartScript(const QByteArray &path, qint64 offset, qint64 count, const SandboxTools &tools)
{
    const auto check =
        u"[ -f %1 ] && [ -r %1 ] || { cat -- %1 >/dev/null && echo 'not a file any more' >&2; exit 1; }\n"_s
            .arg(shellQuoted(path));
    if (!tools.dd) {
        return check + u"tail -c +%1 -- %2 2>/dev/null | head -c %3"_s.arg(
                           QString::number(offset + 1), shellQuoted(path), QString::number(count));
    }
    // dd goes to its place at once, where BusyBox's tail would read all that lies before it. The check keeps
    // it from waiting for a pipe that has taken the file's place.
    const auto skipped = offset / blockBytes;
    const auto before = offset % blockBytes;
    const auto blocks = (before + count + blockBytes - 1) / blockBytes;
    return check + u"dd if=%1 bs=%2 skip=%3 count=%4 2>/dev/null | tail -c +%5 | head -c %6"_s.arg(
                       shellQuoted(path), QString::number(blockBytes), QString::number(skipped),
                       QString::number(blocks), QString::number(before + 1), QString::number(count));
}

/// Adds what `source` writes to a file whose size is known. The part may be repeated: if it is there already,
/// all is well.
QString addPartScript(const QByteArray &file, qint64 offset, qint64 size, const QString &source)
{
    return u"s=$(wc -c < %1) || exit\n"
           "if [ \"$s\" -eq %2 ]; then { %4; } >> %1\n"
           "elif [ \"$s\" -ne %3 ]; then echo 'somebody else changed the temporary file' >&2; exit 1; fi"_s
               .arg(shellQuoted(file), QString::number(offset), QString::number(offset + size), source);
}

/// Commands that write the bytes.
QString literalSource(const QByteArray &bytes, const SandboxTools &tools)
{
    if (tools.decoder.isEmpty()) {
        return QString::fromLatin1(printingScript(bytes).chopped(1)); // Without its line end.
    }
    return u"printf %s "_s + QString::fromLatin1(bytes.toBase64()) + u" | "_s + tools.decoder;
}

/// What the image lacks for a file that is opened so; see Error::missingTools.
QList<QStringList> missingFor(RemoteFile::Mode mode, const SandboxTools &tools, bool carriesBytes)
{
    QList<QStringList> missing;
    const auto need = [&missing](bool isThere, const QStringList &group) {
        if (!isThere) {
            missing.append(group);
        }
    };
    if (mode == RemoteFile::Mode::Read) {
        need(carriesBytes, {u"base64"_s, u"openssl"_s, u"od"_s, u"hexdump"_s, u"xxd"_s});
        need(tools.headBytes, {u"head"_s});
        need(tools.tailBytes, {u"tail"_s});
        return missing;
    }
    for (const auto *name : {"ls", "mkdir", "mv", "printf", "rm", "wc"}) {
        need(tools.plain.contains(name), {QString::fromLatin1(name)});
    }
    return missing;
}

/// Gives the new file the owner and mode of the one it replaces.
QString inheritScript(const UploadStage &stage)
{
    return u"m=$(stat -c %a -- @t 2>/dev/null) && chmod \"$m\" @i\n"
           "o=$(stat -c %u:%g -- @t 2>/dev/null) && chown \"$o\" @i 2>/dev/null\n"_s
               .replace("@t"_L1, shellQuoted(stage.target))
               .replace("@i"_L1, shellQuoted(stage.item({})));
}

constexpr QByteArrayView damagedWord = "damaged";
constexpr QByteArrayView missingWord = "missing";

/// Ends with a word unless the stage's item has the hash `written` and the target the hash `expected` (or
/// that of the item, as after a reply that was lost). A pipe would wait for somebody to write.
QString verifyScript(
    const UploadStage &stage, const QByteArray &written, const QByteArray &expected, const QString &hasher)
{
    auto script = u"h=$(%1 < %2) || exit\n[ \"${h%% *}\" = %3 ] || { echo damaged; exit 0; }\n"_s.arg(
        hasher, shellQuoted(stage.item({})), QString::fromLatin1(written));
    if (!expected.isEmpty()) {
        script += u"[ -e %1 ] || { echo missing; exit 0; }\n[ -f %1 ] || { echo changed; exit 0; }\n"
                  "h=$(%2 < %1) || exit\n"
                  "case ${h%% *} in %3 | %4) ;; *) echo changed; exit 0 ;; esac\n"_s.arg(
                      shellQuoted(stage.target), hasher, shellQuoted(expected), QString::fromLatin1(written));
    }
    return script;
}

} // namespace

QString pathKindScript(const QByteArray &path)
{
    // A path below something that may not be entered is an error rather than missing.
    return u"p=%1\n"
           "if [ -d \"$p\" ]; then echo directory; elif [ -f \"$p\" ]; then echo file\n"
           "elif [ -e \"$p\" ]; then echo other\n"
           "else case $(ls -d -- \"$p\" 2>&1 >/dev/null) in '' | *'No such file'* | *'ot a directory'*) echo "
           "missing ;;\n"
           "*) ls -d -- \"$p\"; exit ;; esac; fi\n"
           "[ ! -h \"$p\" ] || readlink -f -- \"$p\"\ntrue"_s.arg(shellQuoted(path));
}

Result<RemotePathTarget> parsePathKind(const QByteArray &output, const QByteArray &path)
{
    const auto lineEnd = output.indexOf('\n');
    const auto word = output.left(lineEnd);
    RemotePathTarget target;
    target.path = path;
    if (word == "directory") {
        target.kind = RemotePathKind::Directory;
    } else if (word == "file") {
        target.kind = RemotePathKind::File;
    } else if (word == "other") {
        target.kind = RemotePathKind::Other;
    } else if (word != "missing") {
        return failure(ErrorKind::Protocol, u"The description of the file is damaged."_s);
    }
    auto link = output.mid(lineEnd + 1);
    link.chop(link.endsWith('\n') ? 1 : 0);
    if (link.startsWith('/')) {
        target.path = link;
    }
    return target;
}

Result<QString> textOf(const QByteArray &bytes)
{
    if (validUtf8Length(bytes, 0) != bytes.size()) {
        return failure(ErrorKind::Integrity, u"The file's content is not UTF-8 text."_s);
    }
    return QString::fromUtf8(bytes);
}

RemoteFile::RemoteFile(SandboxShell &shell, const QByteArray &path, Mode mode)
    : m_shell(shell), m_path(path), m_mode(mode), m_hash(std::make_unique<Sha256>())
{
}

RemoteFile::~RemoteFile()
{
    if (m_stage) {
        m_shell.executor().runInBackground(removeStageScript(*m_stage));
    }
}

Result<void> RemoteFile::checkOpen(bool forWriting) const
{
    if (!m_isOpen || forWriting == (m_mode == Mode::Read)) {
        return failure(
            ErrorKind::Invalid,
            forWriting ? u"The file is not open for writing."_s : u"The file is not open for reading."_s);
    }
    if (m_hasFailed) {
        return failure(ErrorKind::Conflict, u"A part of the file could not be written."_s);
    }
    return {};
}

QCoro::Task<Result<void>> RemoteFile::open(std::stop_token stop)
{
    if (auto valid = checkRemotePath(m_path); !valid) {
        co_return valid;
    }
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    const auto missing = missingFor(m_mode, *tools, m_shell.carriesBytes(*tools));
    if (!missing.isEmpty()) {
        co_return failure(missingToolsError(missing));
    }
    m_tools = *tools;
    const auto script = pathKindScript(m_path);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, stop);
    if (!output) {
        co_return failure(output.error());
    }
    const auto target = parsePathKind(*output, m_path);
    if (!target) {
        co_return failure(target.error());
    }
    if (target->kind == RemotePathKind::Missing && m_mode == Mode::Read) {
        co_return failure(ErrorKind::NotFound, u"No such file or directory."_s);
    }
    if (target->kind == RemotePathKind::Directory || target->kind == RemotePathKind::Other) {
        co_return failure(ErrorKind::Conflict, u"The path leads to something else than a file."_s);
    }
    if (target->kind == RemotePathKind::File && m_mode == Mode::Create) {
        co_return failure(ErrorKind::Conflict, u"The file exists already."_s);
    }
    m_path = target->path;
    if (m_mode != Mode::Read) {
        const auto opened = co_await openTarget(std::move(stop));
        if (!opened) {
            co_return opened;
        }
    }
    m_isOpen = true;
    co_return Result<void>();
}

QCoro::Task<Result<void>> RemoteFile::openTarget(std::stop_token stop)
{
    // Shells have words of their own for a missing directory; ls has the system's.
    auto script = u"ls -d -- "_s + shellQuoted(joinRemotePath(remoteParent(m_path), ".")) +
                  u" >/dev/null || exit\n: >> "_s + shellQuoted(m_path);
    if (m_mode != Mode::Append) {
        m_stage = UploadStage::beside(remoteParent(m_path), remoteName(m_path), temporaryName());
        const auto existing = m_mode == Mode::Create ? ExistingTarget::Refuse : ExistingTarget::Overwrite;
        script = createStageScript(*m_stage, existing) + u" && : > "_s + shellQuoted(m_stage->item({}));
    }
    const auto opened = co_await m_shell.run(script, Repeatable::Never, std::move(stop));
    co_return opened ? Result<void>() : failure(opened.error());
}

QCoro::Task<Result<QByteArray>> RemoteFile::readPart(qint64 offset, qint64 count, std::stop_token stop)
{
    const auto script = readPartScript(m_path, offset, count, m_tools);
    return m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
}

QCoro::Task<Result<QByteArray>> RemoteFile::readAt(qint64 offset, qint64 count, std::stop_token stop)
{
    if (auto open = checkOpen(false); !open) {
        co_return failure(std::move(open).error());
    }
    if (offset < 0 || count < 0) {
        co_return failure(ErrorKind::Invalid, u"A part of a file has no negative place or size."_s);
    }
    QByteArray bytes;
    while (bytes.size() < count) {
        const auto wanted = std::min(count - bytes.size(), readPartBytes);
        const auto part = co_await readPart(offset + bytes.size(), wanted, stop);
        if (!part) {
            co_return failure(part.error());
        }
        bytes += *part;
        if (part->size() < wanted) {
            break;
        }
    }
    co_return bytes;
}

QCoro::Task<Result<QByteArray>> RemoteFile::read(qint64 maximumBytes, std::stop_token stop)
{
    auto bytes = co_await readAt(m_position, maximumBytes, std::move(stop));
    if (bytes) {
        m_position += bytes->size();
    }
    co_return bytes;
}

QCoro::Task<Result<QByteArray>> RemoteFile::readAll(std::stop_token stop)
{
    QByteArray all;
    for (;;) {
        const auto part = co_await read(readPartBytes, stop);
        if (!part) {
            co_return failure(part.error());
        }
        all += *part;
        if (part->size() < readPartBytes) {
            co_return all;
        }
    }
}

QCoro::Task<Result<QString>> RemoteFile::readText(std::stop_token stop)
{
    const auto bytes = co_await readAll(std::move(stop));
    if (!bytes) {
        co_return failure(bytes.error());
    }
    co_return textOf(*bytes);
}

qint64 RemoteFile::literalBytes() const
{
    return m_tools.decoder.isEmpty() ? printedPartBytes : scriptPartBytes;
}

QCoro::Task<Result<void>> RemoteFile::write(QByteArray bytes, std::stop_token stop)
{
    if (auto open = checkOpen(true); !open) {
        co_return open;
    }
    const auto partBytes = m_mode == Mode::Append ? literalBytes() : writePartBytes;
    for (qint64 done = 0; done < bytes.size(); done += partBytes) {
        auto part = bytes.mid(done, partBytes);
        const auto size = part.size();
        m_hasFailed = true; // Until the contrary is known: whoever stops this may have destroyed the file.
        const auto written = co_await writePart(std::move(part), stop);
        if (!written) {
            co_return written;
        }
        m_hasFailed = false;
        m_position += size;
        m_hash->add(QByteArrayView(bytes).sliced(done, size));
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> RemoteFile::writePart(QByteArray bytes, std::stop_token stop)
{
    if (m_mode == Mode::Append) {
        const auto script = u"{ "_s + literalSource(bytes, m_tools) + u"; } >> "_s + shellQuoted(m_path);
        const auto added = co_await m_shell.run(script, Repeatable::Never, std::move(stop));
        co_return added ? Result<void>() : failure(added.error());
    }
    const auto size = bytes.size();
    const bool isLiteral = size <= literalBytes();
    auto source = isLiteral ? literalSource(bytes, m_tools) : QString();
    if (!isLiteral) {
        const auto number = ++m_lastPart;
        const auto part = shellQuoted(m_stage->part(number));
        const bool isScript = m_tools.decoder.isEmpty();
        source = isScript ? u". "_s + part : m_tools.decoder + u" < "_s + part;
        const auto head = ExecutorClient::plainFileHead(m_stage->partText(number));
        auto body = preparedBody(head, bytes, isScript ? PartCoding::Script : PartCoding::Base64);
        bytes.clear();
        const auto sent = co_await m_shell.executor().writePreparedFile(std::move(body), {}, stop);
        if (!sent) {
            co_return sent;
        }
    }
    auto script = addPartScript(m_stage->item({}), m_position, size, source);
    if (!isLiteral) {
        script += u" && rm -f -- "_s + shellQuoted(m_stage->part(m_lastPart));
    }
    const auto added = co_await m_shell.run(script, Repeatable::Safely, std::move(stop));
    co_return added ? Result<void>() : failure(added.error());
}

QCoro::Task<Result<void>> RemoteFile::writeText(QString text, std::stop_token stop)
{
    return write(text.toUtf8(), std::move(stop));
}

QString RemoteFile::closeScript(const QString &check) const
{
    const auto existing = m_mode == Mode::Create ? ExistingTarget::Refuse : ExistingTarget::Overwrite;
    return u"[ \"$(wc -c < %1)\" -eq %2 ] || { echo 'the temporary file is incomplete' >&2; exit 1; }\n"_s
               .arg(shellQuoted(m_stage->item({})), QString::number(m_position)) +
           check + inheritScript(*m_stage) + u"( "_s +
           commitScript(*m_stage, UploadItem::Type::File, existing, m_tools) + u"\n) || exit\n"_s +
           removeStageScript(*m_stage);
}

QCoro::Task<Result<void>> RemoteFile::close(std::stop_token stop)
{
    if (auto open = checkOpen(m_mode != Mode::Read); !open) {
        co_return open;
    }
    if (!m_stage) {
        m_isOpen = false;
        co_return Result<void>();
    }
    const auto closed = co_await m_shell.run(closeScript({}), Repeatable::Never, std::move(stop));
    if (!closed) {
        co_return failure(closed.error());
    }
    m_isOpen = false;
    m_stage.reset();
    co_return Result<void>();
}

QCoro::Task<Result<Replacement>> RemoteFile::closeVerified(QByteArray targetHash, std::stop_token stop)
{
    if (auto open = checkOpen(true); !open) {
        co_return failure(std::move(open).error());
    }
    if (!m_stage || !canVerify()) {
        co_return failure(ErrorKind::Unsupported, u"The file cannot be compared."_s);
    }
    const auto script = closeScript(verifyScript(*m_stage, m_hash->hex(), targetHash, m_tools.hasher));
    const auto output = co_await m_shell.run(script, Repeatable::Never, std::move(stop));
    if (!output) {
        co_return failure(output.error());
    }
    const auto word = output->trimmed();
    if (word == damagedWord) {
        co_return failure(ErrorKind::Integrity, u"The sandbox has not got what was sent."_s);
    }
    m_isOpen = false;
    if (word.isEmpty()) {
        m_stage.reset();
        co_return Replacement::Done;
    }
    co_return word == missingWord ? Replacement::Missing : Replacement::Changed;
}

} // namespace Koyeb
