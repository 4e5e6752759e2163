// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfer/transferhistory.h"

#include <QAbstractTableModel>

namespace Koyeb::Desktop {

/// The transfers that are over, of this run of the program and earlier ones, the last first.
class HistoryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        DirectionColumn,
        NameColumn,
        SandboxColumn,
        PlaceColumn,
        SizeColumn,
        EndedColumn,
        StateColumn
    };
    enum Role {
        /// All that can be searched for.
        SearchRole = Qt::UserRole,
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(const QList<TransferHistoryEntry> &entries);
    [[nodiscard]] const TransferHistoryEntry &entry(int row) const { return m_entries[row]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] QString text(const TransferHistoryEntry &entry, int column) const;

    QList<TransferHistoryEntry> m_entries;
};

} // namespace Koyeb::Desktop
