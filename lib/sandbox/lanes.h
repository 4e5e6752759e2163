// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QCoroTask>

#include <functional>
#include <vector>

namespace Koyeb {

/// Runs `lane` so many times at once, waits for all of them, and fails as the first that failed. A lane looks
/// for itself whether another has failed.
inline QCoro::Task<Result<void>> inLanes(int count, std::function<QCoro::Task<Result<void>>()> lane)
{
    std::vector<QCoro::Task<Result<void>>> lanes;
    lanes.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number) {
        lanes.push_back(lane());
    }
    Result<void> all;
    for (const auto &one : lanes) {
        auto result = co_await one;
        if (!result && (all || !result.error().isCancelled())) {
            all = result;
        }
    }
    co_return all;
}

} // namespace Koyeb
