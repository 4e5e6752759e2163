// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/historymodel.h"

#include "common/icons.h"
#include "common/timetext.h"
#include "sandbox/remoteentry.h"
#include "transfers/transferlog.h"
#include "transfers/transfertext.h"

#include <QLocale>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

void HistoryModel::setEntries(const QList<TransferHistoryEntry> &entries)
{
    beginResetModel();
    m_entries = entries;
    endResetModel();
}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int HistoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : StateColumn + 1;
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto &shown = entry(index.row());
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
        return themedIcon(directionIcon(shown.direction));
    case Qt::ToolTipRole: {
        const auto tip = column == EndedColumn ? exactTime(QDateTime::fromMSecsSinceEpoch(shown.endedAt))
                                               : text(shown, column);
        return u"<qt>%1</qt>"_s.arg(tip.toHtmlEscaped());
    }
    case Qt::TextAlignmentRole:
        return column == SizeColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case SearchRole:
        return QStringList{
            displayName(shown.source), displayName(shown.targetDirectory), shown.sandboxName,
            text(shown, StateColumn)}
            .join(u'\n');
    default:
        return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case NameColumn:
        return tr("Name", "column of past transfers");
    case SandboxColumn:
        return tr("Sandbox", "column of past transfers");
    case PlaceColumn:
        return tr("To", "column of past transfers: the folder where it went");
    case SizeColumn:
        return tr("Moved", "column of past transfers: how much");
    case EndedColumn:
        return tr("Ended", "column of past transfers: when");
    case StateColumn:
        return tr("Result", "column of past transfers");
    default:
        return QString();
    }
}

QString HistoryModel::text(const TransferHistoryEntry &entry, int column) const
{
    switch (column) {
    case DirectionColumn:
        return directionText(entry.direction);
    case NameColumn:
        return displayName(remoteName(entry.source));
    case SandboxColumn:
        return entry.sandboxName;
    case PlaceColumn:
        return displayName(entry.targetDirectory);
    case SizeColumn:
        return QLocale().formattedDataSize(entry.bytes);
    case EndedColumn:
        return relativeTime(QDateTime::fromMSecsSinceEpoch(entry.endedAt), QDateTime::currentDateTime());
    case StateColumn: {
        if (entry.end == TransferEvent::Kind::Finished && entry.problems > 0) {
            return tr("Done, %n problem(s)", "result of a past transfer", entry.problems);
        }
        if (entry.end == TransferEvent::Kind::Finished) {
            return tr("Done", "result of a past transfer");
        }
        return eventText({.kind = entry.end, .error = entry.error}, entry.direction);
    }
    default:
        return {};
    }
}

} // namespace Koyeb::Desktop
