// SPDX-License-Identifier: Apache-2.0
#include "sandbox/transferselection.h"

namespace Koyeb {

TransferSelection::TransferSelection(const QSet<QByteArray> &only) : m_only(only)
{
    for (const auto &path : only) {
        for (auto slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            m_above.insert(path.left(slash));
        }
    }
}

bool TransferSelection::selects(const QByteArray &path, bool isDirectory) const
{
    if (path.isEmpty()) {
        return true;
    }
    if (m_leavesOutHidden && (path.startsWith('.') || path.contains("/."))) {
        return false;
    }
    const bool isAmong = !m_only || m_only->contains(path) || (isDirectory && m_above.contains(path));
    return isAmong && !m_leftOut.leavesOut(path, isDirectory);
}

bool TransferSelection::leadsOn(const QByteArray &folder) const
{
    return folder.isEmpty() || !m_only || m_above.contains(folder);
}

} // namespace Koyeb
