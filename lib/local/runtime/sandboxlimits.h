// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace Koyeb::Local {

/// What one sandbox may use at most.
struct SandboxLimits {
    std::uint64_t memoryBytes = 0;
    std::uint64_t processes = 0;
    std::uint64_t diskBytes = 0;
};

/// How a limit is held.
enum class Enforcement {
    Kernel,  ///< the kernel lets nobody go beyond it
    Watched, ///< whoever goes beyond it is ended soon afterwards
    None
};

/// How the limits of all sandboxes are held here.
struct LimitsInForce {
    Enforcement memory = Enforcement::None;
    Enforcement processes = Enforcement::None;
    Enforcement disk = Enforcement::None;
};

[[nodiscard]] constexpr const char *toString(Enforcement enforcement)
{
    switch (enforcement) {
    case Enforcement::Kernel:
        return "kernel";
    case Enforcement::Watched:
        return "watched";
    case Enforcement::None:
        break;
    }
    return "none";
}

} // namespace Koyeb::Local
