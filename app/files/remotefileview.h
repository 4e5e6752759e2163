// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/filelistview.h"

#include <filesystem>
#include <optional>

namespace Koyeb::Desktop {

/// The list of a directory's entries, which can be dragged, and the place where files of other programs and
/// of such lists are dropped: onto a folder, or anywhere else into the directory that is shown. Between
/// folders of one sandbox they are moved, with Ctrl copied; everywhere else they are copied.
class RemoteFileView : public FileListView {
    Q_OBJECT

public:
    /// `files` and `sorter` outlive the view.
    RemoteFileView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent = nullptr);

    /// What a drop would do.
    enum class DropKind { Upload, Move, Copy, CopyFromSandbox, MoveFromSandbox };
    Q_ENUM(DropKind)

    /// The sandbox whose files are shown.
    void setSandboxId(const QString &sandboxId) { m_sandboxId = sandboxId; }
    /// Whether files of other sandboxes are taken; not unless somebody can bring them.
    void setOtherSandboxesAllowed(bool allowed) { m_otherSandboxesAllowed = allowed; }

    /// Opens the editor of the current row's name.
    void editCurrentName();
    /// Whether drops are taken; not while nothing is known of the directory.
    void setUploadsAllowed(bool allowed);

Q_SIGNALS:
    /// Something is held over the list that would go into this directory of the sandbox.
    void dropHovered(Koyeb::Desktop::RemoteFileView::DropKind kind, const QByteArray &remoteDirectory);
    /// It was dropped or went away.
    void dropHoverEnded();
    void filesDropped(const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory);
    /// Files of this or another sandbox, by `kind`.
    void sandboxFilesDropped(
        Koyeb::Desktop::RemoteFileView::DropKind kind, const QString &sandboxId,
        const QList<QByteArray> &paths, const QByteArray &remoteDirectory);

    /// These were dropped outside of the program, and nothing there took them.
    void draggedOut(const QList<QByteArray> &paths);

protected:
    void startDrag(Qt::DropActions supportedActions) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    [[nodiscard]] std::optional<DropKind> dropKind(
        const QDropEvent &event, const QByteArray &directory) const;
    void hoverDrop(QDragMoveEvent *event);
    void endDropHover();

    QString m_sandboxId;
    bool m_otherSandboxesAllowed = false;
    std::optional<DropKind> m_hoveredKind; // Set while something is held over the list.
};

} // namespace Koyeb::Desktop
