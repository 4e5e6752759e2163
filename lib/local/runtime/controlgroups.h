// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/runtime/sandboxlimits.h"

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>

namespace Koyeb::Local {

/// Control groups (version 2) for sandboxes, each with limits of its own, below a group that is made for this
/// engine. Its end removes them.
class ControlGroups {
public:
    /// Null where this user may make no groups that limit memory and processes. They are made below the
    /// nearest of our own groups where that is allowed. Blocks for some milliseconds, as it tries it out.
    /// `root` is where the kernel shows groups, `own` the group of this process below it, as
    /// /proc/self/cgroup has it.
    [[nodiscard]] static std::unique_ptr<ControlGroups> find(
        const std::filesystem::path &root = "/sys/fs/cgroup", const std::string &own = ownGroup());
    ~ControlGroups();
    ControlGroups(const ControlGroups &) = delete;
    ControlGroups &operator=(const ControlGroups &) = delete;

    /// Makes a group. False when that fails.
    [[nodiscard]] bool create(const std::string &name, const SandboxLimits &limits);
    /// Puts a process into it, and with that all that it will start.
    [[nodiscard]] bool add(const std::string &name, pid_t process);
    /// Whether the kernel has ended something in the group since it wanted too much memory.
    [[nodiscard]] bool ranOutOfMemory(const std::string &name) const;
    /// Removes the groups in which no process is left.
    void removeEmpty();

    [[nodiscard]] const std::filesystem::path &folder() const { return m_folder; }

private:
    explicit ControlGroups(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    [[nodiscard]] static std::string ownGroup();
    [[nodiscard]] bool works();

    std::filesystem::path m_folder;
};

} // namespace Koyeb::Local
