// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"

#include <chrono>

namespace Koyeb::Local {

/// The time that the engine goes by: in its records, for idle times and for deadlines. It can be moved, so
/// that tests need not wait, and so that clients meet a server whose clock is not theirs.
class EngineClock {
public:
    [[nodiscard]] SystemTime now() const { return std::chrono::system_clock::now() + m_offset; }
    void move(std::chrono::seconds by) { m_offset += by; }

private:
    std::chrono::seconds m_offset{0};
};

} // namespace Koyeb::Local
