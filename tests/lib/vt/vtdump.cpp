// SPDX-License-Identifier: Apache-2.0
// Reads what a program wrote to a terminal and writes what is then on it.
#include "dump.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>

using namespace Koyeb::Vt;

namespace {

constexpr std::string_view usage =
    R"(Usage: vtdump [--cols N] [--rows N] [--json] [--answers] [--checksums] < FILE

Interprets the bytes of its standard input as a terminal does and writes the final screen, scrollback first.

  --cols N     columns: 80 when left out
  --rows N     rows: 24 when left out
  --json       as a JSON object instead of text
  --answers    write the bytes that the terminal answers instead of the screen
  --checksums  answer DECRQCRA, which is off elsewhere
)";

/// What programs are told of colours that they did not choose: the palette that nearly all terminals share.
[[nodiscard]] Palette commonPalette()
{
    constexpr std::array<Rgb, 16> named = {{
        {0, 0, 0},
        {205, 0, 0},
        {0, 205, 0},
        {205, 205, 0},
        {0, 0, 238},
        {205, 0, 205},
        {0, 205, 205},
        {229, 229, 229},
        {127, 127, 127},
        {255, 0, 0},
        {0, 255, 0},
        {255, 255, 0},
        {92, 92, 255},
        {255, 0, 255},
        {0, 255, 255},
        {255, 255, 255},
    }};
    Palette palette;
    std::copy(named.begin(), named.end(), palette.indexed.begin());
    const auto level = [](std::size_t step) {
        return static_cast<std::uint8_t>(step == 0 ? 0 : 55 + 40 * step);
    };
    for (std::size_t i = 0; i < 216; ++i) {
        palette.indexed.at(16 + i) = Rgb{level(i / 36), level(i / 6 % 6), level(i % 6)};
    }
    for (std::size_t i = 0; i < 24; ++i) {
        const auto grey = static_cast<std::uint8_t>(8 + 10 * i);
        palette.indexed.at(232 + i) = Rgb{grey, grey, grey};
    }
    palette.foreground = named[7];
    palette.background = named[0];
    palette.cursor = named[7];
    return palette;
}

[[nodiscard]] bool readNumber(const char *text, int &number)
{
    const std::string_view digits = text == nullptr ? "" : text;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() && number > 0;
}

} // namespace

int main(int argc, char **argv)
{
    Size size;
    Terminal::Options options;
    bool isJson = false;
    bool tellsAnswers = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--json") {
            isJson = true;
        } else if (option == "--answers") {
            tellsAnswers = true;
        } else if (option == "--checksums") {
            options.allowsChecksums = true;
        } else if (
            (option == "--cols" && readNumber(argv[i + 1], size.columns)) ||
            (option == "--rows" && readNumber(argv[i + 1], size.rows))) {
            ++i;
        } else {
            std::fputs(usage.data(), option == "--help" ? stdout : stderr);
            return option == "--help" ? 0 : 2;
        }
    }
    Terminal terminal(size, options);
    terminal.setDefaultColours(commonPalette());
    std::string answers;
    std::array<char, 65536> piece{};
    for (std::size_t count = 0; (count = std::fread(piece.data(), 1, piece.size(), stdin)) > 0;) {
        terminal.feed({piece.data(), count});
        answers += terminal.takeOutput();
    }
    const std::string text = tellsAnswers ? answers : isJson ? dumpJson(terminal) : dumpText(terminal);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}
