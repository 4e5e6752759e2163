// SPDX-License-Identifier: Apache-2.0
#include "sandbox/filelisting.h"

#include "core/workerthread.h"
#include "executor/shellquote.h"

#include <QSet>

#include <algorithm>
#include <array>
#include <sys/stat.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr quint32 permissionBits = 07777;

/// Cuts fields off a text without copying the rest of it.
class FieldReader {
public:
    explicit FieldReader(const QByteArray &text) : m_text(text) {}

    [[nodiscard]] bool atEnd() const { return m_position >= m_text.size(); }
    [[nodiscard]] bool isComplete() const { return m_complete; }

    QByteArray takeUntil(char end)
    {
        const auto found = m_text.indexOf(end, m_position);
        if (found < 0) {
            m_complete = false;
            m_position = m_text.size();
            return {};
        }
        auto field = m_text.mid(m_position, found - m_position);
        m_position = found + 1;
        return field;
    }

    bool skip(const QByteArray &expected)
    {
        if (!QByteArrayView(m_text).sliced(m_position).startsWith(expected)) {
            return false;
        }
        m_position += expected.size();
        return true;
    }

    /// What comes next, if `length` bytes are followed by `end`, which is skipped.
    std::optional<QByteArray> takeExactly(qsizetype length, const QByteArray &end)
    {
        const auto rest = QByteArrayView(m_text).sliced(m_position);
        if (length < 0 || length > rest.size() || !rest.sliced(length).startsWith(end)) {
            return {};
        }
        m_position += length + end.size();
        return rest.first(length).toByteArray();
    }

    [[nodiscard]] qsizetype position() const { return m_position; }
    void returnTo(qsizetype position) { m_position = position; }

private:
    const QByteArray &m_text;
    qsizetype m_position = 0;
    bool m_complete = true;
};

RemoteEntry::Type typeOfLetter(char letter)
{
    using Type = RemoteEntry::Type;
    switch (letter) {
    case 'f':
        return Type::File;
    case 'd':
        return Type::Directory;
    case 'l':
        return Type::SymbolicLink;
    case 'p':
        return Type::Fifo;
    case 's':
        return Type::Socket;
    case 'b':
        return Type::BlockDevice;
    case 'c':
        return Type::CharacterDevice;
    default:
        return Type::Unknown;
    }
}

char letterOfMode(quint32 mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return 'f';
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    case S_IFBLK:
        return 'b';
    case S_IFCHR:
        return 'c';
    default:
        return '?';
    }
}

/// From decimal seconds with or without a fraction.
QDateTime timeFrom(const QByteArray &seconds)
{
    const auto point = seconds.indexOf('.');
    bool isNumber = false;
    const auto whole = (point < 0 ? seconds : seconds.left(point)).toLongLong(&isNumber);
    // Milliseconds are QDateTime's grain; times beyond its range are left unset.
    constexpr auto limit = std::numeric_limits<qint64>::max() / 2000;
    if (!isNumber || whole < -limit || whole > limit) {
        return {};
    }
    const auto fraction = point < 0 ? 0 : seconds.mid(point + 1, 3).leftJustified(3, '0').toLongLong();
    return QDateTime::fromMSecsSinceEpoch(whole * 1000 + fraction, Qt::UTC);
}

/// Fails, with the tool's own words, unless the directory is there and readable.
QString directoryCheck(const QString &directory)
{
    return u"ls -d -- %1 >/dev/null || exit\n"
           "[ -r %1 ] || { echo 'cannot open directory: Permission denied' >&2; exit 1; }\n"_s.arg(directory);
}

/// The same text as before is kept once: nearly all of a listing have the same owner.
class SharedText {
public:
    [[nodiscard]] QString of(const QByteArray &bytes)
    {
        if (bytes != m_bytes) {
            m_bytes = bytes;
            m_text = QString::fromUtf8(bytes);
        }
        return m_text;
    }

private:
    QByteArray m_bytes;
    QString m_text;
};

struct Owners {
    SharedText user;
    SharedText group;
};

/// One record of statListingScript(), for the entry `name`; nothing when the next record is another's.
std::optional<RemoteEntry> takeStatRecord(FieldReader &fields, const QByteArray &name, Owners &owners)
{
    const auto start = fields.position();
    RemoteEntry entry;
    entry.name = name.mid(2); // Without the ./ in front.
    const quint32 mode = fields.takeUntil(' ').toUInt(nullptr, 16);
    entry.mode = mode & permissionBits;
    entry.type = typeOfLetter(letterOfMode(mode));
    entry.sizeBytes = fields.takeUntil(' ').toLongLong();
    entry.modifiedAt = timeFrom(fields.takeUntil(' '));
    entry.owner = owners.user.of(fields.takeUntil(' '));
    entry.group = owners.group.of(fields.takeUntil(' '));
    if (fields.skip('\'' + name + "' -> '")) {
        // A link's size is its target's length, but for those of /proc.
        if (const auto target = fields.takeExactly(*entry.sizeBytes, "'\n")) {
            entry.linkTarget = *target;
            return entry;
        }
        if (const auto target = fields.takeUntil('\n'); target.endsWith('\'')) {
            entry.linkTarget = target.chopped(1);
            return entry;
        }
        fields.returnTo(start);
        return {};
    }
    if (fields.skip(name + '\n') || fields.skip('\'' + name + "'\n")) {
        return entry;
    }
    fields.returnTo(start);
    return {};
}

} // namespace

QString findListingScript(const QByteArray &directory, ListingDepth depth)
{
    const auto path = shellQuoted(joinRemotePath(directory, "."));
    const auto limit = depth == ListingDepth::Directory ? u"-maxdepth 1 "_s : QString();
    // What vanishes or is forbidden further down is no failure of the listing, but it is told: by a record
    // without a name.
    return directoryCheck(path) + u"find "_s + path + u" -mindepth 1 "_s + limit +
           uR"(-printf '%P\0%y%Y\0%s\0%T@\0%m\0%u\0%g\0%l\0' || )"_s +
           (depth == ListingDepth::Directory ? u"true"_s : uR"(printf '\0!\0\0\0\0\0\0\0')"_s);
}

Result<QList<RemoteEntry>> parseFindListing(const QByteArray &output)
{
    QList<RemoteEntry> entries;
    FieldReader fields(output);
    Owners owners;
    while (!fields.atEnd()) {
        RemoteEntry entry;
        entry.name = fields.takeUntil('\0');
        const auto types = fields.takeUntil('\0');
        entry.type = typeOfLetter(types.isEmpty() ? '?' : types[0]);
        entry.linkTargetIsDirectory =
            entry.type == RemoteEntry::Type::SymbolicLink && types.size() > 1 && types[1] == 'd';
        entry.sizeBytes = fields.takeUntil('\0').toLongLong();
        entry.modifiedAt = timeFrom(fields.takeUntil('\0'));
        entry.mode = fields.takeUntil('\0').toUInt(nullptr, 8) & permissionBits;
        entry.owner = owners.user.of(fields.takeUntil('\0'));
        entry.group = owners.group.of(fields.takeUntil('\0'));
        entry.linkTarget = fields.takeUntil('\0');
        const bool isIncomplete = entry.name.isEmpty() && types == "!";
        if (!fields.isComplete() || (entry.name.isEmpty() && !isIncomplete)) {
            return failure(ErrorKind::Protocol, u"The listing of the directory is damaged."_s);
        }
        entries.append(std::move(entry));
    }
    return entries;
}

QString statListingScript(const QByteArray &directory)
{
    const auto path = shellQuoted(joinRemotePath(directory, "."));
    // Three lists, each ended by an empty name: all names; a record for each that stat finds, in the same
    // order; the links that lead to directories. A function in place of stat takes them all. Patterns without
    // a match stay as they are and are found by nobody.
    return directoryCheck(path) + u"cd "_s + path + uR"( || exit
set -- ./* ./.[!.]* ./..?*
printf '%s\0' "$@"
printf '\0'
if [ "${stat_is_function-}" ]; then stat -c '%f %s %Y %U %G %N' "$@" 2>/dev/null
elif command -v xargs >/dev/null 2>&1; then printf '%s\0' "$@" | xargs -0 stat -c '%f %s %Y %U %G %N' 2>/dev/null
else for i do stat -c '%f %s %Y %U %G %N' "$i" 2>/dev/null; done; fi
printf '\0'
for i do [ -h "$i" ] && [ -d "$i" ] && printf '%s\0' "$i"; done
printf '\0')"_s;
}

Result<QList<RemoteEntry>> parseStatListing(const QByteArray &output)
{
    FieldReader all(output);
    QList<QByteArray> names;
    for (auto name = all.takeUntil('\0'); !name.isEmpty(); name = all.takeUntil('\0')) {
        names.append(name);
    }
    const auto records = all.takeUntil('\0');
    QSet<QByteArray> directoryLinks;
    for (auto name = all.takeUntil('\0'); !name.isEmpty(); name = all.takeUntil('\0')) {
        directoryLinks.insert(name);
    }
    const auto isDamaged = [](const QByteArray &name) {
        return !name.startsWith("./") || name.size() == 2;
    };
    if (!all.isComplete() || std::any_of(names.begin(), names.end(), isDamaged)) {
        return failure(ErrorKind::Protocol, u"The listing of the directory is damaged."_s);
    }
    QList<RemoteEntry> entries;
    entries.reserve(names.size());
    FieldReader fields(records);
    Owners owners;
    for (const auto &name : names) {
        if (auto entry = takeStatRecord(fields, name, owners)) {
            entry->linkTargetIsDirectory = directoryLinks.contains(name);
            entries.append(std::move(*entry));
        }
    }
    if (!fields.atEnd()) {
        return failure(ErrorKind::Protocol, u"The listing of the directory is damaged."_s);
    }
    return entries;
}

QCoro::Task<Result<QList<RemoteEntry>>> readListing(QByteArray output, bool isFromFind, std::stop_token stop)
{
    constexpr qsizetype muchBytes = 256 * 1024; // Of a few thousand entries: milliseconds.
    const bool isMuch = output.size() > muchBytes;
    std::function<Result<QList<RemoteEntry>>()> parsing = [output = std::move(output), isFromFind] {
        return isFromFind ? parseFindListing(output) : parseStatListing(output);
    };
    if (!isMuch) {
        co_return parsing();
    }
    WorkerThread parser;
    co_return co_await parser.run(std::move(parsing), std::move(stop));
}

} // namespace Koyeb
