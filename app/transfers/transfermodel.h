// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferrecord.h"

#include <QAbstractTableModel>
#include <QHash>

namespace Koyeb::Desktop {

/// The transfers, in the order in which they were asked for. Fed by a TransferQueue's signals.
class TransferModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        DirectionColumn,
        NameColumn,
        SandboxColumn,
        SizeColumn,
        ProgressColumn,
        SpeedColumn,
        TimeLeftColumn,
        StateColumn
    };
    enum Role {
        /// In ProgressColumn, the done part from 0 to 1; negative while the whole is not known.
        FractionRole = Qt::UserRole,
    };

    using QAbstractTableModel::QAbstractTableModel;

    [[nodiscard]] const TransferRecord &record(int row) const { return m_records[row]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool dropMimeData(
        const QMimeData *data, Qt::DropAction action, int row, int column,
        const QModelIndex &parent) override;

public Q_SLOTS:
    void add(const QList<Koyeb::Desktop::TransferRecord> &records);
    void change(const QList<Koyeb::Desktop::TransferRecord> &records);
    void remove(const QList<quint64> &ids);
    /// To the order of `ids`, which are all.
    void reorder(const QList<quint64> &ids);

Q_SIGNALS:
    /// These were dropped in front of another one, or at the end where that is 0.
    void moveRequested(const QList<quint64> &ids, quint64 before);

private:
    [[nodiscard]] int rowOf(quint64 id) const;
    [[nodiscard]] QString text(const TransferRecord &record, int column) const;

    QList<TransferRecord> m_records;
    mutable QHash<quint64, int> m_rows; // By id; made when it is needed.
};

} // namespace Koyeb::Desktop
