// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/remoteentry.h"

#include <QHash>
#include <QPersistentModelIndex>
#include <QTreeView>

namespace Koyeb::Desktop {

class DirectorySorter;
class RemoteFileModel;

/// The list of a directory's entries, wherever the directory is: its columns, what is selected in it, and the
/// light on the place into which something would be dropped.
class FileListView : public QTreeView {
    Q_OBJECT

public:
    /// `files` and `sorter` outlive the view.
    FileListView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent = nullptr);

    [[nodiscard]] QList<RemoteEntry> selectedEntries() const;
    /// How many that are; fast, also when it is all of very many.
    [[nodiscard]] qsizetype selectedCount() const;
    /// Where the selected entries are.
    [[nodiscard]] QList<QByteArray> selectedPaths() const;
    /// Selects the entry alone and scrolls to it; nothing when it is not shown.
    void selectEntry(const QByteArray &name);

Q_SIGNALS:
    void entryActivated(const Koyeb::RemoteEntry &entry);

protected:
    void drawRow(
        QPainter *painter, const QStyleOptionViewItem &options, const QModelIndex &index) const override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

    [[nodiscard]] const RemoteFileModel &files() const { return m_files; }
    /// The row of a folder at this place of the viewport; invalid where there is none.
    [[nodiscard]] QModelIndex folderAt(const QPoint &position) const;
    /// The directory of such a row; the one that is shown for an invalid one.
    [[nodiscard]] QByteArray directoryOf(const QModelIndex &folder) const;
    /// What is dragged, in small.
    [[nodiscard]] QPixmap dragPixmap() const;
    /// Lights up a row, or for an invalid one the whole list. Whether that is new.
    bool lightUp(const QModelIndex &folder);
    /// Whether there was a light.
    bool putOutLight();

private:
    void createColumns();
    void fitColumns();
    [[nodiscard]] const RemoteEntry &entryAt(const QModelIndex &index) const;

    RemoteFileModel &m_files;
    DirectorySorter &m_sorter;
    QHash<int, int> m_columnWidths; // Also of those that are hidden.
    bool m_isLit = false;
    QPersistentModelIndex m_litFolder; // Invalid while the whole list is lit.
};

} // namespace Koyeb::Desktop
