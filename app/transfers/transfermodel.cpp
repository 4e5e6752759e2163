// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfermodel.h"

#include "common/icons.h"
#include "sandbox/remoteentry.h"
#include "transfers/transfertext.h"

#include <QDataStream>
#include <QIODevice>
#include <QLocale>
#include <QMimeData>
#include <QSet>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {
const QString rowsType = QStringLiteral("application/x-koyeb-transfers");

/// Wrapped, and without taking names for markup.
QString plainToolTip(const QString &text)
{
    return u"<qt>%1</qt>"_s.arg(text.toHtmlEscaped().replace(u'\n', u"<br>"_s));
}
} // namespace

// Ids of indexes: 0 of a transfer, the transfer's own of a file.

QModelIndex TransferModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(
        row, column, parent.isValid() ? static_cast<quintptr>(record(parent.row()).id) : quintptr(0));
}

QModelIndex TransferModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == 0) {
        return {};
    }
    const int row = rowOf(child.internalId());
    return row < 0 ? QModelIndex() : createIndex(row, 0, quintptr(0));
}

const TransferRecord &TransferModel::record(const QModelIndex &index) const
{
    const QModelIndex top = index.parent();
    return record(top.isValid() ? top.row() : index.row());
}

int TransferModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid()) {
        return count();
    }
    const bool isTransfer = parent.internalId() == 0 && parent.column() == 0;
    return isTransfer ? static_cast<int>(m_rows[parent.row()].files.size()) : 0;
}

int TransferModel::columnCount(const QModelIndex & /*parent*/) const
{
    return StateColumn + 1;
}

QVariant TransferModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const int column = index.column();
    if (index.internalId() != 0) {
        const Row &row = m_rows[rowOf(index.internalId())];
        return fileData(row, row.files[index.row()], column, role);
    }
    const TransferRecord &shown = record(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return column == DirectionColumn ? QVariant() : text(shown, column);
    case Qt::AccessibleTextRole:
        return text(shown, column);
    case Qt::DecorationRole:
        if (column != DirectionColumn) {
            return {};
        }
        return themedIcon(directionIcon(shown.direction));
    case Qt::ToolTipRole: {
        const QString reason = reasonText(shown);
        const QString plain = reason.isEmpty() ? tr("From %1 to %2").arg(shown.source, shown.target) : reason;
        return plainToolTip(plain);
    }
    case Qt::TextAlignmentRole:
        return column == SizeColumn || column == SpeedColumn || column == TimeLeftColumn
                   ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant();
    case FractionRole:
        return column == ProgressColumn ? QVariant(doneFraction(shown)) : QVariant();
    default:
        return {};
    }
}

QVariant TransferModel::fileData(const Row &row, const TransferFile &file, int column, int role) const
{
    const bool isMore = file.kind == TransferFile::Kind::More;
    const QString name = isMore ? tr("%n more", "files that have arrived", static_cast<int>(file.count))
                                : displayName(file.path);
    const QString state = fileStateText(file, row.record.direction);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return column == NameColumn ? name : column == StateColumn ? state : QVariant();
    case Qt::DecorationRole:
        if (column != NameColumn || isMore) {
            return {};
        }
        return file.kind == TransferFile::Kind::Failed    ? themedIcon(u"warning"_s, Tone::Warning)
               : file.kind == TransferFile::Kind::Current ? themedIcon(u"pending"_s)
                                                          : themedIcon(u"check"_s, Tone::Good);
    case Qt::ToolTipRole:
        return isMore ? QVariant() : plainToolTip(state.isEmpty() ? name : name + u'\n' + state);
    default:
        return {};
    }
}

QVariant TransferModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case DirectionColumn:
        return QString();
    case NameColumn:
        return tr("Name", "column of transfers");
    case SandboxColumn:
        return tr("Sandbox", "column of transfers");
    case SizeColumn:
        return tr("Size", "column of transfers");
    case ProgressColumn:
        return tr("Progress", "column of transfers");
    case SpeedColumn:
        return tr("Speed", "column of transfers");
    case TimeLeftColumn:
        return tr("Time left", "column of transfers");
    case StateColumn:
        return tr("State", "column of transfers");
    default:
        return {};
    }
}

Qt::ItemFlags TransferModel::flags(const QModelIndex &index) const
{
    const auto base = QAbstractItemModel::flags(index);
    if (!index.isValid()) {
        return base | Qt::ItemIsDropEnabled;
    }
    return index.internalId() == 0 ? base | Qt::ItemIsDragEnabled : base | Qt::ItemNeverHasChildren;
}

QStringList TransferModel::mimeTypes() const
{
    return {rowsType};
}

QMimeData *TransferModel::mimeData(const QModelIndexList &indexes) const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    QSet<quint64> ids;
    for (const QModelIndex &index : indexes) {
        if (index.internalId() == 0) {
            ids.insert(record(index.row()).id);
        }
    }
    for (const quint64 id : std::as_const(ids)) {
        stream << id;
    }
    auto *data = new QMimeData;
    data->setData(rowsType, bytes);
    return data;
}

bool TransferModel::dropMimeData(
    const QMimeData *data, Qt::DropAction action, int row, int /*column*/, const QModelIndex &parent)
{
    if (action != Qt::MoveAction || !data->hasFormat(rowsType)) {
        return false;
    }
    QList<quint64> ids;
    QDataStream stream(data->data(rowsType));
    while (!stream.atEnd() && stream.status() == QDataStream::Ok) {
        quint64 id = 0;
        stream >> id;
        ids.append(id);
    }
    const int place = !parent.isValid()          ? row
                      : parent.internalId() == 0 ? parent.row()
                                                 : parent.parent().row();
    Q_EMIT moveRequested(ids, place >= 0 && place < count() ? record(place).id : 0);
    return false; // The queue moves them, and the view has nothing to remove.
}

void TransferModel::add(const QList<TransferRecord> &records)
{
    if (records.isEmpty()) {
        return;
    }
    beginInsertRows({}, count(), count() + static_cast<int>(records.size()) - 1);
    for (const TransferRecord &record : records) {
        m_rows.append({record, filesOf(record)});
    }
    m_places.clear();
    endInsertRows();
}

void TransferModel::change(const QList<TransferRecord> &records)
{
    for (const TransferRecord &changed : records) {
        if (const int row = rowOf(changed.id); row >= 0) {
            m_rows[row].record = changed;
            Q_EMIT dataChanged(index(row, DirectionColumn), index(row, StateColumn));
            showFiles(row, filesOf(changed));
        }
    }
}

// The lines have no identity worth keeping: what changes is shown in place, and the end grows or shrinks.
void TransferModel::showFiles(int row, const QList<TransferFile> &files)
{
    auto &shown = m_rows[row].files;
    if (files == shown) {
        return;
    }
    const QModelIndex parent = index(row, 0);
    const auto before = static_cast<int>(shown.size());
    const auto after = static_cast<int>(files.size());
    if (after > before) {
        beginInsertRows(parent, before, after - 1);
        shown = files;
        endInsertRows();
    } else if (after < before) {
        beginRemoveRows(parent, after, before - 1);
        shown = files;
        endRemoveRows();
    } else {
        shown = files;
    }
    if (const int common = std::min(before, after); common > 0) {
        Q_EMIT dataChanged(index(0, DirectionColumn, parent), index(common - 1, StateColumn, parent));
    }
}

void TransferModel::remove(const QList<quint64> &ids)
{
    QList<int> rows;
    for (const quint64 id : ids) {
        if (const int row = rowOf(id); row >= 0) {
            rows.append(row);
        }
    }
    std::sort(rows.begin(), rows.end());
    while (!rows.isEmpty()) {
        const int last = rows.takeLast();
        int first = last;
        while (!rows.isEmpty() && rows.last() == first - 1) {
            first = rows.takeLast();
        }
        beginRemoveRows({}, first, last);
        m_rows.remove(first, last - first + 1);
        m_places.clear();
        endRemoveRows();
    }
}

void TransferModel::reorder(const QList<quint64> &ids)
{
    QHash<quint64, qsizetype> places;
    for (const quint64 id : ids) {
        places.insert(id, places.size());
    }
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const auto before = persistentIndexList();
    QHash<QModelIndex, quint64> transfers; // Files stay with theirs by their id.
    for (const auto &index : before) {
        if (index.internalId() == 0) {
            transfers.insert(index, record(index.row()).id);
        }
    }
    std::stable_sort(m_rows.begin(), m_rows.end(), [&places](const Row &one, const Row &other) {
        return places.value(one.record.id) < places.value(other.record.id);
    });
    m_places.clear();
    for (const auto &index : before) {
        if (const auto id = transfers.constFind(index); id != transfers.cend()) {
            changePersistentIndex(index, createIndex(rowOf(*id), index.column(), quintptr(0)));
        }
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

int TransferModel::rowOf(quint64 id) const
{
    if (m_places.isEmpty()) {
        for (qsizetype row = 0; row < m_rows.size(); ++row) {
            m_places.insert(m_rows[row].record.id, static_cast<int>(row));
        }
    }
    return m_places.value(id, -1);
}

QString TransferModel::text(const TransferRecord &record, int column) const
{
    const QLocale locale;
    const bool isRunning = record.state == TransferState::Running;
    switch (column) {
    case DirectionColumn:
        return directionText(record.direction);
    case NameColumn:
        return record.name;
    case SandboxColumn:
        return record.sandboxName;
    case SizeColumn:
        return record.progress.totalFiles > 0 ? locale.formattedDataSize(record.progress.totalBytes)
                                              : QString();
    case ProgressColumn: {
        const double fraction = doneFraction(record);
        return fraction < 0 ? tr("Preparing…", "a transfer")
                            : tr("%1 %").arg(locale.toString(static_cast<int>(fraction * 100)));
    }
    case SpeedColumn:
        return isRunning && record.bytesPerSecond >= 1
                   ? tr("%1/s", "bytes per second, with their unit")
                         .arg(locale.formattedDataSize(static_cast<qint64>(record.bytesPerSecond)))
                   : QString();
    case TimeLeftColumn:
        return isRunning && record.timeLeft ? timeLeftText(*record.timeLeft) : QString();
    case StateColumn:
        return stateText(record);
    default:
        return {};
    }
}

} // namespace Koyeb::Desktop
