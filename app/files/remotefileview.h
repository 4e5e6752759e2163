// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/remoteentry.h"

#include <QPersistentModelIndex>
#include <QTreeView>

#include <filesystem>
#include <optional>

namespace Koyeb::Desktop {

class DirectorySorter;
class RemoteFileModel;

/// The list of a directory's entries, and the place where files of other programs are dropped: onto a folder,
/// or anywhere else into the directory that is shown.
class RemoteFileView : public QTreeView {
    Q_OBJECT

public:
    /// `files` and `sorter` outlive the view.
    RemoteFileView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent = nullptr);

    [[nodiscard]] QList<RemoteEntry> selectedEntries() const;
    /// The entry of the current row.
    [[nodiscard]] std::optional<RemoteEntry> currentEntry() const;
    /// Selects the entry alone and scrolls to it; nothing when it is not shown.
    void selectEntry(const QByteArray &name);
    /// Opens the editor of the current row's name.
    void editCurrentName();
    /// Whether drops are taken; not while nothing is known of the directory.
    void setUploadsAllowed(bool allowed);

Q_SIGNALS:
    void entryActivated(const Koyeb::RemoteEntry &entry);
    /// Something is held over the list that would go into this directory of the sandbox.
    void dropHovered(const QByteArray &remoteDirectory);
    /// It was dropped or went away.
    void dropHoverEnded();
    void filesDropped(const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void drawRow(
        QPainter *painter, const QStyleOptionViewItem &options, const QModelIndex &index) const override;
    void paintEvent(QPaintEvent *event) override;

private:
    void createColumns();
    [[nodiscard]] const RemoteEntry &entryAt(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex folderAt(const QPoint &position) const;
    [[nodiscard]] QByteArray dropDirectory(const QModelIndex &folder) const;
    void hoverDrop(QDragMoveEvent *event);
    void endDropHover();

    RemoteFileModel &m_files;
    DirectorySorter &m_sorter;
    bool m_isDropHovered = false;
    QPersistentModelIndex m_hoveredFolder; // Invalid while the drop would go into the directory itself.
};

} // namespace Koyeb::Desktop
