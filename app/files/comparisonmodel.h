// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/foldercomparison.h"
#include "sandbox/foldersync.h"

#include <QAbstractTableModel>

namespace Koyeb::Desktop {

/// By what two folders differ, and what is to be done about each of it; a mark in front of each says whether
/// it is.
class ComparisonModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, HereColumn, ThereColumn, DifferenceColumn, ActionColumn, ColumnCount };
    /// What can be done about something.
    enum class Action { Nothing, Copy, Remove };
    /// How many of each kind are marked, and how much is copied.
    struct Totals {
        int copied = 0;
        int removed = 0;
        qint64 bytes = 0;
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setDifferences(const QList<FolderDifference> &differences);
    /// Which side is changed, and whether what is only there is removed. Marks anew what is done by default:
    /// what is missing, older or different at the target, and with removal all of it.
    void setPlan(FolderSyncOrder::Way way, bool removes);
    [[nodiscard]] Action action(int row) const;
    [[nodiscard]] bool isMarked(int row) const { return m_marks.at(row); }
    [[nodiscard]] Totals totals() const;
    /// Marked things, as FolderSyncOrder wants them.
    void fill(FolderSyncOrder &order) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void marksChanged();

private:
    [[nodiscard]] bool isMarkedByDefault(int row) const;
    [[nodiscard]] QString text(int row, int column) const;
    [[nodiscard]] static QString sideText(const std::optional<ComparedEntry> &side);
    [[nodiscard]] static QString differenceText(FolderDifference::Kind kind);
    [[nodiscard]] QString actionText(int row) const;

    QList<FolderDifference> m_differences;
    QList<bool> m_marks;
    FolderSyncOrder::Way m_way = FolderSyncOrder::Way::Up;
    bool m_removes = false;
};

} // namespace Koyeb::Desktop
