// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/runtime/sandboxspec.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace Koyeb::Local {

/// Creates the folder of a new instance: an empty file system with a small /etc, a home and those config
/// files that the sandbox can see there.
/// Returns the reason when that fails, else an empty text.
///
/// Must be called for folders that no sandbox has written to: it would follow a sandbox's symbolic links.
[[nodiscard]] std::string createSandboxFolder(const SandboxSpec &spec);

/// Removes a folder with everything in it, also what a sandbox has made inaccessible; symbolic links are
/// removed, not followed. Returns false if something is left.
bool removeFolder(const std::filesystem::path &folder);

/// How much of the disk the files below a folder take, as far as this user can see them.
[[nodiscard]] std::uint64_t bytesIn(const std::filesystem::path &folder);

} // namespace Koyeb::Local
