// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace Koyeb::Desktop {

/// How well one colour can be told from another: 1 (not at all) to 21 (black on white), after WCAG 2.
[[nodiscard]] double contrastRatio(const QColor &a, const QColor &b);

/// `text`, made lighter or darker by no more than it takes to have that ratio to `background`; black or white
/// where nothing else has it.
[[nodiscard]] QColor withContrast(const QColor &text, const QColor &background, double ratio);

} // namespace Koyeb::Desktop
