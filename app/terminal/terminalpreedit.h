// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QRectF>
#include <QString>
#include <QTextLayout>

class QInputMethodEvent;
class QPainter;

namespace Koyeb::Desktop {

class TerminalColours;
class TerminalFonts;

/// What an input method is composing: shown where the cursor stands, as the method wants it, with a caret of
/// its own. The terminal knows nothing of it.
class TerminalPreedit {
public:
    /// A place on a row of the terminal.
    struct Place {
        QPointF cursor;  ///< The upper left corner of the cursor's cell.
        qreal left = 0;  ///< Where the row begins.
        qreal right = 0; ///< And ends.
    };

    void take(const QInputMethodEvent &event);
    [[nodiscard]] bool isEmpty() const { return m_text.isEmpty(); }
    /// Text that has no room behind the cursor begins before it; of what is longer than a row, the part
    /// around the caret is shown.
    void paint(
        QPainter &painter, const TerminalFonts &fonts, const TerminalColours &colours,
        const Place &place) const;
    /// Also where no caret is shown: windows with candidates stand there.
    [[nodiscard]] QRectF caretRect(const TerminalFonts &fonts, const Place &place) const;

private:
    struct Layout;

    QString m_text;
    QList<QTextLayout::FormatRange> m_formats;
    int m_caret = 0; ///< In m_text.
    bool m_isCaretShown = true;
    QColor m_caretColour; ///< Invalid: that of the terminal's cursor.
};

} // namespace Koyeb::Desktop
