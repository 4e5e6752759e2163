// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard and the clipboard of TerminalView.
#include "terminal/pasteconfirmation.h"
#include "terminal/terminalkeys.h"
#include "terminal/terminalsearch.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

/// Keys that do nothing to what is on the screen.
[[nodiscard]] bool isSilent(Vt::Key key)
{
    return key >= Vt::Key::CapsLock && key < Vt::Key::Character;
}

/// The same while a key is down, whatever else is pressed meanwhile.
[[nodiscard]] quint64 identityOf(const QKeyEvent &event)
{
    const bool hasPlace = event.nativeScanCode() != 0;
    return (quint64(hasPlace) << 32) | (hasPlace ? event.nativeScanCode() : quint32(event.key()));
}

[[nodiscard]] bool hasShortcut(const QList<QAction *> &actions, const QKeySequence &keys)
{
    return std::any_of(actions.begin(), actions.end(), [&keys](const QAction *action) {
        return action->shortcuts().contains(keys);
    });
}

/// Whether the keys are a shortcut around a widget, also of something that cannot be done now.
[[nodiscard]] bool isShortcutAround(const QWidget &widget, const QKeySequence &keys)
{
    for (const QWidget *around = &widget; around != nullptr; around = around->parentWidget()) {
        if (hasShortcut(around->actions(), keys)) {
            return true;
        }
    }
    const QList<QAction *> all = widget.window()->findChildren<QAction *>();
    return std::any_of(all.begin(), all.end(), [&keys](const QAction *action) {
        const auto context = action->shortcutContext();
        const bool isEverywhere = context == Qt::WindowShortcut || context == Qt::ApplicationShortcut;
        return isEverywhere && action->shortcuts().contains(keys);
    });
}

} // namespace

bool TerminalView::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        if (!hasShortcut(actions(), key.keyCombination()) && belongsToProgram(key)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool TerminalView::focusNextPrevChild(bool)
{
    return false; // Tab is the program's.
}

void TerminalView::keyPressEvent(QKeyEvent *event)
{
    if (scrollByKey(*event)) {
        return;
    }
    const auto key = vtKeyEvent(*event);
    if (key && isSilent(key->key)) {
        tellKey(*event, *key); // Some programs want to know. To a person, it is nothing yet.
        return;
    }
    // Shortcuts that can be used do not come here. Where there is nothing to copy, the keys for it are
    // nothing: sent to a program, they could end it.
    const QKeySequence keys(event->keyCombination());
    const bool isShortcut =
        belongsToProgram(*event) ? hasShortcut(actions(), keys) : isShortcutAround(*this, keys);
    if (!key || isShortcut) {
        event->ignore();
        return;
    }
    m_sinceKey.start();
    tellKey(*event, *key);
    clearSelection();
    scrollToBottom();
    restartCursorBlink();
}

void TerminalView::tellKey(const QKeyEvent &event, const Vt::KeyEvent &key)
{
    m_toldKeys.insert(identityOf(event));
    m_session->handleKey(key);
}

void TerminalView::keyReleaseEvent(QKeyEvent *event)
{
    // Only programs that asked for it hear of it, and only of keys that they heard of before: not of those
    // that were a shortcut, or went down in another window.
    if (event->isAutoRepeat() || !m_toldKeys.remove(identityOf(*event))) {
        return;
    }
    if (const auto key = vtKeyEvent(*event)) {
        m_session->handleKey(*key);
    }
}

bool TerminalView::scrollByKey(const QKeyEvent &event)
{
    if (event.modifiers() != Qt::ShiftModifier || m_session->terminal().modes().alternateScreen) {
        return false;
    }
    updateScrollBar(); // What came since the last frame counts.
    switch (event.key()) {
    case Qt::Key_PageUp:
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepSub);
        return true;
    case Qt::Key_PageDown:
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd);
        return true;
    case Qt::Key_Home:
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderToMinimum);
        return true;
    case Qt::Key_End:
        verticalScrollBar()->triggerAction(QAbstractSlider::SliderToMaximum);
        return true;
    default:
        return false;
    }
}

void TerminalView::scrollToBottom()
{
    if (!m_isFollowing) {
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    }
}

void TerminalView::inputMethodEvent(QInputMethodEvent *event)
{
    m_preedit.take(*event);
    if (!event->commitString().isEmpty()) {
        m_sinceKey.start();
        m_session->typeText(event->commitString(), {});
        clearSelection();
        scrollToBottom();
        restartCursorBlink();
    }
    if (!m_preedit.isEmpty()) {
        scrollToBottom(); // Where it is shown.
    }
    event->accept();
    updateCursorRow();
    updateMicroFocus();
}

QVariant TerminalView::inputMethodQuery(Qt::InputMethodQuery query) const
{
    switch (query) {
    case Qt::ImEnabled:
        return true;
    case Qt::ImCursorRectangle: {
        const TerminalPreedit::Place place = preeditPlace();
        const QRectF at = m_preedit.isEmpty() ? QRectF(place.cursor, m_fonts.cellSize())
                                              : m_preedit.caretRect(m_fonts, place);
        return at.toAlignedRect().translated(viewport()->pos());
    }
    case Qt::ImFont:
        return m_fonts.font({});
    case Qt::ImHints:
        return QVariant::fromValue(int(Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase));
    default:
        return QAbstractScrollArea::inputMethodQuery(query);
    }
}

void TerminalView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    m_session->setFocused(true);
    restartCursorBlink();
}

void TerminalView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    m_toldKeys.clear(); // They come up elsewhere.
    m_session->setFocused(false);
    restartCursorBlink();
}

void TerminalView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse && isMouseReported(event->modifiers())) {
        return; // The program heard of the button.
    }
    auto *const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_pasteAction->setEnabled(!QApplication::clipboard()->text().isEmpty() && !m_session->isStartable());
    connect(menu, &QMenu::aboutToHide, m_pasteAction, [this] { m_pasteAction->setEnabled(true); });
    addLinkActions(menu, event->pos());
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

void TerminalView::copySelection()
{
    if (!m_selection.isEmpty()) {
        QApplication::clipboard()->setText(selectedText());
    }
}

void TerminalView::pasteClipboard()
{
    pasteFrom(QApplication::clipboard()->text());
}

void TerminalView::pasteFrom(const QString &text)
{
    if (text.isEmpty()) {
        return;
    }
    const auto paste = [this](const QString &confirmedText) {
        m_session->paste(confirmedText);
        scrollToBottom();
    };
    const bool isBracketed = m_session->terminal().modes().bracketedPaste;
    if (!m_asksBeforePaste || isBracketed || !PasteConfirmation::isNeededFor(text)) {
        paste(text);
        return;
    }
    auto *const confirmation = new PasteConfirmation(text, this);
    connect(confirmation, &PasteConfirmation::silenced, this, [this] { m_asksBeforePaste = false; });
    connect(confirmation, &PasteConfirmation::confirmed, this, paste);
    confirmation->open();
}

void TerminalView::clearTerminal()
{
    clearSelection();
    m_session->clear();
    m_search->restart();
    scrollToBottom();
}

} // namespace Koyeb::Desktop
