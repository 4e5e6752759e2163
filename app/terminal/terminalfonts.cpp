// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalfonts.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QTextLayout>

#include <cmath>

namespace Koyeb::Desktop {

namespace {

/// What a program may show is bounded, what it may ask for over time is not.
constexpr qsizetype maximumKnown = 4096;

} // namespace

TerminalFonts::TerminalFonts(const QFont &font, qreal devicePixelRatio) : m_devicePixelRatio(devicePixelRatio)
{
    for (std::size_t i = 0; i < m_faces.size(); ++i) {
        Face &face = m_faces[i];
        face.font = font;
        face.font.setBold((i & 1U) != 0);
        face.font.setItalic((i & 2U) != 0);
        face.font.setKerning(false);
        face.rawFont = QRawFont::fromFont(face.font);
    }
    const QFontMetricsF metrics(m_faces[0].font);
    const auto snapped = [devicePixelRatio](qreal length) {
        return std::max(1.0, std::round(length * devicePixelRatio)) / devicePixelRatio;
    };
    m_cellSize = {snapped(metrics.horizontalAdvance(u'0')), snapped(metrics.height() + metrics.leading())};
    m_baseline = snapped(metrics.ascent() + metrics.leading() / 2);
    m_lineWidth = snapped(metrics.lineWidth());
    m_underlineOffset = snapped(metrics.underlinePos());
    m_strikeOutOffset = snapped(metrics.strikeOutPos());
}

quint32 TerminalFonts::glyph(const Vt::Style &style, char32_t character) const
{
    const Face &face = m_faces[faceOf(style)];
    const auto known = face.glyphs.constFind(character);
    if (known != face.glyphs.constEnd()) {
        return *known;
    }
    const QList<quint32> glyphs = face.rawFont.glyphIndexesForString(QString::fromUcs4(&character, 1));
    if (face.glyphs.size() >= maximumKnown) {
        face.glyphs.clear();
    }
    const quint32 glyph = glyphs.size() == 1 ? glyphs.first() : 0;
    face.glyphs.insert(character, glyph);
    return glyph;
}

QString TerminalFonts::emojiFamilyOf(const QStringList &families)
{
    const QStringList named = families.filter(QStringLiteral("emoji"), Qt::CaseInsensitive);
    const QStringList coloured = named.filter(QStringLiteral("color"), Qt::CaseInsensitive);
    return coloured.isEmpty() ? named.value(0) : coloured.first();
}

/// Many characters are a sign of the text's own font, too: who adds the selector wants the picture. And all
/// of a cluster has to come from one font, which may join its parts.
QFont TerminalFonts::fontFor(const Face &face, const QString &text) const
{
    constexpr char16_t emojiSelector = 0xFE0F;
    QFont font = face.font;
    if (text.contains(QChar(emojiSelector))) {
        if (!m_emojiFamily) {
            m_emojiFamily = emojiFamilyOf(QFontDatabase::families());
        }
        if (!m_emojiFamily->isEmpty()) {
            font.setFamilies(QStringList(*m_emojiFamily) + face.font.families());
        }
    }
    return font;
}

const TerminalFonts::Cluster &TerminalFonts::cluster(const Vt::Style &style, const QString &text) const
{
    const Face &face = m_faces[faceOf(style)];
    const auto known = face.clusters.constFind(text);
    if (known != face.clusters.constEnd()) {
        return *known;
    }
    QTextLayout layout(text, fontFor(face, text));
    QTextOption option;
    option.setWrapMode(QTextOption::NoWrap);
    option.setTextDirection(Qt::LeftToRight);
    layout.setTextOption(option);
    layout.beginLayout();
    const QTextLine line = layout.createLine();
    layout.endLayout();
    if (face.clusters.size() >= maximumKnown) {
        face.clusters.clear();
    }
    return *face.clusters.insert(text, {layout.glyphRuns(), line.ascent(), line.naturalTextWidth()});
}

} // namespace Koyeb::Desktop
