// SPDX-License-Identifier: Apache-2.0
#include "core/retrypolicy.h"

#include <algorithm>

namespace Koyeb {

namespace {

bool mayPass(const Error &error, Repeatable repeatable)
{
    switch (error.kind) {
    case ErrorKind::RateLimited:
        return true; // Refused before it was looked at, so nothing was created.
    case ErrorKind::Offline:
    case ErrorKind::Timeout:
    case ErrorKind::Server:
        return repeatable == Repeatable::Safely;
    default:
        return false;
    }
}

} // namespace

std::optional<std::chrono::milliseconds> RetryPolicy::delayBeforeRetry(
    int attempt, const Error &error, Repeatable repeatable, double random) const
{
    if (attempt >= maximumAttempts || !mayPass(error, repeatable)) {
        return std::nullopt;
    }
    if (error.retryAfter) {
        if (*error.retryAfter > maximumDelay) {
            return std::nullopt;
        }
        return error.retryAfter;
    }
    // A rate recovers by waiting alone, so there is no sense in hoping for a short wait.
    const bool isRate = error.kind == ErrorKind::RateLimited;
    const auto first = isRate ? 4 * firstDelay : firstDelay;
    const auto ceiling =
        std::min<std::chrono::milliseconds>(first * (1LL << std::min(attempt - 1, 20)), maximumDelay);
    const double part = isRate ? (1.0 + random) / 2 : random;
    return std::chrono::milliseconds(static_cast<qint64>(static_cast<double>(ceiling.count()) * part));
}

} // namespace Koyeb
