// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped on TerminalView.
#include "terminal/terminalview.h"

#include "common/localsources.h"
#include "common/spacing.h"
#include "terminal/terminalsession.h"

#include <QDropEvent>
#include <QLabel>

namespace Koyeb::Desktop {

void TerminalView::dragEnterEvent(QDragEnterEvent *event)
{
    // Without a shell there is no place for it.
    const bool isTaken = m_session->hasProcess() && mayHoldLocalPaths(*event->mimeData());
    showDropHint(isTaken);
    if (isTaken) {
        event->setDropAction(Qt::CopyAction);
        event->accept();
    } else {
        event->ignore();
    }
}

void TerminalView::dragMoveEvent(QDragMoveEvent *event)
{
    event->setDropAction(Qt::CopyAction);
    event->accept(); // Decided when it came.
}

void TerminalView::dragLeaveEvent(QDragLeaveEvent *event)
{
    showDropHint(false);
    event->accept();
}

void TerminalView::dropEvent(QDropEvent *event)
{
    showDropHint(false);
    const auto sources = localPathsFromMimeData(*event->mimeData());
    if (sources.isEmpty()) {
        event->ignore();
        return;
    }
    // Never a move: the program that dragged would delete its files.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    setFocus(Qt::MouseFocusReason);
    Q_EMIT filesDropped(sources);
}

void TerminalView::showDropHint(bool isShown)
{
    if (!isShown) {
        delete m_dropHint;
        m_dropHint = nullptr;
        return;
    }
    if (m_dropHint == nullptr) {
        m_dropHint = new QLabel(tr("Upload to this terminal’s directory, and insert the path"), viewport());
        m_dropHint->setAlignment(Qt::AlignCenter);
        m_dropHint->setWordWrap(true);
        m_dropHint->setMargin(Spacing::normal);
        m_dropHint->setFrameShape(QFrame::Box);
        m_dropHint->setAutoFillBackground(true);
        m_dropHint->setForegroundRole(QPalette::HighlightedText);
        m_dropHint->setBackgroundRole(QPalette::Highlight);
        m_dropHint->setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    const int height = m_dropHint->heightForWidth(viewport()->width());
    m_dropHint->setGeometry(0, viewport()->height() - height, viewport()->width(), height);
    m_dropHint->show();
}

} // namespace Koyeb::Desktop
