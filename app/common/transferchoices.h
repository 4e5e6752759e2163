// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/transfer.h"
#include "sandbox/transferselection.h"

#include <memory>

namespace Koyeb::Desktop {

/// How a person wants files to be moved; what is said of nothing is as in the source.
struct TransferChoices {
    TransferOptions options;
    QByteArray leftOut; ///< Of what is in folders: patterns as in .gitignore files.

    /// Null is all.
    [[nodiscard]] std::shared_ptr<const TransferSelection> selection() const
    {
        const IgnorePatterns patterns(leftOut);
        return patterns.isEmpty() ? nullptr : std::make_shared<const TransferSelection>(patterns);
    }
    friend bool operator==(const TransferChoices &, const TransferChoices &) = default;
};

} // namespace Koyeb::Desktop
