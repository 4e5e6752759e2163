// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QHash>
#include <QList>

#include <filesystem>

namespace Koyeb {

/// What a relay has read of an item of its source.
struct RelayedItem {
    enum class Type : char { File = 'f', Directory = 'd', SymbolicLink = 'l' };

    QByteArray path; ///< In the source.
    Type type = Type::File;
    QByteArray value; ///< A file's SHA-256 in hexadecimal, a link's target.
};

/// The list, in a file, of what a relay that moves its source has read. Whatever of it arrives is what is in
/// the list, so that a source that still is like this may be removed. Later entries of a path count. Blocks;
/// for a WorkerThread.
class RelayRecord {
public:
    explicit RelayRecord(std::filesystem::path file) : m_file(std::move(file)) {}

    /// Adds all of these or none.
    [[nodiscard]] Result<void> add(const QList<RelayedItem> &items) const;
    /// By path; what was never written whole is not among them.
    [[nodiscard]] Result<QHash<QByteArray, RelayedItem>> read() const;

private:
    std::filesystem::path m_file;
};

} // namespace Koyeb
