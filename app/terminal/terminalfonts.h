// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vt/cell.h"

#include <QFont>
#include <QGlyphRun>
#include <QHash>
#include <QRawFont>
#include <QSizeF>

#include <array>
#include <optional>

namespace Koyeb::Desktop {

/// The faces of a fixed-width font and the size of the cells that it fills.
class TerminalFonts {
public:
    /// Cells end on whole pixels of a screen with `devicePixelRatio`, so that glyphs look alike in every
    /// column.
    TerminalFonts(const QFont &font, qreal devicePixelRatio);

    [[nodiscard]] qreal devicePixelRatio() const { return m_devicePixelRatio; }
    [[nodiscard]] QSizeF cellSize() const { return m_cellSize; }
    [[nodiscard]] qreal baseline() const { return m_baseline; } ///< From the top of a cell.
    [[nodiscard]] qreal lineWidth() const { return m_lineWidth; }
    [[nodiscard]] qreal underlineOffset() const { return m_underlineOffset; } ///< From the baseline, down.
    [[nodiscard]] qreal strikeOutOffset() const { return m_strikeOutOffset; } ///< From the baseline, up.

    [[nodiscard]] const QFont &font(const Vt::Style &style) const { return m_faces[faceOf(style)].font; }
    [[nodiscard]] const QRawFont &rawFont(const Vt::Style &style) const
    {
        return m_faces[faceOf(style)].rawFont;
    }
    /// The glyph of a character in this very font; 0: it has none, and another font must help out.
    [[nodiscard]] quint32 glyph(const Vt::Style &style, char32_t character) const;

    /// Text as the text engine lays it out, with the help of other fonts.
    struct Cluster {
        QList<QGlyphRun> runs; ///< From the upper left corner of the text on.
        qreal ascent = 0;
        qreal width = 0;
    };
    [[nodiscard]] const Cluster &cluster(const Vt::Style &style, const QString &text) const;
    /// Which one draws characters that are asked for as pictures; without it, one of the system is looked
    /// for.
    void setEmojiFamily(const QString &family) { m_emojiFamily = family; }
    /// Which family of these draws pictures, best in colours; empty: none.
    [[nodiscard]] static QString emojiFamilyOf(const QStringList &families);

private:
    struct Face {
        QFont font;
        QRawFont rawFont;
        mutable QHash<char32_t, quint32> glyphs;
        mutable QHash<QString, Cluster> clusters;
    };

    [[nodiscard]] static std::size_t faceOf(const Vt::Style &style)
    {
        return (style.bold ? 1U : 0U) + (style.italic ? 2U : 0U);
    }

    [[nodiscard]] QFont fontFor(const Face &face, const QString &text) const;

    mutable std::optional<QString> m_emojiFamily; ///< Empty: there is none.
    qreal m_devicePixelRatio;
    std::array<Face, 4> m_faces;
    QSizeF m_cellSize;
    qreal m_baseline = 0;
    qreal m_lineWidth = 1;
    qreal m_underlineOffset = 1;
    qreal m_strikeOutOffset = 4;
};

} // namespace Koyeb::Desktop
