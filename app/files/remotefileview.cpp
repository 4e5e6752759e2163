// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotefileview.h"

#include "common/localsources.h"
#include "common/sandboxfilesdata.h"
#include "files/namedelegate.h"
#include "files/remotefilemodel.h"

#include <QApplication>
#include <QDrag>
#include <QDropEvent>
#include <QPointer>

namespace Koyeb::Desktop {

RemoteFileView::RemoteFileView(RemoteFileModel &files, DirectorySorter &sorter, QWidget *parent)
    : FileListView(files, sorter, parent)
{
    setEditTriggers(QAbstractItemView::EditKeyPressed);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setItemDelegateForColumn(RemoteFileModel::NameColumn, new NameDelegate(this));
}

void RemoteFileView::editCurrentName()
{
    if (currentIndex().isValid()) {
        edit(currentIndex().siblingAtColumn(RemoteFileModel::NameColumn));
    }
}

void RemoteFileView::setUploadsAllowed(bool allowed)
{
    setAcceptDrops(allowed);
}

// The one place where the application waits in an event loop of Qt's own: there is no other way to drag.
void RemoteFileView::startDrag(Qt::DropActions)
{
    const QList<QByteArray> paths = selectedPaths();
    if (paths.isEmpty() || m_sandboxId.isEmpty()) {
        return;
    }
    auto *drag = new QDrag(this);
    drag->setMimeData(new SandboxFilesData(m_sandboxId, paths, SandboxFilesData::Purpose::Copy));
    drag->setPixmap(dragPixmap());
    const QPointer<RemoteFileView> self(this); // It may be gone afterwards.
    const auto taken = drag->exec(Qt::CopyAction | Qt::MoveAction, Qt::MoveAction);
    if (self && taken == Qt::IgnoreAction && QApplication::topLevelAt(QCursor::pos()) == nullptr) {
        Q_EMIT draggedOut(paths);
    }
}

void RemoteFileView::dragEnterEvent(QDragEnterEvent *event)
{
    // Whether it is taken depends on the place, to which it will be moved.
    if (mayHoldLocalPaths(*event->mimeData()) || event->mimeData()->hasFormat(SandboxFilesData::mimeType)) {
        event->accept();
        hoverDrop(event);
    } else {
        event->ignore();
    }
}

void RemoteFileView::dragMoveEvent(QDragMoveEvent *event)
{
    FileListView::dragMoveEvent(event); // Scrolls near the edges.
    hoverDrop(event);
}

void RemoteFileView::dragLeaveEvent(QDragLeaveEvent *event)
{
    FileListView::dragLeaveEvent(event);
    endDropHover();
}

void RemoteFileView::dropEvent(QDropEvent *event)
{
    QDragLeaveEvent leave;
    FileListView::dragLeaveEvent(&leave); // Stops scrolling.
    const QByteArray directory = directoryOf(folderAt(event->position().toPoint()));
    const auto kind = dropKind(*event, directory);
    endDropHover();
    const auto sources = kind == DropKind::Upload ? localPathsFromMimeData(*event->mimeData())
                                                  : QList<std::filesystem::path>();
    if (!kind || (kind == DropKind::Upload && sources.isEmpty())) {
        event->ignore();
        return;
    }
    // Never a move towards the source: a program that drags would delete its files.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    if (kind == DropKind::Upload) {
        Q_EMIT filesDropped(sources, directory);
    } else if (const auto *own = qobject_cast<const SandboxFilesData *>(event->mimeData())) {
        Q_EMIT sandboxFilesDropped(*kind, own->sandboxId(), own->paths(), directory);
    }
}

std::optional<RemoteFileView::DropKind> RemoteFileView::dropKind(
    const QDropEvent &event, const QByteArray &directory) const
{
    const auto *own = qobject_cast<const SandboxFilesData *>(event.mimeData());
    if (!own) {
        return mayHoldLocalPaths(*event.mimeData()) ? std::optional(DropKind::Upload) : std::nullopt;
    }
    if (own->sandboxId() != m_sandboxId) {
        if (!m_otherSandboxesAllowed) {
            return {};
        }
        const bool moves = (event.modifiers() & Qt::ShiftModifier) != 0;
        return moves ? DropKind::MoveFromSandbox : DropKind::CopyFromSandbox;
    }
    if (own->contains(directory)) {
        return std::nullopt;
    }
    if ((event.modifiers() & Qt::ControlModifier) != 0) {
        return DropKind::Copy;
    }
    return own->comesFrom(directory) ? std::nullopt : std::optional(DropKind::Move);
}

void RemoteFileView::hoverDrop(QDragMoveEvent *event)
{
    const QModelIndex folder = folderAt(event->position().toPoint());
    const QByteArray directory = directoryOf(folder);
    const auto kind = dropKind(*event, directory);
    if (!kind) {
        endDropHover();
        event->ignore();
        return;
    }
    const bool moves = kind == DropKind::Move || kind == DropKind::MoveFromSandbox;
    event->setDropAction(moves ? Qt::MoveAction : Qt::CopyAction);
    event->accept();
    const bool isElsewhere = lightUp(folder);
    if (isElsewhere || m_hoveredKind != kind) {
        m_hoveredKind = kind;
        Q_EMIT dropHovered(*kind, directory);
    }
}

void RemoteFileView::endDropHover()
{
    m_hoveredKind.reset();
    if (putOutLight()) {
        Q_EMIT dropHoverEnded();
    }
}

} // namespace Koyeb::Desktop
