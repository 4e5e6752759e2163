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

class SandboxFilesData;

/// The list of a directory's entries, which can be dragged, and the place where files of other programs and
/// of such lists are dropped: onto a folder, or anywhere else into the directory that is shown. Between
/// folders of one sandbox they are moved, with Ctrl copied; everywhere else they are copied.
class RemoteFileView : public QTreeView {
    Q_OBJECT

public:
    /// `files` and `sorter` outlive the view.
    RemoteFileView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent = nullptr);

    /// What a drop would do.
    enum class DropKind { Upload, Move, Copy, CopyFromSandbox };
    Q_ENUM(DropKind)

    /// The sandbox whose files are shown.
    void setSandboxId(const QString &sandboxId) { m_sandboxId = sandboxId; }
    /// Whether files of other sandboxes are taken; not unless somebody can bring them.
    void setOtherSandboxesAllowed(bool allowed) { m_otherSandboxesAllowed = allowed; }

    [[nodiscard]] QList<RemoteEntry> selectedEntries() const;
    /// How many that are; fast, also when it is all of very many.
    [[nodiscard]] qsizetype selectedCount() const;
    /// Selects the entry alone and scrolls to it; nothing when it is not shown.
    void selectEntry(const QByteArray &name);
    /// Opens the editor of the current row's name.
    void editCurrentName();
    /// Whether drops are taken; not while nothing is known of the directory.
    void setUploadsAllowed(bool allowed);

Q_SIGNALS:
    void entryActivated(const Koyeb::RemoteEntry &entry);
    /// Something is held over the list that would go into this directory of the sandbox.
    void dropHovered(Koyeb::Desktop::RemoteFileView::DropKind kind, const QByteArray &remoteDirectory);
    /// It was dropped or went away.
    void dropHoverEnded();
    void filesDropped(const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory);
    /// Files of this or another sandbox, by `kind`.
    void sandboxFilesDropped(
        Koyeb::Desktop::RemoteFileView::DropKind kind, const QString &sandboxId,
        const QList<QByteArray> &paths, const QByteArray &remoteDirectory);

protected:
    void startDrag(Qt::DropActions supportedActions) override;
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
    [[nodiscard]] std::optional<DropKind> dropKind(
        const QDropEvent &event, const QByteArray &directory) const;
    void hoverDrop(QDragMoveEvent *event);
    void endDropHover();

    RemoteFileModel &m_files;
    DirectorySorter &m_sorter;
    QString m_sandboxId;
    bool m_otherSandboxesAllowed = false;
    std::optional<DropKind> m_hoveredKind; // Set while something is held over the list.
    QPersistentModelIndex m_hoveredFolder; // Invalid while the drop would go into the directory itself.
};

} // namespace Koyeb::Desktop
