// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotefilemodel.h"

#include "common/timetext.h"
#include "files/entrytext.h"

#include <QLocale>

#include <algorithm>
#include <iterator>

namespace Koyeb::Desktop {

namespace {

constexpr int columnCountOfFiles = RemoteFileModel::OwnerColumn + 1;

// Every range moves the rows behind it, here and in each proxy: beyond this many a reset is cheaper.
constexpr size_t maximumRanges = 1000;

QList<RemoteEntry> sortedUnique(QList<RemoteEntry> entries)
{
    std::stable_sort(entries.begin(), entries.end(), [](const RemoteEntry &left, const RemoteEntry &right) {
        return left.name < right.name;
    });
    const auto end = std::unique(entries.begin(), entries.end(), [](const auto &left, const auto &right) {
        return left.name == right.name;
    });
    entries.erase(end, entries.end());
    return entries;
}

const QByteArray &entryName(const RemoteEntry &entry)
{
    return entry.name;
}

template<typename Row> const QByteArray &entryName(const Row &row)
{
    return row.entry.name;
}

struct RowRange {
    int first = 0;
    int count = 0;
};

// The runs of `rows` whose names `others` lacks. Both are sorted by name.
template<typename Rows, typename Others>
std::vector<RowRange> rangesMissingIn(const Others &others, const Rows &rows)
{
    std::vector<RowRange> ranges;
    auto other = others.begin();
    int row = 0;
    for (const auto &candidate : rows) {
        other = std::find_if(
            other, others.end(), [&](const auto &o) { return entryName(o) >= entryName(candidate); });
        if (other == others.end() || entryName(*other) != entryName(candidate)) {
            if (!ranges.empty() && ranges.back().first + ranges.back().count == row) {
                ++ranges.back().count;
            } else {
                ranges.push_back({row, 1});
            }
        }
        ++row;
    }
    return ranges;
}

} // namespace

RemoteFileModel::RemoteFileModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_collator.setNumericMode(true);
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
}

void RemoteFileModel::setListing(const QByteArray &directory, QList<RemoteEntry> entries)
{
    entries = sortedUnique(std::move(entries));
    if (directory == m_directory) {
        update(entries);
    } else {
        reset(directory, entries);
    }
}

void RemoteFileModel::clear()
{
    reset({}, {});
}

int RemoteFileModel::rowOf(const QByteArray &name) const
{
    const auto found =
        std::lower_bound(m_rows.begin(), m_rows.end(), name, [](const Row &row, const QByteArray &wanted) {
            return row.entry.name < wanted;
        });
    const bool exists = found != m_rows.end() && found->entry.name == name;
    return exists ? static_cast<int>(std::distance(m_rows.begin(), found)) : -1;
}

std::strong_ordering RemoteFileModel::compareNames(int left, int right) const
{
    const Row &a = m_rows[static_cast<size_t>(left)];
    const Row &b = m_rows[static_cast<size_t>(right)];
    if (const int order = a.collationKey.compare(b.collationKey); order != 0) {
        return order <=> 0;
    }
    return a.entry.name.compare(b.entry.name) <=> 0;
}

int RemoteFileModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RemoteFileModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnCountOfFiles;
}

QVariant RemoteFileModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const RemoteEntry &shown = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(shown, index.column());
    case Qt::EditRole:
        return index.column() == NameColumn ? displayName(shown.name) : QVariant();
    case Qt::DecorationRole:
        return index.column() == NameColumn ? m_types.icon(shown) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(shown, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == NameColumn ? displayName(shown.name) : displayText(shown, index.column());
    case Qt::TextAlignmentRole:
        return index.column() == SizeColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case SortRole:
        return sortValue(shown, index.column());
    default:
        return {};
    }
}

QVariant RemoteFileModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return section == SizeColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                     : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case NameColumn:
        return tr("Name", "column of a file list");
    case SizeColumn:
        return tr("Size", "column of a file list");
    case TypeColumn:
        return tr("Type", "column of a file list");
    case ModifiedColumn:
        return tr("Modified", "column of a file list: when");
    case PermissionsColumn:
        return tr("Permissions", "column of a file list");
    case OwnerColumn:
        return tr("Owner", "column of a file list");
    default:
        return {};
    }
}

Qt::ItemFlags RemoteFileModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == NameColumn) {
        flags |= Qt::ItemIsEditable;
    }
    return index.isValid() ? flags | Qt::ItemNeverHasChildren : flags;
}

bool RemoteFileModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::EditRole ||
        index.column() != NameColumn) {
        return false;
    }
    const QByteArray name = entry(index.row()).name;
    const QString text = value.toString();
    // A name with bytes that cannot be shown must not lose them only because its editor was opened.
    if (text == displayName(name) || !isValidName(text)) {
        return false;
    }
    Q_EMIT renameRequested(name, text.toUtf8());
    return true;
}

void RemoteFileModel::reset(const QByteArray &directory, const QList<RemoteEntry> &entries)
{
    beginResetModel();
    m_directory = directory;
    m_rows = makeRows(entries);
    endResetModel();
}

void RemoteFileModel::update(const QList<RemoteEntry> &entries)
{
    const auto gone = rangesMissingIn(entries, m_rows);
    const auto added = rangesMissingIn(m_rows, entries);
    if (gone.size() + added.size() > maximumRanges) {
        reset(m_directory, entries);
        return;
    }
    for (auto range = gone.rbegin(); range != gone.rend(); ++range) {
        beginRemoveRows({}, range->first, range->first + range->count - 1);
        const auto first = m_rows.begin() + range->first;
        m_rows.erase(first, first + range->count);
        endRemoveRows();
    }
    // Only rows that stay are left, so ascending ranges of the new listing land where they belong.
    for (const auto &range : added) {
        beginInsertRows({}, range.first, range.first + range.count - 1);
        auto rows = makeRows(entries.mid(range.first, range.count));
        m_rows.insert(
            m_rows.begin() + range.first, std::make_move_iterator(rows.begin()),
            std::make_move_iterator(rows.end()));
        endInsertRows();
    }
    applyChanges(entries);
}

void RemoteFileModel::applyChanges(const QList<RemoteEntry> &entries)
{
    for (int row = 0; row < rowCount(); ++row) {
        RemoteEntry &current = m_rows[static_cast<size_t>(row)].entry;
        if (current != entries[row]) {
            current = entries[row]; // The name is the same, and so is the collation key.
            Q_EMIT dataChanged(index(row, NameColumn), index(row, OwnerColumn));
        }
    }
}

std::vector<RemoteFileModel::Row> RemoteFileModel::makeRows(const QList<RemoteEntry> &entries) const
{
    std::vector<Row> rows;
    rows.reserve(static_cast<size_t>(entries.size()));
    for (const RemoteEntry &entry : entries) {
        rows.push_back({entry, m_collator.sortKey(displayName(entry.name))});
    }
    return rows;
}

QString RemoteFileModel::displayText(const RemoteEntry &entry, int column) const
{
    switch (column) {
    case NameColumn:
        return entry.type == RemoteEntry::Type::SymbolicLink && !entry.linkTarget.isEmpty()
                   ? tr("%1 → %2", "symbolic link and its target")
                         .arg(displayName(entry.name), displayName(entry.linkTarget))
                   : displayName(entry.name);
    case SizeColumn:
        return entry.type == RemoteEntry::Type::File && entry.sizeBytes
                   ? QLocale().formattedDataSize(*entry.sizeBytes)
                   : QString();
    case TypeColumn:
        return m_types.name(entry);
    case ModifiedColumn:
        return modificationText(entry.modifiedAt, QDateTime::currentDateTimeUtc());
    case PermissionsColumn:
        return entry.mode ? permissionsText(*entry.mode) : QString();
    case OwnerColumn:
        return entry.owner;
    default:
        return {};
    }
}

QVariant RemoteFileModel::sortValue(const RemoteEntry &entry, int column) const
{
    switch (column) {
    case NameColumn:
        return entry.name;
    case SizeColumn:
        return entry.sizeBytes ? QVariant(*entry.sizeBytes) : QVariant();
    case TypeColumn:
        return m_types.name(entry);
    case ModifiedColumn:
        return entry.modifiedAt.isValid() ? QVariant(entry.modifiedAt) : QVariant();
    case PermissionsColumn:
        return entry.mode ? QVariant(*entry.mode) : QVariant();
    case OwnerColumn:
        return entry.owner;
    default:
        return {};
    }
}

QString RemoteFileModel::toolTip(const RemoteEntry &entry, int column) const
{
    const QLocale locale;
    switch (column) {
    case NameColumn:
        return plainToolTip(displayText(entry, NameColumn));
    case SizeColumn:
        return entry.sizeBytes ? tr("%1 bytes", "exact size of a file").arg(locale.toString(*entry.sizeBytes))
                               : QString();
    case ModifiedColumn:
        return exactTime(entry.modifiedAt);
    case PermissionsColumn:
        return entry.mode ? permissionsDigits(*entry.mode) : QString();
    case OwnerColumn:
        return entry.group.isEmpty() ? QString() : tr("Group: %1", "of a file").arg(entry.group);
    default:
        return {};
    }
}

} // namespace Koyeb::Desktop
