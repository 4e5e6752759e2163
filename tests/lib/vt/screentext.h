// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/selection.h"
#include "vt/terminal.h"

#include <QString>

/// Rows as a person reads them, one a line, without blanks at their ends; a row that goes on in the next ends
/// with a backslash.
inline QString rowsText(
    const Koyeb::Vt::Terminal &terminal, Koyeb::Vt::LineNumber first, Koyeb::Vt::LineNumber end)
{
    QString text;
    Koyeb::Vt::Line line;
    for (auto number = first; number < end; ++number) {
        terminal.readLine(number, line);
        text += QString::fromStdString(Koyeb::Vt::textOf(line, 0, static_cast<int>(line.cells.size())));
        text += line.wrapped ? QStringLiteral("\\\n") : QStringLiteral("\n");
    }
    return text;
}

inline QString screenText(const Koyeb::Vt::Terminal &terminal)
{
    return rowsText(terminal, terminal.screenTop(), terminal.endLine());
}

inline QString scrollbackText(const Koyeb::Vt::Terminal &terminal)
{
    return rowsText(terminal, terminal.firstLine(), terminal.screenTop());
}

/// Everything that can be seen of a terminal, for comparing two of them.
inline QString fullState(const Koyeb::Vt::Terminal &terminal)
{
    QString state = rowsText(terminal, terminal.firstLine(), terminal.endLine());
    Koyeb::Vt::Line line;
    for (auto number = terminal.firstLine(); number < terminal.endLine(); ++number) {
        terminal.readLine(number, line);
        for (const auto &cell : line.cells) {
            const auto &style = cell.style;
            const auto colour = [](Koyeb::Vt::Colour c) {
                return QStringLiteral("%1.%2.%3.%4").arg(int(c.kind)).arg(c.red).arg(c.green).arg(c.blue);
            };
            if (style != Koyeb::Vt::Style{} || cell.width != 1) {
                state +=
                    QStringLiteral("[%1 %2 %3 %4 %5 ")
                        .arg(int(cell.width))
                        .arg(
                            colour(style.foreground), colour(style.background), colour(style.underlineColour))
                        .arg(int(style.underline));
                for (const bool flag :
                     {style.bold, style.dim, style.italic, style.blink, style.reverse, style.invisible,
                      style.strikeOut, style.overline, style.isProtected}) {
                    state += flag ? u'1' : u'0';
                }
                state += QStringLiteral(" %1]").arg(style.link);
            }
        }
        state += line.size == Koyeb::Vt::LineSize::Single ? QString() : QString::number(int(line.size));
        if (!line.marks.isNone()) {
            state += QStringLiteral("<%1 %2").arg(line.marks.present).arg(line.marks.exitCode);
            for (const auto cell : line.marks.cells) {
                state += QStringLiteral(" %1").arg(cell);
            }
            state += u'>';
        }
    }
    const auto cursor = terminal.cursor();
    state += QStringLiteral("cursor %1,%2 %3 %4 %5 title %6 bells %7")
                 .arg(cursor.row)
                 .arg(cursor.column)
                 .arg(int(cursor.shape))
                 .arg(cursor.visible)
                 .arg(cursor.blinking)
                 .arg(QString::fromStdString(terminal.title()))
                 .arg(terminal.bellCount());
    return state;
}
