// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "vt/cell.h"

#include <QByteArray>
#include <QList>
#include <QStringDecoder>

#include <chrono>
#include <optional>

class QIODevice;

namespace Koyeb::Desktop {

// Recordings in the format of asciinema, version 2: a line of JSON for the header and one for each event.

/// Writes a recording to `device`, which outlives it and is open. What cannot be written is lost: look at the
/// device's error at the end.
class AsciicastWriter {
public:
    AsciicastWriter(QIODevice &device, Vt::Size size, qint64 unixSeconds, const QString &title);

    /// At this time since the beginning, which never goes back. Bytes that are not UTF-8 become U+FFFD, as
    /// the format has it.
    void writeOutput(std::chrono::microseconds time, const QByteArray &bytes);
    void writeResize(std::chrono::microseconds time, Vt::Size size);

private:
    void writeEvent(std::chrono::microseconds time, QLatin1Char code, const QString &data);

    QIODevice &m_device;
    QStringDecoder m_decoder{QStringDecoder::Utf8}; ///< Characters are cut between pieces of output.
};

/// A recording that was read.
struct Asciicast {
    struct Event {
        std::chrono::microseconds time{0}; ///< Since the beginning; in order.
        QByteArray output;
        std::optional<Vt::Size> size; ///< With this the terminal changed its size, instead of an output.
    };

    Vt::Size size;
    QList<Event> events;

    static constexpr qint64 longestFile = 256 * 1024 * 1024;
    /// Pauses are cut to what the recording says, and to an hour.
    static constexpr std::chrono::seconds longestPause{3'600};

    /// Invalid, and which line it is, when it is no recording of version 2. A last line that is cut, as after
    /// a crash, is left out.
    [[nodiscard]] static Result<Asciicast> parse(const QByteArray &file);
};

} // namespace Koyeb::Desktop
