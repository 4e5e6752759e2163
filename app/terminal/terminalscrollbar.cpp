// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalscrollbar.h"

#include <QPainter>
#include <QStyleOptionSlider>

#include <algorithm>

namespace Koyeb::Desktop {

void TerminalScrollBar::setMarks(const QList<qreal> &places, const QColor &colour)
{
    if (places != m_marks || colour != m_colour) {
        m_marks = places;
        m_colour = colour;
        update();
    }
}

void TerminalScrollBar::paintEvent(QPaintEvent *event)
{
    QScrollBar::paintEvent(event);
    if (m_marks.isEmpty()) {
        return;
    }
    QStyleOptionSlider option;
    initStyleOption(&option);
    const QRect groove =
        style()->subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarGroove, this);
    constexpr int thickness = 2;
    QPainter painter(this);
    int last = -1;
    for (const qreal place : m_marks) {
        const int y = groove.top() + static_cast<int>(place * (groove.height() - thickness));
        if (y != last) { // Thousands of matches are a few hundred pixels.
            painter.fillRect(groove.left() + 2, y, std::max(1, groove.width() - 4), thickness, m_colour);
            last = y;
        }
    }
}

} // namespace Koyeb::Desktop
