// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/ignorepatterns.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"

#include <filesystem>
#include <limits>
#include <optional>

namespace Koyeb {

/// One side of something that two folders are compared by.
struct ComparedEntry {
    /// What it is; links are not followed.
    enum class Type { File, Directory, SymbolicLink, Other };

    Type type = Type::Other;    ///< What it is.
    qint64 sizeBytes = -1;      ///< Negative where its side cannot tell, and of what is no file.
    qint64 modifiedSeconds = 0; ///< Since 1970, or unknownTime.

    /// In the place of a time, of what is then told apart by other things only.
    static constexpr qint64 unknownTime = std::numeric_limits<qint64>::min();
};

/// Something by which a folder of this computer and one of a sandbox differ.
struct FolderDifference {
    /// In what way.
    enum class Kind {
        OnlyHere,   ///< It is on this computer only.
        OnlyThere,  ///< It is in the sandbox only.
        NewerHere,  ///< Both are files, or links, and the one on this computer is newer.
        NewerThere, ///< The one in the sandbox is.
        Different,  ///< Both have the same time, or are links, and differ.
        InTheWay    ///< They are not of one kind, or nothing that can be moved: neither replaces the other.
    };

    QByteArray path;                    ///< Relative to the folders, as bytes.
    Kind kind = Kind::Different;        ///< In what way they differ.
    std::optional<ComparedEntry> here;  ///< On this computer.
    std::optional<ComparedEntry> there; ///< In the sandbox.

    /// Whether it is a folder on a side that has it.
    [[nodiscard]] bool isDirectory() const
    {
        const auto &side = here ? here : there;
        return side && side->type == ComparedEntry::Type::Directory;
    }
};

/// Which folders are compared, and how.
struct FolderComparisonOrder {
    std::filesystem::path local; ///< The folder of this computer.
    QByteArray remote;           ///< The folder of the sandbox.
    IgnorePatterns leftOut;      ///< What of both is not looked at.
    bool byChecksum = false;     ///< Files of one size are compared by SHA-256, whatever their times.
};

/// What has come of it.
struct FolderComparison {
    QList<FolderDifference> differences; ///< By path, folders before what they hold.
    qint64 sameFiles = 0;                ///< Files and links that do not differ.
    QList<TransferProblem> problems;     ///< What could not be looked at; nothing is known of it.
};

/// Compares a folder of this computer with one of a sandbox, by size and whole seconds, or by content. A
/// remote folder that is not there counts as empty; otherwise it fails as a download of it would. `sandbox`
/// is asked with as few requests as its tools allow and outlives the call, as `disk` does.
QCoro::Task<Result<FolderComparison>> compareFolders(
    ExecutorClient &sandbox, WorkerThread &disk, FolderComparisonOrder order, std::stop_token stop);

} // namespace Koyeb
