// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalhtml.h"

#include "vt/terminal.h"

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

using namespace Qt::Literals::StringLiterals;

[[nodiscard]] QString cssOf(const Vt::Style &style, const TerminalColours &colours)
{
    const auto pair = colours.of(style, false);
    QString css = u"color:"_s + pair.foreground.name();
    if (pair.background != colours.background()) {
        css += u";background-color:"_s + pair.background.name();
    }
    css += style.bold ? u";font-weight:bold"_s : QString();
    css += style.italic ? u";font-style:italic"_s : QString();
    QString lines;
    lines += style.underline != Vt::Underline::None ? u" underline"_s : QString();
    lines += style.strikeOut ? u" line-through"_s : QString();
    lines += style.overline ? u" overline"_s : QString();
    return lines.isEmpty() ? css : css + u";text-decoration:"_s + lines;
}

void appendRow(
    QString &html, const Vt::Line &line, Vt::Selection::Columns columns, const TerminalColours &colours)
{
    const int end = std::min(columns.end, static_cast<int>(line.cells.size()));
    for (int column = columns.first; column < end;) {
        const Vt::Style &style = line.cells[static_cast<std::size_t>(column)].style;
        QString text;
        for (; column < end && line.cells[static_cast<std::size_t>(column)].style == style; ++column) {
            const Vt::Cell &cell = line.cells[static_cast<std::size_t>(column)];
            if (cell.isBlank()) {
                text += u' ';
            } else if (cell.width > 0) {
                text += QString::fromUcs4(cell.text.data(), static_cast<qsizetype>(cell.codePointCount()));
            }
        }
        if (style.invisible) {
            text.fill(u' ');
        }
        html += u"<span style=\"%1\">"_s.arg(cssOf(style, colours)) + text.toHtmlEscaped() + u"</span>"_s;
    }
}

} // namespace

QString htmlOf(
    const Vt::Terminal &terminal, const Vt::Selection &selection, Vt::LineNumber first, Vt::LineNumber end,
    const TerminalColours &colours, const QString &fontFamily)
{
    QString html = u"<pre style=\"font-family:'%1',monospace;color:%2;background-color:%3\">"_s.arg(
        QString(fontFamily).remove(u'\'').toHtmlEscaped(), colours.foreground().name(),
        colours.background().name());
    Vt::Line line;
    for (Vt::LineNumber row = first; row < end; ++row) {
        terminal.readLine(row, line);
        appendRow(html, line, selection.columnsOf(row), colours);
        if (row + 1 < end && !(line.wrapped && selection.joinsWrappedRows())) {
            html += u'\n';
        }
    }
    return html + u"</pre>"_s;
}

} // namespace Koyeb::Desktop
