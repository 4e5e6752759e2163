// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <cstdint>

namespace Koyeb::Local {

/// Passes bytes on as they come, until one side ends or fails. Holds at most one chunk, so a slow reader
/// slows the writer down.
/// `count` tells how many have passed.
template<typename Source, typename Target>
Awaitable<void> relay(Source &source, Target &target, std::uint64_t &count)
{
    std::array<std::byte, 16384> chunk;
    ErrorCode error;
    while (!error) {
        const std::size_t read = co_await source.async_read_some(asio::buffer(chunk), into(error));
        count += read;
        if (read > 0)
            co_await asio::async_write(target, asio::buffer(chunk.data(), read), into(error));
    }
}

} // namespace Koyeb::Local
