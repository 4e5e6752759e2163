// SPDX-License-Identifier: GPL-3.0-or-later
// What TerminalView shows, as text: for assistive technology, for tests, and with its colours.
#include "terminal/terminalaccessible.h"
#include "terminal/terminalhtml.h"
#include "terminal/terminalnotice.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QMimeData>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

/// How many UTF-16 units the text of a cell takes.
[[nodiscard]] int unitsOf(const Vt::Cell &cell)
{
    if (cell.width == 0) {
        return 0;
    }
    const auto count = static_cast<qsizetype>(cell.codePointCount());
    return cell.isBlank() ? 1 : static_cast<int>(QString::fromUcs4(cell.text.data(), count).size());
}

/// How many the text of a row takes up to a column; blanks at its end are not part of it.
[[nodiscard]] int unitsBefore(const Vt::Line &line, int column)
{
    const auto size = static_cast<int>(line.cells.size());
    const auto whole = static_cast<int>(QString::fromStdString(Vt::textOf(line, 0, size)).size());
    int units = 0;
    for (int i = 0; i < std::min(column, size); ++i) {
        units += unitsOf(line.cells[static_cast<std::size_t>(i)]);
    }
    return std::min(units, whole);
}

} // namespace

QString TerminalView::visibleText() const
{
    const auto &terminal = m_session->terminal();
    QString text;
    Vt::Line line;
    for (int row = 0; row < terminal.size().rows; ++row) {
        terminal.readLine(topLine() + row, line);
        if (row > 0) {
            text += u'\n';
        }
        text += QString::fromStdString(Vt::textOf(line, 0, terminal.size().columns));
    }
    return text;
}

int TerminalView::offsetOf(Vt::Position position) const
{
    const auto &terminal = m_session->terminal();
    int offset = 0;
    Vt::Line line;
    for (Vt::LineNumber number = topLine(); number < topLine() + terminal.size().rows; ++number) {
        terminal.readLine(number, line);
        if (number == position.line) {
            return offset + unitsBefore(line, position.column);
        }
        offset += unitsBefore(line, terminal.size().columns) + 1; // And the line feed.
    }
    return offset - 1;
}

int TerminalView::cursorOffset() const
{
    const auto &terminal = m_session->terminal();
    const Vt::Cursor cursor = terminal.cursor();
    return offsetOf({terminal.screenTop() + cursor.row, cursor.column});
}

std::pair<int, int> TerminalView::selectedRange() const
{
    std::pair<int, int> range;
    for (int row = 0; row < m_session->terminal().size().rows; ++row) {
        const Vt::LineNumber line = topLine() + row;
        const Vt::Selection::Columns columns = m_selection.columnsOf(line);
        if (!columns.isEmpty()) {
            const bool isFirst = range.first == range.second;
            range.first = isFirst ? offsetOf({line, columns.first}) : range.first;
            range.second = offsetOf({line, std::min(columns.end, m_session->terminal().size().columns)});
        }
    }
    return range;
}

QRect TerminalView::characterRect(int offset) const
{
    const auto &terminal = m_session->terminal();
    Vt::Line line;
    for (int row = 0; row < terminal.size().rows; ++row) {
        terminal.readLine(topLine() + row, line);
        const int units = unitsBefore(line, terminal.size().columns);
        if (offset <= units) {
            // The cell whose text it is part of; the line feed stands behind the last one.
            int column = 0;
            for (int used = 0; column < static_cast<int>(line.cells.size()); ++column) {
                const Vt::Cell &cell = line.cells[static_cast<std::size_t>(column)];
                used += unitsOf(cell);
                if (used > offset) {
                    break;
                }
            }
            const bool isWide = column + 1 < static_cast<int>(line.cells.size()) &&
                                line.cells[static_cast<std::size_t>(column)].width == 2;
            const QRect rect = cellRect(row, column);
            return isWide ? rect.united(cellRect(row, column + 1)) : rect;
        }
        offset -= units + 1;
    }
    return {};
}

int TerminalView::offsetAt(QPoint point) const
{
    const Vt::Size size = m_session->terminal().size();
    const QRect grid = cellRect(0, 0).united(cellRect(size.rows - 1, size.columns - 1));
    if (!grid.contains(point)) {
        return -1;
    }
    Vt::Position cell = cellAt(point);
    Vt::Line line;
    m_session->terminal().readLine(cell.line, line);
    const auto isCovered = [&line](int column) {
        return column < static_cast<int>(line.cells.size()) &&
               line.cells[static_cast<std::size_t>(column)].width == 0;
    };
    while (cell.column > 0 && isCovered(cell.column)) {
        --cell.column;
    }
    return offsetOf(cell);
}

/// Tells only what differs: nobody wants to hear a screen again for one letter.
void TerminalView::announceText()
{
    if (!QAccessible::isActive()) {
        return;
    }
    const QString text = visibleText();
    if (text != m_announcedText) {
        for (const TextChange &change : changesBetween(m_announcedText, text)) {
            QAccessibleTextUpdateEvent update(this, change.position, change.removed, change.inserted);
            QAccessible::updateAccessibility(&update);
        }
        m_announcedText = text;
    }
    QAccessibleTextCursorEvent cursor(this, cursorOffset());
    QAccessible::updateAccessibility(&cursor);
}

void TerminalView::announceSelection()
{
    if (QAccessible::isActive()) {
        const auto [start, end] = selectedRange();
        QAccessibleTextSelectionEvent selection(this, start, end);
        QAccessible::updateAccessibility(&selection);
    }
}

QString TerminalView::selectedText() const
{
    return QString::fromStdString(m_selection.text(m_session->terminal()));
}

void TerminalView::copySelectionAsHtml()
{
    // More would keep the window waiting; as text, it can be copied.
    constexpr Vt::LineNumber maximumRows = 10'000;
    const auto &terminal = m_session->terminal();
    Vt::LineNumber first = terminal.firstLine();
    while (first < terminal.endLine() && m_selection.columnsOf(first).isEmpty()) {
        ++first;
    }
    Vt::LineNumber end = first;
    while (end < terminal.endLine() && !m_selection.columnsOf(end).isEmpty()) {
        ++end;
    }
    if (first == end) {
        return;
    }
    auto *const content = new QMimeData;
    content->setText(selectedText());
    if (end - first <= maximumRows) {
        content->setHtml(htmlOf(terminal, m_selection, first, end, m_colours, m_fonts.font({}).family()));
    } else {
        m_notification->tell(tr("This is too long to be copied with colours, so it was copied as plain text. "
                                "Colours are copied with up to %L1 lines.")
                                 .arg(maximumRows));
    }
    QApplication::clipboard()->setMimeData(content);
}

} // namespace Koyeb::Desktop
