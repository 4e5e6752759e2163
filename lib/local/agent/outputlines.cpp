// SPDX-License-Identifier: Apache-2.0
#include "local/agent/outputlines.h"

#include "local/agent/posixio.h"

#include <sys/ioctl.h>

#include <algorithm>
#include <array>

namespace Koyeb::Local {

OutputLines::OutputLines(std::string_view stream, UniqueFd pipe, size_t lineLimitBytes)
    : m_stream(stream), m_pipe(std::move(pipe)), m_lineLimitBytes(lineLimitBytes)
{
}

size_t OutputLines::readUpTo(size_t sizeBytes, const Sink &sink)
{
    std::array<char, bufferSizeBytes> buffer{};
    const ssize_t got = readSome(m_pipe.get(), buffer.data(), std::min(sizeBytes, buffer.size()));
    if (got <= 0) {
        end(sink);
        return 0;
    }
    m_pending.append(buffer.data(), static_cast<size_t>(got));
    takeLines(sink);
    return static_cast<size_t>(got);
}

void OutputLines::readRest(const Sink &sink)
{
    int available = 0;
    if (!m_ended)
        ::ioctl(m_pipe.get(), FIONREAD, &available);
    auto left = static_cast<size_t>(std::max(available, 0));
    while (left > 0 && !m_ended)
        left -= readUpTo(left, sink);
    end(sink);
}

void OutputLines::takeLines(const Sink &sink)
{
    size_t lineStart = 0;
    size_t searchFrom = m_searched;
    for (;;) {
        const size_t newline = m_pending.find('\n', searchFrom);
        const size_t lineEnd = newline == std::string::npos ? m_pending.size() : newline;
        if (lineEnd - lineStart >= m_lineLimitBytes) {
            m_ended = true;
            m_pending.clear();
            return;
        }
        if (newline == std::string::npos)
            break;
        const bool endsInCr = newline > lineStart && m_pending[newline - 1] == '\r';
        sink(m_stream, m_pending.substr(lineStart, newline - lineStart - (endsInCr ? 1 : 0)));
        lineStart = searchFrom = newline + 1;
    }
    m_pending.erase(0, lineStart);
    m_searched = m_pending.size();
}

void OutputLines::end(const Sink &sink)
{
    if (m_ended)
        return;
    m_ended = true;
    if (m_pending.empty())
        return;
    if (m_pending.back() == '\r')
        m_pending.pop_back();
    sink(m_stream, std::move(m_pending));
    m_pending.clear();
}

} // namespace Koyeb::Local
