// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxfiltermodel.h"

#include "sandboxes/sandboxtreemodel.h"

namespace Koyeb::Desktop {

namespace {

SandboxTreeModel::NodeKind kindOf(const QModelIndex &index)
{
    return index.data(SandboxTreeModel::NodeKindRole).value<SandboxTreeModel::NodeKind>();
}

/// The locale without rules of its own knows no numbers in names.
QLocale collationLocale()
{
    const QLocale locale;
    return locale.language() == QLocale::C ? QLocale(QLocale::English) : locale;
}

} // namespace

SandboxFilterModel::SandboxFilterModel(QObject *parent)
    : QSortFilterProxyModel(parent), m_collator(collationLocale())
{
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    m_collator.setNumericMode(true);
    setRecursiveFilteringEnabled(true);
    setDynamicSortFilter(true);
    sort(0);
}

void SandboxFilterModel::setSourceModel(QAbstractItemModel *model)
{
    QSortFilterProxyModel::setSourceModel(model);
    // The base class hides and shows the row that changed, but not an app that it leaves empty or is the
    // first in.
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &changed) {
        const auto parent = changed.parent();
        if (!parent.isValid() || kindOf(parent) != SandboxTreeModel::NodeKind::App) {
            return;
        }
        const auto app = mapFromSource(parent);
        if (app.isValid() ? !hasChildren(app) : filterAcceptsRow(changed.row(), parent)) {
            invalidateFilter();
        }
    });
}

void SandboxFilterModel::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void SandboxFilterModel::setStatusFilter(StatusFilter filter)
{
    m_status = filter;
    invalidateFilter();
}

bool SandboxFilterModel::filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const
{
    const auto index = sourceModel()->index(sourceRow, 0, sourceParent);
    switch (kindOf(index)) {
    case SandboxTreeModel::NodeKind::Account:
    case SandboxTreeModel::NodeKind::Creation:
        return true;
    case SandboxTreeModel::NodeKind::App:
        return false; // Shown for its sandboxes only: filtering is recursive.
    case SandboxTreeModel::NodeKind::Sandbox:
        return acceptsStatus(index) && acceptsText(index);
    }
    Q_UNREACHABLE();
}

bool SandboxFilterModel::acceptsStatus(const QModelIndex &sandbox) const
{
    const auto tone = static_cast<Tone>(sandbox.data(SandboxTreeModel::StatusToneRole).toInt());
    switch (m_status) {
    case StatusFilter::All:
        return true;
    case StatusFilter::Running:
        return tone == Tone::Good || tone == Tone::Moving || tone == Tone::Warning;
    case StatusFilter::Resting:
        return tone == Tone::Resting;
    case StatusFilter::Troubled:
        return tone == Tone::Bad || tone == Tone::Warning;
    }
    Q_UNREACHABLE();
}

bool SandboxFilterModel::acceptsText(const QModelIndex &sandbox) const
{
    const auto contains = [this](const QModelIndex &index) {
        return index.data(SandboxTreeModel::NameRole).toString().contains(m_text, Qt::CaseInsensitive);
    };
    const auto parent = sandbox.parent();
    return contains(sandbox) || (kindOf(parent) == SandboxTreeModel::NodeKind::App && contains(parent));
}

bool SandboxFilterModel::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const auto leftKind = kindOf(left);
    if (leftKind == SandboxTreeModel::NodeKind::Account) {
        return left.row() < right.row(); // In the order in which they were added.
    }
    const auto byName = m_collator.compare(
        left.data(SandboxTreeModel::NameRole).toString(), right.data(SandboxTreeModel::NameRole).toString());
    if (byName != 0) {
        return byName < 0;
    }
    return left.data(SandboxTreeModel::IdRole).toString() < right.data(SandboxTreeModel::IdRole).toString();
}

} // namespace Koyeb::Desktop
