// SPDX-License-Identifier: Apache-2.0
// Emulator: operating system commands (OSC). Whatever they say is bounded and is for the view to act on.
#include "vt/emulator.h"

#include "vt/base64.h"

#include <algorithm>
#include <charconv>

namespace Koyeb::Vt {

namespace {

constexpr std::size_t maximumTitleBytes = 1024;
constexpr std::size_t maximumNotifications = 8;

/// Takes off the front what stands before the next semicolon.
[[nodiscard]] std::string_view takeField(std::string_view &text)
{
    const std::size_t end = text.find(';');
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return field;
}

[[nodiscard]] std::optional<int> numberOf(std::string_view text, int base = 10)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    const bool isWhole = error == std::errc{} && end == text.data() + text.size() && number >= 0;
    return isWhole ? std::optional(number) : std::nullopt;
}

/// Text for people: UTF-8 without anything that controls.
[[nodiscard]] std::string cleaned(std::string_view text)
{
    std::string clean;
    for (const char32_t character : decodeUtf8(text.substr(0, maximumTitleBytes))) {
        if (!isControl(character) && !isInvisibleFormat(character)) {
            appendUtf8(clean, character);
        }
    }
    return clean;
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

/// "rgb:RR/GG/BB" or "#RRGGBB", each component of one to four digits.
[[nodiscard]] std::optional<Rgb> colourOf(std::string_view text)
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
    }
    if (!text.empty() || !components[0] || !components[1] || !components[2]) {
        return std::nullopt;
    }
    return Rgb{*components[0], *components[1], *components[2]};
}

[[nodiscard]] std::string percentDecoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? numberOf(text.substr(i + 1, 2), 16) : std::nullopt;
        if (byte && i + 2 < text.size()) {
            decoded.push_back(static_cast<char>(*byte));
            i += 2;
        } else {
            decoded.push_back(text[i]);
        }
    }
    return decoded;
}

} // namespace

void Emulator::command(std::string_view content, bool isCut)
{
    const auto number = numberOf(takeField(content));
    if (!number) {
        return;
    }
    if (*number <= 2) {
        setTitles(*number, content); // What is too long is cut.
        return;
    }
    if (isCut) {
        return;
    }
    switch (*number) {
    case 4:
        setColours(content);
        break;
    case 7:
        setDirectory(content);
        break;
    case 8:
        setLink(content);
        break;
    case 9:
        // "9;4;…" is a progress bar elsewhere, other numbers are other things.
        if (!numberOf(content.substr(0, content.find(';')))) {
            notify({}, cleaned(content));
        }
        break;
    case 10:
    case 11:
    case 12:
        setDynamicColour(*number, content);
        break;
    case 52:
        requestClipboard(content);
        break;
    case 104:
    case 110:
    case 111:
    case 112:
        resetColours(*number, content);
        break;
    case 133:
        markPrompt(content);
        break;
    case 777:
        if (takeField(content) == "notify") {
            std::string title = cleaned(takeField(content));
            notify(std::move(title), cleaned(content));
        }
        break;
    default:
        break;
    }
}

void Emulator::setTitles(int number, std::string_view text)
{
    const std::string title = cleaned(text);
    if (number != 2) {
        m_iconName = title;
    }
    if (number != 1) {
        m_title = title;
    }
}

void Emulator::reportColour(const std::string &prefix, const std::optional<Rgb> &colour)
{
    if (!colour) {
        return; // The view did not tell.
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "\x1B]" + prefix + ";rgb:";
    for (const std::uint8_t component : {colour->red, colour->green, colour->blue}) {
        const char high = digits[component >> 4U];
        const char low = digits[component & 0xFU];
        text += {high, low, high, low, '/'};
    }
    text.pop_back();
    send(text + (m_answersWithBell ? "\x07" : "\x1B\\"));
}

void Emulator::setColours(std::string_view arguments)
{
    while (!arguments.empty()) {
        const auto index = numberOf(takeField(arguments));
        const std::string_view value = takeField(arguments);
        if (!index || *index > 255) {
            continue;
        }
        std::optional<Rgb> &chosen = m_colours.indexed.at(static_cast<std::size_t>(*index));
        if (value == "?") {
            const auto &known = m_defaultColours.indexed.at(static_cast<std::size_t>(*index));
            reportColour("4;" + std::to_string(*index), chosen ? chosen : known);
        } else if (const auto colour = colourOf(value)) {
            chosen = colour;
            m_damage.everything = true;
        }
    }
}

/// 10 and following: each further argument is for the next number.
void Emulator::setDynamicColour(int number, std::string_view arguments)
{
    for (; number <= 12 && !arguments.empty(); ++number) {
        const std::string_view value = takeField(arguments);
        const auto member = number == 10   ? &Palette::foreground
                            : number == 11 ? &Palette::background
                                           : &Palette::cursor;
        if (value == "?") {
            const auto &chosen = m_colours.*member;
            reportColour(std::to_string(number), chosen ? chosen : m_defaultColours.*member);
        } else if (const auto colour = colourOf(value)) {
            m_colours.*member = colour;
            m_damage.everything = true;
        }
    }
}

void Emulator::resetColours(int number, std::string_view arguments)
{
    m_damage.everything = true;
    switch (number) {
    case 110:
        m_colours.foreground.reset();
        return;
    case 111:
        m_colours.background.reset();
        return;
    case 112:
        m_colours.cursor.reset();
        return;
    default:
        break;
    }
    if (arguments.empty()) {
        m_colours.indexed = {};
    }
    while (!arguments.empty()) {
        const auto index = numberOf(takeField(arguments));
        if (index && *index <= 255) {
            m_colours.indexed.at(static_cast<std::size_t>(*index)).reset();
        }
    }
}

/// "file://host/path": the host is not ours to judge, the path is what counts.
void Emulator::setDirectory(std::string_view uri)
{
    constexpr std::string_view scheme = "file://";
    if (uri.empty()) {
        m_directory.clear();
    }
    if (!uri.starts_with(scheme)) {
        return;
    }
    uri.remove_prefix(scheme.size());
    const std::size_t path = uri.find('/');
    if (path != std::string_view::npos) {
        m_directory = cleaned(percentDecoded(uri.substr(path)));
    }
}

void Emulator::setLink(std::string_view arguments)
{
    std::string_view parameters = takeField(arguments);
    std::string_view id;
    while (!parameters.empty()) {
        const std::size_t end = parameters.find(':');
        const std::string_view parameter = parameters.substr(0, end);
        parameters.remove_prefix(end == std::string_view::npos ? parameters.size() : end + 1);
        if (parameter.starts_with("id=")) {
            id = parameter.substr(3);
        }
    }
    Style pen = m_screen.pen();
    const bool isPlain =
        std::all_of(arguments.begin(), arguments.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    pen.link = isPlain ? m_links.add(id, arguments) : 0;
    m_screen.setPen(pen);
}

void Emulator::notify(std::string title, std::string body)
{
    if (m_notifications.size() < maximumNotifications && !(title.empty() && body.empty())) {
        m_notifications.push_back({std::move(title), std::move(body)});
    }
}

/// Writing is for the view to ask about; reading does not exist.
void Emulator::requestClipboard(std::string_view arguments)
{
    const int cell = m_cursor.column + (m_cursor.isWrapPending ? 1 : 0);
    const std::string_view targets = takeField(arguments);
    if (arguments == "?") {
        return;
    }
    const auto text = decodeBase64(arguments);
    if (text && !text->empty()) {
        const bool isPrimary =
            targets.find('p') != std::string_view::npos && targets.find('c') == std::string_view::npos;
        m_clipboard = ClipboardRequest{*text, isPrimary};
    }
}

void Emulator::markPrompt(std::string_view arguments)
{
    const std::string_view kind = takeField(arguments);
    LineMarks marks;
    if (kind == "A" || kind == "P") {
        marks.set(Mark::Prompt, cell);
    } else if (kind == "B") {
        marks.set(Mark::Command, cell);
    } else if (kind == "C") {
        marks.set(Mark::Output, cell);
    } else if (kind == "D") {
        marks.set(Mark::End, cell);
        const auto code = numberOf(takeField(arguments));
        marks.exitCode = code ? static_cast<std::int16_t>(std::min(*code, 255)) : LineMarks::unknownExitCode;
    }
    if (!marks.isNone() && m_screen.buffer() == Screen::Buffer::Main) {
        m_screen.mark(m_cursor.row, marks);
    }
}

} // namespace Koyeb::Vt
