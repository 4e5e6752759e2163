// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/uniquefd.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Local {

struct Pipe {
    UniqueFd readEnd;
    UniqueFd writeEnd;
};

/// Both ends are closed on exec: a child only gets what it is handed. Empty when the process has no
/// descriptors left.
[[nodiscard]] std::optional<Pipe> makePipe();

/// A descriptor that stays readable from raise() on.
class Event {
public:
    Event();
    [[nodiscard]] int fd() const { return m_fd.get(); }
    void raise() const;
    /// Makes it unreadable again.
    void clear() const;

private:
    UniqueFd m_fd;
};

/// Blocks until all bytes are written. False when the other side is gone or the device is full (see errno).
[[nodiscard]] bool writeAll(int fd, std::string_view bytes);
/// The same with several pieces, one after the other.
[[nodiscard]] bool writeAll(int fd, std::initializer_list<std::string_view> pieces);

/// Reads once, restarting when a signal interrupts; as read(2) otherwise.
[[nodiscard]] ssize_t readSome(int fd, char *buffer, size_t size);

/// Everything up to the end of the stream, or up to the first error. Throws std::length_error beyond
/// memoryLimitBytes.
[[nodiscard]] std::string readToEnd(int fd);

void setNonBlocking(int fd);

/// What Go prints for an errno: strerror() with its first letter in lower case.
[[nodiscard]] std::string errnoText(int errorNumber);

} // namespace Koyeb::Local
