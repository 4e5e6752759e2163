// SPDX-License-Identifier: Apache-2.0
#include "dump.h"

#include "vt/selection.h"
#include "vt/utf8.h"

#include <array>
#include <nlohmann/json.hpp>

using namespace Koyeb::Vt;

namespace {

[[nodiscard]] std::string colourName(Colour colour)
{
    switch (colour.kind) {
    case Colour::Kind::Indexed:
        return std::to_string(colour.index());
    case Colour::Kind::Rgb: {
        std::array<char, 8> text{};
        std::snprintf(text.data(), text.size(), "#%02x%02x%02x", colour.red, colour.green, colour.blue);
        return text.data();
    }
    case Colour::Kind::Default:
        break;
    }
    return {};
}

[[nodiscard]] const char *underlineName(Underline underline)
{
    constexpr std::array names = {"none", "single", "double", "curly", "dotted", "dashed"};
    return names.at(static_cast<std::size_t>(underline));
}

[[nodiscard]] std::vector<std::string> attributesOf(const Style &style)
{
    std::vector<std::string> names;
    const auto add = [&names](bool isSet, const char *name) {
        if (isSet) {
            names.emplace_back(name);
        }
    };
    add(style.bold, "bold");
    add(style.dim, "dim");
    add(style.italic, "italic");
    add(style.blink, "blink");
    add(style.reverse, "reverse");
    add(style.invisible, "invisible");
    add(style.strikeOut, "strike");
    add(style.overline, "overline");
    add(style.isProtected, "protected");
    return names;
}

[[nodiscard]] std::string describe(const Terminal &terminal, const Style &style)
{
    std::string text;
    const auto add = [&text](const std::string &name, const std::string &value) {
        text += value.empty() ? "" : " " + name + value;
    };
    add("fg=", colourName(style.foreground));
    add("bg=", colourName(style.background));
    add("",
        style.underline == Underline::None ? "" : std::string("underline=") + underlineName(style.underline));
    add("uc=", colourName(style.underlineColour));
    for (const std::string &name : attributesOf(style)) {
        add("", name);
    }
    add("link=", std::string(terminal.linkTarget(style.link)));
    return text;
}

[[nodiscard]] std::vector<std::string> modeNames(const Modes &modes)
{
    std::vector<std::string> names;
    const auto add = [&names](bool isSet, const std::string &name) {
        if (isSet) {
            names.push_back(name);
        }
    };
    add(modes.alternateScreen, "alternate-screen");
    add(modes.applicationCursor, "application-cursor");
    add(modes.applicationKeypad, "application-keypad");
    add(modes.newLine, "new-line");
    add(modes.bracketedPaste, "bracketed-paste");
    add(modes.reverseVideo, "reverse-video");
    add(modes.focusEvents, "focus-events");
    add(!modes.alternateScroll, "no-alternate-scroll");
    add(modes.backspaceIsBs, "backspace-is-bs");
    add(modes.sendsC1, "send-c1");
    add(modes.insert, "insert");
    add(modes.originMode, "origin");
    add(!modes.autoWrap, "no-auto-wrap");
    add(modes.reverseWrap, "reverse-wrap");
    add(modes.horizontalMargins, "horizontal-margins");
    add(modes.synchronized, "synchronized");
    add(modes.mouse != MouseTracking::None, "mouse=" + std::to_string(static_cast<int>(modes.mouse)));
    add(modes.mouseEncoding != MouseEncoding::Bytes,
        "mouse-encoding=" + std::to_string(static_cast<int>(modes.mouseEncoding)));
    add(modes.modifyOtherKeys != 0, "modify-other-keys=" + std::to_string(modes.modifyOtherKeys));
    add(modes.keyboardFlags != 0, "keyboard-flags=" + std::to_string(modes.keyboardFlags));
    return names;
}

[[nodiscard]] const char *shapeName(Cursor::Shape shape)
{
    return shape == Cursor::Shape::Block ? "block" : shape == Cursor::Shape::Underline ? "underline" : "bar";
}

[[nodiscard]] std::string marksText(const LineMarks &marks)
{
    std::string text;
    const auto add = [&text, &marks](Mark mark, const char *name) {
        if (marks.has(mark)) {
            const int cell = marks.cellOf(mark);
            text += name + (cell == 0 ? std::string() : '@' + std::to_string(cell));
        }
    };
    add(Mark::Prompt, " prompt");
    add(Mark::Command, " command");
    add(Mark::Output, " output");
    add(Mark::End, " end");
    return text + (marks.exitCode == LineMarks::unknownExitCode ? "" : "=" + std::to_string(marks.exitCode));
}

[[nodiscard]] const char *sizeName(LineSize size)
{
    constexpr std::array names = {"single", "double-width", "double-top", "double-bottom"};
    return names.at(static_cast<std::size_t>(size));
}

[[nodiscard]] std::string rowText(const Terminal &terminal, LineNumber number)
{
    Line line;
    terminal.readLine(number, line);
    std::string text = "|" + textOf(line, 0, static_cast<int>(line.cells.size()));
    text += line.wrapped ? "\\\n" : "\n";
    if (line.size != LineSize::Single) {
        text += std::string("    size: ") + sizeName(line.size) + '\n';
    }
    if (!line.marks.isNone()) {
        text += "    marks:" + marksText(line.marks) + '\n';
    }
    for (std::size_t first = 0; first < line.cells.size();) {
        std::size_t end = first + 1;
        while (end < line.cells.size() && line.cells[end].style == line.cells[first].style) {
            ++end;
        }
        if (line.cells[first].style != Style{}) {
            text += "    " + std::to_string(first) + "-" + std::to_string(end - 1) + ':' +
                    describe(terminal, line.cells[first].style) + '\n';
        }
        first = end;
    }
    return text;
}

[[nodiscard]] nlohmann::ordered_json rowJson(const Terminal &terminal, LineNumber number)
{
    Line line;
    terminal.readLine(number, line);
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (const Cell &cell : line.cells) {
        std::string text;
        for (std::size_t i = 0; i < cell.codePointCount(); ++i) {
            appendUtf8(text, cell.text[i]);
        }
        nlohmann::ordered_json json{{"text", text}, {"width", cell.width}};
        const auto add = [&json](const char *name, const std::string &value) {
            if (!value.empty()) {
                json[name] = value;
            }
        };
        add("fg", colourName(cell.style.foreground));
        add("bg", colourName(cell.style.background));
        add("underlineColour", colourName(cell.style.underlineColour));
        add("underline", cell.style.underline == Underline::None ? "" : underlineName(cell.style.underline));
        add("link", std::string(terminal.linkTarget(cell.style.link)));
        if (const auto attributes = attributesOf(cell.style); !attributes.empty()) {
            json["attributes"] = attributes;
        }
        cells.push_back(std::move(json));
    }
    return {
        {"text", textOf(line, 0, static_cast<int>(line.cells.size()))},
        {"wrapped", line.wrapped},
        {"size", sizeName(line.size)},
        {"cells", std::move(cells)}};
}

} // namespace

std::string dumpText(const Terminal &terminal)
{
    std::string text;
    for (LineNumber number = terminal.firstLine(); number < terminal.endLine(); ++number) {
        if (number == terminal.screenTop() && number > terminal.firstLine()) {
            text += "-\n";
        }
        text += rowText(terminal, number);
    }
    const Cursor cursor = terminal.cursor();
    text += "cursor: row " + std::to_string(cursor.row) + ", column " + std::to_string(cursor.column) + ", " +
            shapeName(cursor.shape) + (cursor.blinking ? " blinking" : "") +
            (cursor.visible ? "" : " hidden") + '\n';
    const auto add = [&text](const char *name, const std::string &value) {
        text += value.empty() ? "" : name + value + '\n';
    };
    add("title: ", terminal.title());
    add("icon: ", terminal.iconName());
    add("directory: ", terminal.directory());
    std::string modes;
    for (const std::string &name : modeNames(terminal.modes())) {
        modes += (modes.empty() ? "" : " ") + name;
    }
    add("modes: ", modes);
    add("bells: ", terminal.bellCount() == 0 ? "" : std::to_string(terminal.bellCount()));
    return text;
}

std::string dumpJson(const Terminal &terminal)
{
    const Cursor cursor = terminal.cursor();
    nlohmann::ordered_json json{
        {"columns", terminal.size().columns},
        {"rows", terminal.size().rows},
        {"cursor",
         {{"row", cursor.row},
          {"column", cursor.column},
          {"shape", shapeName(cursor.shape)},
          {"blinking", cursor.blinking},
          {"visible", cursor.visible}}},
        {"title", terminal.title()},
        {"iconName", terminal.iconName()},
        {"directory", terminal.directory()},
        {"modes", modeNames(terminal.modes())},
        {"bells", terminal.bellCount()}};
    json["scrollback"] = nlohmann::ordered_json::array();
    json["screen"] = nlohmann::ordered_json::array();
    for (LineNumber number = terminal.firstLine(); number < terminal.endLine(); ++number) {
        json[number < terminal.screenTop() ? "scrollback" : "screen"].push_back(rowJson(terminal, number));
    }
    return json.dump(1) + '\n';
}
