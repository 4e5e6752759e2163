// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <cstdint>

namespace Koyeb::Local {

/// What is passed on at once: large enough for files to flow.
inline constexpr std::size_t relayChunkBytes = std::size_t{128} * 1024;

/// Passes bytes on as they come, until one side ends or fails. Holds at most one chunk, so a slow reader
/// slows the writer down.
/// `count` tells how many have passed.
template<typename Source, typename Target>
Awaitable<void> relay(Source &source, Target &target, std::uint64_t &count)
{
    std::array<std::byte, relayChunkBytes> chunk;
    ErrorCode error;
    while (!error) {
        const std::size_t read = co_await source.async_read_some(asio::buffer(chunk), into(error));
        count += read;
        if (read > 0)
            co_await asio::async_write(target, asio::buffer(chunk.data(), read), into(error));
    }
}

} // namespace Koyeb::Local
