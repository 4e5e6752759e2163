// SPDX-License-Identifier: GPL-3.0-or-later
// The mouse and the wheel of TerminalView.
#include "terminal/terminalkeys.h"
#include "terminal/terminalpreferences.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QApplication>
#include <QClipboard>
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
    case Qt::BackButton:
        return Vt::MouseEvent::Button::Back;
    case Qt::ForwardButton:
        return Vt::MouseEvent::Button::Forward;
    default:
        return Vt::MouseEvent::Button::None;
    }
}

/// How far the wheel was turned. With Alt, some platforms take one axis for the other.
[[nodiscard]] QPoint turnOf(const QWheelEvent &event)
{
    const QPoint turn = event.angleDelta();
    return event.modifiers().testFlag(Qt::AltModifier) && turn.y() == 0 ? turn.transposed() : turn;
}

/// The whole units in what has gathered, which leaves the rest.
[[nodiscard]] int takeWhole(qreal &gathered, qreal unit)
{
    const auto count = static_cast<int>(gathered / unit);
    gathered -= count * unit;
    return count;
}

} // namespace

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
    // Who heard of a button going down hears of it coming up, whatever happened in between.
    const bool isOwed = action == Vt::MouseEvent::Action::Release && m_toldButtons.testFlag(event.button());
    if (!isOwed && (!isMouseReported(event.modifiers()) || m_isSelecting)) {
        return false;
    }
    if (action != Vt::MouseEvent::Action::Move) {
        m_toldButtons.setFlag(event.button(), action == Vt::MouseEvent::Action::Press);
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
    event.row = std::max(0, static_cast<int>(cell.line - m_session->terminal().screenTop()));
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
        // Where a program has the mouse, Shift is what selects at all, so that it cannot also mean to extend.
        const bool hasMouse = isMouseReported(event->modifiers() & ~Qt::ShiftModifier);
        if (event->modifiers().testFlag(Qt::ShiftModifier) && m_selection.isActive() && !hasMouse) {
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
    const QPoint turn = turnOf(event);
    if (isMouseReported(event.modifiers())) {
        reportWheel(event, turn);
        return;
    }
    m_wheelRemainder.ry() += turn.y();
    const int lines = takeWhole(m_wheelRemainder.ry(), static_cast<qreal>(wheelStep) / linesPerWheelStep);
    if (m_session->terminal().modes().alternateScreen) {
        // There is nothing to scroll; pagers and editors understand arrows.
        const bool wantsArrows = m_session->terminal().modes().alternateScroll;
        for (int line = 0; wantsArrows && line < std::abs(lines); ++line) {
            m_session->pressKey(lines > 0 ? Vt::Key::Up : Vt::Key::Down, {});
        }
    } else if (lines != 0) {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - lines);
    }
}

/// Programs know wheels that click: touch pads, which turn by less, have to add up to as much.
void TerminalView::reportWheel(const QWheelEvent &event, QPoint turn)
{
    using Button = Vt::MouseEvent::Button;
    m_wheelRemainder += turn;
    Vt::MouseEvent report = mouseEventAt(event.position(), event.modifiers());
    const auto click = [this, &report](int steps, Button forwards, Button backwards) {
        report.button = steps > 0 ? forwards : backwards;
        for (int step = 0; step < std::abs(steps); ++step) {
            m_session->handleMouse(report);
        }
    };
    click(takeWhole(m_wheelRemainder.ry(), wheelStep), Button::WheelUp, Button::WheelDown);
    click(takeWhole(m_wheelRemainder.rx(), wheelStep), Button::WheelLeft, Button::WheelRight);
}

} // namespace Koyeb::Desktop
