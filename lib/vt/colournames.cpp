// SPDX-License-Identifier: Apache-2.0
#include "vt/colournames.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace Koyeb::Vt {

namespace {

/// As X11 has them, which is not always what the web means by the name. Sorted.
constexpr std::array names = std::to_array<std::pair<std::string_view, std::uint32_t>>({
    {"aquamarine", 0x7FFFD4},   {"azure", 0xF0FFFF},       {"beige", 0xF5F5DC},
    {"black", 0x000000},        {"blue", 0x0000FF},        {"brown", 0xA52A2A},
    {"chocolate", 0xD2691E},    {"coral", 0xFF7F50},       {"cornflowerblue", 0x6495ED},
    {"cyan", 0x00FFFF},         {"darkblue", 0x00008B},    {"darkcyan", 0x008B8B},
    {"darkgray", 0xA9A9A9},     {"darkgreen", 0x006400},   {"darkmagenta", 0x8B008B},
    {"darkorange", 0xFF8C00},   {"darkred", 0x8B0000},     {"darkslategray", 0x2F4F4F},
    {"deeppink", 0xFF1493},     {"deepskyblue", 0x00BFFF}, {"dimgray", 0x696969},
    {"dodgerblue", 0x1E90FF},   {"firebrick", 0xB22222},   {"forestgreen", 0x228B22},
    {"gold", 0xFFD700},         {"goldenrod", 0xDAA520},   {"gray", 0xBEBEBE},
    {"green", 0x00FF00},        {"hotpink", 0xFF69B4},     {"indianred", 0xCD5C5C},
    {"ivory", 0xFFFFF0},        {"khaki", 0xF0E68C},       {"lavender", 0xE6E6FA},
    {"lightblue", 0xADD8E6},    {"lightcyan", 0xE0FFFF},   {"lightgray", 0xD3D3D3},
    {"lightgreen", 0x90EE90},   {"lightyellow", 0xFFFFE0}, {"limegreen", 0x32CD32},
    {"linen", 0xFAF0E6},        {"magenta", 0xFF00FF},     {"maroon", 0xB03060},
    {"midnightblue", 0x191970}, {"navy", 0x000080},        {"orange", 0xFFA500},
    {"orchid", 0xDA70D6},       {"pink", 0xFFC0CB},        {"plum", 0xDDA0DD},
    {"purple", 0xA020F0},       {"red", 0xFF0000},         {"royalblue", 0x4169E1},
    {"salmon", 0xFA8072},       {"seagreen", 0x2E8B57},    {"sienna", 0xA0522D},
    {"skyblue", 0x87CEEB},      {"slateblue", 0x6A5ACD},   {"slategray", 0x708090},
    {"snow", 0xFFFAFA},         {"springgreen", 0x00FF7F}, {"steelblue", 0x4682B4},
    {"tan", 0xD2B48C},          {"tomato", 0xFF6347},      {"turquoise", 0x40E0D0},
    {"violet", 0xEE82EE},       {"wheat", 0xF5DEB3},       {"white", 0xFFFFFF},
    {"yellow", 0xFFFF00},
});
static_assert(std::is_sorted(names.begin(), names.end()));

[[nodiscard]] std::optional<int> numberOf(std::string_view text, int base)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    const bool isWhole = error == std::errc{} && end == text.data() + text.size() && number >= 0;
    return isWhole ? std::optional(number) : std::nullopt;
}

/// One to four hexadecimal digits as eight bits: scaled, or, as X11 does with "#", the digits being the first
/// ones of more.
[[nodiscard]] std::optional<std::uint8_t> componentOf(std::string_view digits, bool isScaled)
{
    const auto number = numberOf(digits, 16);
    if (!number || digits.empty() || digits.size() > 4) {
        return std::nullopt;
    }
    const int bits = 4 * static_cast<int>(digits.size());
    const int largest = (1 << bits) - 1;
    return static_cast<std::uint8_t>(
        isScaled ? (*number * 255 + largest / 2) / largest : (*number << 16) >> (bits + 8));
}

[[nodiscard]] std::optional<Rgb> namedColour(std::string_view text)
{
    constexpr std::size_t longestName = 32;
    if (text.size() > longestName) {
        return std::nullopt;
    }
    std::string name;
    for (const char c : text) {
        if (c != ' ') {
            name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
        }
    }
    if (const std::size_t grey = name.find("grey"); grey != std::string::npos) {
        name[grey + 2] = 'a';
    }
    const auto known =
        std::lower_bound(names.begin(), names.end(), name, [](const auto &entry, const std::string &wanted) {
            return entry.first < wanted;
        });
    if (known == names.end() || known->first != name) {
        return std::nullopt;
    }
    const std::uint32_t value = known->second;
    return Rgb{
        static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U),
        static_cast<std::uint8_t>(value)};
}

} // namespace

std::optional<Rgb> colourOf(std::string_view text)
{
    std::array<std::optional<std::uint8_t>, 3> components;
    if (text.starts_with("rgb:")) {
        text.remove_prefix(4);
        for (auto &component : components) {
            const std::size_t end = text.find('/');
            component = componentOf(text.substr(0, end), true);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
    } else if (text.starts_with('#') && (text.size() - 1) % 3 == 0) {
        const std::size_t digits = (text.size() - 1) / 3;
        for (std::size_t i = 0; i < 3; ++i) {
            components[i] = componentOf(text.substr(1 + i * digits, digits), false);
        }
        text = {};
    } else {
        return namedColour(text);
    }
    if (!text.empty() || !components[0] || !components[1] || !components[2]) {
        return std::nullopt;
    }
    return Rgb{*components[0], *components[1], *components[2]};
}

} // namespace Koyeb::Vt
