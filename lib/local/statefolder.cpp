// SPDX-License-Identifier: Apache-2.0
#include "local/statefolder.h"

#include "local/runtime/sandboxfolder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>

namespace Koyeb::Local {

namespace fs = std::filesystem;

fs::path StateFolder::defaultPath()
{
    const char *const stateHome = std::getenv("XDG_STATE_HOME");
    const char *const home = std::getenv("HOME");
    // The specification says that relative paths in these variables are to be ignored.
    if (stateHome && fs::path(stateHome).is_absolute())
        return fs::path(stateHome) / "koyeb-desktop" / "local";
    return fs::path(home ? home : "/") / ".local" / "state" / "koyeb-desktop" / "local";
}

std::string StateFolder::open(const fs::path &path)
{
    std::error_code error;
    m_path = fs::absolute(path, error);
    if (!error)
        fs::create_directories(m_path, error);
    if (!error)
        fs::permissions(m_path, fs::perms::owner_all, error);
    if (error)
        return "The state folder " + path.string() + " cannot be used: " + error.message();
    m_lock.reset(::open((m_path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!m_lock.isValid())
        return "The state folder " + path.string() + " cannot be used: " + std::strerror(errno);
    if (flock(m_lock.get(), LOCK_EX | LOCK_NB) != 0)
        return "Another local engine is using the state folder " + path.string() + ".";
    if (!removeFolder(sandboxesFolder()))
        return "Old sandboxes in " + sandboxesFolder().string() + " could not be removed.";
    fs::create_directories(sandboxesFolder(), error);
    return error ? "The state folder cannot be written to: " + error.message() : std::string();
}

} // namespace Koyeb::Local
