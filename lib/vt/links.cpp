// SPDX-License-Identifier: Apache-2.0
#include "vt/links.h"

#include <algorithm>

namespace Koyeb::Vt {

LinkId Links::add(std::string_view id, std::string_view uri)
{
    constexpr std::size_t maximumIdBytes = 250;
    if (uri.empty() || uri.size() > maximumUriBytes || id.size() > maximumIdBytes) {
        return 0;
    }
    // Parts of one link come close together.
    constexpr std::ptrdiff_t remembered = 64;
    const auto count = std::min(remembered, static_cast<std::ptrdiff_t>(m_entries.size()));
    const auto known = std::find_if(m_entries.rbegin(), m_entries.rbegin() + count, [&](const Entry &entry) {
        return entry.uri == uri && entry.id == id;
    });
    if (known != m_entries.rbegin() + count) {
        const auto fromEnd = static_cast<std::size_t>(known - m_entries.rbegin());
        return m_first + static_cast<LinkId>(m_entries.size() - 1 - fromEnd);
    }
    m_entries.push_back({std::string(id), std::string(uri)});
    m_bytes += id.size() + uri.size();
    while (m_entries.size() > maximumCount || m_bytes > maximumBytes) {
        m_bytes -= m_entries.front().id.size() + m_entries.front().uri.size();
        m_entries.pop_front();
        ++m_first;
    }
    return m_first + static_cast<LinkId>(m_entries.size() - 1);
}

const Links::Entry *Links::find(LinkId link) const
{
    const bool isHere = link >= m_first && link - m_first < m_entries.size();
    return isHere ? &m_entries[link - m_first] : nullptr;
}

std::string_view Links::target(LinkId link) const
{
    const Entry *const entry = find(link);
    return entry != nullptr ? std::string_view(entry->uri) : std::string_view();
}

bool Links::hasId(LinkId link) const
{
    const Entry *const entry = find(link);
    return entry != nullptr && !entry->id.empty();
}

} // namespace Koyeb::Vt
