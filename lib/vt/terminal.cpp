// SPDX-License-Identifier: Apache-2.0
#include "vt/terminal.h"

#include "vt/emulator.h"
#include "vt/parser.h"
#include "vt/screen.h"

#include <algorithm>
#include <utility>

namespace Koyeb::Vt {

namespace {

[[nodiscard]] Size confined(Size size)
{
    return {
        std::clamp(size.columns, Terminal::smallestSize.columns, Terminal::largestSize.columns),
        std::clamp(size.rows, Terminal::smallestSize.rows, Terminal::largestSize.rows)};
}

} // namespace

struct Terminal::Parts {
    Parts(Size size, const Options &options)
        : screen(size, {std::min(options.scrollbackLines, maximumScrollbackLines), options.scrollbackBytes}),
          emulator(screen, options),
          parser(emulator)
    {
    }

    Screen screen;
    Emulator emulator;
    Parser parser;
    std::string keys; ///< Bytes of what the user did, in front of which are the answers of the emulator.
};

Terminal::Terminal(Size size) : Terminal(size, Options{}) {}

Terminal::Terminal(Size size, const Options &options)
    : m_parts(std::make_unique<Parts>(confined(size), options))
{
}

Terminal::~Terminal() = default;

void Terminal::feed(std::string_view bytes)
{
    m_parts->emulator.countInput(bytes.size());
    m_parts->parser.feed(bytes);
}

void Terminal::resize(Size size)
{
    const Size newSize = confined(size);
    if (newSize != this->size()) {
        m_parts->emulator.resize(newSize);
    }
}

Size Terminal::size() const
{
    return m_parts->screen.size();
}

void Terminal::handleKey(const KeyEvent &event)
{
    m_parts->keys += m_parts->emulator.takeOutput() + encodeKey(event, modes());
}

void Terminal::pressKey(Key key, Modifiers modifiers)
{
    handleKey({.key = key, .modifiers = modifiers});
}

void Terminal::typeCharacter(char32_t character, Modifiers modifiers)
{
    handleKey({.character = character, .modifiers = modifiers});
}

void Terminal::paste(std::string_view utf8)
{
    m_parts->keys += m_parts->emulator.takeOutput() + encodePaste(utf8, modes());
}

void Terminal::handleMouse(const MouseEvent &event)
{
    m_parts->emulator.handleMouse(event);
}

void Terminal::setFocused(bool focused)
{
    m_parts->emulator.setFocused(focused);
}

void Terminal::clear()
{
    m_parts->emulator.clear();
}

std::string Terminal::takeOutput()
{
    return std::exchange(m_parts->keys, {}) + m_parts->emulator.takeOutput();
}

Damage Terminal::takeDamage()
{
    if (isSynchronized()) {
        return {};
    }
    Damage damage = m_parts->emulator.takeDamage();
    const Screen::RowRange rows = m_parts->screen.takeDirtyRows();
    damage.firstRow = rows.first;
    damage.endRow = rows.end;
    return damage;
}

bool Terminal::isSynchronized() const
{
    return m_parts->emulator.isSynchronized();
}

void Terminal::endSynchronizedUpdate()
{
    m_parts->emulator.endSynchronizedUpdate();
}

void Terminal::setCellPixels(int width, int height)
{
    m_parts->emulator.setCellPixels(width, height);
}

void Terminal::setDefaultColours(const Palette &colours)
{
    m_parts->emulator.setDefaultColours(colours);
}

LineNumber Terminal::firstLine() const
{
    return m_parts->screen.scrollback().firstRow();
}

LineNumber Terminal::screenTop() const
{
    return m_parts->screen.scrollback().endRow();
}

LineNumber Terminal::endLine() const
{
    return screenTop() + size().rows;
}

void Terminal::readLine(LineNumber number, Line &line) const
{
    if (number < firstLine() || number >= endLine()) {
        line.cells.clear();
        line.wrapped = false;
        line.marks = {};
        line.size = LineSize::Single;
    } else if (number < screenTop()) {
        m_parts->screen.scrollback().read(number, line);
    } else {
        m_parts->screen.read(static_cast<int>(number - screenTop()), line);
    }
}

bool Terminal::isWrapped(LineNumber number) const
{
    if (number < firstLine() || number >= endLine()) {
        return false;
    }
    return number < screenTop() ? m_parts->screen.scrollback().isWrapped(number)
                                : m_parts->screen.row(static_cast<int>(number - screenTop())).wrapped;
}

LineSize Terminal::lineSize(LineNumber number) const
{
    if (number < firstLine() || number >= endLine()) {
        return LineSize::Single;
    }
    return number < screenTop() ? m_parts->screen.scrollback().sizeOf(number)
                                : m_parts->screen.row(static_cast<int>(number - screenTop())).size();
}

int Terminal::cellsOf(LineNumber number) const
{
    return cellsAcross(size().columns, lineSize(number));
}

std::size_t Terminal::scrollbackMemory() const
{
    return m_parts->screen.scrollback().memoryBytes();
}

Anchor Terminal::anchorOf(Position position) const
{
    const LineNumber row = std::clamp(position.line, firstLine(), endLine() - 1);
    Anchor anchor = row < screenTop() ? m_parts->screen.scrollback().anchorOf(row)
                                      : m_parts->screen.anchorOf(static_cast<int>(row - screenTop()));
    anchor.cell += std::clamp(position.column, 0, size().columns);
    return anchor;
}

std::optional<Position> Terminal::positionOf(Anchor anchor) const
{
    const Scrollback &scrollback = m_parts->screen.scrollback();
    if (const auto place = m_parts->screen.placeOf(anchor)) {
        return Position{screenTop() + place->row, std::min(place->column, size().columns)};
    }
    if (anchor.line < scrollback.firstLine() || anchor.line >= scrollback.endLine()) {
        return std::nullopt;
    }
    const Scrollback::Place place = scrollback.placeOf(anchor);
    return Position{place.row, std::min(place.column, size().columns)};
}

std::optional<LineNumber> Terminal::markBefore(LineNumber from, Mark mark) const
{
    const auto test = [mark](const LineMarks &marks) {
        return marks.has(mark);
    };
    LineNumber row = std::min(from, endLine()) - 1;
    for (; row >= screenTop(); --row) {
        if (test(m_parts->screen.mainRow(static_cast<int>(row - screenTop())).marks)) {
            return row;
        }
    }
    const LineNumber found = row < firstLine() ? -1 : m_parts->screen.scrollback().findMark(row, -1, test);
    return found < 0 ? std::nullopt : std::optional(found);
}

std::optional<LineNumber> Terminal::markAfter(LineNumber from, Mark mark) const
{
    const auto test = [mark](const LineMarks &marks) {
        return marks.has(mark);
    };
    if (from + 1 < screenTop()) {
        const LineNumber found = m_parts->screen.scrollback().findMark(from + 1, 1, test);
        if (found >= 0) {
            return found;
        }
    }
    for (LineNumber row = std::max(from + 1, screenTop()); row < endLine(); ++row) {
        if (test(m_parts->screen.mainRow(static_cast<int>(row - screenTop())).marks)) {
            return row;
        }
    }
    return std::nullopt;
}

std::optional<Position> Terminal::markOf(LineNumber row, Mark mark) const
{
    if (row < firstLine() || row >= endLine()) {
        return std::nullopt;
    }
    const LineMarks marks = row < screenTop()
                                ? m_parts->screen.scrollback().marksOf(row)
                                : m_parts->screen.mainRow(static_cast<int>(row - screenTop())).marks;
    if (!marks.has(mark)) {
        return std::nullopt;
    }
    Anchor anchor = anchorOf({row, 0});
    anchor.cell += marks.cellOf(mark);
    return positionOf(anchor);
}

Cursor Terminal::cursor() const
{
    return m_parts->emulator.cursor();
}

Modes Terminal::modes() const
{
    return m_parts->emulator.modes();
}

const std::string &Terminal::title() const
{
    return m_parts->emulator.title();
}

std::uint64_t Terminal::bellCount() const
{
    return m_parts->emulator.bellCount();
}

const std::string &Terminal::iconName() const
{
    return m_parts->emulator.iconName();
}

const std::string &Terminal::directory() const
{
    return m_parts->emulator.directory();
}

const Palette &Terminal::colours() const
{
    return m_parts->emulator.colours();
}

std::string_view Terminal::linkTarget(LinkId link) const
{
    return m_parts->emulator.links().target(link);
}

bool Terminal::hasLinkId(LinkId link) const
{
    return m_parts->emulator.links().hasId(link);
}

std::optional<ClipboardRequest> Terminal::takeClipboardRequest()
{
    return m_parts->emulator.takeClipboardRequest();
}

std::vector<Notification> Terminal::takeNotifications()
{
    return m_parts->emulator.takeNotifications();
}

} // namespace Koyeb::Vt
