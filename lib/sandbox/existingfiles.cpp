// SPDX-License-Identifier: Apache-2.0
#include "sandbox/existingfiles.h"

#include "executor/shellquote.h"
#include "sandbox/contentcomparison.h"
#include "sandbox/downloadplan.h"
#include "sandbox/uploadfeed.h"
#include "sandbox/uploadsource.h"

#include <sys/stat.h>

#include <array>
#include <climits>
#include <unistd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Larger files that differ in their times only count as different: comparing reads both of them whole.
constexpr qint64 largestComparedBytes = 64 * 1024 * 1024;
/// What is read for one request at most, and how long its names may be before quoting.
constexpr qint64 bytesInRequest = 256 * 1024 * 1024;
constexpr qsizetype namesInRequestBytes = 10 * 1024;

bool isFileOrLink(const FileLook &look)
{
    return look.type == FileLook::Type::File || look.type == FileLook::Type::SymbolicLink;
}

std::optional<FileLook> lookAt(const std::filesystem::path &path)
{
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        return {};
    }
    FileLook look;
    look.sizeBytes = status.st_size;
    look.modifiedSeconds = status.st_mtim.tv_sec;
    if (S_ISREG(status.st_mode)) {
        look.type = FileLook::Type::File;
    } else if (S_ISDIR(status.st_mode)) {
        look.type = FileLook::Type::Directory;
    } else if (S_ISLNK(status.st_mode)) {
        look.type = FileLook::Type::SymbolicLink;
        std::array<char, PATH_MAX> target{};
        const auto length = ::readlink(path.c_str(), target.data(), target.size());
        look.linkTarget = QByteArray(target.data(), qMax<qsizetype>(0, length));
    }
    return look;
}

std::filesystem::path below(const std::filesystem::path &top, const QByteArray &path)
{
    return path.isEmpty() ? top : top / path.toStdString();
}

/// The SHA-256 of a file in hexadecimal; empty when it cannot be read.
QByteArray localHash(const std::filesystem::path &path)
{
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        return {};
    }
    UploadItem item;
    item.source = path;
    item.sizeBytes = status.st_size;
    item.modifiedSeconds = status.st_mtim.tv_sec;
    item.modifiedNanoseconds = status.st_mtim.tv_nsec;
    const auto file = UploadSource::open(item);
    if (!file || !(*file)->skip((*file)->sizeBytes())) {
        return {};
    }
    return (*file)->conclude().value_or(QByteArray());
}

/// Prints a line with a hash, perhaps behind a backslash, for each file that can be read.
QString hashesScript(const QList<QByteArray> &paths)
{
    return u"sha256sum -- "_s + shellQuoted(paths) + u" 2>/dev/null; true"_s;
}

} // namespace

QByteArray keptName(const QByteArray &name, int number)
{
    if (number < 2) {
        return name;
    }
    // As the shell does it in commitScript(). A name that begins with a dot has none before its extension.
    const auto hasExtension = [&name](const QByteArray &begin) {
        const auto first = name.indexOf(begin, 1);
        return first >= 1 && name.size() > first + begin.size();
    };
    auto stem = name.size();
    for (const auto &begin : {".tar."_ba, "."_ba}) {
        if (hasExtension(begin)) {
            stem = name.lastIndexOf(begin);
            break;
        }
    }
    return name.left(stem) + " (" + QByteArray::number(number) + ')' + name.mid(stem);
}

FileLook lookOf(const UploadItem &item)
{
    FileLook look{item.path, FileLook::Type::File, item.sizeBytes, item.modifiedSeconds, item.linkTarget};
    if (item.type == UploadItem::Type::Directory) {
        look.type = FileLook::Type::Directory;
    } else if (item.type == UploadItem::Type::SymbolicLink) {
        look.type = FileLook::Type::SymbolicLink;
    }
    return look;
}

FileLook lookOf(const RemoteEntry &entry)
{
    FileLook look{
        entry.name, FileLook::Type::Other, entry.sizeBytes.value_or(-1),
        entry.modifiedAt.isValid() ? entry.modifiedAt.toSecsSinceEpoch() : 0, entry.linkTarget};
    if (entry.type == RemoteEntry::Type::File) {
        look.type = FileLook::Type::File;
    } else if (entry.type == RemoteEntry::Type::Directory) {
        look.type = FileLook::Type::Directory;
    } else if (entry.type == RemoteEntry::Type::SymbolicLink) {
        look.type = FileLook::Type::SymbolicLink;
    }
    return look;
}

QCoro::Task<Result<void>> ExistingFiles::lookInSandbox(SandboxTools tools, std::stop_token stop)
{
    if (!tools.findPrintf && !tools.statFormat) {
        co_return Result<void>();
    }
    const auto plan = co_await planDownload(m_sides.shell, m_sides.remoteTop, tools, std::move(stop));
    if (plan) {
        for (const auto &entry : plan->items) {
            m_there.insert(entry.name, lookOf(entry));
        }
        co_return Result<void>();
    }
    // Nothing is there, or something that is no file. Without its answer the sandbox could not be sent to.
    const auto kind = plan.error().kind;
    const bool isAnswer =
        plan.error().httpStatus == 0 && (kind == ErrorKind::NotFound || kind == ErrorKind::Invalid ||
                                         kind == ErrorKind::Rejected || kind == ErrorKind::Unsupported);
    co_return isAnswer ? Result<void>() : failure(plan.error());
}

QCoro::Task<Result<void>> ExistingFiles::lookOnDisk(QList<FileLook> items, std::stop_token stop)
{
    using Looks = QHash<QByteArray, FileLook>;
    std::function<Result<Looks>()> looking = [items, top = m_sides.localTop, stop]() -> Result<Looks> {
        Looks looks;
        for (const auto &item : items) {
            const auto slash = item.path.lastIndexOf('/');
            const auto parent = looks.constFind(slash < 0 ? QByteArray("") : item.path.left(slash));
            // What lies behind a link is not what would be written to.
            const bool isReachable =
                item.path.isEmpty() || (parent != looks.cend() && parent->type == FileLook::Type::Directory);
            if (const auto look = isReachable ? lookAt(below(top, item.path)) : std::nullopt) {
                looks.insert(item.path, *look);
            }
            if (stop.stop_requested()) {
                return failure(Error::cancelled());
            }
        }
        return looks;
    };
    auto looks = co_await m_sides.disk.run(std::move(looking), stop);
    if (!looks) {
        co_return failure(looks.error());
    }
    m_there = std::move(*looks);
    co_return Result<void>();
}

ExistingFiles::Need ExistingFiles::needOf(const FileLook &item) const
{
    const auto there = m_there.constFind(item.path);
    if (there == m_there.cend() || !isFileOrLink(item)) {
        return Need::Moved;
    }
    if (m_existing == ExistingTarget::Skip) {
        return Need::LeftOut;
    }
    if (!isFileOrLink(*there)) {
        return Need::Moved; // Its end is to say what is in the way.
    }
    if (m_existing == ExistingTarget::Newer) {
        return item.modifiedSeconds > there->modifiedSeconds ? Need::Moved : Need::LeftOut;
    }
    if (item.type != there->type) {
        return Need::Moved;
    }
    if (item.type == FileLook::Type::SymbolicLink) {
        return item.linkTarget == there->linkTarget ? Need::LeftOut : Need::Moved;
    }
    if (item.sizeBytes < 0 || item.sizeBytes != there->sizeBytes) {
        return Need::Moved;
    }
    if (item.modifiedSeconds == there->modifiedSeconds) {
        return Need::LeftOut;
    }
    return item.sizeBytes <= largestComparedBytes ? Need::Compared : Need::Moved;
}

QCoro::Task<Result<QSet<QByteArray>>> ExistingFiles::unneeded(QList<FileLook> items, std::stop_token stop)
{
    QSet<QByteArray> leftOut;
    QList<QByteArray> compared;
    qint64 bytes = 0;
    qsizetype nameBytes = 0;
    for (const auto &item : items) {
        const auto need = needOf(item);
        if (need == Need::LeftOut) {
            leftOut.insert(item.path);
        }
        if (need != Need::Compared) {
            continue;
        }
        bytes += item.sizeBytes;
        nameBytes += remotePath(item.path).size();
        if (!compared.isEmpty() && (bytes > bytesInRequest || nameBytes > namesInRequestBytes)) {
            const auto same = co_await withSameContent(std::exchange(compared, {}), stop);
            if (!same) {
                co_return failure(same.error());
            }
            leftOut.unite(*same);
            bytes = item.sizeBytes;
            nameBytes = remotePath(item.path).size();
        }
        compared.append(item.path);
    }
    if (!compared.isEmpty()) {
        const auto same = co_await withSameContent(std::move(compared), stop);
        if (!same) {
            co_return failure(same.error());
        }
        leftOut.unite(*same);
    }
    co_return leftOut;
}

QCoro::Task<Result<QSet<QByteArray>>> ExistingFiles::withSameContent(
    QList<QByteArray> paths, std::stop_token stop)
{
    if (m_sides.feed) {
        co_return co_await withContentOfFeed(std::move(paths), std::move(stop));
    }
    QList<QByteArray> remotePaths;
    for (const auto &path : paths) {
        remotePaths.append(remotePath(path));
    }
    const auto script = hashesScript(remotePaths);
    const auto output = co_await m_sides.shell.run(script, Repeatable::Safely, stop);
    if (!output) {
        co_return failure(output.error());
    }
    const auto lines = output->trimmed().split('\n');
    if (lines.size() != paths.size()) {
        co_return QSet<QByteArray>(); // Some could not be read, and which is not told.
    }
    using Names = QSet<QByteArray>;
    std::function<Result<Names>()> comparing = [paths, lines, top = m_sides.localTop,
                                                stop]() -> Result<Names> {
        Names same;
        for (qsizetype index = 0; index < paths.size() && !stop.stop_requested(); ++index) {
            const auto hash = localHash(below(top, paths[index]));
            // Before a name with odd characters there is a backslash.
            const auto line = QByteArrayView(lines[index]).sliced(lines[index].startsWith('\\') ? 1 : 0);
            if (!hash.isEmpty() && line.startsWith(hash)) {
                same.insert(paths[index]);
            }
        }
        return same;
    };
    co_return co_await m_sides.disk.run(std::move(comparing), stop);
}

QCoro::Task<Result<QSet<QByteArray>>> ExistingFiles::withContentOfFeed(
    QList<QByteArray> paths, std::stop_token stop)
{
    QHash<QByteArray, qint64> sizes;
    for (const auto &path : paths) {
        sizes.insert(path, m_there.value(path).sizeBytes);
    }
    auto looking = m_sides.feed->hashes(sizes, stop);
    const auto there = co_await contentHashes(m_sides.shell, m_sides.remoteTop, sizes, stop);
    const auto here = co_await looking;
    if (!there || !here) {
        co_return failure(there ? here.error() : there.error());
    }
    QSet<QByteArray> same;
    for (auto file = here->cbegin(); file != here->cend(); ++file) {
        if (there->value(file.key()) == file.value()) {
            same.insert(file.key());
        }
    }
    co_return same;
}

QByteArray ExistingFiles::remotePath(const QByteArray &path) const
{
    return path.isEmpty() ? m_sides.remoteTop : joinRemotePath(m_sides.remoteTop, path);
}

} // namespace Koyeb
