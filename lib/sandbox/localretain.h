// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/localmerge.h"

#include <QHash>
#include <QSet>

#include <ctime>
#include <optional>

namespace Koyeb {

/// What shall stay of a tree; paths are relative to its top, which itself has an empty one.
struct Retained {
    /// How a file looks that nobody has touched since it was completed.
    struct File {
        qint64 sizeBytes = 0;
        qint64 modifiedSeconds = 0;
    };
    QHash<QByteArray, File> files;          ///< Those that look so.
    QHash<QByteArray, qint64> partialFiles; ///< Those that have at least this size.
    QSet<QByteArray> folders;
    /// Files of just this time look so, too, and get their own time back: a former attempt has renewed it.
    std::optional<timespec> renewedAt;
};

/// What is left of a tree.
struct RetainedTree {
    QSet<QByteArray> files;
    QSet<QByteArray> folders;
};

/// Removes everything else from a tree of ours, links among it. Folders that stay can be written to
/// afterwards. `top` need not exist. Links are not followed. Blocks; for a WorkerThread.
[[nodiscard]] Result<RetainedTree> retainInTree(const LocalEntry &top, const Retained &retained);

} // namespace Koyeb
