// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"
#include "vt/logicalline.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Vt {

class Terminal;

/// Looks for text in a terminal and its scrollback, from the newest line to the oldest, some lines at a time:
/// a million lines take longer than a window may wait. Lines that come after the start are not looked at. A
/// new search has to be made when the width or the buffer changes.
class Search {
public:
    struct Match {
        Position first;
        Position end; ///< Behind the last cell.

        bool operator==(const Match &) const = default;
    };
    struct Options {
        bool isCaseSensitive = false;
        bool wholeWords = false;
    };
    /// Tells of matches within a line as pairs of first and end bytes, in order.
    using Matcher =
        std::function<void(std::string_view line, std::vector<std::pair<std::size_t, std::size_t>> &found)>;

    /// What is beyond this is not kept: nobody looks at so many.
    static constexpr std::size_t maximumMatches = 100'000;

    /// Looks for a text, in UTF-8. An empty one is nowhere.
    Search(std::string_view text, Options options);
    /// Looks for what the matcher finds: a regular expression, an address.
    explicit Search(Matcher matcher) : m_matcher(std::move(matcher)) {}

    /// Looks through about so many more rows. False: it is done.
    bool advance(const Terminal &terminal, int rows);

    /// The newest first.
    [[nodiscard]] const std::vector<Match> &matches() const { return m_matches; }
    [[nodiscard]] bool isComplete() const { return m_isComplete; }

private:
    Matcher m_matcher;
    bool m_isStarted = false;
    bool m_isComplete = false;
    LineNumber m_next = 0;     ///< The row to go on with.
    LineNumber m_seenFrom = 0; ///< What begins in this row or below it has been told.
    LogicalLine m_line;
    std::vector<std::pair<std::size_t, std::size_t>> m_found;
    std::vector<Match> m_matches;
};

} // namespace Koyeb::Vt
