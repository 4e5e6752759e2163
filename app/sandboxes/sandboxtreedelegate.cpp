// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreedelegate.h"

#include "common/spacing.h"
#include "sandboxes/sandboxtreemodel.h"

#include <QApplication>
#include <QPainter>

namespace Koyeb::Desktop {

namespace {

constexpr int verticalPadding = 4;
/// The name never shrinks below this share of the row for the sake of the word.
constexpr int smallestNameShare = 2;
/// How old a list is counts more than the end of the account's name.
constexpr int smallestNameShareBesideAge = 3;

QColor wordColour(const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (option.state.testFlag(QStyle::State_Selected)) {
        return option.palette.color(QPalette::HighlightedText);
    }
    const auto tone = static_cast<Tone>(index.data(SandboxTreeModel::StatusToneRole).toInt());
    const auto calm = tone == Tone::Good || tone == Tone::Text;
    return toneColour(calm ? Tone::Muted : tone, option.palette);
}

} // namespace

void SandboxTreeDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    auto item = option;
    initStyleOption(&item, index);
    const auto kind = index.data(SandboxTreeModel::NodeKindRole).value<SandboxTreeModel::NodeKind>();
    if (kind == SandboxTreeModel::NodeKind::Account) {
        item.font.setWeight(QFont::DemiBold);
        item.fontMetrics = QFontMetrics(item.font);
    }
    const auto *style = item.widget ? item.widget->style() : QApplication::style();
    const auto age = index.data(SandboxTreeModel::AgeRole).toString();
    const auto word = age.isEmpty() ? index.data(SandboxTreeModel::StatusWordRole).toString() : age;
    const auto nameShare = age.isEmpty() ? smallestNameShare : smallestNameShareBesideAge;
    const auto textRect = style->subElementRect(QStyle::SE_ItemViewItemText, &item, item.widget);
    const auto wordWidth = option.fontMetrics.horizontalAdvance(word) + Spacing::close;
    const auto room = option.rect.right() - textRect.left();
    const auto fits = !word.isEmpty() && room - wordWidth > room / nameShare;
    if (fits) {
        item.text = item.fontMetrics.elidedText(item.text, Qt::ElideRight, room - wordWidth - Spacing::close);
    }
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    if (fits) {
        painter->save();
        painter->setFont(option.font);
        painter->setPen(wordColour(option, index));
        painter->drawText(
            option.rect.adjusted(0, 0, -Spacing::close, 0), Qt::AlignRight | Qt::AlignVCenter, word);
        painter->restore();
    }
}

QSize SandboxTreeDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 2 * verticalPadding);
}

} // namespace Koyeb::Desktop
