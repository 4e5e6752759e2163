// SPDX-License-Identifier: Apache-2.0
#include "sandbox/downloadstage.h"

#include "core/sha256.h"
#include "sandbox/localmerge.h"
#include "sandbox/localretain.h"
#include "sandbox/remoteentry.h"
#include "sandbox/uploadplan.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr mode_t permissionBits = 0777;
const QByteArray itemName = QByteArrayLiteral("item");
/// Beside the item from when files get another time than that of their source; has just this time itself.
constexpr auto renewalName = "renewed";

Result<void> lastResult(int returned)
{
    if (returned != 0) {
        return failure(placeError(errno));
    }
    return {};
}

Result<void> applyAttributes(int descriptor, const LocalAttributes &attributes)
{
    const std::array<timespec, 2> times{
        timespec{0, UTIME_OMIT}, timespec{static_cast<time_t>(attributes.modifiedSeconds), 0}};
    for (const auto &changed :
         {lastResult(::fchmod(descriptor, attributes.mode & permissionBits)),
          lastResult(::futimens(descriptor, times.data()))}) {
        // A disk that knows no modes, or no such times, still has the content.
        if (!changed && !concernsPlaceOnly(changed.error())) {
            return changed;
        }
    }
    return {};
}

/// Fails when the disk cannot hold an entry of that name at all.
Result<void> tryName(int directory, const QByteArray &name)
{
    const auto made = lastResult(::mkdirat(directory, name.constData(), 0700));
    ::unlinkat(directory, name.constData(), AT_REMOVEDIR);
    return made;
}

/// Of one beside the target, or in it.
bool isStageName(const QByteArray &name)
{
    const auto segments = name.split('/');
    return segments.size() <= 2 && std::all_of(segments.cbegin(), segments.cend(), isEntryName);
}

} // namespace

/// The directory of an item, open, and the item's name in it.
struct DownloadStage::Place {
    LocalDescriptor directory;
    QByteArray name;
};

LocalDescriptor::~LocalDescriptor()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

QByteArray DownloadStage::nameInside(
    const std::filesystem::path &targetDirectory, const QByteArray &name, const QByteArray &stageName)
{
    struct stat status {};
    const auto target = targetDirectory / name.toStdString();
    // One that may not be written itself may hold some that may.
    const bool isInside =
        isEntryName(name) && ::lstat(target.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
        (::access(target.c_str(), W_OK) == 0 || ::access(targetDirectory.c_str(), W_OK) != 0);
    return isInside ? name + '/' + stageName : stageName;
}

Result<std::shared_ptr<DownloadStage>> DownloadStage::create(
    const std::filesystem::path &targetDirectory, const QByteArray &name, const QByteArray &stageName,
    ExistingTarget existing, LocalNameRules rules)
{
    if (!isEntryName(name)) {
        return failure(ErrorKind::Invalid, u"What is to be downloaded has no usable name."_s);
    }
    if (auto impossible = localNameProblem(name, rules)) {
        return failure(std::move(*impossible));
    }
    auto stage = std::shared_ptr<DownloadStage>(new DownloadStage);
    stage->m_rules = rules;
    stage->m_name = name;
    stage->m_existing = existing;
    stage->m_targetDirectory =
        LocalDescriptor(::open(targetDirectory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!stage->m_targetDirectory.isOpen()) {
        return failure(localError(errno));
    }
    struct stat status {};
    const int target = stage->m_targetDirectory.get();
    if (existing == ExistingTarget::Refuse &&
        ::fstatat(target, name.constData(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return failure(ErrorKind::Conflict, u"There is a file or folder of that name already."_s);
    }
    if (::mkdirat(target, stageName.constData(), 0700) != 0) {
        return failure(localError(errno));
    }
    stage->m_path = targetDirectory / stageName.toStdString();
    if (!stage->open(stageName)) {
        return failure(localError(errno));
    }
    if (const auto possible = tryName(stage->m_stage.get(), name); !possible) {
        return failure(possible.error()); // Before much is fetched in vain.
    }
    return stage;
}

Result<std::shared_ptr<DownloadStage>> DownloadStage::reopen(
    const std::filesystem::path &targetDirectory, const QByteArray &name, const QByteArray &stageName,
    ExistingTarget existing)
{
    auto stage = std::shared_ptr<DownloadStage>(new DownloadStage);
    stage->m_isKept = true;
    stage->m_name = name;
    stage->m_existing = existing;
    stage->m_path = targetDirectory / stageName.toStdString();
    stage->m_targetDirectory =
        LocalDescriptor(::open(targetDirectory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!stage->m_targetDirectory.isOpen()) {
        return failure(localError(errno)); // A disk that is not plugged in, perhaps.
    }
    const bool isThere = isEntryName(name) && isStageName(stageName) && stage->open(stageName);
    return isThere ? stage : nullptr;
}

Result<qint64> freeBytesAt(const std::filesystem::path &directory)
{
    struct statvfs status {};
    if (::statvfs(directory.c_str(), &status) != 0) {
        return failure(localError(errno));
    }
    return static_cast<qint64>(status.f_bavail) * static_cast<qint64>(status.f_frsize);
}

Result<void> checkFreeSpace(const std::filesystem::path &directory, qint64 bytes)
{
    const auto freeBytes = freeBytesAt(directory);
    if (freeBytes && bytes > *freeBytes) { // Where nobody knows, writing will tell.
        const auto reason = u"No space left on device: %1 bytes are needed, %2 are free."_s;
        auto error = Error::of(ErrorKind::Local, reason.arg(bytes).arg(*freeBytes));
        error.systemError = ENOSPC;
        return failure(std::move(error));
    }
    return {};
}

void removeDownloadStage(const std::filesystem::path &localDirectory, const QByteArray &stage)
{
    const auto left = DownloadStage::reopen(localDirectory, itemName, stage, ExistingTarget::Refuse);
    if (left && *left) {
        (*left)->own(); // Its end removes it.
    }
}

bool DownloadStage::isTarget(
    const std::filesystem::path &targetDirectory, const QByteArray &name, bool isDirectory, qint64 sizeBytes,
    std::optional<qint64> modifiedSeconds)
{
    struct stat status {};
    if (!isEntryName(name) || ::lstat((targetDirectory / name.toStdString()).c_str(), &status) != 0 ||
        (modifiedSeconds && status.st_mtim.tv_sec != *modifiedSeconds)) {
        return false;
    }
    return isDirectory ? S_ISDIR(status.st_mode) : S_ISREG(status.st_mode) && status.st_size == sizeBytes;
}

bool DownloadStage::isTargetTree(
    const std::filesystem::path &targetDirectory, const QByteArray &name, const QList<RemoteEntry> &items)
{
    using Type = RemoteEntry::Type;
    const auto top = targetDirectory / name.toStdString();
    return isEntryName(name) && std::all_of(items.cbegin(), items.cend(), [&top](const RemoteEntry &item) {
               const auto path = item.name.isEmpty() ? top : top / item.name.toStdString();
               struct stat status {};
               const bool isThere = ::lstat(path.c_str(), &status) == 0;
               switch (item.type) {
               case Type::File:
                   return isThere && S_ISREG(status.st_mode) && status.st_size == item.sizeBytes.value_or(0);
               case Type::Directory:
                   return isThere && S_ISDIR(status.st_mode);
               case Type::SymbolicLink: {
                   std::error_code error;
                   const auto target = std::filesystem::read_symlink(path, error);
                   return !error && bytesOf(target) == item.linkTarget;
               }
               default:
                   return true;
               }
           });
}

bool DownloadStage::open(const QByteArray &stageName)
{
    m_isInside = stageName.contains('/');
    m_stage = LocalDescriptor(::openat(
        m_targetDirectory.get(), stageName.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    return m_stage.isOpen();
}

std::filesystem::path DownloadStage::pathOf(const QByteArray &path) const
{
    const auto item = m_path / itemName.toStdString();
    return path.isEmpty() ? item : item / path.toStdString();
}

bool DownloadStage::hasItem() const
{
    struct stat status {};
    return ::fstatat(m_stage.get(), itemName.constData(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

DownloadStage::~DownloadStage()
{
    if (m_stage.isOpen() && !m_isKept) {
        removeLocalTree(m_path);
    }
}

Result<QSet<QByteArray>> DownloadStage::retain(Retained retained)
{
    struct stat status {};
    if (::fstatat(m_stage.get(), renewalName, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        retained.renewedAt = status.st_mtim;
    }
    auto left = retainInTree({m_stage.get(), itemName}, retained);
    if (!left) {
        return failure(left.error());
    }
    ::unlinkat(m_stage.get(), renewalName, 0); // Now that no file has its time any more.
    m_folders = std::move(left->folders);
    return std::move(left->files);
}

Result<DownloadStage::Place> DownloadStage::placeOf(const QByteArray &path) const
{
    Place place{LocalDescriptor(::fcntl(m_stage.get(), F_DUPFD_CLOEXEC, 0)), itemName};
    if (path.isEmpty()) {
        return place;
    }
    const auto segments = path.split('/');
    for (const auto &segment : segments) {
        if (!isEntryName(segment)) {
            return failure(ErrorKind::Invalid, u"The sandbox sent an impossible file name."_s);
        }
        if (auto impossible = localNameProblem(segment, m_rules)) {
            return failure(std::move(*impossible));
        }
        place.directory = LocalDescriptor(::openat(
            place.directory.get(), place.name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!place.directory.isOpen()) {
            return failure(placeError(errno));
        }
        place.name = segment;
    }
    return place;
}

Result<void> DownloadStage::makeDirectory(const QByteArray &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return failure(place.error());
    }
    const int directory = place->directory.get();
    if (::mkdirat(directory, place->name.constData(), 0700) == 0) {
        m_folders.insert(path);
        return {};
    }
    const int reason = errno;
    // One that nobody has made by this name has it for a disk only to which upper and lower case are the
    // same.
    return reason == EEXIST && m_folders.contains(path) ? Result<void>() : failure(placeError(reason));
}

Result<void> DownloadStage::makeLink(const QByteArray &path, const QByteArray &target)
{
    const auto place = placeOf(path);
    if (!place) {
        return failure(place.error());
    }
    auto made = lastResult(::symlinkat(target.constData(), place->directory.get(), place->name.constData()));
    if (!made && made.error().systemError == EPERM) {
        made.error().systemError = EOPNOTSUPP; // That is what it means here.
        made.error().message = u"This computer's disk cannot hold symbolic links."_s;
    }
    return made;
}

Result<std::shared_ptr<LocalDescriptor>> DownloadStage::createFile(const QByteArray &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return failure(place.error());
    }
    auto file = std::make_shared<LocalDescriptor>(::openat(
        place->directory.get(), place->name.constData(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
        0600));
    if (!file->isOpen()) {
        return failure(placeError(errno));
    }
    return file;
}

Result<std::shared_ptr<LocalDescriptor>> DownloadStage::openFile(const QByteArray &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return failure(place.error());
    }
    // It may have got its own mode already, which may forbid writing.
    ::fchmodat(place->directory.get(), place->name.constData(), 0600, 0);
    auto file = std::make_shared<LocalDescriptor>(
        ::openat(place->directory.get(), place->name.constData(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!file->isOpen()) {
        return failure(localError(errno));
    }
    return file;
}

Result<void> DownloadStage::empty(const LocalDescriptor &file)
{
    return lastResult(::ftruncate(file.get(), 0));
}

Result<void> DownloadStage::writeAt(const LocalDescriptor &file, qint64 offset, QByteArrayView content)
{
    qsizetype written = 0;
    while (written < content.size()) {
        const auto count = ::pwrite(
            file.get(), content.data() + written, static_cast<size_t>(content.size() - written),
            offset + written);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(placeError(errno));
        }
        written += count;
    }
    return {};
}

Result<QByteArray> DownloadStage::concludeFile(const LocalDescriptor &file, const LocalAttributes &attributes)
{
    Sha256 hash;
    QByteArray buffer(256 * 1024, Qt::Uninitialized);
    qint64 position = 0;
    for (;;) {
        const auto count = ::pread(file.get(), buffer.data(), static_cast<size_t>(buffer.size()), position);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(localError(errno));
        }
        if (count == 0) {
            break;
        }
        hash.add(QByteArrayView(buffer).first(count));
        position += count;
    }
    if (auto applied = applyAttributes(file.get(), attributes); !applied) {
        return failure(applied.error());
    }
    if (::fsync(file.get()) != 0) {
        return failure(localError(errno));
    }
    return hash.hex();
}

Result<void> DownloadStage::writeFile(
    const QByteArray &path, QByteArrayView content, const LocalAttributes &attributes)
{
    const auto file = createFile(path);
    if (!file) {
        return failure(file.error());
    }
    auto written = writeAt(**file, 0, content);
    if (written) {
        written = applyAttributes((*file)->get(), attributes);
    }
    if (!written) {
        (void)removeFile(path);
    }
    return written;
}

timespec DownloadStage::renewedTime()
{
    if (!m_renewedAt) {
        const LocalDescriptor renewal(
            ::openat(m_stage.get(), renewalName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        struct stat status {};
        const bool isNoted = renewal.isOpen() && ::fstat(renewal.get(), &status) == 0;
        // Without a note another attempt begins anew.
        m_renewedAt = isNoted ? status.st_mtim : timespec{0, UTIME_NOW};
    }
    return *m_renewedAt;
}

void DownloadStage::applyOptions(const QByteArray &path, const TransferOptions &options)
{
    const auto place = options.keepsModes && options.keepsTimes ? failure(Error()) : placeOf(path);
    if (!place) {
        return;
    }
    if (!options.keepsModes) {
        ::fchmodat(place->directory.get(), place->name.constData(), usualFileMode, 0);
    }
    if (!options.keepsTimes) {
        const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, renewedTime()};
        ::utimensat(place->directory.get(), place->name.constData(), times.data(), AT_SYMLINK_NOFOLLOW);
    }
}

Result<void> DownloadStage::removeFile(const QByteArray &path)
{
    const auto place = placeOf(path);
    if (!place) {
        return failure(place.error());
    }
    return lastResult(::unlinkat(place->directory.get(), place->name.constData(), 0));
}

Result<void> DownloadStage::setDirectory(const QByteArray &path, const LocalAttributes &attributes)
{
    const auto place = placeOf(path);
    if (!place) {
        return failure(place.error());
    }
    const LocalDescriptor directory(::openat(
        place->directory.get(), place->name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.isOpen()) {
        return failure(localError(errno));
    }
    return applyAttributes(directory.get(), attributes);
}

Result<QList<TransferProblem>> DownloadStage::commit()
{
    const LocalEntry item{m_stage.get(), itemName};
    const LocalEntry target{m_targetDirectory.get(), m_name};
    auto problems =
        m_isInside ? mergeIntoPlace(item, target, m_existing) : moveIntoPlace(item, target, m_existing);
    if (problems) {
        removeLocalTree(m_path);
        m_stage = LocalDescriptor();
    }
    return problems;
}

} // namespace Koyeb
