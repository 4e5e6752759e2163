// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotefilemodel.h"

#include "common/timetext.h"
#include "files/entrytext.h"

#include <QCollator>
#include <QLocale>

#include <algorithm>
#include <iterator>
#include <utility>

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

struct RowRange {
    int first = 0;
    int count = 0;
};

using Rows = std::vector<PreparedListing::Row>;

// The runs of `rows` whose names `others` lacks. Both are sorted by name.
std::vector<RowRange> rangesMissingIn(const Rows &others, const Rows &rows)
{
    std::vector<RowRange> ranges;
    auto other = others.begin();
    int row = 0;
    for (const auto &candidate : rows) {
        const QByteArray &name = candidate.entry.name;
        other = std::find_if(other, others.end(), [&](const auto &o) { return o.entry.name >= name; });
        if (other == others.end() || other->entry.name != name) {
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

void rankNames(Rows &rows)
{
    QCollator collator;
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    // Computed once: comparing 100,000 names by QCollator itself takes seconds.
    std::vector<std::pair<QCollatorSortKey, size_t>> order;
    order.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        order.emplace_back(collator.sortKey(displayName(rows[i].entry.name)), i);
    }
    std::sort(order.begin(), order.end(), [](const auto &left, const auto &right) {
        const int result = left.first.compare(right.first);
        return result != 0 ? result < 0 : left.second < right.second; // Equal ones by their bytes.
    });
    for (size_t rank = 0; rank < order.size(); ++rank) {
        rows[order[rank].second].nameRank = static_cast<int>(rank);
    }
}

} // namespace

PreparedListing preparedListing(const QByteArray &directory, QList<RemoteEntry> entries)
{
    PreparedListing listing{directory, {}};
    entries = sortedUnique(std::move(entries));
    listing.rows.reserve(static_cast<size_t>(entries.size()));
    const FileTypes types;
    for (RemoteEntry &entry : entries) {
        QString typeName = types.name(entry);
        listing.rows.push_back({std::move(entry), std::move(typeName), 0});
    }
    rankNames(listing.rows);
    return listing;
}

RemoteFileModel::RemoteFileModel(QObject *parent) : QAbstractTableModel(parent) {}

void RemoteFileModel::setListing(PreparedListing listing)
{
    if (listing.directory == m_directory) {
        update(listing);
    } else {
        reset(std::move(listing));
    }
}

void RemoteFileModel::clear()
{
    reset({});
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

bool RemoteFileModel::isKnown(int row, int column) const
{
    const RemoteEntry &known = entry(row);
    switch (column) {
    case SizeColumn:
        return known.sizeBytes.has_value();
    case ModifiedColumn:
        return known.modifiedAt.isValid();
    case PermissionsColumn:
        return known.mode.has_value();
    default:
        return true;
    }
}

std::strong_ordering RemoteFileModel::compare(int left, int right, int column) const
{
    const Row &a = m_rows[static_cast<size_t>(left)];
    const Row &b = m_rows[static_cast<size_t>(right)];
    switch (column) {
    case SizeColumn:
        return *a.entry.sizeBytes <=> *b.entry.sizeBytes;
    case TypeColumn:
        return a.typeName.compare(b.typeName) <=> 0;
    case ModifiedColumn:
        return a.entry.modifiedAt.toMSecsSinceEpoch() <=> b.entry.modifiedAt.toMSecsSinceEpoch();
    case PermissionsColumn:
        return *a.entry.mode <=> *b.entry.mode;
    case OwnerColumn:
        return a.entry.owner.compare(b.entry.owner) <=> 0;
    default:
        return a.nameRank <=> b.nameRank;
    }
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

void RemoteFileModel::reset(PreparedListing listing)
{
    beginResetModel();
    m_directory = listing.directory;
    m_rows = std::move(listing.rows);
    endResetModel();
}

void RemoteFileModel::update(PreparedListing &listing)
{
    const auto gone = rangesMissingIn(listing.rows, m_rows);
    const auto added = rangesMissingIn(m_rows, listing.rows);
    if (gone.size() + added.size() > maximumRanges) {
        reset(std::move(listing));
        return;
    }
    for (auto range = gone.rbegin(); range != gone.rend(); ++range) {
        beginRemoveRows({}, range->first, range->first + range->count - 1);
        const auto first = m_rows.begin() + range->first;
        m_rows.erase(first, first + range->count);
        endRemoveRows();
    }
    // Ranks are relative to all that is listed. Those that stay keep their order among each other, so that
    // nobody has to be told.
    auto ranked = listing.rows.begin();
    for (Row &row : m_rows) {
        ranked = std::find_if(ranked, listing.rows.end(), [&](const Row &candidate) {
            return candidate.entry.name == row.entry.name;
        });
        row.nameRank = ranked->nameRank;
    }
    // Only rows that stay are left, so ascending ranges of the new listing land where they belong.
    for (const auto &range : added) {
        beginInsertRows({}, range.first, range.first + range.count - 1);
        const auto first = listing.rows.begin() + range.first;
        m_rows.insert(m_rows.begin() + range.first, first, first + range.count);
        endInsertRows();
    }
    applyChanges(listing.rows);
}

void RemoteFileModel::applyChanges(const std::vector<Row> &rows)
{
    for (int row = 0; row < rowCount(); ++row) {
        Row &current = m_rows[static_cast<size_t>(row)];
        const Row &wanted = rows[static_cast<size_t>(row)];
        if (current.entry != wanted.entry) {
            current = wanted;
            Q_EMIT dataChanged(index(row, NameColumn), index(row, OwnerColumn));
        }
    }
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
