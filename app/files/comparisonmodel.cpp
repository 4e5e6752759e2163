// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/comparisonmodel.h"

#include "common/icons.h"
#include "sandbox/remoteentry.h"

#include <QBrush>
#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QPalette>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

using Kind = FolderDifference::Kind;
using Way = FolderSyncOrder::Way;

void ComparisonModel::setDifferences(const QList<FolderDifference> &differences)
{
    beginResetModel();
    m_differences = differences;
    m_marks.clear();
    for (int row = 0; row < m_differences.size(); ++row) {
        m_marks.append(isMarkedByDefault(row));
    }
    endResetModel();
    Q_EMIT marksChanged();
}

void ComparisonModel::setPlan(FolderSyncOrder::Way way, bool removes)
{
    m_way = way;
    m_removes = removes;
    for (int row = 0; row < m_differences.size(); ++row) {
        m_marks[row] = isMarkedByDefault(row);
    }
    if (!m_differences.isEmpty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
    Q_EMIT marksChanged();
}

ComparisonModel::Action ComparisonModel::action(int row) const
{
    const auto kind = m_differences.at(row).kind;
    const auto surplus = m_way == Way::Up ? Kind::OnlyThere : Kind::OnlyHere;
    if (kind == Kind::InTheWay) {
        return Action::Nothing;
    }
    if (kind == surplus) {
        return m_removes ? Action::Remove : Action::Nothing;
    }
    return Action::Copy;
}

bool ComparisonModel::isMarkedByDefault(int row) const
{
    const auto newer = m_way == Way::Up ? Kind::NewerThere : Kind::NewerHere;
    // What is newer at the target is only replaced when both sides are to be the same.
    return action(row) != Action::Nothing && (m_removes || m_differences.at(row).kind != newer);
}

ComparisonModel::Totals ComparisonModel::totals() const
{
    Totals totals;
    for (int row = 0; row < m_differences.size(); ++row) {
        if (!m_marks.at(row)) {
            continue;
        }
        const auto &difference = m_differences.at(row);
        if (action(row) == Action::Remove) {
            ++totals.removed;
        } else if (action(row) == Action::Copy) {
            ++totals.copied;
            const auto &source = m_way == Way::Up ? difference.here : difference.there;
            totals.bytes += source ? std::max<qint64>(0, source->sizeBytes) : 0;
        }
    }
    return totals;
}

void ComparisonModel::fill(FolderSyncOrder &order) const
{
    order.way = m_way;
    order.moved.clear();
    order.removed.clear();
    order.compared.clear();
    // From the end on: what is in a folder comes before it.
    for (auto row = static_cast<int>(m_differences.size()) - 1; row >= 0; --row) {
        if (!m_marks.at(row)) {
            continue;
        }
        if (action(row) == Action::Copy) {
            order.moved.insert(m_differences.at(row).path);
        } else if (action(row) == Action::Remove) {
            const auto &difference = m_differences.at(row);
            order.removed.append(difference.path);
            // As it is where it is removed; it may look otherwise by then.
            if (const auto &looked = m_way == Way::Up ? difference.there : difference.here) {
                order.compared.insert(difference.path, *looked);
            }
        }
    }
}

int ComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_differences.size());
}

int ComparisonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ComparisonModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const int row = index.row();
    const bool isRemoved = action(row) == Action::Remove && m_marks.at(row);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return u"<qt>%1</qt>"_s.arg(text(row, index.column()).toHtmlEscaped());
    case Qt::CheckStateRole:
        if (index.column() != NameColumn || action(row) == Action::Nothing) {
            return {};
        }
        return m_marks.at(row) ? Qt::Checked : Qt::Unchecked;
    case Qt::ForegroundRole:
        // The action says it in words, too.
        return isRemoved ? QVariant(QBrush(toneColour(Tone::Bad, QGuiApplication::palette()))) : QVariant();
    default:
        return {};
    }
}

bool ComparisonModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable)) {
        return false;
    }
    m_marks[index.row()] = value.toInt() == Qt::Checked;
    Q_EMIT dataChanged(this->index(index.row(), 0), this->index(index.row(), ColumnCount - 1));
    Q_EMIT marksChanged();
    return true;
}

Qt::ItemFlags ComparisonModel::flags(const QModelIndex &index) const
{
    auto flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == NameColumn && action(index.row()) != Action::Nothing) {
        flags |= Qt::ItemIsUserCheckable;
    }
    return flags;
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case NameColumn:
        return tr("Name", "column of compared folders");
    case HereColumn:
        return tr("This computer", "column of compared folders");
    case ThereColumn:
        return tr("Sandbox", "column of compared folders");
    case DifferenceColumn:
        return tr("Difference", "column of compared folders");
    case ActionColumn:
        return tr("What happens", "column of compared folders");
    default:
        return {};
    }
}

QString ComparisonModel::text(int row, int column) const
{
    const auto &difference = m_differences.at(row);
    switch (column) {
    case NameColumn:
        return displayName(difference.path) + (difference.isDirectory() ? u"/"_s : QString());
    case HereColumn:
        return sideText(difference.here);
    case ThereColumn:
        return sideText(difference.there);
    case DifferenceColumn:
        return differenceText(difference.kind);
    case ActionColumn:
        return actionText(row);
    default:
        return {};
    }
}

QString ComparisonModel::sideText(const std::optional<ComparedEntry> &side)
{
    if (!side) {
        return tr("–", "nothing is on this side of a comparison");
    }
    switch (side->type) {
    case ComparedEntry::Type::Directory:
        return tr("Folder", "one side of a comparison");
    case ComparedEntry::Type::SymbolicLink:
        return tr("Link", "one side of a comparison");
    case ComparedEntry::Type::Other:
        return tr("Neither file nor folder", "one side of a comparison");
    case ComparedEntry::Type::File:
        break;
    }
    const QLocale locale;
    const auto time = QDateTime::fromSecsSinceEpoch(side->modifiedSeconds);
    const auto size = side->sizeBytes < 0 ? tr("File", "one side of a comparison; of unknown size")
                                          : locale.formattedDataSize(side->sizeBytes);
    return tr("%1, %2", "one side of a comparison: size and time of a file")
        .arg(size, locale.toString(time, QLocale::ShortFormat));
}

QString ComparisonModel::differenceText(FolderDifference::Kind kind)
{
    switch (kind) {
    case Kind::OnlyHere:
        return tr("Only on this computer");
    case Kind::OnlyThere:
        return tr("Only in the sandbox");
    case Kind::NewerHere:
        return tr("Newer on this computer");
    case Kind::NewerThere:
        return tr("Newer in the sandbox");
    case Kind::Different:
        return tr("Different");
    case Kind::InTheWay:
        return tr("Not of one kind");
    }
    Q_UNREACHABLE();
}

QString ComparisonModel::actionText(int row) const
{
    if (!m_marks.at(row)) {
        return tr("Stays as it is", "what happens to something");
    }
    const bool isUp = m_way == Way::Up;
    if (action(row) == Action::Remove) {
        return isUp ? tr("Deleted in the sandbox", "what happens to something")
                    : tr("Deleted on this computer", "what happens to something");
    }
    return isUp ? tr("Uploaded", "what happens to something") : tr("Downloaded", "what happens to something");
}

} // namespace Koyeb::Desktop
