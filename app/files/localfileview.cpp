// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/localfileview.h"

#include "common/localsources.h"
#include "common/sandboxfilesdata.h"

#include <QDrag>
#include <QDropEvent>

namespace Koyeb::Desktop {

namespace {

const SandboxFilesData *filesOf(const QString &sandboxId, const QDropEvent &event)
{
    const auto *files = qobject_cast<const SandboxFilesData *>(event.mimeData());
    return files && files->sandboxId() == sandboxId ? files : nullptr;
}

} // namespace

QList<std::filesystem::path> LocalFileView::selectedLocalPaths() const
{
    QList<std::filesystem::path> paths;
    for (const QByteArray &path : selectedPaths()) {
        paths.append(std::filesystem::path(path.toStdString()));
    }
    return paths;
}

void LocalFileView::startDrag(Qt::DropActions)
{
    const auto paths = selectedLocalPaths();
    if (paths.isEmpty()) {
        return;
    }
    auto *drag = new QDrag(this);
    auto *offered = new QMimeData;
    offerLocalPaths(*offered, paths);
    drag->setMimeData(offered);
    drag->setPixmap(dragPixmap());
    drag->exec(Qt::CopyAction);
    // This view may be gone by now.
}

void LocalFileView::dragEnterEvent(QDragEnterEvent *event)
{
    if (filesOf(m_sandboxId, *event)) {
        event->accept();
        hover(event);
    } else {
        event->ignore();
    }
}

void LocalFileView::dragMoveEvent(QDragMoveEvent *event)
{
    FileListView::dragMoveEvent(event); // Scrolls near the edges.
    hover(event);
}

void LocalFileView::dragLeaveEvent(QDragLeaveEvent *event)
{
    FileListView::dragLeaveEvent(event);
    putOutLight();
}

void LocalFileView::dropEvent(QDropEvent *event)
{
    QDragLeaveEvent leave;
    FileListView::dragLeaveEvent(&leave); // Stops scrolling.
    putOutLight();
    const auto *dropped = filesOf(m_sandboxId, *event);
    if (!dropped) {
        event->ignore();
        return;
    }
    event->setDropAction(Qt::CopyAction);
    event->accept();
    const QByteArray folder = directoryOf(folderAt(event->position().toPoint()));
    Q_EMIT sandboxFilesDropped(dropped->paths(), std::filesystem::path(folder.toStdString()));
}

void LocalFileView::hover(QDragMoveEvent *event)
{
    if (!filesOf(m_sandboxId, *event)) {
        event->ignore();
        return;
    }
    event->setDropAction(Qt::CopyAction);
    event->accept();
    lightUp(folderAt(event->position().toPoint()));
}

} // namespace Koyeb::Desktop
