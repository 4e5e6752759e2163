// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Translates between the frames of the exec channel and the lines that the sandbox's agent speaks.
namespace Koyeb::Local {

/// What the client's first frame asks for.
struct ExecStart {
    std::string id;              ///< of an instance or a service; empty if the frame names none
    nlohmann::json agentRequest; ///< the first line for the agent
};

/// No value if the frame is no valid first frame.
[[nodiscard]] std::optional<ExecStart> execStartFrom(const std::string &frame);

/// The agent's lines for a later frame of the client; none if it asks for nothing.
[[nodiscard]] std::vector<nlohmann::json> agentMessagesFrom(const std::string &frame);

/// The client's frame for a line of the agent; no value for a line that is not understood.
[[nodiscard]] std::optional<nlohmann::json> execFrameFrom(const std::string &line);

/// The same as its text where the line is output and nothing else, as most are; no value for all others.
[[nodiscard]] std::optional<std::string> outputFrameText(std::string_view line);

/// Whether this frame is the channel's last.
[[nodiscard]] bool isFinalFrame(const nlohmann::json &frame);

[[nodiscard]] nlohmann::json execErrorFrame(int code, const std::string &message);
/// The platform's way to say that the sandbox is not in a state for this.
[[nodiscard]] nlohmann::json execPreconditionFrame(const std::string &message);

} // namespace Koyeb::Local
