// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/transfer.h"

namespace Koyeb {

class LocalDescriptor;

/// An entry of an open directory.
struct LocalEntry {
    int directory;
    QByteArray name;
};

/// Moves `source` to `target` on the same file system. Except with Refuse, folders are merged into folders
/// and files replace files, each at once, as `existing` says; where one is a folder and the other is not, and
/// nothing is said for that, or where one of them cannot be moved, the source stays and is named in the
/// result, by its path from the top entry on, or is the failure when it is the top entry. Links are entries
/// like others and never followed.
[[nodiscard]] Result<QList<TransferProblem>> moveIntoPlace(
    const LocalEntry &source, const LocalEntry &target, ExistingTarget existing);

/// The same for what is in a folder, into another one that may be above it.
[[nodiscard]] Result<QList<TransferProblem>> mergeIntoPlace(
    const LocalEntry &source, const LocalEntry &target, ExistingTarget existing);

/// The names in an open directory. Blocks.
[[nodiscard]] QList<QByteArray> namesIn(const LocalDescriptor &directory);

/// Removes a tree of ours, folders that forbid it included; links are not followed.
void removeLocalTree(const std::filesystem::path &path);

} // namespace Koyeb
