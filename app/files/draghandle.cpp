// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/draghandle.h"

#include "common/icons.h"

#include <QApplication>
#include <QDrag>
#include <QMimeData>
#include <QMouseEvent>
#include <QStyle>

namespace Koyeb::Desktop {

DragHandle::DragHandle(MakeData makeData, QWidget *parent) : QLabel(parent), m_makeData(std::move(makeData))
{
    setCursor(Qt::OpenHandCursor);
    setFrameShape(QFrame::StyledPanel);
    setMargin(2);
    showPicture();
}

void DragHandle::showPicture()
{
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    setPixmap(themedIcon(QStringLiteral("files")).pixmap(QSize(size, size), devicePixelRatio()));
}

void DragHandle::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->position().toPoint();
    event->accept();
}

void DragHandle::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint way = event->position().toPoint() - m_pressed;
    if (!event->buttons().testFlag(Qt::LeftButton) ||
        way.manhattanLength() < QApplication::startDragDistance()) {
        return;
    }
    auto *drag = new QDrag(this);
    drag->setMimeData(m_makeData());
    drag->setPixmap(pixmap());
    drag->exec(Qt::CopyAction, Qt::CopyAction);
    // This may be gone by now.
}

void DragHandle::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        showPicture();
    }
}

} // namespace Koyeb::Desktop
