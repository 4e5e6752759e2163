// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferrecord.h"

namespace Koyeb::Desktop {

/// A line below a folder's transfer.
struct TransferFile {
    enum class Kind {
        Current, ///< On its way.
        Failed,  ///< Left out, or not as it should be: see `problem`.
        Arrived,
        More ///< So many more have arrived, see `count`.
    };

    Kind kind = Kind::Arrived;
    QByteArray path; ///< Relative to the folder, as bytes.
    TransferProblem problem;
    qint64 count = 0;

    friend bool operator==(const TransferFile &one, const TransferFile &other)
    {
        return one.kind == other.kind && one.path == other.path && one.count == other.count;
    }
};

/// What is to be seen of a transfer's files, bounded whatever the size of the folder: the one that is on its
/// way, those with problems, and the last that have arrived. Empty for a single file.
[[nodiscard]] QList<TransferFile> filesOf(const TransferRecord &record);

/// "Under way", "Arrived", "Left out: The sandbox's disk is full." …
[[nodiscard]] QString fileStateText(const TransferFile &file, TransferDirection direction);

} // namespace Koyeb::Desktop
