// SPDX-License-Identifier: GPL-3.0-or-later
// How many bytes a second the terminal core takes in, beside libvterm on the same bytes; how fast these bytes
// could be looked at by anything; how much memory lines take; how long another width takes. Each line of its
// output: a name without blanks, the figure, and the yardstick's, or 0.
#include "libvtermyardstick.h"
#include "vt/terminal.h"

#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>

using Koyeb::Vt::Terminal;

namespace {

constexpr std::size_t volumeBytes = std::size_t{64} << 20U;
constexpr std::size_t yardstickBytes = std::size_t{8} << 20U; ///< It is slower.
constexpr std::size_t pieceBytes = std::size_t{64} << 10U;
constexpr int columns = 120;
constexpr int rows = 40;

std::string repeated(const std::string &pattern)
{
    std::string text;
    text.reserve(volumeBytes + pattern.size());
    while (text.size() < volumeBytes) {
        text += pattern;
    }
    return text;
}

template<typename Take> double megabytesPerSecond(std::string_view text, Take take)
{
    // Time of the processor: others may use the machine as well.
    const std::clock_t start = std::clock();
    for (std::size_t position = 0; position < text.size(); position += pieceBytes) {
        take(text.substr(position, pieceBytes));
    }
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    return static_cast<double>(text.size()) / 1e6 / seconds;
}

void measure(const char *name, const std::string &pattern)
{
    const std::string text = repeated(pattern);
    Terminal terminal({columns, rows});
    const double ours = megabytesPerSecond(text, [&terminal](std::string_view piece) {
        terminal.feed(piece);
        (void)terminal.takeDamage();
    });
    LibvtermYardstick yardstick(columns, rows);
    const double theirs = megabytesPerSecond(
        std::string_view(text).substr(0, yardstickBytes),
        [&yardstick](std::string_view piece) { yardstick.feed(piece); });
    std::printf("%s %.2f %.2f\n", name, ours, theirs);
}

void measureUpperBound()
{
    const std::string text =
        repeated("2026-11-22T10:00:00Z worker[17]: handled request 4711 in 12 ms, all is well\r\n");
    std::size_t found = 0;
    const double speed = megabytesPerSecond(text, [&found](std::string_view piece) {
        found += std::memchr(piece.data(), '\x1B', piece.size()) != nullptr ? 1U : 0U;
    });
    std::printf("memchr %.2f 0\n", found == 0 ? speed : 0);
}

void fill(Terminal &terminal, int lines, std::size_t length)
{
    const std::string line = std::string(length, 'x') + "\r\n";
    for (int i = 0; i < lines; ++i) {
        terminal.feed(line);
    }
}

void measureMemory()
{
    Terminal terminal({80, 24}, {.scrollbackLines = 100'000});
    fill(terminal, 100'024, 80);
    std::printf("memory %.2f 20\n", static_cast<double>(terminal.scrollbackMemory()) / 1e6);
}

void measureResize()
{
    Terminal terminal({80, 24}, {.scrollbackLines = 1'000'000});
    fill(terminal, 1'000'000, 70);
    const std::clock_t start = std::clock();
    terminal.resize({60, 24});
    std::printf("resize %.2f 16\n", static_cast<double>(std::clock() - start) * 1e3 / CLOCKS_PER_SEC);
}

} // namespace

int main()
{
    measure("plain", "2026-11-22T10:00:00Z worker[17]: handled request 4711 in 12 ms, all is well\r\n");
    measure("tabbed", "main.cpp\t120\tlines\t\t4711 bytes\r\n\tin all, of which\t12\t\tare blank\r\n");
    measure("coloured", "\x1b[32mok\x1b[0m \x1b[1;34mdirectory\x1b[0m \x1b[38;5;208mwarning\x1b[0m text\r\n");
    measure(
        "true-colour", "\x1b[38;2;10;20;30mone\x1b[48;2;1;2;3mtwo\x1b[38;2;200;100;7mthree\x1b[0m four\r\n");
    measure("Unicode", "größer als früher, журнал, 日本語のログ, emoji \U0001F600, e\xCC\x81\r\n");
    measure("scrolling-region", "\x1b[5;35r\x1b[35;1Hone more line in the region\n\x1b[r\x1b[40;1Hstatus\r");
    measure("full-screen", "\x1b[H\x1b[2K\x1b[7mtitle\x1b[0m\x1b[10;20Hcell\x1b[20;40H\x1b[1mcell\x1b[0m");
    std::string repaint = "\x1b[?1049h";
    for (int row = 1; row <= rows; ++row) {
        repaint += "\x1b[" + std::to_string(row) + ";1H\x1b[K  " + std::to_string(row) +
                   " \x1b[34mint\x1b[0m main(\x1b[33mvoid\x1b[0m) { return 0; } // as an editor paints it";
    }
    measure("alternate-repaint", repaint + "\x1b[?1049l");
    measureUpperBound();
    measureMemory();
    measureResize();
    return 0;
}
