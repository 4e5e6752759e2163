// SPDX-License-Identifier: Apache-2.0
#include "net/sseparser.h"

#include <algorithm>
#include <utility>

namespace Koyeb {

QList<ServerSentEvent> SseParser::feed(const QByteArray &bytes)
{
    QList<ServerSentEvent> events;
    auto position = bytes.begin();
    while (position != bytes.end() && !m_failed) {
        if (std::exchange(m_skipNewline, false) && *position == '\n') {
            ++position;
            continue;
        }
        const auto lineEnd =
            std::find_if(position, bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
        m_line.append(&*position, lineEnd - position);
        if (m_line.size() + m_data.size() > m_maximumEventBytes) {
            m_failed = true;
            m_line.clear();
            m_data.clear();
            break;
        }
        position = lineEnd;
        if (lineEnd != bytes.end()) {
            m_skipNewline = *lineEnd == '\r';
            ++position;
            takeLine(std::exchange(m_line, {}), events);
        }
    }
    return events;
}

void SseParser::takeLine(const QByteArray &line, QList<ServerSentEvent> &events)
{
    if (line.isEmpty()) {
        if (m_hasData) {
            events.append({m_event.isEmpty() ? QByteArrayLiteral("message") : m_event, m_data});
        }
        m_event.clear();
        m_data.clear();
        m_hasData = false;
        return;
    }
    const auto colon = line.indexOf(':');
    const QByteArray field = colon < 0 ? line : line.left(colon);
    QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
    if (value.startsWith(' ')) {
        value.remove(0, 1);
    }
    if (field == "data") {
        if (m_hasData) {
            m_data.append('\n');
        }
        m_data.append(value);
        m_hasData = true;
    } else if (field == "event") {
        m_event = value;
    }
}

} // namespace Koyeb
