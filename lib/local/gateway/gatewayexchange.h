// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"
#include "local/asio.h"
#include "local/gateway/bodyframing.h"
#include "local/gateway/routing.h"
#include "local/server/fault.h"
#include "local/server/faultysink.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>

namespace Koyeb::Local {

class GatewayConnection;

/// One request on a connection to a gateway, and its reply. The heads are read and rewritten, everything
/// after them passes through as it is, so that streams, large bodies and upgrades need no knowledge here.
class GatewayExchange : public std::enable_shared_from_this<GatewayExchange> {
public:
    explicit GatewayExchange(std::shared_ptr<GatewayConnection> connection);
    ~GatewayExchange();
    GatewayExchange(const GatewayExchange &) = delete;
    GatewayExchange &operator=(const GatewayExchange &) = delete;

    /// False: the connection can carry no more requests.
    [[nodiscard]] Awaitable<bool> run();

private:
    using ReplyParser = boost::beast::http::response_parser<boost::beast::http::empty_body>;

    [[nodiscard]] Awaitable<bool> readHead();
    [[nodiscard]] Routing route() const;
    [[nodiscard]] bool mayKeepAlive() const;
    [[nodiscard]] BodyFraming requestFraming() const;
    [[nodiscard]] BodyFraming replyFraming(const ReplyParser &parser) const;
    [[nodiscard]] Awaitable<bool> applyFault();
    void rewriteHead();
    [[nodiscard]] Awaitable<bool> sendHead();
    [[nodiscard]] Awaitable<void> forwardRequest();
    [[nodiscard]] Awaitable<void> forwardRequestBody();
    [[nodiscard]] Awaitable<void> watchClient();
    [[nodiscard]] Awaitable<void> stopWatching();
    [[nodiscard]] Awaitable<void> forwardReply();
    [[nodiscard]] Awaitable<bool> readReplyHead(std::optional<ReplyParser> &parser);
    [[nodiscard]] Awaitable<void> relayReply(std::string head, BodyFraming framing);
    [[nodiscard]] Awaitable<void> relayFaultily(std::string head);
    [[nodiscard]] Awaitable<void> answerFaultily(Fault fault);
    [[nodiscard]] Awaitable<void> readRequestBody();
    [[nodiscard]] Awaitable<void> endFaultily(FaultySink::Outcome outcome);
    [[nodiscard]] Awaitable<void> waitForClient();
    [[nodiscard]] Awaitable<void> loseReply();
    void noteReply(unsigned status);
    [[nodiscard]] Awaitable<void> refuse(boost::beast::http::status status, std::string text);
    [[nodiscard]] Awaitable<void> finish();

    const std::shared_ptr<GatewayConnection> m_connection;
    boost::beast::http::request_parser<boost::beast::http::empty_body> m_request;
    Routing m_routing;
    bool m_keepAlive = false; // whether both connections are to carry another request after this one
    bool m_requestRead = false;
    bool m_replied = false;
    bool m_watching = false;
    asio::steady_timer m_watchEnded; // never expires; cancelled when the client is not watched any more
    std::optional<FaultySink> m_faultySink; // for a fault that changes the reply of the sandbox
    std::optional<Fault> m_lostReply; // what comes in place of the sandbox's reply, once it has done its work
    std::shared_ptr<void> m_activity; // keeps the sandbox awake
    SystemTime m_begin;
    std::uint64_t m_bytesIn = 0;
    std::uint64_t m_bytesOut = 0;
};

} // namespace Koyeb::Local
