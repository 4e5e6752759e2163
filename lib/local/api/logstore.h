// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace Koyeb::Local {

enum class LogStream { Stdout, Stderr, Koyeb };

[[nodiscard]] std::string_view toText(LogStream stream);

/// Where a line comes from. One object serves all lines of an instance.
struct LogSource {
    std::string organizationId;
    std::string appId;
    std::string serviceId;
    std::string deploymentId;
    std::string regionalDeploymentId;
    std::string instanceId; ///< empty: of no instance
    std::string region;
};

struct LoggedLine {
    std::uint64_t number = 0; ///< counts up over all lines
    SystemTime time;          ///< later than that of every earlier line
    LogStream stream = LogStream::Stdout;
    std::string text;
    std::shared_ptr<const LogSource> source;
};

/// The last lines of each service. Bounded by lines and by bytes for each; the oldest are forgotten.
class LogStore {
public:
    void add(SystemTime now, LogStream stream, std::string text, std::shared_ptr<const LogSource> source);
    void forget(const std::string &serviceId);

    /// Oldest first; empty for unknown services.
    [[nodiscard]] const std::deque<LoggedLine> &lines(const std::string &serviceId) const;
    [[nodiscard]] std::uint64_t lastNumber() const { return m_lastNumber; }

    /// Calls `news` after each line that comes, until the returned object ends. It must not add lines.
    [[nodiscard]] std::shared_ptr<void> follow(std::function<void()> news);

private:
    struct Lines {
        std::deque<LoggedLine> lines;
        std::size_t sizeBytes = 0;
    };

    std::map<std::string, Lines> m_lines;
    std::map<std::uint64_t, std::function<void()>> m_followers;
    std::uint64_t m_lastNumber = 0;
    std::uint64_t m_lastFollower = 0;
    SystemTime m_lastTime;
    std::shared_ptr<LogStore *> m_self =
        std::make_shared<LogStore *>(this); // followers may outlive the store
};

} // namespace Koyeb::Local
