// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/directorysorter.h"

#include "files/remotefilemodel.h"

#include <compare>

namespace Koyeb::Desktop {

DirectorySorter::DirectorySorter(RemoteFileModel &files, QObject *parent)
    : QSortFilterProxyModel(parent), m_files(files)
{
    setSourceModel(&files);
    sort(RemoteFileModel::NameColumn);
}

void DirectorySorter::setHiddenFiles(HiddenFiles hiddenFiles)
{
    if (m_hiddenFiles != hiddenFiles) {
        m_hiddenFiles = hiddenFiles;
        invalidateRowsFilter();
    }
}

void DirectorySorter::setNameFilter(const QString &filter)
{
    if (m_nameFilter == filter) {
        return;
    }
    m_nameFilter = filter;
    m_namePattern.reset();
    if (filter.contains(u'*') || filter.contains(u'?')) {
        m_namePattern = QRegularExpression::fromWildcard(filter, Qt::CaseInsensitive);
    }
    invalidateRowsFilter();
}

bool DirectorySorter::filterAcceptsRow(int sourceRow, const QModelIndex &) const
{
    const QByteArray &name = m_files.entry(sourceRow).name;
    if (m_hiddenFiles == HiddenFiles::LeftOut && name.startsWith('.')) {
        return false;
    }
    if (m_nameFilter.isEmpty()) {
        return true;
    }
    const QString shown = displayName(name);
    return m_namePattern ? m_namePattern->match(shown).hasMatch()
                         : shown.contains(m_nameFilter, Qt::CaseInsensitive);
}

bool DirectorySorter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const bool leftIsFolder = m_files.entry(left.row()).opensAsDirectory();
    const bool rightIsFolder = m_files.entry(right.row()).opensAsDirectory();
    if (leftIsFolder != rightIsFolder) {
        return lessWhenFirst(leftIsFolder);
    }
    const bool leftIsKnown = m_files.isKnown(left.row(), left.column());
    if (leftIsKnown != m_files.isKnown(right.row(), left.column())) {
        return lessWhenFirst(leftIsKnown);
    }
    if (leftIsKnown) {
        if (const auto order = m_files.compare(left.row(), right.row(), left.column()); std::is_neq(order)) {
            return std::is_lt(order);
        }
    }
    return std::is_lt(m_files.compare(left.row(), right.row(), RemoteFileModel::NameColumn));
}

// The answer that puts the left row first in both orders: the proxy turns answers around when descending.
bool DirectorySorter::lessWhenFirst(bool isFirst) const
{
    return isFirst == (sortOrder() == Qt::AscendingOrder);
}

} // namespace Koyeb::Desktop
