// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfermodel.h"

#include "common/icons.h"
#include "transfers/transfertext.h"

#include <QDataStream>
#include <QLocale>
#include <QMimeData>
#include <QSet>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {
const QString rowsType = QStringLiteral("application/x-koyeb-transfers");
} // namespace

int TransferModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int TransferModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : StateColumn + 1;
}

QVariant TransferModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const TransferRecord &shown = record(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return column == DirectionColumn ? QVariant() : text(shown, column);
    case Qt::AccessibleTextRole:
        return text(shown, column);
    case Qt::DecorationRole:
        if (column != DirectionColumn) {
            return {};
        }
        return themedIcon(shown.direction == TransferDirection::Upload ? u"upload"_s : u"download"_s);
    case Qt::ToolTipRole: {
        const QString reason = reasonText(shown);
        const QString plain = reason.isEmpty() ? tr("From %1 to %2").arg(shown.source, shown.target) : reason;
        return u"<qt>%1</qt>"_s.arg(plain.toHtmlEscaped().replace(u'\n', u"<br>"_s));
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
    const auto base = QAbstractTableModel::flags(index);
    return index.isValid() ? base | Qt::ItemIsDragEnabled : base | Qt::ItemIsDropEnabled;
}

QStringList TransferModel::mimeTypes() const
{
    return {rowsType};
}

QMimeData *TransferModel::mimeData(const QModelIndexList &indexes) const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    QSet<int> rows;
    for (const QModelIndex &index : indexes) {
        rows.insert(index.row());
    }
    for (const int row : std::as_const(rows)) {
        stream << record(row).id;
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
    const int place = parent.isValid() ? parent.row() : row;
    Q_EMIT moveRequested(ids, place >= 0 && place < rowCount() ? record(place).id : 0);
    return false; // The queue moves them, and the view has nothing to remove.
}

void TransferModel::add(const QList<TransferRecord> &records)
{
    if (records.isEmpty()) {
        return;
    }
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(records.size()) - 1);
    m_records.append(records);
    m_rows.clear();
    endInsertRows();
}

void TransferModel::change(const QList<TransferRecord> &records)
{
    for (const TransferRecord &changed : records) {
        if (const int row = rowOf(changed.id); row >= 0) {
            m_records[row] = changed;
            Q_EMIT dataChanged(index(row, DirectionColumn), index(row, StateColumn));
        }
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
        m_records.remove(first, last - first + 1);
        m_rows.clear();
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
    QList<quint64> shown;
    for (const auto &index : before) {
        shown.append(record(index.row()).id);
    }
    std::stable_sort(
        m_records.begin(), m_records.end(),
        [&places](const TransferRecord &one, const TransferRecord &other) {
            return places.value(one.id) < places.value(other.id);
        });
    m_rows.clear();
    for (qsizetype i = 0; i < before.size(); ++i) {
        changePersistentIndex(before[i], index(rowOf(shown[i]), before[i].column()));
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

int TransferModel::rowOf(quint64 id) const
{
    if (m_rows.isEmpty()) {
        for (qsizetype row = 0; row < m_records.size(); ++row) {
            m_rows.insert(m_records[row].id, static_cast<int>(row));
        }
    }
    return m_rows.value(id, -1);
}

QString TransferModel::text(const TransferRecord &record, int column) const
{
    const QLocale locale;
    const bool isRunning = record.state == TransferState::Running;
    switch (column) {
    case DirectionColumn:
        return record.direction == TransferDirection::Upload ? tr("Upload", "direction of a transfer")
                                                             : tr("Download", "direction of a transfer");
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
