// SPDX-License-Identifier: Apache-2.0
#include "vt/terminal.h"

#include "vt/inputfilter.h"
#include "vt/interpreter.h"
#include "vt/screen.h"
#include "vt/scrollback.h"

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
        : scrollback(std::min(options.scrollbackLines, maximumScrollbackLines), options.scrollbackBytes),
          screen(size, scrollback),
          interpreter(screen, scrollback),
          filter(interpreter)
    {
    }

    Scrollback scrollback;
    Screen screen;
    Interpreter interpreter;
    InputFilter filter;
    std::string keys; ///< Bytes of what the user did, in front of which are the answers of the interpreter.
};

Terminal::Terminal(Size size) : Terminal(size, Options{}) {}

Terminal::Terminal(Size size, const Options &options)
    : m_parts(std::make_unique<Parts>(confined(size), options))
{
}

Terminal::~Terminal() = default;

void Terminal::feed(std::string_view bytes)
{
    m_parts->filter.feed(bytes);
}

void Terminal::resize(Size size)
{
    const Size newSize = confined(size);
    if (newSize != this->size()) {
        m_parts->interpreter.resize(newSize);
    }
}

Size Terminal::size() const
{
    return m_parts->screen.size();
}

void Terminal::pressKey(Key key, Modifiers modifiers)
{
    m_parts->keys += m_parts->interpreter.takeOutput() + encodeKey(key, modifiers, modes());
}

void Terminal::typeCharacter(char32_t character, Modifiers modifiers)
{
    m_parts->keys += m_parts->interpreter.takeOutput() + encodeCharacter(character, modifiers);
}

void Terminal::paste(std::string_view utf8)
{
    m_parts->keys += m_parts->interpreter.takeOutput() + encodePaste(utf8, modes());
}

void Terminal::handleMouse(const MouseEvent &event)
{
    m_parts->interpreter.handleMouse(event);
}

void Terminal::setFocused(bool focused)
{
    m_parts->interpreter.setFocused(focused);
}

void Terminal::clear()
{
    m_parts->interpreter.clear();
}

std::string Terminal::takeOutput()
{
    return std::exchange(m_parts->keys, {}) + m_parts->interpreter.takeOutput();
}

Damage Terminal::takeDamage()
{
    Damage damage = m_parts->interpreter.takeDamage();
    const Screen::RowRange rows = m_parts->screen.takeDirtyRows();
    damage.firstRow = rows.first;
    damage.endRow = rows.end;
    return damage;
}

LineNumber Terminal::firstLine() const
{
    return m_parts->scrollback.forgotten();
}

LineNumber Terminal::screenTop() const
{
    return firstLine() + static_cast<LineNumber>(m_parts->scrollback.size());
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
    } else if (number < screenTop()) {
        m_parts->scrollback.read(static_cast<std::size_t>(number - firstLine()), line);
    } else {
        line = m_parts->screen.line(static_cast<int>(number - screenTop()));
    }
}

Cursor Terminal::cursor() const
{
    return m_parts->interpreter.cursor();
}

Modes Terminal::modes() const
{
    return m_parts->interpreter.modes();
}

const std::string &Terminal::title() const
{
    return m_parts->interpreter.title();
}

std::uint64_t Terminal::bellCount() const
{
    return m_parts->interpreter.bellCount();
}

} // namespace Koyeb::Vt
