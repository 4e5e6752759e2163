// SPDX-License-Identifier: Apache-2.0
#include "sandbox/downloadscripts.h"

#include "executor/shellquote.h"
#include "sandbox/sandboxshell.h"

#include <sys/stat.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype hashDigits = 64;

/// Length of sha256sum's line for `name`, without the newline at its end, or -1. GNU's escapes newlines and
/// backslashes in names and marks such lines with a backslash; BusyBox's writes names as they are.
qsizetype hashLineLength(const QByteArray &text, qsizetype start, const QByteArray &name)
{
    if (start < text.size() && text[start] == '\\') {
        const auto end = text.indexOf('\n', start);
        return end - start < 1 + hashDigits ? -1 : end - start;
    }
    const auto length = hashDigits + 2 + name.size();
    const bool fits = start + length < text.size() && text[start + length] == '\n' &&
                      QByteArrayView(text).sliced(start + hashDigits + 2, name.size()) == name;
    return fits ? length : -1;
}

/// Keeps a reader from waiting for a pipe that has taken the file's place.
QString fileCheck(const QString &word)
{
    return u"[ -f %1 ] || { ls -d -- %1 >/dev/null && echo 'not a file any more' >&2; exit 1; }\n"_s.replace(
        "%1"_L1, word);
}

/// What writes a range of a file.
QString rangeReader(const QString &word, qint64 offset, qint64 sizeBytes, const SandboxTools &tools)
{
    if (!tools.dd) {
        const auto head = u"head -c "_s + QString::number(sizeBytes);
        const auto tail = u"tail -c +"_s + QString::number(offset + 1);
        return offset == 0 ? head + u" -- "_s + word : tail + u" -- "_s + word + u" | "_s + head;
    }
    Q_ASSERT(offset % downloadBlockBytes == 0);
    const auto blocks = (sizeBytes + downloadBlockBytes - 1) / downloadBlockBytes;
    return u"dd if="_s + word + u" bs=65536 skip="_s + QString::number(offset / downloadBlockBytes) +
           u" count="_s + QString::number(blocks);
}

} // namespace

QString topEntryScript(const QByteArray &path, Links links)
{
    const auto word = shellQuoted(path);
    if (links == Links::Followed) {
        return u"stat -L -c '%f %s %Y' -- "_s + word;
    }
    return u"stat -c '%f %s %Y' -- "_s + word + u" || exit\n[ ! -h "_s + word + u" ] || readlink -- "_s +
           word;
}

Result<RemoteEntry> parseTopEntry(const QByteArray &output, const QByteArray &name)
{
    const auto lineEnd = output.indexOf('\n');
    const auto fields = output.left(lineEnd).split(' ');
    if (lineEnd < 0 || fields.size() != 3) {
        return failure(ErrorKind::Protocol, u"The description of the file is damaged."_s);
    }
    const auto mode = fields[0].toUInt(nullptr, 16);
    RemoteEntry entry;
    entry.name = name;
    entry.mode = mode & 07777U;
    entry.sizeBytes = fields[1].toLongLong();
    entry.modifiedAt = QDateTime::fromSecsSinceEpoch(fields[2].toLongLong(), Qt::UTC);
    if (S_ISREG(mode)) {
        entry.type = RemoteEntry::Type::File;
    } else if (S_ISDIR(mode)) {
        entry.type = RemoteEntry::Type::Directory;
    } else if (S_ISLNK(mode)) {
        entry.type = RemoteEntry::Type::SymbolicLink;
        entry.linkTarget = output.mid(lineEnd + 1).chopped(output.endsWith('\n') ? 1 : 0);
    }
    return entry;
}

QString readRangeScript(const QByteArray &path, qint64 offset, qint64 sizeBytes, const SandboxTools &tools)
{
    const auto word = shellQuoted(path);
    return fileCheck(word) + rangeReader(word, offset, sizeBytes, tools);
}

QString partOfRangeScript(
    const QByteArray &path, qint64 offset, qint64 sizeBytes, const SandboxTools &tools,
    const PartOrder &order)
{
    const auto word = shellQuoted(path);
    const auto target = shellQuoted(order.part);
    const auto removal = order.used.isEmpty() ? QString() : u"rm -f -- "_s + shellQuoted(order.used) + u'\n';
    // Renamed once it is whole, for the script may run twice where its answer was lost. The reader's exit
    // code comes past the pipe.
    return removal + fileCheck(word) + u"r=$({ { "_s + rangeReader(word, offset, sizeBytes, tools) +
           u"; echo $? >&3; } | "_s + encoderOf(tools, order.packing) + u" > "_s + target +
           u".$$; } 3>&1) && [ \"$r\" = 0 ] && mv -f -- "_s + target + u".$$ "_s + target;
}

QString readOnScript(const QByteArray &path, qint64 offset, qint64 maximumBytes)
{
    const auto word = shellQuoted(path);
    const auto head = u"head -c "_s + QString::number(maximumBytes);
    // Without a pipe where possible, for a pipe's exit code is that of its end.
    const auto read = offset == 0
                          ? head + u" -- "_s + word
                          : u"tail -c +"_s + QString::number(offset + 1) + u" -- "_s + word + u" | "_s + head;
    return fileCheck(word) +
           u"if command -v timeout >/dev/null 2>&1; then set -- timeout 20; else set --; fi\n\"$@\" "_s +
           read + u" || { r=$?; [ $r -lt 124 ] || echo 'nothing more comes of it' >&2; exit $r; }"_s;
}

QString compareScript(const QByteArray &path, qint64 sizeBytes, const QString &hasher, Links links)
{
    // The description last: what changes in between shows in it.
    return u"head -c "_s + QString::number(sizeBytes) + u" -- "_s + shellQuoted(path) + u" | "_s + hasher +
           u" || exit\n"_s + topEntryScript(path, links);
}

QString readBatchScript(
    const QByteArray &directory, const QList<ListedFile> &files, const QByteArray &boundary)
{
    QList<QByteArray> names;
    names.reserve(files.size());
    for (const auto &file : files) {
        names.append("./" + file.path);
    }
    return u"cd "_s + shellQuoted(directory) + u" || exit\nset -- "_s + shellQuoted(names) +
           u"\ncat -- \"$@\"\nprintf '\\n%s\\n' "_s + QString::fromLatin1(boundary) +
           u"\nsha256sum -- \"$@\"\ntrue"_s;
}

std::optional<QList<ReceivedFile>> parseBatch(
    const QByteArray &output, const QList<ListedFile> &files, const QByteArray &boundary)
{
    const QByteArrayView all(output);
    QList<ReceivedFile> received;
    received.reserve(files.size());
    qsizetype position = 0;
    for (const auto &file : files) {
        if (file.sizeBytes > all.size() - position) {
            return {};
        }
        received.append({all.sliced(position, file.sizeBytes), {}});
        position += file.sizeBytes;
    }
    const QByteArray separator = '\n' + boundary + '\n';
    if (!all.sliced(position).startsWith(separator)) {
        return {};
    }
    position += separator.size();
    for (qsizetype index = 0; index < files.size(); ++index) {
        const auto length = hashLineLength(output, position, "./" + files[index].path);
        if (length < 0) {
            return {};
        }
        const auto line = all.sliced(position, length);
        received[index].sha256 = line.sliced(line.startsWith('\\') ? 1 : 0).first(hashDigits);
        position += length + 1;
    }
    return received;
}

} // namespace Koyeb
