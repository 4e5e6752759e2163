// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"

#include <deque>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

/// The hyperlinks of a session (OSC 8). There are only so many: the oldest are forgotten, and a number is
/// never given again, so that no text can come to lead somewhere else.
class Links {
public:
    static constexpr std::size_t maximumCount = 16384;
    static constexpr std::size_t maximumBytes = std::size_t{4} << 20U;
    static constexpr std::size_t maximumUriBytes = 2083; ///< As much as terminals agree on.

    /// The number of a link; 0 where the target is too long. Links with the same `id` are parts of one.
    [[nodiscard]] LinkId add(std::string_view id, std::string_view uri);
    /// Empty: forgotten, or no link.
    [[nodiscard]] std::string_view target(LinkId link) const;
    /// The program gave it an `id`: all of its parts are one link, wherever they stand.
    [[nodiscard]] bool hasId(LinkId link) const;

private:
    struct Entry {
        std::string id;
        std::string uri;
    };

    [[nodiscard]] const Entry *find(LinkId link) const;

    std::deque<Entry> m_entries;
    LinkId m_first = 1; ///< The number of the oldest that is here.
    std::size_t m_bytes = 0;
};

} // namespace Koyeb::Vt
