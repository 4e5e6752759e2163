// SPDX-License-Identifier: GPL-3.0-or-later
// How many bytes a second the terminal core takes in: plain log text, coloured text, and a full-screen
// program's output.
#include "vt/terminal.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace {

constexpr std::size_t volumeBytes = 32U << 20U;
constexpr std::size_t pieceBytes = 64U << 10U;

std::string repeated(const std::string &pattern)
{
    std::string text;
    while (text.size() < volumeBytes) {
        text += pattern;
    }
    return text;
}

void measure(const char *name, const std::string &text)
{
    Koyeb::Vt::Terminal terminal({120, 40});
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t position = 0; position < text.size(); position += pieceBytes) {
        terminal.feed(std::string_view(text).substr(position, pieceBytes));
        (void)terminal.takeDamage();
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    std::printf("%s %.1f\n", name, static_cast<double>(text.size()) / 1e6 / elapsed.count());
}

} // namespace

int main()
{
    measure(
        "plain", repeated("2026-11-22T10:00:00Z worker[17]: handled request 4711 in 12 ms, all is well\r\n"));
    measure(
        "coloured",
        repeated("\x1b[32mok\x1b[0m \x1b[1;34mdirectory\x1b[0m \x1b[38;5;208mwarning\x1b[0m text\r\n"));
    measure(
        "full-screen",
        repeated("\x1b[H\x1b[2K\x1b[7mtitle\x1b[0m\x1b[10;20Hcell\x1b[20;40H\x1b[1mcell\x1b[0m"));
    return 0;
}
