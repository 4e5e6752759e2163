// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/uniquefd.h"

#include <optional>
#include <string>

namespace Koyeb::Local {

struct TerminalSize {
    unsigned short columns = 80;
    unsigned short rows = 24;
};

/// The master side of a pseudo terminal.
class Terminal {
public:
    /// Has its size before anything can open it. Empty, with errno set, when the system has no terminal left.
    [[nodiscard]] static std::optional<Terminal> open(TerminalSize size);

    [[nodiscard]] int fd() const { return m_master.get(); }
    /// What the process in the terminal opens.
    [[nodiscard]] const std::string &path() const { return m_path; }
    /// The processes in the foreground get SIGWINCH.
    void resize(TerminalSize size) const;

private:
    Terminal(UniqueFd master, std::string path) : m_master(std::move(master)), m_path(std::move(path)) {}

    UniqueFd m_master;
    std::string m_path;
};

} // namespace Koyeb::Local
