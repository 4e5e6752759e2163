// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/filetypes.h"
#include "sandbox/remoteentry.h"

#include <QAbstractTableModel>

#include <compare>
#include <vector>

namespace Koyeb::Desktop {

/// A listing in the order of the names' bytes, with what sorting it in other orders needs. Comparing 100,000
/// names as people order them takes long, so it is done once, and on any thread.
struct PreparedListing {
    struct Row {
        RemoteEntry entry;
        QString typeName;
        int nameRank = 0; ///< In the order of names in the user's language, numbers by value.
    };
    QByteArray directory;
    std::vector<Row> rows;
};

/// Of entries with the same name the first counts.
[[nodiscard]] PreparedListing preparedListing(const QByteArray &directory, QList<RemoteEntry> entries);

/// The entries of one directory of a sandbox, in the order of their names' bytes; DirectorySorter puts them
/// into the order people want. It is fed whole listings and tells views what differs, so that selection and
/// scroll position survive a refresh.
class RemoteFileModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, SizeColumn, TypeColumn, ModifiedColumn, PermissionsColumn, OwnerColumn };

    explicit RemoteFileModel(QObject *parent = nullptr);

    /// Shows the content of a directory. The same directory again changes only the rows that differ; another
    /// one resets the model.
    void setListing(PreparedListing listing);
    void setListing(const QByteArray &directory, const QList<RemoteEntry> &entries)
    {
        setListing(preparedListing(directory, entries));
    }
    /// Shows nothing.
    void clear();

    [[nodiscard]] const QByteArray &directory() const { return m_directory; }
    [[nodiscard]] const RemoteEntry &entry(int row) const { return m_rows[static_cast<size_t>(row)].entry; }
    /// The row of the entry with exactly this name, or −1.
    [[nodiscard]] int rowOf(const QByteArray &name) const;
    /// Whether there is something to sort by; what is unknown has no place in an order.
    [[nodiscard]] bool isKnown(int row, int column) const;
    /// Order of two rows of which all is known that the column shows.
    [[nodiscard]] std::strong_ordering compare(int left, int right, int column) const;

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
    using Row = PreparedListing::Row;

    void reset(PreparedListing listing);
    void update(PreparedListing &listing);
    void applyChanges(const std::vector<Row> &rows);
    [[nodiscard]] QString displayText(const RemoteEntry &entry, int column) const;
    [[nodiscard]] QString toolTip(const RemoteEntry &entry, int column) const;

    QByteArray m_directory;
    std::vector<Row> m_rows;
    FileTypes m_types;
};

} // namespace Koyeb::Desktop
