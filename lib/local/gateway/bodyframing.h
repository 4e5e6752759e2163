// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace Koyeb::Local {

/// Tells where the body of an HTTP message ends, from its bytes as they pass by, which stay as they are.
class BodyFraming {
public:
    /// A body of so many bytes, perhaps none.
    [[nodiscard]] static BodyFraming counted(std::uint64_t length);
    /// One in chunked transfer coding. If it turns out to be none, it ends with its connection.
    [[nodiscard]] static BodyFraming chunked();
    [[nodiscard]] static BodyFraming untilConnectionEnds();

    /// How many of these bytes, which follow those of the last call, belong to the body.
    [[nodiscard]] std::size_t take(std::string_view bytes);
    [[nodiscard]] bool isOver() const { return m_state == State::Over; }
    [[nodiscard]] bool endsWithConnection() const { return m_state == State::Endless; }

private:
    enum class State {
        Counted,
        ChunkSize,      ///< the digits
        ChunkExtension, ///< up to the line's end
        ChunkData,
        ChunkEnd, ///< the line break after the data
        Trailer,  ///< lines, of which an empty one is the last
        Over,
        Endless
    };

    explicit BodyFraming(State state, std::uint64_t left = 0) : m_state(state), m_left(left) {}
    [[nodiscard]] std::size_t skip(std::size_t available);
    void takeByte(char byte);
    void takeSizeDigit(char byte);

    State m_state;
    std::uint64_t m_left;       ///< of the counted body or the chunk
    std::size_t m_lineSize = 0; ///< characters of the line so far, its end not counted
};

} // namespace Koyeb::Local
