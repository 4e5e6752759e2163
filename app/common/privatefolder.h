// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <filesystem>

namespace Koyeb::Desktop {

/// A name in `base` that nothing has, and from which makePrivateFolder() can tell whose it was.
[[nodiscard]] std::filesystem::path privateFolderIn(const std::filesystem::path &base);
/// Makes such a folder, into which only this user can look, and removes those of programs that are gone.
/// Blocks.
[[nodiscard]] Result<void> makePrivateFolder(const std::filesystem::path &folder);
/// Removes the folders in `base` of programs that are gone. Blocks.
void removeAbandonedFolders(const std::filesystem::path &base);

} // namespace Koyeb::Desktop
