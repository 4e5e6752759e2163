// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/progressdelegate.h"

#include "transfers/transfermodel.h"

#include <QApplication>
#include <QPainter>

#include <utility>

namespace Koyeb::Desktop {

namespace {

constexpr int margin = 3;
constexpr int steps = 1000;

} // namespace

void ProgressDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (!index.data(TransferModel::FractionRole).isValid()) {
        QStyledItemDelegate::paint(painter, option, index); // A file's.
        return;
    }
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = std::exchange(cell.text, {});
    const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const double fraction = index.data(TransferModel::FractionRole).toDouble();
    QStyleOptionProgressBar bar;
    bar.state = cell.state | QStyle::State_Horizontal;
    bar.direction = cell.direction;
    bar.fontMetrics = cell.fontMetrics;
    bar.palette = cell.palette;
    bar.rect = cell.rect.adjusted(margin, margin, -margin, -margin);
    bar.minimum = 0;
    bar.maximum = steps; // Always: what styles show without a range looks like "done" in a list.
    bar.progress = static_cast<int>(qMax(0.0, fraction) * steps);
    bar.text = text;
    bar.textVisible = true;
    bar.textAlignment = Qt::AlignCenter;
    painter->save();
    painter->setClipRect(bar.rect);
    style->drawControl(QStyle::CE_ProgressBar, &bar, painter, cell.widget);
    painter->restore();
}

} // namespace Koyeb::Desktop
