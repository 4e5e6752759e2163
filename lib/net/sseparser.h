// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>

namespace Koyeb {

/// One server-sent event.
struct ServerSentEvent {
    QByteArray event; ///< `message` when the stream names none.
    QByteArray data;  ///< Lines joined by a newline.

    friend bool operator==(const ServerSentEvent &, const ServerSentEvent &) = default;
};

/// Turns the bytes of a text/event-stream into events. Input may be split anywhere; line ends may be LF, CRLF
/// or CR. Comments, ids and retry fields are skipped: nothing here reconnects by id.
class SseParser {
public:
    /// An event whose data exceeds `maximumEventBytes` puts the parser into the failed state, which bounds
    /// its memory.
    explicit SseParser(qsizetype maximumEventBytes = 16 * 1024 * 1024)
        : m_maximumEventBytes(maximumEventBytes)
    {
    }

    /// The events that `bytes` completes.
    [[nodiscard]] QList<ServerSentEvent> feed(const QByteArray &bytes);
    [[nodiscard]] bool hasFailed() const { return m_failed; }

private:
    void takeLine(const QByteArray &line, QList<ServerSentEvent> &events);

    qsizetype m_maximumEventBytes;
    QByteArray m_line;
    QByteArray m_event;
    QByteArray m_data;
    bool m_hasData = false;
    bool m_skipNewline = false;
    bool m_failed = false;
};

} // namespace Koyeb
