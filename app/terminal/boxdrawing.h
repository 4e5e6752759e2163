// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>

class QPainter;

namespace Koyeb::Desktop {

/// Whether drawBox() knows this character: lines and blocks (U+2500 to U+259F), Braille patterns, and the
/// arrows of Powerline (U+E0B0 to U+E0B3). They have to meet those of the cells around, which the glyphs of
/// fonts do at some sizes only.
[[nodiscard]] bool isBoxCharacter(char32_t character);

/// Draws it in `cell`, whose edges are on whole pixels of a device with `devicePixelRatio`.
/// `lineWidth` is that of a thin line.
void drawBox(
    QPainter &painter, char32_t character, QRectF cell, qreal lineWidth, qreal devicePixelRatio,
    const QColor &colour);

} // namespace Koyeb::Desktop
