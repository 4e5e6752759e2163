// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/plainbuttonsstyle.h"

#include <QPainter>
#include <QStyleOption>

namespace Koyeb::Desktop {

int PlainButtonsStyle::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *returnData) const
{
    return hint == SH_DialogButtonBox_ButtonsHaveIcons
               ? 0
               : QProxyStyle::styleHint(hint, option, widget, returnData);
}

void PlainButtonsStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    constexpr float outlineOpacity = 0.65F; // More than three to one beside the window's colour.
    constexpr float middleGrey = 0.5F;
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool isBox = element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton;
    if (!isBox || option->palette.color(QPalette::Window).lightnessF() > middleGrey) {
        return;
    }
    QColor outline = option->palette.color(QPalette::WindowText);
    outline.setAlphaF(outlineOpacity);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, element == PE_IndicatorRadioButton);
    painter->setPen(outline);
    painter->setBrush(Qt::NoBrush);
    const QRect border = option->rect.adjusted(0, 0, -1, -1);
    if (element == PE_IndicatorCheckBox) {
        painter->drawRect(border);
    } else {
        painter->drawEllipse(QRectF(border));
    }
    painter->restore();
}

} // namespace Koyeb::Desktop
