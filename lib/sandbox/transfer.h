// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/taskscope.h"
#include "sandbox/transfercheckpoint.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace Koyeb {

/// What a transfer has moved, out of what it will.
struct TransferProgress {
    qint64 doneBytes = 0;    ///< Bytes of content moved so far.
    qint64 totalBytes = 0;   ///< Grows while a folder is still being walked.
    qint64 doneFiles = 0;    ///< Files moved whole.
    qint64 totalFiles = 0;   ///< Grows as totalBytes does.
    QByteArray currentPath;  ///< The source being moved, as bytes.
    qint64 keptBytes = 0;    ///< Of doneBytes, what an earlier attempt had moved.
    qint64 leftOutFiles = 0; ///< Not among totalFiles: they stay as they are at the target, as was ordered.
};

/// An item that could not be moved as it should be, and why; the rest went on.
struct TransferProblem {
    QByteArray path; ///< Of the source, as bytes.
    Error error;     ///< What went wrong with it.
    /// The item is at the target nevertheless, as it was at one moment; otherwise it was left out.
    bool isMoved = false;
};

/// One file or folder on its way, byte-exact: checked by SHA-256 on both sides, written to a temporary name
/// and renamed. Ends with exactly one of finished() and failed(), unless cancelled or paused. The temporary
/// is removed at each end, except that one which has notes keeps it when it fails or is paused: another
/// transfer of the same order can go on from there.
class Transfer : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Before start(): where it notes what it achieves.
    virtual void setNotes(std::shared_ptr<TransferNotes> notes) = 0;
    /// Before start(): has it go on from where another stopped, as far as both sides still look as they did.
    /// One that is cancelled instead of started removes what the other left.
    virtual void resumeFrom(const TransferCheckpoint &checkpoint) = 0;
    /// Once in the life of a transfer.
    virtual void start() = 0;
    /// Stops silently and removes what has arrived.
    virtual void cancel() = 0;
    /// Stops silently and, with notes, keeps what has arrived. isCleaningUp() until the sandbox has come to
    /// rest.
    virtual void pause() = 0;
    /// How far it is now.
    [[nodiscard]] virtual TransferProgress progress() const = 0;
    /// Whether the temporary of this transfer, which has ended, is still being removed in the background.
    /// That goes on when the transfer is destroyed, but not without the sandbox's object or an event loop.
    [[nodiscard]] virtual bool isCleaningUp() const { return false; }

    /// Whether the temporary should have been removed and was not; its name is still noted. Once
    /// isCleaningUp() is over.
    [[nodiscard]] virtual bool hasLeftSomething() const { return false; }

Q_SIGNALS:
    /// At most ten times a second, and at the end.
    void progressed(const Koyeb::TransferProgress &progress);
    /// An item could not be moved as it should be; finished() names it once more.
    void problemFound(const Koyeb::TransferProblem &problem);
    /// All that could be moved was moved; `problems` names the rest.
    void finished(const QList<Koyeb::TransferProblem> &problems);
    /// Nothing, or not the whole, was moved, and going on made no sense.
    void failed(const Koyeb::Error &error);
    /// isCleaningUp() has become false.
    void cleanedUp();
};

/// Removes the temporary of a download that will not be gone on with, without its sandbox. Blocks; for a
/// WorkerThread. `stage` is a TransferCheckpoint's.
void removeDownloadStage(const std::filesystem::path &localDirectory, const QByteArray &stage);

/// What happens to an existing target. A folder is merged into an existing one, except with Refuse, and the
/// rest holds for each file, and link, in it. Where a folder stands in the way of a file or the other way
/// round, neither is replaced.
enum class ExistingTarget {
    Refuse,    ///< The transfer fails with Conflict.
    Overwrite, ///< It is replaced.
    Newer,     ///< It is replaced where it is older than the source, by whole seconds.
    Different, ///< It is replaced unless it has the size and time, or the content, of the source.
    KeepBoth,  ///< What is moved gets a name that is free, as `name (2).txt`.
    Skip       ///< It stays, and what is missing is moved.
};

/// What becomes of symbolic links.
enum class Links {
    Kept,    ///< They are moved as links.
    Followed ///< What they lead to is moved in their place, also from outside of a folder.
};

/// What a transfer takes over beside names and contents. All of it by default.
struct TransferOptions {
    bool keepsModes = true; ///< Permissions; otherwise files get 0644 and folders 0755.
    bool keepsTimes = true; ///< When files were changed; otherwise they are as new as their arrival.
    /// Of a folder also what has a name that begins with a dot; otherwise such entries, and what is in them,
    /// are as if they were not there. The folder itself is moved whatever it is called.
    bool movesHidden = true;
    /// A followed link that leads nowhere, or back to a folder that it is in, is left out and a problem:
    /// Invalid, with ENOENT or ELOOP as the system's error.
    Links links = Links::Kept;

    /// Whether they are the same.
    friend bool operator==(const TransferOptions &, const TransferOptions &) = default;
};

/// What files get whose own modes are not to be kept.
inline constexpr quint32 usualFileMode = 0644;
/// The same for folders.
inline constexpr quint32 usualFolderMode = 0755;

/// What is to be copied or moved from one sandbox into another, by way of this computer.
struct RelayOrder {
    QByteArray source;          ///< Of the file or folder.
    QByteArray targetDirectory; ///< In the other sandbox.
    /// A folder of this computer in which small files lie on their way, a few at a time, in a private folder
    /// of a random name. Made where there is none; nothing else may be in it.
    std::filesystem::path spool;
    ExistingTarget existing = ExistingTarget::Refuse; ///< At the target.
    /// The source is removed once all of it has arrived, unless it was changed meanwhile.
    bool movesSource = false;
    /// What is moved takes what is hidden along, and its links as links, in any case.
    TransferOptions options = {};
};

/// Removes what relays have left in the folder that is the spool of all of them, except what belongs to the
/// stages of these checkpoints. Nothing while any relay is at work there, of another program, too. Blocks;
/// for a WorkerThread.
void sweepRelaySpool(const std::filesystem::path &spool, const QList<QByteArray> &stages);

/// Removes what one of them has left there; `name` is a RelayStage's. Blocks; for a WorkerThread.
void removeRelaySpool(const std::filesystem::path &spool, const QByteArray &name);

/// What the stage of a relay's checkpoint says, for whoever has the checkpoint and not both sandboxes.
struct RelayStage {
    QByteArray spool;       ///< The name of its folder in the spool; empty when the stage is not a relay's.
    QByteArray uploadStage; ///< Of its upload, where it has come so far and has one.

    /// What its directory in /tmp of the source's sandbox is called, where it has one: as the stage of a
    /// download, which removes it when it is cancelled. Of a relay's stage only.
    [[nodiscard]] QByteArray partsName() const;
};
/// Reads it.
[[nodiscard]] RelayStage relayStageOf(const QByteArray &stage);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::TransferProgress)
Q_DECLARE_METATYPE(Koyeb::TransferProblem)
