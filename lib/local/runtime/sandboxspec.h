// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/definition.h"
#include "local/runtime/sandboxlimits.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace Koyeb::Local {

class ControlGroups;

enum class Isolation { Namespaces, None };

/// A file system of a fixed size in the sandbox, for tests of a disk that is full.
struct SmallDisk {
    std::string mountPoint; ///< absolute, inside the sandbox
    std::uint64_t sizeBytes = 0;
};

/// What one instance of a sandbox is to be. Its folder holds everything it writes: `rootfs`, which the
/// sandbox sees as /, and `run`, where its sockets are.
struct SandboxSpec {
    std::filesystem::path folder;
    std::filesystem::path program; ///< koyeb-local itself
    Isolation isolation = Isolation::Namespaces;
    SandboxSettings settings;
    std::string appName;
    std::string serviceId;
    std::string instanceId;
    std::optional<SmallDisk> smallDisk;
    SandboxLimits limits;
    LimitsInForce limitsInForce;
    std::shared_ptr<ControlGroups> groups; ///< null where the kernel offers none

    [[nodiscard]] std::filesystem::path rootFolder() const { return folder / "rootfs"; }
    [[nodiscard]] std::filesystem::path socketFolder() const { return folder / "run"; }
    [[nodiscard]] std::filesystem::path homeFolder() const { return rootFolder() / "root"; }
};

} // namespace Koyeb::Local
