// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <chrono>
#include <optional>

namespace Koyeb {

/// Whether sending a request a second time can do harm.
enum class Repeatable {
    Never, ///< It creates or runs something: after a lost answer the caller must look whether it happened.
    Safely ///< A read, or a write that leaves the same state however often it is done.
};

/// When a failed request is sent again, and after which wait. The only place that decides it.
struct RetryPolicy {
    int maximumAttempts = 4;                   ///< First try included.
    std::chrono::milliseconds firstDelay{500}; ///< Upper end of the first wait; doubles with every attempt.
    std::chrono::milliseconds maximumDelay{30'000}; ///< Cap of the back-off, and of a server's own wish.

    /// The wait before the next attempt, or nothing when the error is to be reported.
    /// `attempt` counts the tries made so far, from 1. `random` in [0, 1) spreads the waits of many clients
    /// (full jitter). A wait that the server asks for (Error::retryAfter) is kept, unless longer than
    /// maximumDelay: then it is an error that a person should see rather than a silent stall. A refusal for
    /// the rate without such a wish makes the waits four times as long, and never short.
    [[nodiscard]] std::optional<std::chrono::milliseconds> delayBeforeRetry(
        int attempt, const Error &error, Repeatable repeatable, double random) const;
};

} // namespace Koyeb
