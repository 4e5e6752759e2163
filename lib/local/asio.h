// SPDX-License-Identifier: Apache-2.0
#pragma once

// GCC 12 takes Boost's own pair of operators new and delete for coroutine frames for a mismatch once it has
// inlined one of them. It tells so at the end of a file, so this is not to be undone below.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

// Boost 1.74's awaitable.hpp uses std::exchange without including it.
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>

namespace Koyeb::Local {

namespace asio = boost::asio;

using ErrorCode = boost::system::error_code;

template<typename T> using Awaitable = asio::awaitable<T>;

/// Completion token: awaits, and puts the error into `error` instead of throwing it.
inline auto into(ErrorCode &error)
{
    return asio::redirect_error(asio::use_awaitable, error);
}

/// Suspends the calling coroutine for a while.
inline Awaitable<void> pause(std::chrono::milliseconds duration)
{
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(duration);
    ErrorCode ignored;
    co_await timer.async_wait(into(ignored));
}

} // namespace Koyeb::Local
