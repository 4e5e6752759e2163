// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Koyeb::Local {

/// Which server a request goes to.
enum class ServerPart { ControlPlane, Executor, ExposedPort };

/// When a connection is reset (RST) instead of served.
enum class ResetMoment {
    Before, ///< as soon as it is accepted, before anything is read
    During, ///< when the request's head has been read, but not its body
    After,  ///< when the request has been read, before any reply
    Body    ///< in the reply's body, where `cutAfterBytes` says
};

/// What to do to a request instead of, or in addition to, answering it.
struct Fault {
    std::chrono::milliseconds delay{0};  ///< before anything else
    std::chrono::milliseconds jitter{0}; ///< and up to so much more, by chance
    std::optional<int> status;           ///< answer this, without performing the request
    std::string body;
    std::string contentType;
    std::vector<std::pair<std::string, std::string>> headers;
    bool hang = false;                          ///< never answer; the connection stays open
    bool malformed = false;                     ///< answer with a body that is not JSON though it says so
    bool wrongTypes = false;                    ///< answer with numbers for texts, texts for the rest
    std::optional<std::size_t> cutAfterBytes;   ///< close the connection after so many bytes of the body
    std::optional<std::size_t> stallAfterBytes; ///< send no more after so many bytes of the body
    std::size_t bytesPerSecond = 0;             ///< of the reply; 0: as fast as it goes
    std::chrono::milliseconds slowHead{0};      ///< how long the reply's head takes, byte by byte
    std::optional<ResetMoment> reset;
    bool perform =
        false; ///< do what was asked before hanging, cutting, resetting or answering something else

    /// Whether the reply is made up, so that the request need not be performed for it.
    [[nodiscard]] bool hasOwnReply() const { return status || malformed || hang || wrongTypes; }
    /// Whether the reply's bytes do not just go out.
    [[nodiscard]] bool changesReply() const
    {
        return cutAfterBytes || stallAfterBytes || bytesPerSecond > 0 || slowHead.count() > 0;
    }
};

/// Reads a fault's description; see Misbehaviour. Throws what nlohmann::json throws, and
/// std::invalid_argument.
[[nodiscard]] Fault faultFrom(const nlohmann::json &description);

/// A JSON value of another type, all the way down: for clients that trust what they are sent.
[[nodiscard]] nlohmann::json withWrongTypes(const nlohmann::json &value);

/// What a gateway in front of the platform says to a status, if the fault does not: HTML from 500 on, else a
/// JSON error.
struct FaultyBody {
    std::string contentType;
    std::string text;
};
[[nodiscard]] FaultyBody bodyOf(const Fault &fault);

} // namespace Koyeb::Local
