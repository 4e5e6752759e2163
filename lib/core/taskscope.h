// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <utility>

namespace Koyeb {

/// The lifetime to which running coroutines are bound.
///
/// A QCoro task that is dropped runs on, so an owner must make sure that none outlives what it touches: it
/// keeps a TaskScope as its **last** member and gives token() to everything that it awaits. Destroying the
/// scope ends every wait at once, with ErrorKind::Cancelled, while the owner's other members are still alive.
class TaskScope {
public:
    TaskScope() = default;
    ~TaskScope() { m_source.request_stop(); }
    TaskScope(const TaskScope &) = delete;
    TaskScope &operator=(const TaskScope &) = delete;

    /// For what runs in the scope. Later calls give the same, until restart().
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

    /// Ends what runs in the scope; what is started afterwards runs in a new one.
    void restart()
    {
        auto ending = std::exchange(m_source, std::stop_source());
        ending.request_stop();
    }

private:
    std::stop_source m_source;
};

} // namespace Koyeb
