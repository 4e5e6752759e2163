// SPDX-License-Identifier: Apache-2.0
#include "local/agent/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <array>

namespace Koyeb::Local {

std::optional<Terminal> Terminal::open(TerminalSize size)
{
    UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 128> path{};
    if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
        ::ptsname_r(master.get(), path.data(), path.size()) != 0)
        return std::nullopt;
    Terminal terminal(std::move(master), path.data());
    terminal.resize(size);
    termios settings{};
    if (::tcgetattr(terminal.fd(), &settings) == 0) {
        // Erasing a character must erase all of its bytes.
        settings.c_iflag |= IUTF8;
        ::tcsetattr(terminal.fd(), TCSANOW, &settings);
    }
    return terminal;
}

void Terminal::resize(TerminalSize size) const
{
    winsize window{};
    window.ws_col = size.columns;
    window.ws_row = size.rows;
    ::ioctl(m_master.get(), TIOCSWINSZ, &window);
}

} // namespace Koyeb::Local
