// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferfiles.h"
#include "transfers/transferrecord.h"

#include <QAbstractItemModel>
#include <QHash>

namespace Koyeb::Desktop {

/// The transfers in the order of their queue, and below each folder what is to be seen of its files. Fed by a
/// TransferQueue's signals.
class TransferModel : public QAbstractItemModel {
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
        /// In ProgressColumn of a transfer, the done part from 0 to 1; negative while the whole is not known.
        FractionRole = Qt::UserRole,
    };

    using QAbstractItemModel::QAbstractItemModel;

    /// How many transfers there are.
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] const TransferRecord &record(int row) const { return m_rows[row].record; }
    /// Of an index, its transfer's.
    [[nodiscard]] const TransferRecord &record(const QModelIndex &index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
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
    struct Row {
        TransferRecord record;
        QList<TransferFile> files;
    };

    [[nodiscard]] int rowOf(quint64 id) const;
    void showFiles(int row, const QList<TransferFile> &files);
    [[nodiscard]] QVariant fileData(const Row &row, const TransferFile &file, int column, int role) const;
    [[nodiscard]] QString text(const TransferRecord &record, int column) const;

    QList<Row> m_rows;
    mutable QHash<quint64, int> m_places; // By id; made when it is needed.
};

} // namespace Koyeb::Desktop
