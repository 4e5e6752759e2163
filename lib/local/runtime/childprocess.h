// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace Koyeb::Local {

/// Owns a file descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    Descriptor(Descriptor &&other) noexcept : m_descriptor(other.release()) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        reset(other.release());
        return *this;
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() { reset(); }

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool isValid() const { return m_descriptor >= 0; }
    [[nodiscard]] int release() { return std::exchange(m_descriptor, -1); }
    void reset(int descriptor = -1)
    {
        if (m_descriptor >= 0)
            close(m_descriptor);
        m_descriptor = descriptor;
    }

private:
    int m_descriptor = -1;
};

struct ChildCommand {
    std::vector<std::string> arguments;   ///< the first is looked up in PATH
    std::vector<std::string> environment; ///< NAME=value; nothing is inherited
    std::string workingFolder;            ///< empty: ours
    Descriptor thirdDescriptor;           ///< becomes descriptor 3 of the child, if valid
};

struct ChildProcess {
    pid_t pid = -1;
    Descriptor processDescriptor; ///< readable once the process has ended
    Descriptor input;
    Descriptor output;
    Descriptor errors;
};

/// Starts a program with pipes on its three standard descriptors. It inherits no other descriptor, no signal
/// mask and no ignored signal of ours. No value when it cannot be started (errno tells why).
[[nodiscard]] std::optional<ChildProcess> spawnChild(const ChildCommand &command);

/// An anonymous file in memory, positioned at its start.
[[nodiscard]] Descriptor memoryFile(std::string_view content);

/// Each text followed by a NUL, as bubblewrap reads options from a descriptor.
[[nodiscard]] std::string nulSeparated(const std::vector<std::string> &texts);

} // namespace Koyeb::Local
