// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/tabcolours.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPixmap>

#include <array>

namespace Koyeb::Desktop {

namespace {

struct TabColour {
    const char *name;
    QRgb colour; ///< At least 3:1 on white and on dark grey.
};

constexpr std::array<TabColour, tabColourCount> colours{{
    {QT_TRANSLATE_NOOP("Koyeb::Desktop::TabColours", "Red"), 0xFFE0443E},
    {QT_TRANSLATE_NOOP("Koyeb::Desktop::TabColours", "Orange"), 0xFFC9730B},
    {QT_TRANSLATE_NOOP("Koyeb::Desktop::TabColours", "Green"), 0xFF2F9E44},
    {QT_TRANSLATE_NOOP("Koyeb::Desktop::TabColours", "Teal"), 0xFF0C96A6},
    {QT_TRANSLATE_NOOP("Koyeb::Desktop::TabColours", "Blue"), 0xFF3D7FE8},
    {QT_TRANSLATE_NOOP("Koyeb::Desktop::TabColours", "Purple"), 0xFFA35BD6},
}};

[[nodiscard]] bool isColour(int colour)
{
    return colour >= 0 && colour < tabColourCount;
}

} // namespace

QString tabColourName(int colour)
{
    return isColour(colour)
               ? QCoreApplication::translate(
                     "Koyeb::Desktop::TabColours", colours.at(static_cast<std::size_t>(colour)).name)
               : QString();
}

QIcon tabColourIcon(int colour)
{
    if (!isColour(colour)) {
        return {};
    }
    QIcon icon;
    for (const int size : {16, 32, 48}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor::fromRgba(colours.at(static_cast<std::size_t>(colour)).colour));
        painter.drawEllipse(
            QRectF(0, 0, size, size).adjusted(size / 8.0, size / 8.0, -size / 8.0, -size / 8.0));
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace Koyeb::Desktop
