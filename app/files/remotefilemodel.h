// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/filetypes.h"
#include "sandbox/remoteentry.h"

#include <QAbstractTableModel>
#include <QCollator>

#include <compare>
#include <vector>

namespace Koyeb::Desktop {

/// The entries of one directory of a sandbox, in the order of their names' bytes; DirectorySorter puts them
/// into the order people want. It is fed whole listings and tells views what differs, so that selection and
/// scroll position survive a refresh.
class RemoteFileModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, SizeColumn, TypeColumn, ModifiedColumn, PermissionsColumn, OwnerColumn };
    enum Role {
        /// The raw value behind what is shown: bytes, a QDateTime in UTC, permission bits; invalid if
        /// unknown.
        SortRole = Qt::UserRole,
    };

    explicit RemoteFileModel(QObject *parent = nullptr);

    /// Shows `entries` as the content of `directory`. The same directory again changes only the rows that
    /// differ; another one resets the model. Of entries with the same name the first counts.
    void setListing(const QByteArray &directory, QList<RemoteEntry> entries);
    /// Shows nothing.
    void clear();

    [[nodiscard]] const QByteArray &directory() const { return m_directory; }
    [[nodiscard]] const RemoteEntry &entry(int row) const { return m_rows[static_cast<size_t>(row)].entry; }
    /// The row of the entry with exactly this name, or −1.
    [[nodiscard]] int rowOf(const QByteArray &name) const;
    /// Order of names in the user's language, numbers by value; of the raw bytes where that is equal.
    [[nodiscard]] std::strong_ordering compareNames(int left, int right) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// A new name only asks for it; the row changes when the sandbox has it.
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;

Q_SIGNALS:
    void renameRequested(const QByteArray &name, const QByteArray &newName);

private:
    struct Row {
        RemoteEntry entry;
        QCollatorSortKey collationKey; // Computed once: comparing 100,000 names by QCollator takes seconds.
    };
    void reset(const QByteArray &directory, const QList<RemoteEntry> &entries);
    void update(const QList<RemoteEntry> &entries);
    void applyChanges(const QList<RemoteEntry> &entries);
    [[nodiscard]] std::vector<Row> makeRows(const QList<RemoteEntry> &entries) const;
    [[nodiscard]] QString displayText(const RemoteEntry &entry, int column) const;
    [[nodiscard]] QVariant sortValue(const RemoteEntry &entry, int column) const;
    [[nodiscard]] QString toolTip(const RemoteEntry &entry, int column) const;

    QByteArray m_directory;
    std::vector<Row> m_rows;
    QCollator m_collator;
    FileTypes m_types;
};

} // namespace Koyeb::Desktop
