// SPDX-License-Identifier: Apache-2.0
#include "vt/sgr.h"

#include <algorithm>
#include <array>
#include <optional>

namespace Koyeb::Vt {

namespace {

/// How many parameters after `index` are sub-parameters of it.
[[nodiscard]] std::size_t subCount(const ControlSequence &sequence, std::size_t index)
{
    std::size_t count = 0;
    while (sequence.subParameters != 0 && index + 1 + count < sequence.count &&
           sequence.isSub(index + 1 + count)) {
        ++count;
    }
    return count;
}

constexpr int largest = 255; ///< Of an index or a component: with more there is no colour.

[[nodiscard]] std::optional<Colour> indexedColour(const ControlSequence &sequence, std::size_t at)
{
    const int index = sequence.value(at);
    return index <= largest ? std::optional(Colour::indexed(static_cast<std::uint8_t>(index))) : std::nullopt;
}

[[nodiscard]] std::optional<Colour> rgbColour(const ControlSequence &sequence, std::size_t first)
{
    std::array<std::uint8_t, 3> components{};
    for (std::size_t i = 0; i < components.size(); ++i) {
        const int value = sequence.value(first + i);
        if (value > largest) {
            return std::nullopt;
        }
        components[i] = static_cast<std::uint8_t>(value);
    }
    return Colour::rgb(components[0], components[1], components[2]);
}

/// 38, 48 and 58: `index` is the parameter itself and moves on to the last one that belongs to it.
[[nodiscard]] std::optional<Colour> takeColour(const ControlSequence &sequence, std::size_t &index)
{
    const std::size_t start = index;
    const std::size_t subs = subCount(sequence, index);
    const int kind = sequence.value(start + 1);
    if (subs > 0) {
        index += subs;
        if (kind == 5 && subs >= 2) {
            return indexedColour(sequence, start + 2);
        }
        // In the form of ISO 8613-6 the colour space stands in front of the values; most leave that out.
        return kind == 2 && subs >= 4 ? rgbColour(sequence, start + (subs >= 5 ? 3 : 2)) : std::nullopt;
    }
    const std::size_t last = start + (kind == 5 ? 2 : kind == 2 ? 4 : 1);
    index = std::min(last, sequence.count - 1);
    if (last >= sequence.count) {
        return std::nullopt; // Incomplete.
    }
    return kind == 5   ? indexedColour(sequence, start + 2)
           : kind == 2 ? rgbColour(sequence, start + 2)
                       : std::nullopt;
}

void applyUnderline(Style &style, const ControlSequence &sequence, std::size_t &index)
{
    const std::size_t subs = subCount(sequence, index);
    const int kind = subs > 0 ? sequence.value(index + 1) : 1;
    index += subs;
    if (kind <= static_cast<int>(Underline::Dashed)) {
        style.underline = static_cast<Underline>(kind);
    }
}

void applyAttribute(Style &style, int parameter)
{
    switch (parameter) {
    case 1:
        style.bold = true;
        break;
    case 2:
        style.dim = true;
        break;
    case 3:
        style.italic = true;
        break;
    case 5:
    case 6:
        style.blink = true;
        break;
    case 7:
        style.reverse = true;
        break;
    case 8:
        style.invisible = true;
        break;
    case 9:
        style.strikeOut = true;
        break;
    case 21:
        style.underline = Underline::Double;
        break;
    case 22:
        style.bold = style.dim = false;
        break;
    case 23:
        style.italic = false;
        break;
    case 24:
        style.underline = Underline::None;
        break;
    case 25:
        style.blink = false;
        break;
    case 27:
        style.reverse = false;
        break;
    case 28:
        style.invisible = false;
        break;
    case 29:
        style.strikeOut = false;
        break;
    case 53:
        style.overline = true;
        break;
    case 55:
        style.overline = false;
        break;
    default:
        break;
    }
}

void applyNamedColour(Style &style, int parameter)
{
    const auto indexed = [parameter](int first, int offset) {
        return Colour::indexed(static_cast<std::uint8_t>(parameter - first + offset));
    };
    if (parameter >= 30 && parameter <= 37) {
        style.foreground = indexed(30, 0);
    } else if (parameter == 39) {
        style.foreground = {};
    } else if (parameter >= 40 && parameter <= 47) {
        style.background = indexed(40, 0);
    } else if (parameter == 49) {
        style.background = {};
    } else if (parameter == 59) {
        style.underlineColour = {};
    } else if (parameter >= 90 && parameter <= 97) {
        style.foreground = indexed(90, 8);
    } else if (parameter >= 100 && parameter <= 107) {
        style.background = indexed(100, 8);
    }
}

void appendColour(std::string &text, Colour colour, int base)
{
    switch (colour.kind) {
    case Colour::Kind::Default:
        break;
    case Colour::Kind::Indexed:
        if (base != 58 && colour.index() < 8) {
            text += ';' + std::to_string(base - 8 + colour.index());
        } else if (base != 58 && colour.index() < 16) {
            text += ';' + std::to_string(base + 52 - 8 + colour.index());
        } else {
            text += ';' + std::to_string(base) + ":5:" + std::to_string(colour.index());
        }
        break;
    case Colour::Kind::Rgb:
        text += ';' + std::to_string(base) + ":2::" + std::to_string(colour.red) + ':' +
                std::to_string(colour.green) + ':' + std::to_string(colour.blue);
        break;
    }
}

} // namespace

void applySgr(Style &style, const ControlSequence &sequence, std::size_t first)
{
    for (std::size_t index = first; index < sequence.count; ++index) {
        const int parameter = sequence.value(index);
        switch (parameter) {
        case 0:
            // What erasing heeds and where a link leads are no matter of SGR.
            style = Style{.isProtected = style.isProtected, .link = style.link};
            index += subCount(sequence, index);
            break;
        case 4:
            applyUnderline(style, sequence, index);
            break;
        case 38:
            style.foreground = takeColour(sequence, index).value_or(style.foreground);
            break;
        case 48:
            style.background = takeColour(sequence, index).value_or(style.background);
            break;
        case 58:
            style.underlineColour = takeColour(sequence, index).value_or(style.underlineColour);
            break;
        default:
            index += subCount(sequence, index);
            parameter < 30 || parameter == 53 || parameter == 55 ? applyAttribute(style, parameter)
                                                                 : applyNamedColour(style, parameter);
            break;
        }
    }
}

std::string sgrOf(const Style &style)
{
    std::string text = "0";
    const auto add = [&text](bool isSet, const char *parameter) {
        if (isSet) {
            text += parameter;
        }
    };
    add(style.bold, ";1");
    add(style.dim, ";2");
    add(style.italic, ";3");
    add(style.underline == Underline::Single, ";4");
    if (style.underline > Underline::Single) {
        text += ";4:" + std::to_string(static_cast<int>(style.underline));
    }
    add(style.blink, ";5");
    add(style.reverse, ";7");
    add(style.invisible, ";8");
    add(style.strikeOut, ";9");
    add(style.overline, ";53");
    appendColour(text, style.foreground, 38);
    appendColour(text, style.background, 48);
    appendColour(text, style.underlineColour, 58);
    return text;
}

} // namespace Koyeb::Vt
