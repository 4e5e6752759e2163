// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoroTask>
#include <QTest>

#include <optional>

namespace Koyeb::Test {

/// The value of a task, waiting for it in the event loop as only tests may; nothing when it did not come in
/// time.
template<typename T> std::optional<T> await(QCoro::Task<T> &&task, int limitMs = 120'000)
{
    // Shared, because the task runs on when the wait is given up.
    const auto value = std::make_shared<std::optional<T>>();
    std::move(task).then([value](T &&result) { value->emplace(std::move(result)); });
    const bool came = QTest::qWaitFor([&] { return value->has_value(); }, limitMs);
    return came ? std::move(*value) : std::nullopt;
}

} // namespace Koyeb::Test
