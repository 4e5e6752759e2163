// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalcolours.h"
#include "terminal/terminalfonts.h"
#include "terminal/terminallinks.h"
#include "terminal/terminalpreedit.h"
#include "vt/selection.h"
#include "vt/terminal.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QSet>
#include <QTimer>

#include <filesystem>

class QAction;
class QHelpEvent;
class QMenu;
class QMimeData;

class QLabel;

namespace Koyeb::Desktop {

struct RowMarks;
class TerminalNotice;
class TerminalPreferences;
class TerminalScrollBar;
class TerminalSearch;
class TerminalSearchBar;
class TerminalSession;

/// Shows a terminal and gives it the keyboard and the mouse. Paints at most once a frame, and only rows that
/// changed. The size of the terminal follows the size of the view.
class TerminalView : public QAbstractScrollArea {
    Q_OBJECT

public:
    /// The session outlives the view.
    explicit TerminalView(TerminalSession *session, QWidget *parent = nullptr);
    ~TerminalView() override;

    [[nodiscard]] const TerminalSession &session() const { return *m_session; }
    /// The rows that are shown, as text with a line feed after each but the last.
    [[nodiscard]] QString visibleText() const;
    /// Where the cursor stands in visibleText(); at its end while the cursor is scrolled out of sight.
    [[nodiscard]] int cursorOffset() const;
    [[nodiscard]] QString selectedText() const;
    /// What is marked of visibleText(): from the first of it on, and behind the last; equal: nothing.
    [[nodiscard]] std::pair<int, int> selectedRange() const;
    /// Of a character of visibleText(), on the viewport.
    [[nodiscard]] QRect characterRect(int offset) const;
    /// Of the character at a point of the viewport; -1: there is no row.
    [[nodiscard]] int offsetAt(QPoint point) const;
    /// The link under the pointer.
    [[nodiscard]] const std::optional<TerminalHyperlink> &hoveredLink() const { return m_hoveredLink; }
    [[nodiscard]] const TerminalColours &colours() const { return m_colours; }
    /// How people like terminals, which outlives the view; without it, as they come.
    void setPreferences(const TerminalPreferences *preferences);
    /// This view's, whatever people like for all others.
    void setOwnFont(const QFont &font);
    /// Of a cell on the viewport.
    [[nodiscard]] QRect cellRect(int row, int column) const;
    [[nodiscard]] Vt::Size gridSize() const; ///< As many cells as have room in the view.

public Q_SLOTS:
    void copySelection();
    void copySelectionAsHtml();
    void pasteClipboard();
    void openSearch();
    void goToPreviousPrompt() { goToPrompt(-1); }
    void goToNextPrompt() { goToPrompt(1); }
    /// Of the command whose output is at the middle of the view, or of the last one before it.
    void selectCommandOutput();
    void copyCommandOutput();
    void clearTerminal();
    void zoomIn() { zoomTo(m_zoomSteps + 1); }
    void zoomOut() { zoomTo(m_zoomSteps - 1); }
    void resetZoom() { zoomTo(0); }

Q_SIGNALS:
    void selectionChanged();
    /// Files and folders of this computer, which are to go where the shell is.
    void filesDropped(const QList<std::filesystem::path> &sources);
    /// The same with files of a sandbox, this one or another.
    void sandboxFilesDropped(const QString &sandboxId, const QList<QByteArray> &paths);
    /// The program says something (OSC 9, 777), which is shown here. Made fit to be shown: short, on one
    /// line.
    void notified(const QString &text);

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // terminalview.cpp: what is seen.
    void createActions();
    void applyFont();
    void applyColours();
    void fitGrid();
    void takeEverything();
    void scheduleFrame();
    void takeFrame();
    void updateScrollBar();
    void updateRows(Vt::LineNumber first, Vt::LineNumber end);
    void updateCursorRow();
    [[nodiscard]] RowMarks marksOf(Vt::LineNumber line) const;
    void restartCursorBlink();
    void blink();
    void zoomTo(int steps);
    [[nodiscard]] QFont chosenFont() const;
    [[nodiscard]] Vt::LineNumber topLine() const;
    [[nodiscard]] QPointF rowOrigin(Vt::LineNumber line) const;
    [[nodiscard]] qreal cellWidth(Vt::LineNumber line) const; ///< In this row.
    [[nodiscard]] TerminalPreedit::Place preeditPlace() const;

    // terminalviewinput.cpp: what is typed and pasted.
    [[nodiscard]] bool scrollByKey(const QKeyEvent &event);
    void tellKey(const QKeyEvent &event, const Vt::KeyEvent &key);
    void scrollToBottom();
    void pasteFrom(const QString &text);

    // terminalviewmouse.cpp: what the mouse does to it.
    void pressMouse(QMouseEvent *event, bool isTripleClick);
    void beginSelection(Vt::Position position, Vt::Selection::Unit unit);
    void extendSelection(QPoint point);
    void scrollWhileSelecting();
    void clearSelection();
    void scrollByWheel(const QWheelEvent &event);
    void reportWheel(const QWheelEvent &event, QPoint turn);
    [[nodiscard]] bool isMouseReported(Qt::KeyboardModifiers modifiers) const;
    bool reportMouse(const QMouseEvent &event, Vt::MouseEvent::Action action);
    [[nodiscard]] Vt::Position positionAt(QPoint point) const; ///< Between cells, nearest to the point.
    [[nodiscard]] Vt::Position cellAt(QPoint point) const;
    [[nodiscard]] Vt::Position selectionPositionAt(QPoint point) const;
    [[nodiscard]] Vt::MouseEvent mouseEventAt(QPointF point, Qt::KeyboardModifiers modifiers) const;

    // terminalviewtext.cpp: what it shows as text.
    void announceText();
    void announceSelection();
    [[nodiscard]] int offsetOf(Vt::Position position) const; ///< In visibleText().

    // terminalviewfind.cpp: what is found in it: matches, links, prompts; and what its program wants.
    void createStrips();
    void placeStrips();
    void createSearch();
    void updateSearchMarks();
    void scrollToLine(Vt::LineNumber line);
    void hover(QPoint point);
    void setHoveredLink(const std::optional<TerminalHyperlink> &link);
    void showLinkTarget(const QHelpEvent &event);
    void addLinkActions(QMenu *menu, QPoint point);
    static void openLink(const TerminalHyperlink &link);
    void goToPrompt(int direction);
    bool selectOutputAt(Vt::LineNumber line);
    void takeRequests();

    // terminalviewdrop.cpp: what is dropped on it.
    [[nodiscard]] bool takes(const QMimeData &dragged) const;
    void showDropHint(const QMimeData *dragged);

    TerminalSession *const m_session;
    TerminalColours m_colours;
    TerminalFonts m_fonts;
    std::optional<QFont> m_ownFont;
    int m_zoomSteps = 0;

    bool m_isFollowing = true;       ///< The end is shown, and stays shown.
    Vt::LineNumber m_frameTop = 0;   ///< The first row when the last frame was taken.
    Vt::LineNumber m_topLine = 0;    ///< The first row that is shown while not following.
    Vt::LineNumber m_cursorLine = 0; ///< Where the cursor was painted.
    bool m_wasAlternate = false;     ///< The alternate screen was shown in the last frame.
    QTimer m_frameTimer;
    QTimer m_synchronizedTimer; ///< A program that draws a screen at once has so long.
    QElapsedTimer m_sinceFrame;
    QElapsedTimer m_sinceKey; ///< Invalid before the first.
    QSet<quint64> m_toldKeys; ///< That are down as far as the program knows: see terminalviewinput.cpp.
    QTimer m_blinkTimer;
    bool m_isBlinkedOff = false;
    bool m_hasBlinkingText = false;
    TerminalPreedit m_preedit;

    Vt::Selection m_selection;
    Vt::Selection::Unit m_unit = Vt::Selection::Unit::Character;
    QPoint m_dragPoint;
    bool m_isSelecting = false;
    QTimer m_autoScrollTimer;
    QElapsedTimer m_sinceDoubleClick;
    QPoint m_doubleClickPoint;
    Vt::Position m_reportedCell{-1, -1}; ///< Movement within a cell is not told.
    Qt::MouseButtons m_toldButtons;      ///< That are down as far as the program knows.
    QPointF m_wheelRemainder;            ///< Of steps of the wheel, in Qt's unit.
    std::optional<TerminalHyperlink> m_hoveredLink;
    Vt::Position m_hoveredCell{-1, -1};
    std::optional<TerminalHyperlink> m_pressedLink; ///< Opened if the button comes up on it.

    TerminalScrollBar *m_scrollBar = nullptr;
    QWidget *m_strips = nullptr; ///< Below the text: what is looked for, what the program wants.
    TerminalSearch *m_search = nullptr;
    TerminalSearchBar *m_searchBar = nullptr;
    TerminalNotice *m_clipboardQuestion = nullptr;
    TerminalNotice *m_notification = nullptr;
    QString m_offeredText; ///< What the program wants on the clipboard.
    bool m_isOfferedPrimary = false;
    bool m_isClipboardRefused = false;
    QTimer m_refreshTimer; ///< The search goes on over new text, a few times a second.
    const TerminalPreferences *m_preferences = nullptr;
    bool m_asksBeforePaste = true;

    QTimer m_announcementTimer; ///< Screen readers hear of changes a few times a second.
    QString m_announcedText;
    QLabel *m_dropHint = nullptr; ///< While something hangs over the view that it would take.
    QAction *m_copyAction = nullptr;
    QAction *m_copyHtmlAction = nullptr;
    QAction *m_pasteAction = nullptr;
};

} // namespace Koyeb::Desktop
