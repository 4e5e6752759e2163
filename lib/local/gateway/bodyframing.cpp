// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/bodyframing.h"

#include <algorithm>
#include <optional>

namespace Koyeb::Local {

namespace {

constexpr std::size_t mostSizeDigits = 15; // more than any body has, and less than overflows

std::optional<unsigned> hexDigit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return static_cast<unsigned>(byte - '0');
    if (byte >= 'a' && byte <= 'f')
        return static_cast<unsigned>(byte - 'a' + 10);
    if (byte >= 'A' && byte <= 'F')
        return static_cast<unsigned>(byte - 'A' + 10);
    return std::nullopt;
}

} // namespace

BodyFraming BodyFraming::counted(std::uint64_t length)
{
    return length == 0 ? BodyFraming(State::Over) : BodyFraming(State::Counted, length);
}

BodyFraming BodyFraming::chunked()
{
    return BodyFraming(State::ChunkSize);
}

BodyFraming BodyFraming::untilConnectionEnds()
{
    return BodyFraming(State::Endless);
}

std::size_t BodyFraming::take(std::string_view bytes)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && m_state != State::Over) {
        if (m_state == State::Endless)
            return bytes.size();
        if (m_state == State::Counted || m_state == State::ChunkData)
            taken += skip(bytes.size() - taken);
        else
            takeByte(bytes[taken++]);
    }
    return taken;
}

std::size_t BodyFraming::skip(std::size_t available)
{
    const std::size_t count = std::min<std::uint64_t>(available, m_left);
    m_left -= count;
    if (m_left == 0)
        m_state = m_state == State::Counted ? State::Over : State::ChunkEnd;
    return count;
}

void BodyFraming::takeByte(char byte)
{
    switch (m_state) {
    case State::ChunkSize:
        takeSizeDigit(byte);
        break;
    case State::ChunkExtension:
        if (byte == '\n') {
            m_state = m_left > 0 ? State::ChunkData : State::Trailer;
            m_lineSize = 0;
        }
        break;
    case State::ChunkEnd:
        if (byte == '\n')
            m_state = State::ChunkSize;
        else if (byte != '\r')
            m_state = State::Endless;
        break;
    case State::Trailer:
        if (byte != '\n') {
            m_lineSize += byte == '\r' ? 0 : 1;
        } else {
            m_state = m_lineSize == 0 ? State::Over : State::Trailer;
            m_lineSize = 0;
        }
        break;
    default:
        break;
    }
}

void BodyFraming::takeSizeDigit(char byte)
{
    const auto digit = hexDigit(byte);
    if (digit && m_lineSize < mostSizeDigits) {
        m_left = m_left * 16 + *digit;
        ++m_lineSize;
    } else if (!digit && m_lineSize > 0) {
        m_state = State::ChunkExtension;
        takeByte(byte);
    } else {
        m_state = State::Endless;
    }
}

} // namespace Koyeb::Local
