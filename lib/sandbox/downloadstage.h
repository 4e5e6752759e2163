// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/transfer.h"

#include "core/result.h"
#include "sandbox/localname.h"
#include "sandbox/remoteentry.h"

#include <QSet>

#include <ctime>
#include <memory>
#include <optional>

namespace Koyeb {

struct Retained;

/// A file descriptor that is closed at the end.
class LocalDescriptor {
public:
    explicit LocalDescriptor(int descriptor = -1) : m_descriptor(descriptor) {}
    ~LocalDescriptor();
    LocalDescriptor(LocalDescriptor &&other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    LocalDescriptor &operator=(LocalDescriptor &&other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

/// How a local item shall be in the end.
struct LocalAttributes {
    quint32 mode = 0644; ///< Only permission bits (0777) are used.
    qint64 modifiedSeconds = 0;
};

/// Where a download is put together: a hidden private directory beside the target, or in it.
///
/// Names come from the sandbox and are hostile. Nothing is ever created outside of the stage: every path is
/// walked segment by segment from its descriptor without following links, files are created anew, and links
/// are only made, never used. Paths are relative to the item; the item itself has an empty one. Blocks; for a
/// WorkerThread.
class DownloadStage {
public:
    /// What one is called, from the target's directory on, that is in the target; `stageName`, for one beside
    /// it, where the target is no folder that can hold it.
    [[nodiscard]] static QByteArray nameInside(
        const std::filesystem::path &targetDirectory, const QByteArray &name, const QByteArray &stageName);
    /// A new one for the item `name`; `stageName` from temporaryName() or nameInside().
    [[nodiscard]] static Result<std::shared_ptr<DownloadStage>> create(
        const std::filesystem::path &targetDirectory, const QByteArray &name, const QByteArray &stageName,
        ExistingTarget existing, LocalNameRules rules = localNameRules);
    /// The one that an earlier attempt left, to be kept unless own() is called; null when there is none.
    /// Fails when the target directory cannot be looked at.
    [[nodiscard]] static Result<std::shared_ptr<DownloadStage>> reopen(
        const std::filesystem::path &targetDirectory, const QByteArray &name, const QByteArray &stageName,
        ExistingTarget existing);
    /// Whether the target looks as what becomes of `entry`, of which a size is known; for an attempt that may
    /// have come to its end. Without a time it is known by its size only.
    [[nodiscard]] static bool isTarget(
        const std::filesystem::path &targetDirectory, const QByteArray &name, bool isDirectory,
        qint64 sizeBytes, std::optional<qint64> modifiedSeconds);
    /// Whether all of these are at the target, as far as what they are and their sizes tell; the first is the
    /// item itself, and what cannot be moved need not be there.
    [[nodiscard]] static bool isTargetTree(
        const std::filesystem::path &targetDirectory, const QByteArray &name,
        const QList<RemoteEntry> &items);
    /// Removes what is left of it, unless it is to be kept.
    ~DownloadStage();
    DownloadStage(const DownloadStage &) = delete;
    DownloadStage &operator=(const DownloadStage &) = delete;

    /// Leaves everything as it is at the end, for another attempt.
    void keep() { m_isKept = true; }
    /// Its end removes it.
    void own() { m_isKept = false; }
    /// Removes everything else from a reopened stage. The result is which files are left.
    [[nodiscard]] Result<QSet<QByteArray>> retain(Retained retained);
    /// Whether the item itself is there.
    [[nodiscard]] bool hasItem() const;

    /// One that was made by this name already is fine. This, and what makes links and files, fails with an
    /// error that concernsPlaceOnly() where just this one cannot be here.
    [[nodiscard]] Result<void> makeDirectory(const QByteArray &path);
    [[nodiscard]] Result<void> makeLink(const QByteArray &path, const QByteArray &target);
    /// Leaves nothing when it fails.
    [[nodiscard]] Result<void> writeFile(
        const QByteArray &path, QByteArrayView content, const LocalAttributes &attributes);
    /// For files that come in ranges: created, then written anywhere, then concluded.
    [[nodiscard]] Result<std::shared_ptr<LocalDescriptor>> createFile(const QByteArray &path);
    /// For a file that was created earlier and did not come whole.
    [[nodiscard]] Result<std::shared_ptr<LocalDescriptor>> openFile(const QByteArray &path);
    [[nodiscard]] static Result<void> writeAt(
        const LocalDescriptor &file, qint64 offset, QByteArrayView content);
    /// For a file that has to be read anew.
    [[nodiscard]] static Result<void> empty(const LocalDescriptor &file);
    /// Brings the file to the disk and gives its SHA-256 in hexadecimal.
    [[nodiscard]] static Result<QByteArray> concludeFile(
        const LocalDescriptor &file, const LocalAttributes &attributes);
    /// Gives a file, if it is there, the mode and time that it has where its own are not to be kept. All
    /// files get one time, which the stage remembers: another attempt knows them by it.
    void applyOptions(const QByteArray &path, const TransferOptions &options);
    [[nodiscard]] Result<void> removeFile(const QByteArray &path);
    [[nodiscard]] Result<void> setDirectory(const QByteArray &path, const LocalAttributes &attributes);

    /// Where something of the item is for now, for those who trust its names.
    [[nodiscard]] std::filesystem::path pathOf(const QByteArray &path) const;

    /// Moves the item to its target. A folder is merged into an existing one; the result names what could not
    /// be moved, by its path in the item.
    [[nodiscard]] Result<QList<TransferProblem>> commit();

private:
    DownloadStage() = default;
    struct Place;
    [[nodiscard]] bool open(const QByteArray &stageName);
    [[nodiscard]] Result<Place> placeOf(const QByteArray &path) const;
    [[nodiscard]] timespec renewedTime();

    std::filesystem::path m_path;
    QByteArray m_name;
    ExistingTarget m_existing = ExistingTarget::Refuse;
    LocalDescriptor m_targetDirectory;
    LocalDescriptor m_stage;
    QSet<QByteArray> m_folders;          ///< Those that were made.
    std::optional<timespec> m_renewedAt; ///< What renewed files got.
    LocalNameRules m_rules = localNameRules;
    bool m_isInside = false; ///< In the target.
    bool m_isKept = false;
};

/// Bytes that may still be written where the directory is. Blocks.
[[nodiscard]] Result<qint64> freeBytesAt(const std::filesystem::path &directory);
/// Local when the disk that holds the directory has no room for so many bytes. Blocks.
[[nodiscard]] Result<void> checkFreeSpace(const std::filesystem::path &directory, qint64 bytes);

} // namespace Koyeb
