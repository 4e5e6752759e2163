// SPDX-License-Identifier: Apache-2.0
#include "vt/mouse.h"

#include "vt/utf8.h"

#include <bit>

namespace Koyeb::Vt {

namespace {

using Action = MouseEvent::Action;
using Button = MouseEvent::Button;

constexpr int released = 3;
constexpr int moving = 32;
/// One byte holds numbers up to this one.
constexpr int largestByte = 223;
constexpr int largestUtf8 = 2015;

[[nodiscard]] bool isWheel(Button button)
{
    return button >= Button::WheelUp && button <= Button::WheelRight;
}

[[nodiscard]] unsigned bitOf(Button button)
{
    return button == Button::None ? 0U : 1U << static_cast<unsigned>(button);
}

/// The first of the buttons that are down: an event tells of one.
[[nodiscard]] Button firstOf(unsigned buttons)
{
    return buttons == 0 ? Button::None : static_cast<Button>(std::countr_zero(buttons));
}

[[nodiscard]] int codeOf(Button button)
{
    switch (button) {
    case Button::None:
        return released;
    case Button::Left:
    case Button::Middle:
    case Button::Right:
        return static_cast<int>(button) - static_cast<int>(Button::Left);
    case Button::Back:
    case Button::Forward:
        return 128 + static_cast<int>(button) - static_cast<int>(Button::Back);
    default:
        return 64 + static_cast<int>(button) - static_cast<int>(Button::WheelUp);
    }
}

[[nodiscard]] std::string decimal(const char *introducer, int code, int x, int y, char final)
{
    return introducer + std::to_string(code) + ';' + std::to_string(x) + ';' + std::to_string(y) + final;
}

[[nodiscard]] std::string bytes(int code, int column, int row, bool asUtf8)
{
    if (column > (asUtf8 ? largestUtf8 : largestByte) || row > (asUtf8 ? largestUtf8 : largestByte)) {
        return {};
    }
    std::string text = "\x1B[M";
    for (const int number : {code, column, row}) {
        if (asUtf8) {
            appendUtf8(text, static_cast<char32_t>(number + 32));
        } else {
            text.push_back(static_cast<char>(number + 32));
        }
    }
    return text;
}

} // namespace

std::string MouseReporter::report(const MouseEvent &event, MouseTracking tracking, MouseEncoding encoding)
{
    const bool isSamePlace = event.row == m_row && event.column == m_column;
    m_row = event.row;
    m_column = event.column;
    Button button = event.button;
    if (event.action == Action::Press && !isWheel(button)) {
        m_pressed |= bitOf(button);
    } else if (event.action == Action::Release) {
        m_pressed &= ~bitOf(button);
    } else if (event.action == Action::Move) {
        button = firstOf(m_pressed);
    }
    const bool isWanted = event.action == Action::Press     ? tracking >= MouseTracking::Presses
                          : event.action == Action::Release ? tracking >= MouseTracking::Clicks
                          : m_pressed != 0                  ? tracking >= MouseTracking::Drags
                                                            : tracking == MouseTracking::Moves;
    const bool isRepeated =
        event.action == Action::Move && isSamePlace && encoding != MouseEncoding::SgrPixels;
    const bool isNothing = event.action != Action::Move && button == Button::None;
    if (!isWanted || isRepeated || isNothing || (event.action == Action::Release && isWheel(button))) {
        return {};
    }
    const bool isSgr = encoding == MouseEncoding::Sgr || encoding == MouseEncoding::SgrPixels;
    const bool isRelease = event.action == Action::Release;
    int code = isRelease && !isSgr ? released : codeOf(button);
    code += event.action == Action::Move ? moving : 0;
    if (tracking != MouseTracking::Presses) {
        code += (event.modifiers.shift ? 4 : 0) + (event.modifiers.alt ? 8 : 0) +
                (event.modifiers.control ? 16 : 0);
    }
    switch (encoding) {
    case MouseEncoding::Sgr:
        return decimal("\x1B[<", code, event.column + 1, event.row + 1, isRelease ? 'm' : 'M');
    case MouseEncoding::SgrPixels:
        return decimal("\x1B[<", code, event.x + 1, event.y + 1, isRelease ? 'm' : 'M');
    case MouseEncoding::Decimal:
        return decimal("\x1B[", code + 32, event.column + 1, event.row + 1, 'M');
    case MouseEncoding::Utf8:
        return bytes(code, event.column + 1, event.row + 1, true);
    case MouseEncoding::Bytes:
        break;
    }
    return bytes(code, event.column + 1, event.row + 1, false);
}

} // namespace Koyeb::Vt
