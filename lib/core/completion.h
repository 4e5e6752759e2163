// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal> // First: moc stumbles over the standard headers' own macros otherwise.

#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

namespace Koyeb {

/// One value that arrives later, exactly once; the leaf on which coroutines wait.
///
/// Copies share the value. complete() resumes the waiting coroutine before it returns, so the caller must
/// expect anything to have happened afterwards, its own destruction included. A second complete() is ignored,
/// which is what lets an answer and its cancellation race. Not thread-safe; at most one coroutine waits.
template<typename T> class Completion {
    struct State {
        std::optional<T> value;
        std::coroutine_handle<> waiting;
    };

public:
    /// What `co_await` makes of a Completion.
    class Awaiter {
    public:
        /// Made by Completion.
        explicit Awaiter(std::shared_ptr<State> state) : m_state(std::move(state)) {}
        /// Whether the value is there already.
        [[nodiscard]] bool await_ready() const noexcept { return m_state->value.has_value(); }
        /// Remembers who is to be resumed.
        void await_suspend(std::coroutine_handle<> handle) noexcept { m_state->waiting = handle; }
        /// Hands the value over; it is moved out.
        T await_resume() { return std::move(*m_state->value); }

    private:
        std::shared_ptr<State> m_state;
    };

    /// Whether the value is there.
    [[nodiscard]] bool isComplete() const { return m_state->value.has_value(); }

    /// Gives the value and resumes who waits for it.
    void complete(T value)
    {
        if (m_state->value) {
            return;
        }
        const auto state = m_state; // Resuming may destroy *this.
        state->value.emplace(std::move(value));
        if (const auto waiting = std::exchange(state->waiting, {})) {
            waiting.resume();
        }
    }

    /// Waits for the value.
    Awaiter operator co_await() const { return Awaiter(m_state); }

private:
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace Koyeb
