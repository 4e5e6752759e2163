// SPDX-License-Identifier: Apache-2.0
#include "vt/search.h"

#include "vt/terminal.h"
#include "vt/utf8.h"

#include <algorithm>
#include <utf8proc.h>

namespace Koyeb::Vt {

namespace {

[[nodiscard]] char32_t folded(char32_t character)
{
    if (character < 0x80) {
        return character >= U'A' && character <= U'Z' ? character - U'A' + U'a' : character;
    }
    return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(character)));
}

[[nodiscard]] bool isOfWord(char32_t character)
{
    if (character < 0x80) {
        return (character >= U'0' && character <= U'9') || (character >= U'A' && character <= U'Z') ||
               (character >= U'a' && character <= U'z') || character == U'_';
    }
    return utf8proc_category(static_cast<utf8proc_int32_t>(character)) <= UTF8PROC_CATEGORY_NO;
}

/// Finds a text by its characters, since those of another case may take another number of bytes.
class TextMatcher {
public:
    TextMatcher(std::string_view text, Search::Options options) : m_options(options), m_text(decodeUtf8(text))
    {
        if (!m_options.isCaseSensitive) {
            std::transform(m_text.begin(), m_text.end(), m_text.begin(), folded);
        }
    }

    void operator()(std::string_view line, std::vector<std::pair<std::size_t, std::size_t>> &found)
    {
        if (m_text.empty() || line.size() < m_text.size()) {
            return;
        }
        m_line.clear();
        m_bytes.clear();
        const std::size_t size = line.size();
        while (!line.empty()) {
            m_bytes.push_back(size - line.size());
            const char32_t character = takeValidUtf8(line);
            m_line.push_back(m_options.isCaseSensitive ? character : folded(character));
        }
        m_bytes.push_back(size);
        for (std::size_t at = m_line.find(m_text); at != std::u32string::npos;) {
            const std::size_t end = at + m_text.size();
            const bool isMatch = !m_options.wholeWords || isWhole(at, end);
            if (isMatch) {
                found.emplace_back(m_bytes[at], m_bytes[end]);
            }
            at = m_line.find(m_text, isMatch ? end : at + 1);
        }
    }

private:
    [[nodiscard]] bool isWhole(std::size_t first, std::size_t end) const
    {
        const bool goesOnBefore = first > 0 && isOfWord(m_line[first - 1]) && isOfWord(m_line[first]);
        const bool goesOnAfter = end < m_line.size() && isOfWord(m_line[end]) && isOfWord(m_line[end - 1]);
        return !goesOnBefore && !goesOnAfter;
    }

    Search::Options m_options;
    std::u32string m_text;
    std::u32string m_line;
    std::vector<std::size_t> m_bytes;
};

} // namespace

Search::Search(std::string_view text, Options options) : m_matcher(TextMatcher(text, options)) {}

bool Search::advance(const Terminal &terminal, int rows)
{
    if (!m_isStarted) {
        m_isStarted = true;
        m_next = terminal.endLine() - 1;
        m_seenFrom = terminal.endLine();
    }
    const LineNumber stop = m_next - rows;
    while (!m_isComplete && m_next > stop) {
        if (m_next < terminal.firstLine() || m_matches.size() >= maximumMatches) {
            m_isComplete = true;
            break;
        }
        m_line.read(terminal, m_next);
        m_found.clear();
        m_matcher(m_line.text(), m_found);
        for (auto match = m_found.rbegin(); match != m_found.rend(); ++match) {
            const Position first = m_line.positionAt(match->first);
            // A line that is read in pieces is read twice where they meet.
            if (match->first < match->second && first.line < m_seenFrom &&
                m_matches.size() < maximumMatches) {
                m_matches.push_back({first, m_line.endAt(match->second)});
            }
        }
        m_seenFrom = std::min(m_seenFrom, m_line.firstRow());
        m_next = std::min(m_next, m_line.firstRow()) - 1;
    }
    return !m_isComplete;
}

} // namespace Koyeb::Vt
