// SPDX-License-Identifier: Apache-2.0
#include "local/agent/posixio.h"

#include "local/agent/limits.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace Koyeb::Local {

std::optional<Pipe> makePipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Event::Event() : m_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (!m_fd)
        throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Event::raise() const
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_fd.get(), &one, sizeof one);
}

void Event::clear() const
{
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(m_fd.get(), &count, sizeof count);
}

bool writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<size_t>(written));
            continue;
        }
        if (written < 0 && errno == EINTR)
            continue;
        return false;
    }
    return true;
}

bool writeAll(int fd, std::initializer_list<std::string_view> pieces)
{
    std::vector<iovec> left;
    for (const std::string_view piece : pieces) {
        if (!piece.empty())
            left.push_back({const_cast<char *>(piece.data()), piece.size()});
    }
    for (std::span<iovec> rest = left; !rest.empty();) {
        const ssize_t result = ::writev(fd, rest.data(), static_cast<int>(rest.size()));
        if (result < 0 && errno == EINTR)
            continue;
        if (result <= 0)
            return false;
        auto written = static_cast<size_t>(result);
        while (!rest.empty() && written >= rest.front().iov_len) {
            written -= rest.front().iov_len;
            rest = rest.subspan(1);
        }
        if (!rest.empty()) {
            rest.front().iov_base = static_cast<char *>(rest.front().iov_base) + written;
            rest.front().iov_len -= written;
        }
    }
    return true;
}

ssize_t readSome(int fd, char *buffer, size_t size)
{
    ssize_t got = 0;
    do {
        got = ::read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

std::string readToEnd(int fd)
{
    std::string all;
    std::array<char, 65536> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read(2) fills it
    for (;;) {
        const ssize_t got = readSome(fd, buffer.data(), buffer.size());
        if (got <= 0)
            return all;
        all.append(buffer.data(), static_cast<size_t>(got));
        if (all.size() > memoryLimitBytes)
            throw std::length_error("more output than fits in memory");
    }
}

void setNonBlocking(int fd)
{
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

std::string errnoText(int errorNumber)
{
    std::string text = std::generic_category().message(errorNumber);
    // "RFS specific error" keeps its capitals, "Is a directory" does not.
    const bool isWord = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
    if (isWord && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

} // namespace Koyeb::Local
