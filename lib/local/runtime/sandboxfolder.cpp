// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/sandboxfolder.h"

#include "local/runtime/isolation.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb::Local {

namespace fs = std::filesystem;

namespace {

constexpr auto accounts = "root:x:0:0:root:/root:/bin/bash\n"
                          "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr auto groups = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n";

constexpr auto systemProfile = "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
                               "[ -n \"$BASH_VERSION\" ] && [ -r /etc/bash.bashrc ] && . /etc/bash.bashrc\n"
                               ":\n";

constexpr auto shellStart = "case $- in *i*) ;; *) return ;; esac\n"
                            "PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\[\\e[1;34m\\]\\w\\[\\e[0m\\]\\$ '\n"
                            "shopt -s checkwinsize\n"
                            "alias ls='ls --color=auto' grep='grep --color=auto'\n";

// Files of the host that programs need to work as usual, and that say nothing about its users.
constexpr auto copiedFiles = std::to_array<const char *>(
    {"ld.so.cache", "ld.so.conf", "localtime", "timezone", "mime.types", "protocols", "services", "inputrc",
     "os-release", "debian_version", "magic", "shells", "login.defs", "gai.conf"});

void writeFile(const fs::path &path, const std::string &content)
{
    std::ofstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path, std::ios::binary | std::ios::trunc);
    file << content;
    file.close();
}

void createSystemFiles(const SandboxSpec &spec)
{
    const fs::path etc = spec.rootFolder() / "etc";
    const std::string &name = spec.settings.name;
    writeFile(etc / "passwd", accounts);
    writeFile(etc / "group", groups);
    writeFile(etc / "hostname", name + "\n");
    writeFile(etc / "hosts", "127.0.0.1 localhost " + name + "\n::1 localhost ip6-localhost\n");
    writeFile(etc / "resolv.conf", "");
    writeFile(etc / "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
    writeFile(etc / "profile", systemProfile);
    writeFile(etc / "bash.bashrc", shellStart);
    for (const char *file : copiedFiles) {
        std::error_code ignored; // what the host lacks, the sandbox lacks too
        fs::copy_file(fs::path("/etc") / file, etc / file, ignored);
    }
}

/// /bin, /lib and so on are part of /usr on today's systems, and links to it; bwrap binds them where not.
void createSystemLinks(const fs::path &root)
{
    for (const char *name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
        const fs::path onHost = fs::path("/") / name;
        if (fs::is_symlink(onHost))
            fs::create_symlink(fs::read_symlink(onHost), root / name);
    }
}

void createConfigFile(const fs::path &root, const ConfigFile &file)
{
    const fs::path path = root / fs::path(file.path).relative_path();
    fs::create_directories(path.parent_path());
    writeFile(path, file.content);
    fs::permissions(path, static_cast<fs::perms>(file.mode & 0777U));
}

/// Gives the owner back access to the directories below an open one, so that they can be emptied.
void makeAccessible(int directory)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> stream(fdopendir(directory), closedir);
    if (!stream) {
        close(directory);
        return;
    }
    while (const dirent *const entry = readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        struct stat status = {};
        if (name == "." || name == ".." ||
            fstatat(dirfd(stream.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISDIR(status.st_mode))
            continue;
        // No process of the sandbox is left that could put a link here between the check and the change.
        fchmodat(dirfd(stream.get()), entry->d_name, 0700, 0);
        const int child =
            openat(dirfd(stream.get()), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child >= 0)
            makeAccessible(child);
    }
}

} // namespace

std::string createSandboxFolder(const SandboxSpec &spec)
{
    try {
        const fs::path root = spec.rootFolder();
        for (const char *name :
             {"etc", "home", "mnt", "opt", "proc", "dev", "root", "run", "srv", "tmp", "usr", "var/tmp",
              "var/log", "var/cache"})
            fs::create_directories(root / name);
        fs::create_directories(spec.socketFolder());
        fs::permissions(root / "tmp", fs::perms::all | fs::perms::sticky_bit);
        fs::permissions(root / "var/tmp", fs::perms::all | fs::perms::sticky_bit);
        createSystemLinks(root);
        createSystemFiles(spec);
        writeFile(spec.homeFolder() / ".bashrc", shellStart);
        writeFile(spec.homeFolder() / ".profile", "[ -n \"$BASH_VERSION\" ] && . ~/.bashrc\n:\n");
        // Elsewhere they would not be seen; and where /bin leads to depends on the host.
        for (const ConfigFile &file : spec.settings.configFiles) {
            if (!isCovered(file.path))
                createConfigFile(root, file);
        }
    } catch (const std::ios_base::failure &) {
        return std::string("The sandbox's files could not be written: ") + std::strerror(errno);
    } catch (const fs::filesystem_error &error) {
        return "The sandbox's files could not be created: " + error.code().message();
    }
    return {};
}

std::uint64_t bytesIn(const fs::path &folder)
{
    constexpr std::uint64_t blockBytes = 512; // of st_blocks, whatever the file system has
    std::uint64_t bytes = 0;
    std::error_code error;
    auto entry =
        fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        struct stat facts = {};
        if (lstat(entry->path().c_str(), &facts) == 0)
            bytes += static_cast<std::uint64_t>(facts.st_blocks) * blockBytes /
                     std::max<nlink_t>(facts.st_nlink, 1);
    }
    return bytes;
}

bool removeFolder(const fs::path &folder)
{
    std::error_code error;
    fs::remove_all(folder, error);
    if (!error)
        return true;
    const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory >= 0)
        makeAccessible(directory);
    fs::remove_all(folder, error);
    return !error;
}

} // namespace Koyeb::Local
