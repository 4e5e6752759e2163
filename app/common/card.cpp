// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/card.h"

#include <QEvent>
#include <QPainter>

namespace Koyeb::Desktop {

namespace {

constexpr qreal cornerRadius = 8;
constexpr qreal hairlineOpacity = 0.14;

} // namespace

Card::Card(QWidget *parent) : QFrame(parent) {}

void Card::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    auto line = palette().color(QPalette::WindowText);
    line.setAlphaF(hairlineOpacity);
    painter.setPen(line);
    painter.setBrush(palette().base());
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), cornerRadius, cornerRadius);
}

IconLabel::IconLabel(const QString &iconName, int size, QWidget *parent)
    : QLabel(parent), m_icon(themedIcon(iconName, Tone::Muted)), m_size(size)
{
    setFixedHeight(size);
    render();
}

void IconLabel::setIcon(const QIcon &icon)
{
    m_icon = icon;
    render();
}

void IconLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) {
        render();
    }
}

void IconLabel::render()
{
    setPixmap(m_icon.pixmap(QSize(m_size, m_size), devicePixelRatioF()));
}

} // namespace Koyeb::Desktop
