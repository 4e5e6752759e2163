// SPDX-License-Identifier: Apache-2.0
// Emulator: answers to the questions of programs.
#include "vt/emulator.h"

#include "vt/capabilities.h"
#include "vt/sgr.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace Koyeb::Vt {

namespace {

constexpr std::string_view stringEnd = "\x1B\\";
constexpr std::size_t maximumTitleStack = 10;

void appendHex(std::string &text, std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 0xFU]);
    }
}

[[nodiscard]] std::string hexOf(std::string_view bytes)
{
    std::string text;
    appendHex(text, bytes);
    return text;
}

/// Nothing where it is not hexadecimal.
[[nodiscard]] std::optional<std::string> fromHex(std::string_view text)
{
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        const int high = digit(text[at]);
        const int low = digit(text[at + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return text.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

} // namespace

bool Emulator::reportByControl(const ControlSequence &sequence)
{
    using C = ControlSequence;
    switch (sequence.function()) {
    case C::functionOf('c'):
        if (sequence.value(0) == 0) {
            // A VT420 with selective erase, horizontal margins, colours and rectangles.
            send("\x1B[?64;6;21;22;28c");
        }
        return true;
    case C::functionOf('c', 0, '>'):
        if (sequence.value(0) == 0) {
            // Says xterm: programs take the rest of what we do from that.
            send("\x1B[>41;354;0c");
        }
        return true;
    case C::functionOf('c', 0, '='):
        if (sequence.value(0) == 0) {
            send("\x1BP!|00000000\x1B\\");
        }
        return true;
    case C::functionOf('n'):
    case C::functionOf('n', 0, '?'):
        reportStatus(sequence);
        return true;
    case C::functionOf('p', '$'):
    case C::functionOf('p', '$', '?'):
        reportMode(sequence);
        return true;
    case C::functionOf('q', 0, '>'):
        if (sequence.value(0) == 0) {
            send("\x1BP>|Koyeb Desktop\x1B\\");
        }
        return true;
    case C::functionOf('t'):
        reportWindow(sequence);
        return true;
    case C::functionOf('u', 0, '?'):
        send("\x1B[?" + std::to_string(modes().keyboardFlags) + 'u');
        return true;
    case C::functionOf('m', 0, '?'):
        if (sequence.value(0) == 4) {
            send("\x1B[>4;" + std::to_string(m_modifyOtherKeys) + 'm');
        }
        return true;
    case C::functionOf('w', '$'):
        reportPresentation(sequence.value(0));
        return true;
    case C::functionOf('v', '"'): // DECRQDE: all of the page is seen.
        send("\x1B[" + std::to_string(rows()) + ';' + std::to_string(columns()) + ";1;1;1\"w");
        return true;
    case C::functionOf('x'):
        if (sequence.value(0) <= 1) {
            send("\x1B[" + std::to_string(sequence.value(0) + 2) + ";1;1;128;128;1;0x");
        }
        return true;
    default:
        return false;
    }
}

void Emulator::reportStatus(const ControlSequence &sequence)
{
    const bool isPrivate = sequence.marker == '?';
    switch (sequence.value(0)) {
    case 5:
        if (!isPrivate) {
            send("\x1B[0n");
        }
        break;
    case 6: {
        send(
            (isPrivate ? "\x1B[?" : "\x1B[") + std::to_string(rowInOrigin() + 1) + ';' +
            std::to_string(columnInOrigin() + 1) + (isPrivate ? ";1R" : "R"));
        break;
    }
    case 15: // There is no printer,
        send(isPrivate ? "\x1B[?13n" : "");
        break;
    case 25: // nor keys that could be locked,
        send(isPrivate ? "\x1B[?20n" : "");
        break;
    case 26: // a keyboard there is,
        send(isPrivate ? "\x1B[?27;1;0;0n" : "");
        break;
    case 53:
    case 55: // no locator
        send(isPrivate ? "\x1B[?50n" : "");
        break;
    case 56: // of any type,
        send(isPrivate ? "\x1B[?57;0n" : "");
        break;
    case 62: // no room for macros
        send(isPrivate ? "\x1B[0*{" : "");
        break;
    case 63: // and none of them,
        if (isPrivate) {
            send("\x1BP" + std::to_string(sequence.value(1)) + "!~0000\x1B\\");
        }
        break;
    case 75: // no errors on the line
        send(isPrivate ? "\x1B[?70n" : "");
        break;
    case 85: // and one session.
        send(isPrivate ? "\x1B[?83n" : "");
        break;
    default:
        break;
    }
}

/// What can be asked without harm. Nothing here moves, resizes or raises a window, and no title is told.
void Emulator::reportWindow(const ControlSequence &sequence)
{
    const auto report = [this](int kind, int height, int width) {
        send(
            "\x1B[" + std::to_string(kind) + ';' + std::to_string(height) + ';' + std::to_string(width) +
            't');
    };
    const bool knowsPixels = m_cellPixels.columns > 0 && m_cellPixels.rows > 0;
    switch (sequence.value(0)) {
    case 11: // Whether it is an icon is not told.
        send("\x1B[1t");
        break;
    case 14:
        if (knowsPixels) {
            report(4, rows() * m_cellPixels.rows, columns() * m_cellPixels.columns);
        }
        break;
    case 16:
        if (knowsPixels) {
            report(6, m_cellPixels.rows, m_cellPixels.columns);
        }
        break;
    case 18:
        report(8, rows(), columns());
        break;
    case 19:
        report(9, rows(), columns());
        break;
    case 22:
        if (sequence.value(1) <= 2 && m_titleStack.size() < maximumTitleStack) {
            m_titleStack.emplace_back(m_title, m_iconName);
        }
        break;
    case 23:
        if (sequence.value(1) <= 2 && !m_titleStack.empty()) {
            auto &[title, iconName] = m_titleStack.back();
            m_title = sequence.value(1) != 1 ? std::move(title) : m_title;
            m_iconName = sequence.value(1) != 2 ? std::move(iconName) : m_iconName;
            m_titleStack.pop_back();
        }
        break;
    default:
        break;
    }
}

void Emulator::deviceControl(std::string_view content)
{
    if (content.empty()) {
        return;
    }
    if (content.starts_with("$q")) {
        reportSetting(content.substr(2));
    } else if (content.starts_with("+q")) {
        reportCapabilities(content.substr(2));
    } else if (content.substr(1).starts_with("$t")) {
        restorePresentation(content.front() - '0', content.substr(3));
    }
}

/// DECRQSS: the settings, as the parameters of what would set them.
void Emulator::reportSetting(std::string_view name)
{
    std::string value;
    const auto pair = [](int first, int last) {
        return std::to_string(first) + ';' + std::to_string(last);
    };
    if (name == "m") {
        value = sgrOf(m_screen.pen());
    } else if (name == "r") {
        value = pair(m_topMargin + 1, m_bottomMargin);
    } else if (name == "s") {
        value = pair(m_leftMargin + 1, m_rightMargin);
    } else if (name == " q") {
        const int shape = static_cast<int>(m_look.shape) * 2;
        value = std::to_string(shape + (m_look.blinking ? 1 : 2));
    } else if (name == "\"q") {
        value = std::to_string(m_screen.pen().isProtected ? 1 : 0);
    } else if (name == "\"p") {
        value = pair(64, m_sendsC1 ? 0 : 1);
    } else if (name == "*x") {
        value = std::to_string(m_changeExtent);
    } else if (name == "$}" || name == "$~") {
        value = std::to_string(0); // There is no status line.
    } else if (name == "t" || name == "*|") {
        value = std::to_string(rows());
    } else if (name == "$|") {
        value = std::to_string(columns());
    } else {
        send("\x1BP0$r\x1B\\");
        return;
    }
    // Each name is one of those above: it is not the program's text that is sent back.
    send("\x1BP1$r" + value + std::string(name) + std::string(stringEnd));
}

/// XTGETTCAP: names in hexadecimal, of which known ones are answered.
void Emulator::reportCapabilities(std::string_view names)
{
    for (;;) {
        const std::string_view name = names.substr(0, names.find(';'));
        const auto known = fromHex(name);
        const auto value = known ? capability(*known) : std::nullopt;
        if (!value) {
            send("\x1BP0+r\x1B\\");
        } else {
            // The name is one of ours: it is not the program's text that is sent back.
            std::string answer = "\x1BP1+r" + hexOf(*known);
            if (!value->empty()) {
                answer += '=' + hexOf(*value);
            }
            send(answer + std::string(stringEnd));
        }
        if (name.size() == names.size()) {
            return;
        }
        names.remove_prefix(name.size() + 1);
    }
}

} // namespace Koyeb::Vt
