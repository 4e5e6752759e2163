// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"
#include "local/server/fault.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <string_view>

namespace Koyeb::Local {

/// Closes a connection by a reset, so that the other side sees an error, not an end.
inline void resetConnection(asio::ip::tcp::socket &socket)
{
    ErrorCode ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

/// Sends a reply as a fault wants it: slowly, in part, or with an end that is none.
class FaultySink {
public:
    enum class Outcome {
        Sent,
        Cut,    ///< the connection is to be closed now: everything that was to come has come
        Stalled ///< nothing more is to be sent; the connection stays open
    };

    explicit FaultySink(Fault fault) : m_fault(std::move(fault)) {}

    template<typename Stream> Awaitable<Outcome> sendHead(Stream &stream, std::string head)
    {
        if (m_fault.slowHead.count() == 0)
            co_return co_await write(stream, head);
        const std::chrono::milliseconds step = m_fault.slowHead / static_cast<long>(head.size());
        for (std::size_t i = 0; i < head.size(); ++i) {
            co_await pause(step);
            const Outcome outcome = co_await write(stream, std::string_view(head).substr(i, 1));
            if (outcome != Outcome::Sent)
                co_return outcome;
        }
        co_return Outcome::Sent;
    }

    /// `body` must hold until the coroutine is done; it may be a part of the body, in which case more
    /// follows.
    template<typename Stream> Awaitable<Outcome> sendBody(Stream &stream, std::string_view body)
    {
        while (!body.empty()) {
            std::size_t allowed = std::min(body.size(), left(m_fault.cutAfterBytes));
            if (allowed == 0)
                co_return Outcome::Cut;
            allowed = std::min(allowed, left(m_fault.stallAfterBytes));
            if (allowed == 0)
                co_return Outcome::Stalled;
            // In tenths of a second, so that a slow line is slow and not jerky.
            const std::size_t slice = std::max<std::size_t>(m_fault.bytesPerSecond / 10, 1);
            if (m_fault.bytesPerSecond > 0) {
                allowed = std::min(allowed, slice);
                co_await pause(std::chrono::milliseconds(1000 * allowed / m_fault.bytesPerSecond));
            }
            const Outcome outcome = co_await write(stream, body.substr(0, allowed));
            if (outcome != Outcome::Sent)
                co_return outcome;
            m_sent += allowed;
            body.remove_prefix(allowed);
        }
        co_return left(m_fault.cutAfterBytes) == 0 ? Outcome::Cut : Outcome::Sent;
    }

    [[nodiscard]] const Fault &fault() const { return m_fault; }

private:
    [[nodiscard]] std::size_t left(const std::optional<std::size_t> &limit) const
    {
        return limit ? *limit - std::min(*limit, m_sent) : std::string::npos;
    }

    template<typename Stream> Awaitable<Outcome> write(Stream &stream, std::string_view bytes)
    {
        ErrorCode error;
        co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), into(error));
        co_return error ? Outcome::Cut : Outcome::Sent;
    }

    Fault m_fault;
    std::size_t m_sent = 0;
};

} // namespace Koyeb::Local
