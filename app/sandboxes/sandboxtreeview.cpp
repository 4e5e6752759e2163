// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreeview.h"

#include "common/localsources.h"
#include "common/sandboxfilesdata.h"
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
    if (mayHoldLocalPaths(*event->mimeData()) || event->mimeData()->hasFormat(SandboxFilesData::mimeType)) {
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
    const QModelIndex sandbox = targetOf(*event);
    const auto *own = qobject_cast<const SandboxFilesData *>(event->mimeData());
    const auto sources = own ? QList<std::filesystem::path>() : localPathsFromMimeData(*event->mimeData());
    if (!sandbox.isValid() || (!own && sources.isEmpty())) {
        event->ignore();
        return;
    }
    // Never a move towards the source: a program that drags would delete its files.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    if (own) {
        const bool moves = event->modifiers().testFlag(Qt::ShiftModifier);
        Q_EMIT sandboxFilesDropped(sandbox, own->sandboxId(), own->paths(), moves);
    } else {
        Q_EMIT filesDropped(sandbox, sources);
    }
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

QModelIndex SandboxTreeView::targetOf(const QDropEvent &event) const
{
    const QModelIndex sandbox = sandboxAt(event.position().toPoint());
    if (const auto *own = qobject_cast<const SandboxFilesData *>(event.mimeData())) {
        // Within one sandbox it matters where they are put: that is for its list of files.
        const bool isSame = sandbox.data(SandboxTreeModel::IdRole).toString() == own->sandboxId();
        return isSame ? QModelIndex() : sandbox;
    }
    return mayHoldLocalPaths(*event.mimeData()) ? sandbox : QModelIndex();
}

void SandboxTreeView::hover(QDragMoveEvent *event)
{
    const QModelIndex sandbox = targetOf(*event);
    lightUp(sandbox);
    if (sandbox.isValid()) {
        const bool moves = event->modifiers().testFlag(Qt::ShiftModifier) &&
                           event->mimeData()->hasFormat(SandboxFilesData::mimeType);
        event->setDropAction(moves ? Qt::MoveAction : Qt::CopyAction);
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
