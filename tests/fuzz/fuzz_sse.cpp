// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/sseparser.h"
#include "require.h"

#include <algorithm>

using namespace Koyeb;

namespace {

/// The input: a byte that says how large events may be, one that says how many lengths follow, the lengths of
/// the pieces in which the stream arrives (again from the first when they are used up), the stream.
struct Input {
    qsizetype maximumEventBytes = 0;
    QByteArray lengths;
    QByteArray stream;

    explicit Input(const QByteArray &bytes)
    {
        maximumEventBytes = 1 + static_cast<quint8>(bytes[0]) * 16;
        const qsizetype count = static_cast<quint8>(bytes[1]) % 16;
        lengths = bytes.mid(2, count);
        stream = bytes.mid(2 + count);
    }
};

/// What the standard says, without states: whole lines, one after the other.
QList<ServerSentEvent> eventsOf(QByteArray stream)
{
    stream.replace("\r\n", "\n").replace('\r', '\n');
    QList<ServerSentEvent> events;
    QByteArray name;
    QList<QByteArray> data;
    auto lines = stream.split('\n');
    lines.removeLast(); // What no line end follows has not arrived yet.
    for (const auto &line : std::as_const(lines)) {
        const auto colon = line.indexOf(':');
        const auto field = colon < 0 ? line : line.left(colon);
        auto value = colon < 0 ? QByteArray() : line.mid(colon + 1);
        value = value.startsWith(' ') ? value.mid(1) : value;
        if (line.isEmpty()) {
            if (!data.isEmpty()) {
                events.append({name.isEmpty() ? QByteArrayLiteral("message") : name, data.join('\n')});
            }
            name.clear();
            data.clear();
        } else if (field == "data") {
            data.append(value);
        } else if (field == "event") {
            name = value;
        }
    }
    return events;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *bytes, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const Input input(QByteArray(reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size)));
    SseParser whole(input.maximumEventBytes);
    const auto events = whole.feed(input.stream);

    SseParser pieces(input.maximumEventBytes);
    QList<ServerSentEvent> gathered;
    for (qsizetype position = 0, piece = 0; position < input.stream.size(); ++piece) {
        // A length of 0 is a read that brought nothing, before one that brought a byte.
        const qsizetype length =
            input.lengths.isEmpty() ? 1 : static_cast<quint8>(input.lengths[piece % input.lengths.size()]);
        gathered += pieces.feed(input.stream.mid(position, length));
        if (length == 0) {
            gathered += pieces.feed(input.stream.mid(position, 1));
        }
        position += std::max<qsizetype>(length, 1);
    }
    require(gathered == events, "a stream means the same however it is cut");
    require(pieces.hasFailed() == whole.hasFailed(), "a stream fails however it is cut");
    const auto expected = eventsOf(input.stream);
    require(
        whole.hasFailed() ? expected.size() >= events.size() : expected == events,
        "events are the standard's");
    for (qsizetype i = 0; i < events.size(); ++i) {
        require(events[i] == expected[i], "events before a failure are the standard's");
        require(events[i].data.size() <= input.maximumEventBytes, "events are bounded");
    }
    return 0;
}
