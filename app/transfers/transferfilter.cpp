// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferfilter.h"

#include "transfers/transfermodel.h"

namespace Koyeb::Desktop {

TransferFilter::TransferFilter(TransferModel &model, QObject *parent)
    : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(&model);
}

void TransferFilter::setGroup(Group group)
{
    m_group = group;
    invalidateFilter();
}

void TransferFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

bool TransferFilter::isIn(Group group, const TransferRecord &record)
{
    switch (group) {
    case Group::All:
        return true;
    case Group::Active:
        return !record.isOver();
    case Group::Failed:
        return record.state == TransferState::Failed || !record.problems.isEmpty();
    case Group::Done:
        return record.isOver() && record.state != TransferState::Failed;
    }
    Q_UNREACHABLE();
}

bool TransferFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (parent.isValid()) {
        return true;
    }
    const TransferRecord &record = m_model.record(row);
    const auto has = [this](const QString &text) {
        return text.contains(m_text, Qt::CaseInsensitive);
    };
    return isIn(m_group, record) && (m_text.isEmpty() || has(record.name) || has(record.sandboxName) ||
                                     has(record.source) || has(record.target));
}

} // namespace Koyeb::Desktop
