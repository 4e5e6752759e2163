// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/ignorepatterns.h"

#include <QSet>

#include <optional>

namespace Koyeb {

/// Which parts of a folder a transfer moves; the rest is as if it were not there. Paths are bytes and
/// relative to the folder, which itself is always moved.
class TransferSelection {
public:
    /// All but what the patterns leave out.
    explicit TransferSelection(IgnorePatterns leftOut = {}) : m_leftOut(std::move(leftOut)) {}
    /// Just these, and the folders that lead to them; a folder comes without what is in it.
    explicit TransferSelection(const QSet<QByteArray> &only);

    /// Leaves out, too, what has a name that begins with a dot, and what is in such folders.
    void leaveOutHidden() { m_leavesOutHidden = true; }

    /// Whether it is moved.
    [[nodiscard]] bool selects(const QByteArray &path, bool isDirectory) const;
    /// Whether something below the folder may be moved.
    [[nodiscard]] bool leadsOn(const QByteArray &folder) const;

private:
    IgnorePatterns m_leftOut;
    std::optional<QSet<QByteArray>> m_only;
    bool m_leavesOutHidden = false;
    QSet<QByteArray> m_above; ///< The folders that lead to what is in m_only.
};

} // namespace Koyeb
