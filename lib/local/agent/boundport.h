// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>

namespace Koyeb::Local {

/// The one port that the proxy leads to. Safe to call from any thread.
class BoundPort {
public:
    /// The port as it was given, unchecked; empty when none is bound.
    [[nodiscard]] std::string current() const;
    enum class BindResult { Bound, AlreadyBound };
    /// Changes nothing when one is bound.
    [[nodiscard]] BindResult bind(const std::string &port);
    void unbind();

private:
    mutable std::mutex m_mutex;
    std::string m_port;
};

} // namespace Koyeb::Local
