// SPDX-License-Identifier: Apache-2.0
// Emulator: operating system commands (OSC). Whatever they say is bounded and is for the view to act on.
#include "vt/emulator.h"

#include "vt/base64.h"
#include "vt/colournames.h"

#include <algorithm>
#include <charconv>

namespace Koyeb::Vt {

namespace {

constexpr std::size_t maximumTitleBytes = 1024;
constexpr std::size_t maximumNotifications = 8;
constexpr int maximumColourIndex = 65535; ///< There are not so many, but it can be added to.

/// Takes off the front what stands before the next semicolon.
[[nodiscard]] std::string_view takeField(std::string_view &text)
{
    const std::size_t end = text.find(';');
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return field;
}

/// Whether a prompt is one to jump to: those of continued lines (k=c, k=s) and at the right edge (k=r) belong
/// to another.
[[nodiscard]] bool isFirstPrompt(std::string_view options)
{
    while (!options.empty()) {
        const std::string_view option = takeField(options);
        if (option.starts_with("k=") && option != "k=i") {
            return false;
        }
    }
    return true;
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
    case 5:
        setColours(*number, content);
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
    case 52:
        requestClipboard(content);
        break;
    case 104:
    case 105:
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
        if (*number >= 10 && *number <= 19) {
            setDynamicColour(*number, content);
        } else if (*number >= 110 && *number <= 119) {
            resetColours(*number, content);
        }
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

void Emulator::changeColour(const std::string &prefix, std::string_view value, ColourPlace place)
{
    if (value == "?") {
        const bool isKnown = *place.chosen || place.byDefault == nullptr;
        reportColour(prefix, isKnown ? *place.chosen : *place.byDefault);
    } else if (const auto colour = colourOf(value)) {
        *place.chosen = colour;
        m_damage.everything = true;
    }
}

/// Of the palette, behind which stand the special ones (bold, underlined, blinking, reverse, italic).
Emulator::ColourPlace Emulator::indexedColour(int index)
{
    const auto at = static_cast<std::size_t>(index);
    if (at < m_colours.indexed.size()) {
        return {&m_colours.indexed.at(at), &m_defaultColours.indexed.at(at)};
    }
    const std::size_t special = at - m_colours.indexed.size();
    return {special < m_specialColours.size() ? &m_specialColours.at(special) : nullptr, nullptr};
}

/// OSC 10 to 19. Those from 13 on (the pointer, Tektronix, the selection) are remembered only.
Emulator::ColourPlace Emulator::dynamicColour(int number)
{
    switch (number) {
    case 10:
        return {&m_colours.foreground, &m_defaultColours.foreground};
    case 11:
        return {&m_colours.background, &m_defaultColours.background};
    case 12:
        return {&m_colours.cursor, &m_defaultColours.cursor};
    default:
        return {&m_undrawnColours.at(static_cast<std::size_t>(number - 13)), nullptr};
    }
}

/// OSC 4, and 5, which counts from the first special colour.
void Emulator::setColours(int number, std::string_view arguments)
{
    const int first = number == 5 ? static_cast<int>(m_colours.indexed.size()) : 0;
    while (!arguments.empty()) {
        const auto index = numberOf(takeField(arguments));
        const std::string_view value = takeField(arguments);
        if (!index || *index > maximumColourIndex) {
            continue;
        }
        if (const ColourPlace place = indexedColour(first + *index); place.chosen != nullptr) {
            changeColour(std::to_string(number) + ';' + std::to_string(*index), value, place);
        }
    }
}

/// 10 and following: each further argument is for the next number.
void Emulator::setDynamicColour(int number, std::string_view arguments)
{
    for (; number <= 19 && !arguments.empty(); ++number) {
        changeColour(std::to_string(number), takeField(arguments), dynamicColour(number));
    }
}

/// OSC 104 and 105 (all, or those that are named), 110 to 119.
void Emulator::resetColours(int number, std::string_view arguments)
{
    m_damage.everything = true;
    if (number >= 110) {
        dynamicColour(number - 100).chosen->reset();
        return;
    }
    const int first = number == 105 ? static_cast<int>(m_colours.indexed.size()) : 0;
    if (arguments.empty() && number == 104) {
        m_colours.indexed = {};
    } else if (arguments.empty()) {
        m_specialColours = {};
    }
    while (!arguments.empty()) {
        const auto index = numberOf(takeField(arguments));
        if (!index || *index > maximumColourIndex) {
            continue;
        }
        if (const ColourPlace place = indexedColour(first + *index); place.chosen != nullptr) {
            place.chosen->reset();
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
    const int cell = m_cursor.column + (m_cursor.isWrapPending ? 1 : 0);
    LineMarks marks;
    if ((kind == "A" || kind == "P") && isFirstPrompt(arguments)) {
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
