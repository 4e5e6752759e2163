// SPDX-License-Identifier: Apache-2.0
#include "local/agent/fileoperations.h"

#include "local/agent/limits.h"
#include "local/agent/posixio.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace Koyeb::Local {

namespace {

std::string describe(std::string_view operation, std::string_view path, int errorNumber)
{
    std::string text(operation);
    text += ' ';
    text += path;
    text += ": ";
    return text + errnoText(errorNumber);
}

/// Opens a path, which may hold a NUL: Go refuses it, open(2) would cut it off.
UniqueFd openPath(const std::string &path, int flags, mode_t mode = 0)
{
    if (path.find('\0') != std::string::npos) {
        errno = EINVAL;
        return UniqueFd();
    }
    int fd = -1;
    do {
        fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return UniqueFd(fd);
}

using Directory = std::unique_ptr<DIR, int (*)(DIR *)>;

/// Takes the descriptor over.
Directory directoryOf(UniqueFd fd)
{
    const int own = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    Directory directory(own < 0 ? nullptr : ::fdopendir(own), &::closedir);
    if (!directory && own >= 0)
        ::close(own);
    return directory;
}

/// False with errno set when reading fails.
bool readNames(DIR *directory, std::vector<std::string> &names)
{
    for (;;) {
        errno = 0;
        const dirent *const entry = ::readdir(directory);
        if (!entry)
            return errno == 0;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            names.emplace_back(name);
    }
}

/// An error below a directory that is being removed; the path is relative to the directory's parent.
struct TreeError {
    std::string_view operation;
    std::string path;
    int errorNumber = 0;
};

std::optional<TreeError> removeAt(int parentFd, const std::string &name);

std::optional<TreeError> removeContents(int parentFd, const std::string &name)
{
    UniqueFd fd(::openat(parentFd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        return errno == ENOENT ? std::nullopt : std::optional(TreeError{"openfdat", name, errno});
    const Directory directory = directoryOf(std::move(fd));
    std::vector<std::string> names;
    if (!directory || !readNames(directory.get(), names))
        return TreeError{"readdirnames", name, errno};
    std::optional<TreeError> firstError;
    for (const std::string &child : names) {
        std::optional<TreeError> error = removeAt(::dirfd(directory.get()), child);
        if (!error || firstError)
            continue;
        error->path = name + '/' + error->path;
        firstError = std::move(error);
    }
    return firstError;
}

std::optional<TreeError> removeAt(int parentFd, const std::string &name)
{
    if (::unlinkat(parentFd, name.c_str(), 0) == 0 || errno == ENOENT)
        return std::nullopt;
    const int unlinkError = errno;
    struct stat info {};
    const bool isDirectory =
        ::fstatat(parentFd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
    if (!isDirectory)
        return TreeError{"unlinkat", name, unlinkError};
    std::optional<TreeError> contentError = removeContents(parentFd, name);
    if (::unlinkat(parentFd, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT)
        return std::nullopt;
    if (contentError)
        return contentError;
    return TreeError{"unlinkat", name, errno};
}

} // namespace

FileError readFile(const std::string &path, std::string &content)
{
    const UniqueFd file = openPath(path, O_RDONLY);
    if (!file)
        return describe("open", path, errno);
    struct stat info {};
    if (::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode))
        content.reserve(std::min(static_cast<size_t>(info.st_size), memoryLimitBytes));
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = readSome(file.get(), buffer.data(), buffer.size());
        if (got < 0)
            return describe("read", path, errno);
        if (got == 0)
            return std::nullopt;
        content.append(buffer.data(), static_cast<size_t>(got));
        if (content.size() > memoryLimitBytes)
            return describe("read", path, EFBIG);
    }
}

FileError writeFile(const std::string &path, std::string_view content)
{
    const UniqueFd file = openPath(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (!file)
        return describe("open", path, errno);
    if (!writeAll(file.get(), content))
        return describe("write", path, errno);
    return std::nullopt;
}

FileError makeDirectories(const std::string &path)
{
    if (path.find('\0') != std::string::npos)
        return describe("mkdir", path, EINVAL);
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0)
        return S_ISDIR(info.st_mode) ? std::nullopt : FileError(describe("mkdir", path, ENOTDIR));

    const size_t nameEnd = path.find_last_not_of('/');
    const size_t parentEnd = nameEnd == std::string::npos ? nameEnd : path.find_last_of('/', nameEnd);
    if (parentEnd != std::string::npos && parentEnd > 0) {
        if (FileError error = makeDirectories(path.substr(0, parentEnd)))
            return error;
    }
    if (::mkdir(path.c_str(), 0755) == 0)
        return std::nullopt;
    const int mkdirError = errno;
    // Somebody else may have made it meanwhile.
    if (::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
        return std::nullopt;
    return describe("mkdir", path, mkdirError);
}

FileError listDirectory(const std::string &path, std::vector<std::string> &names)
{
    UniqueFd fd = openPath(path, O_RDONLY | O_DIRECTORY);
    if (!fd)
        return describe("open", path, errno);
    const Directory directory = directoryOf(std::move(fd));
    if (!directory || !readNames(directory.get(), names))
        return describe("readdirent", path, errno);
    std::sort(names.begin(), names.end());
    return std::nullopt;
}

FileError removeFile(const std::string &path)
{
    if (path.find('\0') != std::string::npos)
        return describe("remove", path, EINVAL);
    if (::unlink(path.c_str()) == 0)
        return std::nullopt;
    const int unlinkError = errno;
    if (::rmdir(path.c_str()) == 0)
        return std::nullopt;
    // rmdir's ENOTDIR only says that this is a file, so unlink's error is the one that tells.
    return describe("remove", path, errno == ENOTDIR ? unlinkError : errno);
}

FileError removeTree(const std::string &path)
{
    if (path.empty())
        return std::nullopt;
    const size_t nameEnd = path.find_last_not_of('/');
    const std::string trimmed = nameEnd == std::string::npos ? "/" : path.substr(0, nameEnd + 1);
    const size_t separator = trimmed.find_last_of('/');
    const std::string name = separator == std::string::npos ? trimmed : trimmed.substr(separator + 1);
    if (name == ".")
        return describe("RemoveAll", path, EINVAL);
    if (!removeFile(path))
        return std::nullopt;
    const std::string parent = separator == std::string::npos ? "."
                               : separator == 0               ? "/"
                                                              : trimmed.substr(0, separator);
    const UniqueFd parentFd = openPath(parent, O_RDONLY);
    if (!parentFd)
        return errno == ENOENT ? std::nullopt : FileError(describe("open", parent, errno));
    const std::optional<TreeError> error = removeAt(parentFd.get(), name);
    if (!error)
        return std::nullopt;
    const std::string prefix = parent == "/" ? parent : parent + '/';
    return describe(error->operation, prefix + error->path, error->errorNumber);
}

} // namespace Koyeb::Local
