// SPDX-License-Identifier: GPL-3.0-or-later
// What is found in a TerminalView: matches of a search, links, prompts. And what its program asks for.
#include "terminal/terminalnotice.h"
#include "terminal/terminalscrollbar.h"
#include "terminal/terminalsearch.h"
#include "terminal/terminalsearchbar.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QHelpEvent>
#include <QMenu>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto refreshInterval = 300ms;
constexpr qsizetype longestExcerpt = 80;
constexpr int scrollBarSteps = 2000; ///< No screen is higher: marks closer than that are one.

/// Behind the last row of the screen that is not blank.
[[nodiscard]] Vt::LineNumber textEnd(const Vt::Terminal &terminal)
{
    Vt::LineNumber end = terminal.endLine();
    Vt::Line line;
    const auto isBlank = [&terminal, &line](Vt::LineNumber row) {
        terminal.readLine(row, line);
        return std::all_of(
            line.cells.begin(), line.cells.end(), [](const Vt::Cell &cell) { return cell.isBlank(); });
    };
    while (end > terminal.screenTop() && isBlank(end - 1)) {
        --end;
    }
    return end;
}

/// Where the next mark of this kind stands from `start` on, which belongs to the line that begins with `row`;
/// or else the end of all text.
[[nodiscard]] Vt::Position nextMark(
    const Vt::Terminal &terminal, Vt::LineNumber row, Vt::Position start, Vt::Mark mark)
{
    // Output without a line feed has the next prompt on its line.
    if (const auto sameLine = terminal.markOf(row, mark); sameLine && *sameLine >= start) {
        return *sameLine;
    }
    const auto later = terminal.markAfter(row, mark);
    const auto place = later ? terminal.markOf(*later, mark) : std::nullopt;
    return place.value_or(std::max(start, Vt::Position{textEnd(terminal), 0}));
}

/// The nearest row above this one in which a prompt begins. That need not be the row that carries the mark:
/// the prompt may stand behind other text on its line, which takes several rows.
[[nodiscard]] std::optional<Vt::LineNumber> promptBefore(const Vt::Terminal &terminal, Vt::LineNumber row)
{
    auto carrier = terminal.markBefore(row, Vt::Mark::Prompt);
    while (carrier) {
        if (const auto place = terminal.markOf(*carrier, Vt::Mark::Prompt); place && place->line < row) {
            return place->line;
        }
        carrier = terminal.markBefore(*carrier, Vt::Mark::Prompt);
    }
    return std::nullopt;
}

/// The same below it.
[[nodiscard]] std::optional<Vt::LineNumber> promptAfter(const Vt::Terminal &terminal, Vt::LineNumber row)
{
    // The line that goes through this row may have one farther on.
    for (auto carrier = terminal.markBefore(row + 1, Vt::Mark::Prompt); carrier;
         carrier = terminal.markAfter(*carrier, Vt::Mark::Prompt)) {
        if (const auto place = terminal.markOf(*carrier, Vt::Mark::Prompt); place && place->line > row) {
            return place->line;
        }
    }
    const auto carrier = terminal.markAfter(row, Vt::Mark::Prompt);
    const auto place = carrier ? terminal.markOf(*carrier, Vt::Mark::Prompt) : std::nullopt;
    return place ? std::optional(place->line) : std::nullopt;
}

/// A target as it is understood, so that no letter in it only looks like another.
[[nodiscard]] QString plainTarget(const QString &target)
{
    const QUrl url = openableUrl(target);
    return TerminalNotice::excerpt(url.isValid() ? QString::fromLatin1(url.toEncoded()) : target, 300);
}

} // namespace

void TerminalView::createStrips()
{
    m_search = new TerminalSearch(m_session->terminal(), this);
    m_strips = new QWidget(this);
    m_strips->setAutoFillBackground(true);
    m_searchBar = new TerminalSearchBar(m_search, m_strips);
    m_clipboardQuestion = new TerminalNotice(m_strips);
    m_notification = new TerminalNotice(m_strips);
    auto *const layout = new QVBoxLayout(m_strips);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    for (QWidget *const strip :
         {static_cast<QWidget *>(m_notification), static_cast<QWidget *>(m_clipboardQuestion),
          static_cast<QWidget *>(m_searchBar)}) {
        layout->addWidget(strip);
        strip->installEventFilter(this);
    }
    m_strips->installEventFilter(this);
    m_strips->hide();
    connect(m_clipboardQuestion, &TerminalNotice::accepted, this, [this] {
        const bool usesPrimary = m_isOfferedPrimary && QApplication::clipboard()->supportsSelection();
        QApplication::clipboard()->setText(
            m_offeredText, usesPrimary ? QClipboard::Selection : QClipboard::Clipboard);
        m_offeredText.clear();
    });
    connect(m_clipboardQuestion, &TerminalNotice::dismissed, this, [this] {
        m_offeredText.clear();
        m_isClipboardRefused = true; // One answer is enough, however often the program asks.
    });
}

bool TerminalView::eventFilter(QObject *watched, QEvent *event)
{
    const bool isOfStrip = watched->parent() == m_strips;
    if (isOfStrip && (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent)) {
        placeStrips();
    } else if (watched == m_strips && event->type() == QEvent::LayoutRequest) {
        placeStrips();
    }
    return QAbstractScrollArea::eventFilter(watched, event);
}

void TerminalView::placeStrips()
{
    const QList<QWidget *> strips{m_notification, m_clipboardQuestion, m_searchBar};
    const bool isAny =
        std::any_of(strips.begin(), strips.end(), [](const QWidget *strip) { return !strip->isHidden(); });
    const int width = viewport()->width();
    int height = 0;
    if (isAny) {
        height =
            std::max(m_strips->layout()->minimumHeightForWidth(width), m_strips->minimumSizeHint().height());
    }
    setViewportMargins(0, 0, 0, height);
    m_strips->setGeometry(viewport()->x(), viewport()->geometry().bottom() + 1, width, height);
    m_strips->setVisible(isAny);
}

void TerminalView::createSearch()
{
    m_refreshTimer.setSingleShot(true);
    m_refreshTimer.setInterval(refreshInterval);
    connect(&m_refreshTimer, &QTimer::timeout, m_search, &TerminalSearch::refresh);
    connect(m_search, &TerminalSearch::changed, this, [this] {
        updateSearchMarks();
        viewport()->update();
    });
    connect(m_search, &TerminalSearch::currentChosen, this, [this] {
        if (const auto match = m_search->current()) {
            scrollToLine(match->first.line);
        }
    });
    connect(
        m_searchBar, &TerminalSearchBar::queryChanged, this,
        [this](const QString &text, bool isRegularExpression, bool isCaseSensitive) {
            const TerminalSearch::Query query{text, isRegularExpression, isCaseSensitive};
            if (query != m_search->query()) {
                m_search->start(query, topLine() + m_session->terminal().size().rows - 1);
            }
        });
    connect(m_searchBar, &TerminalSearchBar::closed, this, [this] {
        m_search->start({}, 0);
        setFocus(Qt::OtherFocusReason);
    });
}

void TerminalView::openSearch()
{
    const QString selected = m_selection.isEmpty() ? QString() : selectedText();
    const bool isWord = selected.size() <= 200 && !selected.contains(u'\n');
    m_searchBar->open(isWord ? selected : QString());
}

void TerminalView::updateSearchMarks()
{
    const auto &terminal = m_session->terminal();
    const auto first = terminal.firstLine();
    const auto rows = std::max<Vt::LineNumber>(1, terminal.endLine() - first);
    QList<qreal> places;
    Vt::LineNumber lastStep = -1;
    for (const TerminalSearch::Match &match : m_search->matches()) {
        const Vt::LineNumber step = (match.first.line - first) * scrollBarSteps / rows;
        if (step != lastStep && step >= 0) {
            places.append(static_cast<qreal>(step) / scrollBarSteps);
            lastStep = step;
        }
    }
    m_scrollBar->setMarks(places, m_colours.currentMatch());
}

void TerminalView::scrollToLine(Vt::LineNumber line)
{
    const auto &terminal = m_session->terminal();
    const int rows = terminal.size().rows;
    if (line >= topLine() && line < topLine() + rows) {
        return;
    }
    updateScrollBar(); // What came since the last frame counts.
    // With some of what stands around it.
    verticalScrollBar()->setValue(static_cast<int>(line - terminal.firstLine() - rows / 3));
}

void TerminalView::hover(QPoint point)
{
    const Vt::Position cell = cellAt(point);
    const bool isInside = QRectF(rowOrigin(topLine()), QSizeF(viewport()->size())).contains(point);
    if (cell != m_hoveredCell) {
        m_hoveredCell = cell;
        setHoveredLink(isInside ? hyperlinkAt(m_session->terminal(), cell) : std::nullopt);
    }
}

void TerminalView::setHoveredLink(const std::optional<TerminalHyperlink> &link)
{
    if (!link) {
        m_hoveredCell = {-1, -1};
    }
    if (link == m_hoveredLink) {
        return;
    }
    for (const auto &changed : {m_hoveredLink, link}) {
        if (changed && changed->sharedId != 0) {
            viewport()->update(); // Parts of it may stand anywhere.
        } else if (changed) {
            updateRows(changed->first.line, changed->end.line + 1);
        }
    }
    m_hoveredLink = link;
}

bool TerminalView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        showLinkTarget(*static_cast<QHelpEvent *>(event));
        return true;
    }
    if (event->type() == QEvent::Leave) {
        setHoveredLink(std::nullopt);
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TerminalView::showLinkTarget(const QHelpEvent &event)
{
    if (!m_hoveredLink) {
        QToolTip::hideText();
        return;
    }
    const QString target = m_hoveredLink->target;
    const QString hint = openableUrl(target).isValid() ? tr("Ctrl+click opens it.")
                                                       : tr("Only web and mail addresses can be opened.");
    QToolTip::showText(
        event.globalPos(),
        QStringLiteral("<qt>%1<br>%2</qt>").arg(plainTarget(target).toHtmlEscaped(), hint.toHtmlEscaped()),
        viewport());
}

void TerminalView::addLinkActions(QMenu *menu, QPoint point)
{
    const auto link = hyperlinkAt(m_session->terminal(), cellAt(point));
    if (link) {
        QAction *const open = menu->addAction(tr("Open link"), this, [link] { openLink(*link); });
        open->setEnabled(openableUrl(link->target).isValid());
        menu->addAction(
            tr("Copy link address"), this, [link] { QApplication::clipboard()->setText(link->target); });
        menu->addSeparator();
    }
    const Vt::LineNumber line = cellAt(point).line;
    if (m_session->terminal().markBefore(line + 1, Vt::Mark::Output)) {
        menu->addAction(tr("Select output of command"), this, [this, line] { selectOutputAt(line); });
        menu->addAction(tr("Copy output of command"), this, [this, line] {
            if (selectOutputAt(line)) {
                copySelection();
            }
        });
        menu->addSeparator();
    }
}

void TerminalView::openLink(const TerminalHyperlink &link)
{
    if (const QUrl url = openableUrl(link.target); url.isValid()) {
        QDesktopServices::openUrl(url);
    }
}

void TerminalView::goToPrompt(int direction)
{
    const auto &terminal = m_session->terminal();
    if (terminal.modes().alternateScreen) {
        return;
    }
    const auto prompt = direction < 0 ? promptBefore(terminal, topLine()) : promptAfter(terminal, topLine());
    if (prompt || direction > 0) {
        updateScrollBar(); // What came since the last frame counts.
        const Vt::LineNumber line = prompt.value_or(terminal.screenTop());
        verticalScrollBar()->setValue(static_cast<int>(line - terminal.firstLine()));
    }
}

/// Of the command to whose output the row belongs, or else of the last one before it.
bool TerminalView::selectOutputAt(Vt::LineNumber line)
{
    const auto &terminal = m_session->terminal();
    const auto first = terminal.markBefore(line + 1, Vt::Mark::Output);
    if (!first || terminal.modes().alternateScreen) {
        return false;
    }
    const Vt::Position start = terminal.markOf(*first, Vt::Mark::Output).value_or(Vt::Position{*first, 0});
    // Where a shell marks the beginning only, that of the next one ends it.
    const auto later = terminal.markAfter(*first, Vt::Mark::Output);
    const Vt::Position none{terminal.endLine(), 0};
    const Vt::Position end = std::min(
        {nextMark(terminal, *first, start, Vt::Mark::End),
         nextMark(terminal, *first, start, Vt::Mark::Prompt),
         later ? terminal.markOf(*later, Vt::Mark::Output).value_or(none) : none});
    // Without the line feed before what follows on a row of its own.
    const bool endsWithRow = end.column == 0 && end.line > start.line;
    m_selection.begin(terminal, start, Vt::Selection::Unit::Character);
    m_selection.extendTo(terminal, endsWithRow ? Vt::Position{end.line - 1, terminal.size().columns} : end);
    viewport()->update();
    Q_EMIT selectionChanged();
    return true;
}

void TerminalView::selectCommandOutput()
{
    selectOutputAt(topLine() + m_session->terminal().size().rows - 1);
}

void TerminalView::copyCommandOutput()
{
    if (selectOutputAt(topLine() + m_session->terminal().size().rows - 1)) {
        copySelection();
    }
}

void TerminalView::takeRequests()
{
    const auto request = m_session->takeClipboardRequest();
    // What a question is about does not change under the hand that answers it.
    if (request && !request->text.empty() && m_clipboardQuestion->isHidden() && !m_isClipboardRefused) {
        m_offeredText = QString::fromStdString(request->text);
        m_isOfferedPrimary = request->isPrimary;
        m_clipboardQuestion->ask(
            tr("The program wants to put this on the clipboard: “%1”")
                .arg(TerminalNotice::excerpt(m_offeredText, longestExcerpt)),
            tr("Allow"));
    }
    const auto notifications = m_session->takeNotifications();
    if (!notifications.empty()) {
        const auto title = QString::fromStdString(notifications.back().title);
        const auto body = QString::fromStdString(notifications.back().body);
        const QString text = title.isEmpty() ? body : title + QStringLiteral(": ") + body;
        const QString excerpt = TerminalNotice::excerpt(text, 2 * longestExcerpt);
        m_notification->tell(tr("The program says: “%1”").arg(excerpt));
        Q_EMIT notified(excerpt);
    }
}

} // namespace Koyeb::Desktop
