// SPDX-License-Identifier: Apache-2.0
#include "local/api/logstore.h"

#include <algorithm>

namespace Koyeb::Local {

namespace {

constexpr std::size_t maximumLines = 10'000;
constexpr std::size_t maximumBytes = 4 * 1024 * 1024;

} // namespace

std::string_view toText(LogStream stream)
{
    switch (stream) {
    case LogStream::Stdout:
        return "stdout";
    case LogStream::Stderr:
        return "stderr";
    case LogStream::Koyeb:
        return "koyeb";
    }
    return "";
}

void LogStore::add(
    SystemTime now, LogStream stream, std::string text, std::shared_ptr<const LogSource> source)
{
    // Clients go on from the time of the last line they have, so no two lines may share one.
    m_lastTime = std::max(now, m_lastTime + SystemTime::duration(1));
    Lines &kept = m_lines[source->serviceId];
    kept.sizeBytes += text.size();
    kept.lines.push_back({++m_lastNumber, m_lastTime, stream, std::move(text), std::move(source)});
    while (kept.lines.size() > maximumLines || kept.sizeBytes > maximumBytes) {
        kept.sizeBytes -= kept.lines.front().text.size();
        kept.lines.pop_front();
    }
    for (const auto &[number, news] : m_followers)
        news();
}

void LogStore::forget(const std::string &serviceId)
{
    m_lines.erase(serviceId);
}

const std::deque<LoggedLine> &LogStore::lines(const std::string &serviceId) const
{
    static const std::deque<LoggedLine> none;
    const auto found = m_lines.find(serviceId);
    return found == m_lines.end() ? none : found->second.lines;
}

std::shared_ptr<void> LogStore::follow(std::function<void()> news)
{
    const std::uint64_t number = ++m_lastFollower;
    m_followers.emplace(number, std::move(news));
    const std::weak_ptr<LogStore *> weak = m_self;
    return {this, [weak, number](void *) {
                if (const auto store = weak.lock())
                    (*store)->m_followers.erase(number);
            }};
}

} // namespace Koyeb::Local
