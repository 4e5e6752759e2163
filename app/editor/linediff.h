// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace Koyeb::Desktop {

/// A line of a comparison of two texts.
struct DiffLine {
    enum class Kind { Same, Removed, Added, Heading };

    Kind kind = Kind::Same;
    QByteArray text; ///< Without its end, but with a sign for a CR that is part of it.
    friend bool operator==(const DiffLine &, const DiffLine &) = default;
};

/// What has to be removed from, and added to, `before` to make it `after`, by lines, with a few lines around
/// each change and a heading (`@@ -1,4 +1,5 @@`) before. Empty when they are the same. Of texts that have
/// next to nothing in common the differing part is removed and added as a whole. Blocks; for a WorkerThread.
[[nodiscard]] QList<DiffLine> lineDiff(const QByteArray &before, const QByteArray &after);

} // namespace Koyeb::Desktop
