// SPDX-License-Identifier: GPL-3.0-or-later
#include "require.h"
#include "vt/search.h"
#include "vt/selection.h"
#include "vt/terminal.h"

#include <string>

using namespace Koyeb::Vt;

namespace {

/// Takes the input apart. Its bytes are the program's, but for 0xFF (which UTF-8 does not have): that and the
/// next byte are something that the user does.
class Input {
public:
    explicit Input(std::string_view bytes) : m_rest(bytes) {}

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    /// What the program writes before the user does something.
    std::string_view takeProgram()
    {
        const auto program = m_rest.substr(0, m_rest.find('\xFF'));
        m_rest.remove_prefix(program.size());
        return program;
    }
    unsigned char takeByte()
    {
        const unsigned char byte = m_rest.empty() ? 0 : static_cast<unsigned char>(m_rest.front());
        m_rest.remove_prefix(m_rest.empty() ? 0 : 1);
        return byte;
    }

private:
    std::string_view m_rest;
};

/// Another size, while a selection and an anchor have to stay with their text.
void resize(Terminal &terminal, Size size, unsigned char where)
{
    Selection selection;
    const LineNumber row = terminal.firstLine() + where % (terminal.endLine() - terminal.firstLine());
    selection.begin(terminal, {row, where % 7}, static_cast<Selection::Unit>(where % 4));
    selection.extendTo(terminal, {terminal.endLine() - 1, where % 11});
    const auto anchors = selection.anchors(terminal);
    terminal.resize(size);
    selection.moveTo(terminal, anchors);
    (void)selection.text(terminal);
    if (const auto position = terminal.positionOf(terminal.anchorOf({terminal.screenTop(), 0}))) {
        require(position->line >= terminal.firstLine(), "anchors lead to rows that are here");
        require(position->line < terminal.endLine(), "anchors lead to rows that are here");
    }
}

void act(Terminal &terminal, unsigned char what, unsigned char first, unsigned char second)
{
    const Modifiers modifiers{
        .shift = (second & 1U) != 0, .alt = (second & 2U) != 0, .control = (second & 4U) != 0};
    switch (what) {
    case 'r':
        resize(terminal, {first % 100, second % 50}, static_cast<unsigned char>(first ^ second));
        break;
    case 's': {
        const std::string needle{static_cast<char>(first % 128), static_cast<char>(second % 128)};
        Search search(first % 2 == 0 ? needle : needle.substr(0, 1), {.wholeWords = second % 2 == 0});
        while (search.advance(terminal, 3)) {
        }
        for (const Search::Match &match : search.matches()) {
            require(match.first < match.end, "matches are not empty");
            require(match.end.line < terminal.endLine(), "matches are on rows that are here");
        }
        break;
    }
    case 'e':
        terminal.endSynchronizedUpdate();
        break;
    case 'a':
        terminal.handleKey(
            {.key = static_cast<Key>(first % (static_cast<unsigned>(Key::Character) + 1)),
             .character = second,
             .modifiers = modifiers,
             .action = static_cast<KeyEvent::Action>(second % 3)});
        break;
    case 'c':
        terminal.clear();
        break;
    case 'k':
        terminal.pressKey(static_cast<Key>(first % (static_cast<unsigned>(Key::F12) + 1)), modifiers);
        break;
    case 't':
        terminal.typeCharacter(first, modifiers);
        break;
    case 'p':
        terminal.paste(std::string(1 + first % 8, static_cast<char>(second)));
        break;
    case 'm':
        terminal.handleMouse(
            {static_cast<MouseEvent::Action>(first % 3), static_cast<MouseEvent::Button>(first / 3 % 10),
             second % 60, second, modifiers});
        break;
    case 'f':
        terminal.setFocused(first % 2 == 0);
        break;
    default:
        terminal.feed("\xFF");
        break;
    }
}

void checkRow(const Line &line)
{
    for (std::size_t column = 0; column < line.cells.size(); ++column) {
        const auto width = line.cells[column].width;
        require(width <= 2, "cells are at most two wide");
        require(
            width != 2 || (column + 1 < line.cells.size() && line.cells[column + 1].width == 0),
            "a wide cell covers the next");
        require(width != 0 || (column > 0 && line.cells[column - 1].width == 2), "a covered cell is covered");
    }
}

void checkState(const Terminal &terminal)
{
    const auto size = terminal.size();
    const auto cursor = terminal.cursor();
    require(cursor.row >= 0 && cursor.row < size.rows, "the cursor is on a row");
    const int cells = terminal.cellsOf(terminal.screenTop() + cursor.row);
    require(
        cells <= size.columns && cursor.column >= 0 && cursor.column < cells, "the cursor is on a column");
    require(terminal.endLine() - terminal.screenTop() == size.rows, "the screen is at the end");
    // A line is cut after some thousand cells, which are two a row in the narrowest terminal.
    require(terminal.screenTop() - terminal.firstLine() <= 50 * 5000, "the scrollback is bounded");
    require(terminal.directory().size() <= 4096, "directories are bounded");
    require(terminal.title().size() <= 4096, "titles are bounded");
    Line line;
    for (auto number = terminal.firstLine(); number < terminal.endLine(); ++number) {
        terminal.readLine(number, line);
        checkRow(line);
        require(line.wrapped == terminal.isWrapped(number), "rows are wrapped or not");
        require(
            line.size == terminal.lineSize(number) &&
                (!line.wrapped || number + 1 == terminal.endLine() ||
                 // The alternate screen has nothing to do with what is above it.
                 (number + 1 == terminal.screenTop() && terminal.modes().alternateScreen) ||
                 line.size == terminal.lineSize(number + 1)),
            "all of a line has one size");
        const auto width = static_cast<std::size_t>(terminal.cellsOf(number));
        require(
            number < terminal.screenTop() || line.cells.size() == width,
            "rows of the screen are as wide as it");
        require(line.cells.size() <= width, "rows fit");
        for (const auto mark : {Mark::Prompt, Mark::Command, Mark::Output, Mark::End}) {
            const auto place = terminal.markOf(number, mark);
            require(
                !place || (place->line >= terminal.firstLine() && place->line < terminal.endLine() &&
                           place->column >= 0 && place->column <= size.columns),
                "marks are on rows that are here");
        }
    }
}

void checkSame(const Terminal &left, const Terminal &right)
{
    require(
        left.firstLine() == right.firstLine() && left.endLine() == right.endLine() &&
            left.cursor() == right.cursor() && left.modes() == right.modes() &&
            left.title() == right.title() && left.directory() == right.directory() &&
            left.colours() == right.colours() && left.bellCount() == right.bellCount(),
        "a stream means the same however it is cut");
    Line one;
    Line other;
    for (auto number = left.firstLine(); number < left.endLine(); ++number) {
        left.readLine(number, one);
        right.readLine(number, other);
        require(
            one.cells == other.cells && one.wrapped == other.wrapped && one.marks == other.marks &&
                one.size == other.size,
            "rows are the same however it is cut");
    }
}

void select(const Terminal &terminal)
{
    for (const auto unit :
         {Selection::Unit::Character, Selection::Unit::Word, Selection::Unit::Line, Selection::Unit::Block}) {
        Selection selection;
        selection.begin(terminal, {terminal.firstLine(), 1}, unit);
        selection.extendTo(terminal, {terminal.endLine() - 1, terminal.size().columns});
        (void)selection.text(terminal);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *bytes, std::size_t size)
{
    Input input(std::string_view(reinterpret_cast<const char *>(bytes), size));
    const Terminal::Options options{.scrollbackLines = 50, .allowsChecksums = true};
    Terminal whole({20, 6}, options);
    Terminal bytewise({20, 6}, options);
    while (!input.atEnd()) {
        const auto program = input.takeProgram();
        whole.feed(program);
        for (const char byte : program) {
            bytewise.feed({&byte, 1});
        }
        const auto output = whole.takeOutput();
        require(output == bytewise.takeOutput(), "answers are the same however it is cut");
        require(output.size() <= std::size_t{128} * 1024, "answers are bounded");
        (void)whole.takeDamage();
        if (!input.atEnd()) {
            (void)input.takeByte();
            const auto what = input.takeByte();
            const auto first = input.takeByte();
            const auto second = input.takeByte();
            act(whole, what, first, second);
            act(bytewise, what, first, second);
        }
        checkState(whole);
    }
    checkSame(whole, bytewise);
    select(whole);
    return 0;
}
