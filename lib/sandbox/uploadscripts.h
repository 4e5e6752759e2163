// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/packing.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"
#include "sandbox/uploadplan.h"

namespace Koyeb {

/// Where an upload is put together: a private directory beside the target, or in it, with the `item` to be,
/// and `part-<n>` files of text that wait to be decoded.
struct UploadStage {
    QByteArray directory; ///< Of the stage.
    QByteArray target;    ///< What the item becomes.
    /// The stage's path for the executor's own file calls, which know UTF-8 only: itself, or a link to it.
    QByteArray textPath;

    /// For the item `name`, empty only for a target that is `/`; `stageName` from temporaryName() or
    /// nameInside().
    [[nodiscard]] static UploadStage beside(
        const QByteArray &targetDirectory, const QByteArray &name, const QByteArray &stageName);
    /// What a stage is called, from the target's directory on, that is in the target.
    [[nodiscard]] static QByteArray nameInside(const QByteArray &name, const QByteArray &stageName)
    {
        return name.isEmpty() ? stageName : name + '/' + stageName;
    }
    [[nodiscard]] QByteArray item(const QByteArray &path) const;
    [[nodiscard]] QByteArray part(qint64 number) const;
    [[nodiscard]] QString partText(qint64 number) const;
    /// The name, in the stage, of the list that comes with a part that is an UploadBatch.
    [[nodiscard]] static QByteArray listName(qint64 number) { return "list-" + QByteArray::number(number); }
    /// What a tool said, with the target's name in place of those that people do not know.
    [[nodiscard]] QString namingTarget(QString message) const;
};

/// The content of a file that goes in one command.
struct WholeFile {
    QByteArray base64;
    PartForm form;
    QByteArray sha256;    ///< Of the content, in hexadecimal.
    bool hasTime = false; ///< Whether it gets the item's time; otherwise it is as new as now.
};

/// dd's block; of parts of bytes offsets are multiples of it.
inline constexpr qint64 uploadBlockBytes = 64 * 1024;

/// Prints a line when the target is a folder that can hold the stage.
[[nodiscard]] QString findFolderScript(const UploadStage &stage);
/// Prints a line when there is the stage of an earlier attempt, ready to be gone on with, and one when there
/// is a target.
[[nodiscard]] QString findStageScript(const UploadStage &stage);
inline const QByteArray foundStageLine = QByteArrayLiteral("stage\n");
inline const QByteArray foundTargetLine = QByteArrayLiteral("target\n");
[[nodiscard]] QString createStageScript(const UploadStage &stage, ExistingTarget existing);
/// Decodes a part into its place in a file and empties it. Without dd it can only follow on what is there;
/// prints lostPartLine when that is something else than what comes before it.
[[nodiscard]] QString placePartScript(
    const UploadStage &stage, qint64 number, const QByteArray &path, qint64 offset, const PartForm &form,
    const SandboxTools &tools);
inline const QByteArray lostPartLine = QByteArrayLiteral("lost\n");
/// Gives a file that is complete its mode and time and prints its SHA-256, where there is a hasher.
[[nodiscard]] QString concludeFileScript(
    const UploadStage &stage, const UploadItem &item, const QString &hasher);
/// Unpacks a part that is an UploadBatch and prints the SHA-256 of its files.
[[nodiscard]] QString unpackPartScript(
    const UploadStage &stage, qint64 number, const PartForm &form, const QString &hasher);
[[nodiscard]] QString createLinkScript(const UploadStage &stage, const QByteArray &linkTarget);
/// Makes directories of the item, each after the one that it is in, into which more can be put; leaves the
/// same when it runs again.
[[nodiscard]] QString makeDirectoriesScript(const UploadStage &stage, const QList<QByteArray> &paths);
/// Prints a line where the stage's file system takes names for the same that differ in upper and lower case.
[[nodiscard]] QString caseScript(const UploadStage &stage);
/// Fails where nothing can be put into the stage; removes what there is of a part that was not unpacked.
[[nodiscard]] QString lookAtStageScript(const UploadStage &stage, qint64 part);
// For trees where there is no tar; each leaves the same when it runs again.
/// Gives a directory that is complete its mode and time.
[[nodiscard]] QString concludeDirectoryScript(const UploadStage &stage, const UploadItem &item);
/// Makes all files of the item as new as now.
[[nodiscard]] QString renewTimesScript(const UploadStage &stage);
[[nodiscard]] QString replaceLinkScript(const UploadStage &stage, const UploadItem &item);
/// Moves the item to its target. A folder is merged into an existing one; prints what could not be put in its
/// place, and leaves that as it is: the path and why, each ended by a NUL. Where a folder stands in the way
/// of a file or the other way round, why is empty.
[[nodiscard]] QString commitScript(
    const UploadStage &stage, UploadItem::Type type, ExistingTarget existing, const SandboxTools &tools);
/// All of the above for one small file whose content is in the script, as base64 in `form`: makes the stage,
/// decodes, compares with the SHA-256, moves it to its target and removes the stage. Prints damagedFileLine
/// where it is not the same and nothing was moved, otherwise placedFileLine and, when the stage is gone,
/// goneStageLine. Where there are a decoder and a hasher; not to keep both, for what a script that was killed
/// has left may be incomplete.
[[nodiscard]] QString wholeFileScript(
    const UploadStage &stage, const UploadItem &item, const WholeFile &file, ExistingTarget existing,
    const SandboxTools &tools);
inline const QByteArray damagedFileLine = QByteArrayLiteral("damaged\n");
inline const QByteArray placedFileLine = QByteArrayLiteral("placed\n");
inline const QByteArray goneStageLine = QByteArrayLiteral("gone\n");
[[nodiscard]] QString removeStageScript(const UploadStage &stage);

} // namespace Koyeb
