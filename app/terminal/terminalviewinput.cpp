// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard, the mouse and the clipboard of TerminalView.
#include "terminal/pasteconfirmation.h"
#include "terminal/terminalkeys.h"
#include "terminal/terminalpreferences.h"
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
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

constexpr int linesPerWheelStep = 3;
constexpr int wheelStep = 120; ///< Qt's unit: eighths of a degree, 15 degrees a step.
constexpr auto autoScrollInterval = 40ms;

[[nodiscard]] Vt::MouseEvent::Button vtButton(Qt::MouseButton button)
{
    switch (button) {
    case Qt::LeftButton:
        return Vt::MouseEvent::Button::Left;
    case Qt::MiddleButton:
        return Vt::MouseEvent::Button::Middle;
    case Qt::RightButton:
        return Vt::MouseEvent::Button::Right;
    default:
        return Vt::MouseEvent::Button::None;
    }
}

[[nodiscard]] bool isModifier(Vt::Key key)
{
    const bool isLock = key == Vt::Key::CapsLock || key == Vt::Key::NumLock || key == Vt::Key::ScrollLock;
    return isLock || (key >= Vt::Key::LeftShift && key <= Vt::Key::RightSuper);
}

} // namespace

bool TerminalView::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        const QKeySequence sequence(key.keyCombination());
        const QList<QAction *> ours = actions();
        const bool isOurs = std::any_of(ours.begin(), ours.end(), [&sequence](const QAction *action) {
            return action->shortcuts().contains(sequence);
        });
        if (!isOurs && belongsToProgram(key)) {
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
    if (key && isModifier(key->key)) {
        m_session->handleKey(*key); // Some programs want to know. To a person, it is nothing yet.
        return;
    }
    if (!key || (key->key == Vt::Key::Character && !belongsToProgram(*event))) {
        event->ignore();
        return;
    }
    m_sinceKey.start();
    m_session->handleKey(*key);
    clearSelection();
    scrollToBottom();
    restartCursorBlink();
}

void TerminalView::keyReleaseEvent(QKeyEvent *event)
{
    const auto key = vtKeyEvent(*event);
    const bool isTold = key && (isModifier(key->key) || belongsToProgram(*event));
    if (isTold && !event->isAutoRepeat()) {
        m_session->handleKey(*key); // Only programs that asked for it hear of it.
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
    m_session->setFocused(false);
    restartCursorBlink();
}

Vt::Position TerminalView::cellAt(QPoint point) const
{
    const QPointF inGrid = QPointF(point) - rowOrigin(topLine());
    const QSizeF cell = m_fonts.cellSize();
    const Vt::Size size = m_session->terminal().size();
    const auto row = static_cast<int>(std::floor(inGrid.y() / cell.height()));
    const Vt::LineNumber line = topLine() + std::clamp(row, 0, size.rows - 1);
    const auto column = static_cast<int>(std::floor(inGrid.x() / cellWidth(line)));
    return {line, std::clamp(column, 0, m_session->terminal().cellsOf(line) - 1)};
}

Vt::Position TerminalView::positionAt(QPoint point) const
{
    const qreal x = point.x() - rowOrigin(topLine()).x();
    const Vt::LineNumber line = cellAt(point).line;
    const auto column = static_cast<int>(std::lround(x / cellWidth(line)));
    return {line, std::clamp(column, 0, m_session->terminal().cellsOf(line))};
}

Vt::Position TerminalView::selectionPositionAt(QPoint point) const
{
    const bool isByCells = m_unit == Vt::Selection::Unit::Word || m_unit == Vt::Selection::Unit::Line;
    return isByCells ? cellAt(point) : positionAt(point);
}

bool TerminalView::isMouseReported(Qt::KeyboardModifiers modifiers) const
{
    return m_isFollowing && !modifiers.testFlag(Qt::ShiftModifier) &&
           m_session->terminal().modes().mouse != Vt::MouseTracking::None;
}

bool TerminalView::reportMouse(const QMouseEvent &event, Vt::MouseEvent::Action action)
{
    if (!isMouseReported(event.modifiers()) || m_isSelecting) {
        return false;
    }
    const Vt::Position cell = cellAt(event.position().toPoint());
    const bool wantsPixels = m_session->terminal().modes().mouseEncoding == Vt::MouseEncoding::SgrPixels;
    if (action == Vt::MouseEvent::Action::Move && cell == m_reportedCell && !wantsPixels) {
        return true;
    }
    m_reportedCell = cell;
    Vt::MouseEvent report = mouseEventAt(event.position(), event.modifiers());
    report.action = action;
    report.button = vtButton(event.button());
    m_session->handleMouse(report);
    return true;
}

Vt::MouseEvent TerminalView::mouseEventAt(QPointF point, Qt::KeyboardModifiers modifiers) const
{
    const Vt::Position cell = cellAt(point.toPoint());
    // In the pixels that the session knows cells in.
    const QPointF inGrid = (point - rowOrigin(topLine())) * m_fonts.devicePixelRatio();
    Vt::MouseEvent event;
    event.row = static_cast<int>(cell.line - m_session->terminal().screenTop());
    event.column = cell.column;
    event.modifiers = vtModifiers(modifiers);
    event.x = std::max(0, static_cast<int>(inGrid.x()));
    event.y = std::max(0, static_cast<int>(inGrid.y()));
    return event;
}

void TerminalView::mousePressEvent(QMouseEvent *event)
{
    const bool isSoonAfterDouble =
        m_sinceDoubleClick.isValid() && m_sinceDoubleClick.elapsed() < QApplication::doubleClickInterval();
    const QPoint point = event->position().toPoint();
    const bool isNear = (point - m_doubleClickPoint).manhattanLength() < QApplication::startDragDistance();
    pressMouse(event, isSoonAfterDouble && isNear);
}

void TerminalView::pressMouse(QMouseEvent *event, bool isTripleClick)
{
    if (reportMouse(*event, Vt::MouseEvent::Action::Press)) {
        return;
    }
    const QPoint point = event->position().toPoint();
    if (event->button() == Qt::LeftButton) {
        if (event->modifiers().testFlag(Qt::ControlModifier)) {
            m_pressedLink = hyperlinkAt(m_session->terminal(), cellAt(point));
            if (m_pressedLink) {
                return;
            }
        }
        const bool isBlock = event->modifiers().testFlag(Qt::AltModifier);
        if (event->modifiers().testFlag(Qt::ShiftModifier) && m_selection.isActive()) {
            m_isSelecting = true;
            extendSelection(point);
            return;
        }
        m_unit = isTripleClick ? Vt::Selection::Unit::Line
                 : isBlock     ? Vt::Selection::Unit::Block
                               : Vt::Selection::Unit::Character;
        beginSelection(selectionPositionAt(point), m_unit);
    } else if (event->button() == Qt::MiddleButton) {
        const QClipboard *const clipboard = QApplication::clipboard();
        if (clipboard->supportsSelection()) {
            pasteFrom(clipboard->text(QClipboard::Selection));
        }
    }
}

void TerminalView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (reportMouse(*event, Vt::MouseEvent::Action::Press)) {
        return;
    }
    if (event->button() == Qt::LeftButton) {
        m_sinceDoubleClick.start();
        m_doubleClickPoint = event->position().toPoint();
        m_unit = Vt::Selection::Unit::Word;
        beginSelection(cellAt(m_doubleClickPoint), m_unit);
    }
}

void TerminalView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_isSelecting) {
        if (reportMouse(*event, Vt::MouseEvent::Action::Move)) {
            setHoveredLink(std::nullopt);
        } else {
            hover(event->position().toPoint());
        }
        return;
    }
    m_dragPoint = event->position().toPoint();
    extendSelection(m_dragPoint);
    const bool isOutside = m_dragPoint.y() < 0 || m_dragPoint.y() >= viewport()->height();
    if (!isOutside) {
        m_autoScrollTimer.stop();
    } else if (!m_autoScrollTimer.isActive()) {
        m_autoScrollTimer.start(autoScrollInterval);
    }
}

void TerminalView::mouseReleaseEvent(QMouseEvent *event)
{
    if (const auto pressed = std::exchange(m_pressedLink, std::nullopt)) {
        const auto released = hyperlinkAt(m_session->terminal(), cellAt(event->position().toPoint()));
        if (released && pressed->isSameLinkAs(*released)) {
            openLink(*pressed);
        }
        return;
    }
    if (m_isSelecting && event->button() == Qt::LeftButton) {
        m_isSelecting = false;
        m_autoScrollTimer.stop();
        QClipboard *const clipboard = QApplication::clipboard();
        if (clipboard->supportsSelection() && !m_selection.isEmpty()) {
            clipboard->setText(selectedText(), QClipboard::Selection);
        }
        if (m_preferences != nullptr && m_preferences->copiesOnSelect()) {
            copySelection();
        }
        return;
    }
    reportMouse(*event, Vt::MouseEvent::Action::Release);
}

void TerminalView::beginSelection(Vt::Position position, Vt::Selection::Unit unit)
{
    m_isSelecting = true;
    m_selection.begin(m_session->terminal(), position, unit);
    viewport()->update();
    Q_EMIT selectionChanged();
}

void TerminalView::extendSelection(QPoint point)
{
    m_selection.extendTo(m_session->terminal(), selectionPositionAt(point));
    viewport()->update();
    Q_EMIT selectionChanged();
}

void TerminalView::scrollWhileSelecting()
{
    // The farther outside the pointer is, the faster.
    const int outside = m_dragPoint.y() < 0 ? m_dragPoint.y() : m_dragPoint.y() - viewport()->height() + 1;
    const int rows = outside / static_cast<int>(std::max(1.0, m_fonts.cellSize().height()));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + rows + (outside < 0 ? -1 : 1));
    extendSelection(m_dragPoint);
}

void TerminalView::clearSelection()
{
    if (m_selection.isActive()) {
        m_isSelecting = false;
        m_autoScrollTimer.stop();
        m_selection.clear();
        viewport()->update();
        Q_EMIT selectionChanged();
    }
}

void TerminalView::wheelEvent(QWheelEvent *event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        event->ignore();
        return;
    }
    scrollByWheel(*event);
    event->accept();
}

void TerminalView::scrollByWheel(const QWheelEvent &event)
{
    m_wheelRemainder += static_cast<qreal>(event.angleDelta().y()) * linesPerWheelStep / wheelStep;
    const auto lines = static_cast<int>(m_wheelRemainder);
    m_wheelRemainder -= lines;
    if (lines == 0) {
        return;
    }
    if (isMouseReported(event.modifiers())) {
        Vt::MouseEvent report = mouseEventAt(event.position(), event.modifiers());
        using Button = Vt::MouseEvent::Button;
        report.button = lines > 0 ? Button::WheelUp : Button::WheelDown;
        for (int step = 0; step < std::max(1, std::abs(lines) / linesPerWheelStep); ++step) {
            m_session->handleMouse(report);
        }
    } else if (m_session->terminal().modes().alternateScreen) {
        // There is nothing to scroll; pagers and editors understand arrows.
        const bool wantsArrows = m_session->terminal().modes().alternateScroll;
        for (int line = 0; wantsArrows && line < std::abs(lines); ++line) {
            m_session->pressKey(lines > 0 ? Vt::Key::Up : Vt::Key::Down, {});
        }
    } else {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - lines);
    }
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
