// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpreedit.h"

#include "terminal/contrast.h"
#include "terminal/terminalcolours.h"
#include "terminal/terminalfonts.h"

#include <QInputMethodEvent>
#include <QPainter>
#include <QTextOption>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

constexpr double readable = 4.5; ///< Contrast of text to what is behind it.

/// As a method means it whose own windows are of other colours than the terminal: what it leaves out is made
/// to go with what it says.
[[nodiscard]] QTextCharFormat completed(QTextCharFormat format, const TerminalColours &colours)
{
    const bool hasBackground = format.background().style() != Qt::NoBrush;
    const QColor behind = hasBackground ? format.background().color() : colours.background();
    const bool hasForeground = format.foreground().style() != Qt::NoBrush;
    const QColor text = hasForeground ? format.foreground().color() : colours.foreground();
    format.setForeground(withContrast(text, behind, readable));
    return format;
}

} // namespace

/// The text, laid out in one line, and where it begins.
struct TerminalPreedit::Layout {
    Layout(const TerminalPreedit &preedit, const TerminalFonts &fonts, const Place &place)
        : text(preedit.m_text, fonts.font({}))
    {
        QTextOption option;
        option.setWrapMode(QTextOption::NoWrap);
        option.setTextDirection(Qt::LeftToRight); // As the grid around it.
        text.setTextOption(option);
        text.beginLayout();
        line = text.createLine();
        text.endLayout();
        caretX = line.cursorToX(preedit.m_caret);
        const qreal width = line.naturalTextWidth();
        const qreal caretWidth = 2 * fonts.lineWidth();
        origin = place.cursor;
        origin.rx() = std::max(std::min(origin.x(), place.right - width - caretWidth), place.left);
        origin.rx() = std::min(origin.x(), place.right - caretX - caretWidth);
        area = QRectF(origin, QSizeF(width, fonts.cellSize().height()));
        caret = QRectF(origin.x() + caretX, origin.y(), caretWidth, area.height());
    }

    QTextLayout text;
    QTextLine line;
    qreal caretX = 0;
    QPointF origin;
    QRectF area;
    QRectF caret;
};

void TerminalPreedit::take(const QInputMethodEvent &event)
{
    m_text = event.preeditString();
    m_formats.clear();
    m_caret = static_cast<int>(m_text.size());
    m_isCaretShown = true;
    m_caretColour = {};
    for (const QInputMethodEvent::Attribute &attribute : event.attributes()) {
        if (attribute.type == QInputMethodEvent::Cursor) {
            m_caret = std::clamp(attribute.start, 0, static_cast<int>(m_text.size()));
            m_isCaretShown = attribute.length != 0;
            m_caretColour = attribute.value.value<QColor>();
        } else if (attribute.type == QInputMethodEvent::TextFormat) {
            const auto format = qvariant_cast<QTextFormat>(attribute.value).toCharFormat();
            if (format.isValid() && attribute.start >= 0 && attribute.length > 0) {
                m_formats.append({attribute.start, attribute.length, format});
            }
        }
    }
    if (m_formats.isEmpty()) {
        // It has to look unlike what is already there.
        QTextCharFormat underlined;
        underlined.setFontUnderline(true);
        m_formats.append({0, static_cast<int>(m_text.size()), underlined});
    }
}

void TerminalPreedit::paint(
    QPainter &painter, const TerminalFonts &fonts, const TerminalColours &colours, const Place &place) const
{
    Layout layout(*this, fonts, place);
    QList<QTextLayout::FormatRange> formats = m_formats;
    for (QTextLayout::FormatRange &range : formats) {
        range.format = completed(range.format, colours);
    }
    painter.save();
    painter.setClipRect(
        QRectF(place.left, layout.area.top(), place.right - place.left, layout.area.height()),
        Qt::IntersectClip);
    painter.fillRect(layout.area, colours.background());
    painter.setPen(colours.foreground());
    const qreal top = layout.origin.y() + fonts.baseline() - layout.line.ascent();
    layout.text.draw(&painter, {layout.origin.x(), top}, formats);
    if (m_isCaretShown) {
        painter.fillRect(layout.caret, m_caretColour.isValid() ? m_caretColour : colours.cursor());
    }
    painter.restore();
}

QRectF TerminalPreedit::caretRect(const TerminalFonts &fonts, const Place &place) const
{
    return Layout(*this, fonts, place).caret;
}

} // namespace Koyeb::Desktop
