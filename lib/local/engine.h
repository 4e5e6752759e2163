// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/world.h"
#include "local/runtime/sandboxspec.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace Koyeb::Local {

enum class ParentWatch { On, Off };

struct EngineOptions {
    std::uint16_t port = 0;            ///< of the control plane; 0: one that is free
    std::filesystem::path stateFolder; ///< empty: StateFolder::defaultPath()
    Isolation isolation = Isolation::Namespaces;
    ParentWatch parentWatch = ParentWatch::On; ///< On: the end of standard input ends the engine
    RoutingMode routing = RoutingMode::Metadata;
    std::vector<std::string> moreOrganizations; ///< names, besides the one that is always there
    std::vector<std::string> misbehaviour;      ///< instructions as JSON; see Misbehaviour
};

/// Runs the local engine: prints one line of JSON to standard output once it serves,
///
///     {"url": "http://127.0.0.1:PORT", "token": "…", "isolated": true, "version": "…",
///      "limits": {"memory": "kernel" | "watched" | "none", "processes": …, "disk": …}}
///
/// and returns the program's exit code when its parent has ended, or after SIGTERM or SIGINT. All sandboxes
/// end with it. If sandboxes cannot be isolated here, it serves all the same, but each deployment ends in
/// ERROR with the reason.
[[nodiscard]] int runEngine(const EngineOptions &options);

} // namespace Koyeb::Local
