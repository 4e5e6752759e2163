// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/runtime/childprocess.h"

#include <filesystem>
#include <string>

namespace Koyeb::Local {

/// The folder in which an engine keeps its sandboxes: readable by its owner only, used by one engine at a
/// time. Sandboxes live as long as their engine, so whatever an earlier one left behind is removed.
class StateFolder {
public:
    /// `$XDG_STATE_HOME/koyeb-desktop/local`, or below `~/.local/state`.
    [[nodiscard]] static std::filesystem::path defaultPath();

    /// Creates the folder, takes its lock and empties it. Returns the reason when that fails, else an empty
    /// text.
    [[nodiscard]] std::string open(const std::filesystem::path &path);

    [[nodiscard]] std::filesystem::path sandboxesFolder() const { return m_path / "sandboxes"; }

private:
    std::filesystem::path m_path;
    Descriptor m_lock; // the kernel lets go of it however the process ends
};

} // namespace Koyeb::Local
