// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/runtime/sandboxspec.h"

#include <chrono>
#include <list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Koyeb::Local {

/// Which server a request goes to.
enum class ServerPart { ControlPlane, Executor, ExposedPort };

/// What to do to a request instead of, or in addition to, answering it.
struct Fault {
    std::chrono::milliseconds delay{0}; ///< before anything else
    std::optional<int> status;          ///< answer this, without performing the request
    std::string body;
    std::string contentType = "text/html";
    std::vector<std::pair<std::string, std::string>> headers;
    bool hang = false;                        ///< never answer; the connection stays open
    bool malformed = false;                   ///< answer with a body that is not JSON though it says so
    std::optional<std::size_t> cutAfterBytes; ///< close the connection after so many bytes of the reply
    bool perform = false;                     ///< do what was asked before hanging, cutting or garbling
};

/// Makes the engine fail on purpose, so that clients can be tested against failures. Instructions are JSON
/// objects, given as `--misbehave JSON` at the start or as the body of `POST /local/misbehave` (with the
/// token):
///
///     {"fault": {"part": "control-plane" | "executor" | "exposed-port",   default control-plane
///                "path": "/v1/services", "method": "GET",                 prefix; both optional
///                "times": 3,                                              default 1; 0: until cleared
///                "delay_ms": 500,
///                "status": 503, "body": "…", "content_type": "…", "headers": {"x-ratelimit-reset": "2"},
///                "hang": true, "malformed": true, "cut_after_bytes": 10, "perform": true}}
///     {"fail_next_deployment": "message"}        the next deployment ends in ERROR with this message
///     {"phase_delay_ms": 1000}                   how long each phase of a deployment takes
///     {"small_disk": {"mount_point": "/full", "bytes": 65536}}    for the sandboxes started from now on
///     {"end_sandbox": "<service id>"}            kills its processes, as a crash would
///     {"clear": true}                            forgets all of the above
class Misbehaviour {
public:
    /// Takes an instruction. Returns what is wrong with it, or an empty text.
    [[nodiscard]] std::string instruct(const nlohmann::json &instruction);

    /// The fault that applies to a request, if any; counts it as used.
    [[nodiscard]] std::optional<Fault> takeFault(
        ServerPart part, std::string_view method, std::string_view path);

    /// The message that the deployment which asks is to fail with, if any.
    [[nodiscard]] std::optional<std::string> takeDeploymentFailure();

    /// The services whose sandboxes are to be killed now.
    [[nodiscard]] std::vector<std::string> takeSandboxesToEnd();

    [[nodiscard]] std::chrono::milliseconds phaseDelay() const { return m_phaseDelay; }
    [[nodiscard]] const std::optional<SmallDisk> &smallDisk() const { return m_smallDisk; }

private:
    struct Rule {
        ServerPart part = ServerPart::ControlPlane;
        std::string pathPrefix;
        std::string method;                ///< empty: any
        std::optional<unsigned> timesLeft; ///< no value: until cleared
        Fault fault;
    };

    [[nodiscard]] std::string addRule(const nlohmann::json &description);

    static constexpr std::chrono::milliseconds defaultPhaseDelay{60};

    std::list<Rule> m_rules;
    std::optional<std::string> m_deploymentFailure;
    std::chrono::milliseconds m_phaseDelay = defaultPhaseDelay;
    std::optional<SmallDisk> m_smallDisk;
    std::vector<std::string> m_sandboxesToEnd;
};

} // namespace Koyeb::Local
