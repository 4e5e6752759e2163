// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace re2 {
class RE2;
}

namespace Koyeb::Local {

/// Which lines a log query or a log tail asks for.
class LogFilter {
public:
    /// Reads the query's parameters. No value: `problem` tells what is wrong with them.
    [[nodiscard]] static std::optional<LogFilter> from(
        const World &world, const ApiRequest &request, std::vector<FieldError> &problem);

    [[nodiscard]] bool lets(const LoggedLine &line) const;
    /// The services whose lines may match.
    [[nodiscard]] const std::vector<std::string> &serviceIds() const { return m_serviceIds; }

private:
    std::vector<std::string> m_serviceIds;
    std::vector<std::string> m_instanceIds;
    std::string m_deploymentId;
    std::string m_regionalDeploymentId;
    std::vector<std::string> m_streams;
    std::vector<std::string> m_regions;
    bool m_nothing = false; ///< asked for in so many words, as the panel does when nothing is ticked
    std::string m_text;
    std::shared_ptr<const re2::RE2> m_expression; ///< null: none is given
};

[[nodiscard]] nlohmann::json logEntryJson(const LoggedLine &line);

/// The lines that match in [start, end), oldest first.
[[nodiscard]] std::vector<const LoggedLine *> matchingLines(
    const World &world, const LogFilter &filter, SystemTime start, SystemTime end);

/// How many lines a query asks for, at most a thousand; `otherwise` if it does not say.
[[nodiscard]] std::size_t lineLimitOf(const ApiRequest &request, std::size_t otherwise);

/// GET /v1/streams/logs/query. `world` must outlive the router.
void addLogQueryRoute(Router &router, const World &world);

} // namespace Koyeb::Local
