// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalview.h"

#include "terminal/terminalaccessible.h"
#include "terminal/terminalpainter.h"
#include "terminal/terminalpreferences.h"
#include "terminal/terminalscrollbar.h"
#include "terminal/terminalsearch.h"
#include "terminal/terminalsession.h"

#include <QAction>
#include <QApplication>
#include <QFontDatabase>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto frameDuration = 16ms;
/// While somebody types into a flood, the answer does not wait for the next frame's turn.
constexpr auto hurriedFrameDuration = 4ms;
constexpr auto hurry = 100ms;
constexpr auto announcementInterval = 200ms;
constexpr auto longestSynchronizedUpdate = 150ms;
constexpr int margin = 4; ///< Around the grid, in device-independent pixels.
constexpr qreal smallestPointSize = 5;
constexpr qreal largestPointSize = 72;

[[nodiscard]] QFont resized(QFont font, int zoomSteps)
{
    font.setStyleHint(QFont::Monospace);
    font.setFixedPitch(true);
    const qreal size = font.pointSizeF() > 0 ? font.pointSizeF() : 10;
    font.setPointSizeF(std::clamp(size + zoomSteps, smallestPointSize, largestPointSize));
    return font;
}

[[nodiscard]] QFont systemFont()
{
    return resized(QFontDatabase::systemFont(QFontDatabase::FixedFont), 0);
}

} // namespace

TerminalView::TerminalView(TerminalSession *session, QWidget *parent)
    : QAbstractScrollArea(parent),
      m_session(session),
      m_colours(TerminalColours::matching(palette())),
      m_fonts(systemFont(), devicePixelRatioF())
{
    installTerminalAccessibility();
    setAccessibleName(tr("Terminal"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_InputMethodEnabled);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scrollBar = new TerminalScrollBar(this);
    setVerticalScrollBar(m_scrollBar);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // Its coming would change the number of columns.
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setMouseTracking(true);
    createStrips();
    createSearch();
    setAcceptDrops(true);
    createActions();

    m_frameTimer.setSingleShot(true);
    connect(&m_frameTimer, &QTimer::timeout, this, &TerminalView::takeFrame);
    m_synchronizedTimer.setSingleShot(true);
    m_synchronizedTimer.setInterval(longestSynchronizedUpdate);
    connect(&m_synchronizedTimer, &QTimer::timeout, this, [this] {
        m_session->endSynchronizedUpdate();
        takeFrame();
    });
    connect(&m_blinkTimer, &QTimer::timeout, this, &TerminalView::blink);
    connect(&m_autoScrollTimer, &QTimer::timeout, this, &TerminalView::scrollWhileSelecting);
    m_announcementTimer.setSingleShot(true);
    m_announcementTimer.setInterval(announcementInterval);
    connect(&m_announcementTimer, &QTimer::timeout, this, &TerminalView::announceText);
    connect(this, &TerminalView::selectionChanged, this, &TerminalView::announceSelection);
    connect(m_session, &TerminalSession::screenChanged, this, &TerminalView::scheduleFrame);
    connect(m_session, &TerminalSession::stateChanged, this, [this] { viewport()->update(); });
    m_sinceFrame.start();
    applyColours();
    updateScrollBar();
}

TerminalView::~TerminalView() = default;

void TerminalView::createActions()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &shortcuts, auto slot) {
        auto *const action = new QAction(text, this);
        action->setShortcuts(shortcuts);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    const auto ctrlShift = [](Qt::Key key) {
        return QKeySequence(Qt::CTRL | Qt::SHIFT | key);
    };
    m_copyAction = add(tr("Copy"), {ctrlShift(Qt::Key_C)}, &TerminalView::copySelection);
    m_copyAction->setEnabled(false);
    m_copyHtmlAction = add(tr("Copy with colours"), {}, &TerminalView::copySelectionAsHtml);
    m_copyHtmlAction->setEnabled(false);
    m_pasteAction =
        add(tr("Paste"), {ctrlShift(Qt::Key_V), QKeySequence(Qt::SHIFT | Qt::Key_Insert)},
            &TerminalView::pasteClipboard);
    add(tr("Find…"), {ctrlShift(Qt::Key_F)}, &TerminalView::openSearch);
    add(tr("Previous prompt"), {ctrlShift(Qt::Key_PageUp)}, &TerminalView::goToPreviousPrompt);
    add(tr("Next prompt"), {ctrlShift(Qt::Key_PageDown)}, &TerminalView::goToNextPrompt);
    add(tr("Clear"), {ctrlShift(Qt::Key_K)}, &TerminalView::clearTerminal);
    // Where plus needs Shift, and where it is the key of the equals sign.
    add(tr("Larger text"),
        {QKeySequence(Qt::CTRL | Qt::Key_Plus), ctrlShift(Qt::Key_Plus),
         QKeySequence(Qt::CTRL | Qt::Key_Equal)},
        &TerminalView::zoomIn);
    add(tr("Smaller text"), {QKeySequence(Qt::CTRL | Qt::Key_Minus)}, &TerminalView::zoomOut);
    add(tr("Normal text size"), {QKeySequence(Qt::CTRL | Qt::Key_0)}, &TerminalView::resetZoom);
    connect(this, &TerminalView::selectionChanged, m_copyAction, [this] {
        m_copyAction->setEnabled(!m_selection.isEmpty());
        m_copyHtmlAction->setEnabled(!m_selection.isEmpty());
    });
}

Vt::Size TerminalView::gridSize() const
{
    const QSizeF cell = m_fonts.cellSize();
    const QSize room = viewport()->size() - QSize(2 * margin, 2 * margin);
    return {
        std::max(1, static_cast<int>(room.width() / cell.width())),
        std::max(1, static_cast<int>(room.height() / cell.height()))};
}

void TerminalView::fitGrid()
{
    const auto &terminal = m_session->terminal();
    const QSizeF cell = m_fonts.cellSize() * m_fonts.devicePixelRatio();
    m_session->setCellPixels(qRound(cell.width()), qRound(cell.height()));
    // Lines are laid out anew: what is marked and what is looked at stay, wherever they come to be.
    const bool isKept = m_selection.isActive() && !terminal.modes().alternateScreen;
    const Vt::Selection::Anchors marked = isKept ? m_selection.anchors(terminal) : Vt::Selection::Anchors();
    const Vt::Anchor top = terminal.anchorOf({topLine(), 0});
    const Vt::Size before = terminal.size();
    m_session->resize(gridSize());
    if (terminal.size() != before) {
        setHoveredLink(std::nullopt);
        m_search->restart();
        if (isKept) {
            m_selection.moveTo(terminal, marked);
            Q_EMIT selectionChanged();
        } else {
            clearSelection();
        }
        m_topLine = terminal.positionOf(top).value_or(Vt::Position{terminal.firstLine(), 0}).line;
    }
    updateScrollBar();
    viewport()->update();
}

void TerminalView::applyFont()
{
    m_fonts = TerminalFonts(chosenFont(), devicePixelRatioF());
    fitGrid();
}

QFont TerminalView::chosenFont() const
{
    if (m_ownFont) {
        return resized(*m_ownFont, m_zoomSteps);
    }
    return resized(m_preferences != nullptr ? m_preferences->font() : systemFont(), m_zoomSteps);
}

void TerminalView::applyColours()
{
    const bool isDark = palette().color(QPalette::Base).lightnessF() < 0.5F;
    m_colours = m_preferences != nullptr ? TerminalColours(m_preferences->shownTheme(isDark))
                                         : TerminalColours::matching(palette());
    m_colours.setBoldBright(m_preferences != nullptr && m_preferences->isBoldBright());
    m_colours.setMinimumContrast(m_preferences != nullptr ? m_preferences->minimumContrast() : 1);
    m_colours.setProgramColours(m_session->terminal().colours());
    m_session->setDefaultColours(m_colours.themePalette());
    updateSearchMarks();
    viewport()->update();
}

void TerminalView::setPreferences(const TerminalPreferences *preferences)
{
    m_preferences = preferences;
    connect(preferences, &TerminalPreferences::changed, this, [this] {
        applyColours();
        applyFont();
    });
    applyColours();
    applyFont();
}

void TerminalView::setOwnFont(const QFont &font)
{
    m_ownFont = font;
    applyFont();
}

void TerminalView::zoomTo(int steps)
{
    m_zoomSteps = std::clamp(steps, -10, 60);
    applyFont();
}

void TerminalView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    placeStrips();
    fitGrid();
}

void TerminalView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        applyColours();
    } else if (event->type() == QEvent::ApplicationFontChange || event->type() == QEvent::FontChange) {
        applyFont();
    }
}

Vt::LineNumber TerminalView::topLine() const
{
    const auto &terminal = m_session->terminal();
    return m_isFollowing ? terminal.screenTop()
                         : std::clamp(m_topLine, terminal.firstLine(), terminal.screenTop());
}

QPointF TerminalView::rowOrigin(Vt::LineNumber line) const
{
    return {margin, margin + static_cast<qreal>(line - topLine()) * m_fonts.cellSize().height()};
}

TerminalPreedit::Place TerminalView::preeditPlace() const
{
    const auto &terminal = m_session->terminal();
    const Vt::Cursor cursor = terminal.cursor();
    const QPointF row = rowOrigin(terminal.screenTop() + cursor.row);
    const qreal width = m_fonts.cellSize().width();
    const qreal before = cursor.column * cellWidth(terminal.screenTop() + cursor.row);
    return {row + QPointF(before, 0), row.x(), row.x() + terminal.size().columns * width};
}

QRect TerminalView::cellRect(int row, int column) const
{
    const qreal width = cellWidth(topLine() + row);
    const QPointF origin = rowOrigin(topLine() + row) + QPointF(column * width, 0);
    return QRectF(origin, QSizeF(width, m_fonts.cellSize().height())).toAlignedRect();
}

qreal TerminalView::cellWidth(Vt::LineNumber line) const
{
    const bool isSingle = m_session->terminal().lineSize(line) == Vt::LineSize::Single;
    return m_fonts.cellSize().width() * (isSingle ? 1 : 2);
}

void TerminalView::scheduleFrame()
{
    if (!m_frameTimer.isActive()) {
        const auto elapsed = std::chrono::milliseconds(m_sinceFrame.elapsed());
        const bool isHurried = m_sinceKey.isValid() && !m_sinceKey.hasExpired(hurry.count());
        m_frameTimer.start(std::max(0ms, (isHurried ? hurriedFrameDuration : frameDuration) - elapsed));
    }
    if (!m_announcementTimer.isActive()) {
        m_announcementTimer.start();
    }
}

void TerminalView::takeFrame()
{
    m_sinceFrame.restart();
    takeRequests();
    if (m_session->terminal().isSynchronized()) {
        if (!m_synchronizedTimer.isActive()) {
            m_synchronizedTimer.start();
        }
        return;
    }
    m_synchronizedTimer.stop();
    const Vt::Damage damage = m_session->takeDamage();
    if (damage.everything) {
        takeEverything();
    }
    const bool isTextNew = damage.everything || damage.scrolledLines > 0 || damage.firstRow < damage.endRow;
    if (isTextNew && !m_search->query().text.isEmpty() && !m_refreshTimer.isActive()) {
        m_refreshTimer.start();
    }
    if (isTextNew && m_hoveredLink) {
        const auto now = hyperlinkAt(m_session->terminal(), m_hoveredLink->first);
        // Of a very long link not all is looked at, and not always the same part.
        if (!now || now->target != m_hoveredLink->target || now->sharedId != m_hoveredLink->sharedId) {
            setHoveredLink(std::nullopt); // Something else stands there now.
        }
    }
    updateScrollBar();
    // Also where a person has scrolled to: what is there goes when the scrollback is full.
    const bool isOtherTop = std::exchange(m_frameTop, topLine()) != topLine();
    const bool isMoved = isOtherTop || (damage.scrolledLines > 0 && m_isFollowing);
    const Vt::LineNumber screenTop = m_session->terminal().screenTop();
    if (damage.everything || isMoved) {
        viewport()->update();
    } else if (damage.firstRow < damage.endRow) {
        updateRows(screenTop + damage.firstRow, screenTop + damage.endRow);
    }
    if (damage.cursor) {
        updateRows(m_cursorLine, m_cursorLine + 1);
        updateCursorRow();
        updateMicroFocus();
    }
}

/// Another buffer, other colours, or no scrollback any more.
void TerminalView::takeEverything()
{
    const auto &terminal = m_session->terminal();
    m_colours.setProgramColours(terminal.colours());
    if (std::exchange(m_wasAlternate, terminal.modes().alternateScreen) != m_wasAlternate) {
        clearSelection();
        setHoveredLink(std::nullopt);
        m_search->restart();
    }
}

void TerminalView::updateScrollBar()
{
    const auto &terminal = m_session->terminal();
    const auto range = static_cast<int>(terminal.screenTop() - terminal.firstLine());
    const auto value = static_cast<int>(topLine() - terminal.firstLine());
    QScrollBar *const bar = verticalScrollBar();
    // What moves the bar here is the terminal, not a person: it must not be taken for scrolling.
    const QSignalBlocker blocker(bar);
    bar->setRange(0, range);
    bar->setPageStep(terminal.size().rows);
    bar->setSingleStep(1);
    bar->setValue(value);
}

void TerminalView::scrollContentsBy(int, int)
{
    const auto &terminal = m_session->terminal();
    const QScrollBar *const bar = verticalScrollBar();
    m_isFollowing = bar->value() >= bar->maximum();
    m_topLine = terminal.firstLine() + bar->value();
    viewport()->update();
    m_announcementTimer.start();
}

void TerminalView::updateRows(Vt::LineNumber first, Vt::LineNumber end)
{
    const QPointF top = rowOrigin(first);
    const qreal height = static_cast<qreal>(end - first) * m_fonts.cellSize().height();
    viewport()->update(QRectF(0, top.y(), viewport()->width(), height).toAlignedRect());
}

void TerminalView::updateCursorRow()
{
    const Vt::LineNumber line = m_session->terminal().screenTop() + m_session->terminal().cursor().row;
    updateRows(line, line + 1);
}

void TerminalView::paintEvent(QPaintEvent *event)
{
    if (m_fonts.devicePixelRatio() != devicePixelRatioF()) {
        // The window came to a screen of another scale. Cells change their size, which is not for here to do.
        QTimer::singleShot(0, this, &TerminalView::applyFont);
    }
    QPainter painter(viewport());
    const auto &terminal = m_session->terminal();
    const bool isReversed = terminal.modes().reverseVideo;
    painter.fillRect(event->rect(), isReversed ? m_colours.foreground() : m_colours.background());

    TerminalPainter cells(painter, m_fonts, m_colours);
    cells.setReversed(isReversed);
    cells.setBlinkedOff(m_isBlinkedOff);
    cells.setLigatures(m_preferences != nullptr && m_preferences->hasLigatures());
    const Vt::Cursor cursor = terminal.cursor();
    m_cursorLine = terminal.screenTop() + cursor.row;
    const bool isCursorShown = cursor.visible && m_preedit.isEmpty() && !m_session->isStartable() &&
                               !(cursor.blinking && m_isBlinkedOff && hasFocus());
    const qreal height = m_fonts.cellSize().height();
    const auto firstRow = static_cast<int>(std::floor((event->rect().top() - margin) / height));
    const auto lastRow = static_cast<int>(std::floor((event->rect().bottom() - margin) / height));
    Vt::Line line;
    for (int row = std::max(firstRow, 0); row <= std::min(lastRow, terminal.size().rows - 1); ++row) {
        const Vt::LineNumber number = topLine() + row;
        terminal.readLine(number, line);
        cells.drawRow(line, marksOf(number), rowOrigin(number), terminal.size().columns);
        m_hasBlinkingText =
            m_hasBlinkingText ||
            std::any_of(line.cells.begin(), line.cells.end(), [](auto &cell) { return cell.style.blink; });
        if (number == m_cursorLine && isCursorShown) {
            const auto focus =
                hasFocus() ? TerminalPainter::CursorFocus::Focused : TerminalPainter::CursorFocus::Unfocused;
            cells.drawCursor(line, cursor, rowOrigin(number), terminal.size().columns, focus);
        }
    }
    if (!m_preedit.isEmpty()) {
        m_preedit.paint(painter, m_fonts, m_colours, preeditPlace());
    }
}

RowMarks TerminalView::marksOf(Vt::LineNumber line) const
{
    RowMarks marks{.selected = m_selection.columnsOf(line)};
    marks.matches = m_search->columnsOf(line);
    marks.currentMatch = m_search->currentColumnsOf(line);
    if (m_hoveredLink && m_hoveredLink->sharedId != 0) {
        marks.hoveredLinkId = m_hoveredLink->sharedId;
    } else if (m_hoveredLink && line >= m_hoveredLink->first.line && line <= m_hoveredLink->end.line) {
        const bool isFirst = line == m_hoveredLink->first.line;
        const bool isLast = line == m_hoveredLink->end.line;
        marks.hoveredLink = {
            isFirst ? m_hoveredLink->first.column : 0,
            isLast ? m_hoveredLink->end.column : m_session->terminal().size().columns};
    }
    return marks;
}

void TerminalView::restartCursorBlink()
{
    const int period = QApplication::cursorFlashTime();
    m_isBlinkedOff = false;
    if (hasFocus() && period > 0) {
        m_blinkTimer.start(period / 2);
    } else {
        m_blinkTimer.stop();
    }
    updateCursorRow();
}

void TerminalView::blink()
{
    if (m_session->terminal().isSynchronized()) {
        return; // What stands there is half of a screen.
    }
    m_isBlinkedOff = !m_isBlinkedOff;
    if (m_hasBlinkingText) {
        m_hasBlinkingText = false; // Painting looks for it again.
        viewport()->update();
    } else {
        updateCursorRow();
    }
}

} // namespace Koyeb::Desktop
