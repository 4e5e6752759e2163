// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreeview.h"

#include "common/localsources.h"
#include "sandboxes/sandboxtreemodel.h"

#include <QDropEvent>
#include <QPainter>

namespace Koyeb::Desktop {

SandboxTreeView::SandboxTreeView(QWidget *parent) : QTreeView(parent)
{
    setAcceptDrops(true);
    setDropIndicatorShown(false);
    setAutoExpandDelay(500); // Whoever waits over a closed app wants to see its sandboxes.
}

void SandboxTreeView::dragEnterEvent(QDragEnterEvent *event)
{
    // Whether it is taken depends on the place, to which it will be moved.
    if (mayHoldLocalPaths(*event->mimeData())) {
        event->accept();
        hover(event);
    } else {
        event->ignore();
    }
}

void SandboxTreeView::dragMoveEvent(QDragMoveEvent *event)
{
    QTreeView::dragMoveEvent(event); // Scrolls near the edges, and opens what is closed.
    hover(event);
}

void SandboxTreeView::dragLeaveEvent(QDragLeaveEvent *event)
{
    QTreeView::dragLeaveEvent(event);
    lightUp({});
}

void SandboxTreeView::dropEvent(QDropEvent *event)
{
    QDragLeaveEvent leave;
    QTreeView::dragLeaveEvent(&leave); // Stops scrolling.
    lightUp({});
    const QModelIndex sandbox = sandboxAt(event->position().toPoint());
    const auto sources = localPathsFromMimeData(*event->mimeData());
    if (!sandbox.isValid() || sources.isEmpty()) {
        event->ignore();
        return;
    }
    // Never a move: the program that dragged would delete its files.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    Q_EMIT filesDropped(sandbox, sources);
}

void SandboxTreeView::drawRow(
    QPainter *painter, const QStyleOptionViewItem &options, const QModelIndex &index) const
{
    QTreeView::drawRow(painter, options, index);
    if (m_lit.isValid() && m_lit == index) {
        painter->save();
        QColor light = palette().color(QPalette::Highlight);
        painter->setPen(QPen(light, 2));
        light.setAlphaF(0.2F);
        painter->setBrush(light);
        painter->drawRect(options.rect.adjusted(1, 1, -1, -1));
        painter->restore();
    }
}

QModelIndex SandboxTreeView::sandboxAt(const QPoint &position) const
{
    const QModelIndex index = indexAt(position);
    const auto kind = index.data(SandboxTreeModel::NodeKindRole).value<SandboxTreeModel::NodeKind>();
    return index.isValid() && kind == SandboxTreeModel::NodeKind::Sandbox ? index : QModelIndex();
}

void SandboxTreeView::hover(QDragMoveEvent *event)
{
    const bool isFiles = mayHoldLocalPaths(*event->mimeData());
    const QModelIndex sandbox = isFiles ? sandboxAt(event->position().toPoint()) : QModelIndex();
    lightUp(sandbox);
    if (sandbox.isValid()) {
        event->setDropAction(Qt::CopyAction);
        event->accept();
    } else {
        event->ignore();
    }
}

void SandboxTreeView::lightUp(const QModelIndex &sandbox)
{
    if (m_lit != sandbox) {
        m_lit = sandbox;
        viewport()->update();
    }
}

} // namespace Koyeb::Desktop
