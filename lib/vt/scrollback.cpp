// SPDX-License-Identifier: Apache-2.0
#include "vt/scrollback.h"

#include "vt/utf8.h"

#include <limits>

namespace Koyeb::Vt {

namespace {

[[nodiscard]] bool isWorthKeeping(const Cell &cell)
{
    return cell.text[0] != 0 || cell.width != 1 || cell.style != Style{};
}

/// Reads one code point of text that this file encoded itself, so that it is known to be valid.
[[nodiscard]] char32_t takeCodePoint(const std::string &text, std::size_t &position)
{
    Utf8Decoder decoder;
    while (position < text.size()) {
        if (const auto codePoint = decoder.next(static_cast<unsigned char>(text[position++]))) {
            return *codePoint;
        }
    }
    return replacementCharacter;
}

} // namespace

PackedLine::PackedLine(const Line &line) : m_wrapped(line.wrapped)
{
    std::size_t used = line.cells.size();
    while (used > 0 && !isWorthKeeping(line.cells[used - 1])) {
        --used;
    }
    m_text.reserve(used);
    for (std::size_t i = 0; i < used; ++i) {
        const Cell &cell = line.cells[i];
        const auto codePoints = static_cast<std::uint8_t>(cell.codePointCount());
        const bool continues = !m_runs.empty() && m_runs.back().style == cell.style &&
                               m_runs.back().width == cell.width && m_runs.back().codePoints == codePoints &&
                               m_runs.back().cells < std::numeric_limits<std::uint16_t>::max();
        if (!continues) {
            m_runs.push_back({cell.style, 0, cell.width, codePoints});
        }
        ++m_runs.back().cells;
        for (std::size_t c = 0; c < codePoints; ++c) {
            appendUtf8(m_text, cell.text[c]);
        }
    }
    m_text.shrink_to_fit();
    m_runs.shrink_to_fit();
}

void PackedLine::unpack(Line &line) const
{
    line.cells.clear();
    line.wrapped = m_wrapped;
    std::size_t position = 0;
    for (const Run &run : m_runs) {
        for (int i = 0; i < run.cells; ++i) {
            Cell &cell = line.cells.emplace_back();
            cell.style = run.style;
            cell.width = run.width;
            for (std::size_t c = 0; c < run.codePoints; ++c) {
                cell.text[c] = takeCodePoint(m_text, position);
            }
        }
    }
}

std::size_t PackedLine::memoryBytes() const
{
    return sizeof(PackedLine) + m_text.capacity() + m_runs.capacity() * sizeof(Run);
}

Scrollback::Scrollback(std::size_t maximumLines, std::size_t maximumBytes)
    : m_maximumLines(maximumLines), m_maximumBytes(maximumBytes)
{
}

void Scrollback::push(const Line &line)
{
    m_bytes += m_lines.emplace_back(line).memoryBytes();
    while (!m_lines.empty() && (m_lines.size() > m_maximumLines || m_bytes > m_maximumBytes)) {
        forgetOldest();
    }
}

void Scrollback::popNewest(Line &line)
{
    m_bytes -= m_lines.back().memoryBytes();
    m_lines.back().unpack(line);
    m_lines.pop_back();
}

void Scrollback::clear()
{
    m_forgotten += static_cast<LineNumber>(m_lines.size());
    m_lines.clear();
    m_bytes = 0;
}

void Scrollback::read(std::size_t index, Line &line) const
{
    m_lines[index].unpack(line);
}

void Scrollback::forgetOldest()
{
    m_bytes -= m_lines.front().memoryBytes();
    m_lines.pop_front();
    ++m_forgotten;
}

} // namespace Koyeb::Vt
