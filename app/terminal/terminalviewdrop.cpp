// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped on TerminalView.
#include "terminal/terminalview.h"

#include "common/localsources.h"
#include "common/sandboxfilesdata.h"
#include "common/spacing.h"
#include "terminal/terminalsession.h"

#include <QDropEvent>
#include <QLabel>

namespace Koyeb::Desktop {

void TerminalView::dragEnterEvent(QDragEnterEvent *event)
{
    const bool isTaken = takes(*event->mimeData());
    showDropHint(isTaken ? event->mimeData() : nullptr);
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
    showDropHint(nullptr);
    event->accept();
}

void TerminalView::dropEvent(QDropEvent *event)
{
    showDropHint(nullptr);
    const auto *own = qobject_cast<const SandboxFilesData *>(event->mimeData());
    const auto sources =
        own != nullptr ? QList<std::filesystem::path>() : localPathsFromMimeData(*event->mimeData());
    if (own == nullptr && sources.isEmpty()) {
        event->ignore();
        return;
    }
    // Never a move: the program that dragged would delete its files.
    event->setDropAction(Qt::CopyAction);
    event->accept();
    setFocus(Qt::MouseFocusReason);
    if (own != nullptr) {
        Q_EMIT sandboxFilesDropped(own->sandboxId(), own->paths());
    } else {
        Q_EMIT filesDropped(sources);
    }
}

bool TerminalView::takes(const QMimeData &dragged) const
{
    // Without a shell there is no place for it.
    return m_session->hasProcess() &&
           (qobject_cast<const SandboxFilesData *>(&dragged) != nullptr || mayHoldLocalPaths(dragged));
}

void TerminalView::showDropHint(const QMimeData *dragged)
{
    if (dragged == nullptr) {
        delete m_dropHint;
        m_dropHint = nullptr;
        return;
    }
    if (m_dropHint == nullptr) {
        const bool isOfSandbox = qobject_cast<const SandboxFilesData *>(dragged) != nullptr;
        m_dropHint = new QLabel(
            isOfSandbox ? tr("Insert the path; what is in another sandbox is copied to this terminal’s "
                             "directory first")
                        : tr("Upload to this terminal’s directory, and insert the path"),
            viewport());
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
