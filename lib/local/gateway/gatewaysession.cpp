// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gatewaysession.h"

#include "local/api/identifiers.h"
#include "local/gateway/gateway.h"
#include "local/gateway/loopback.h"
#include "local/gateway/relay.h"
#include "local/gateway/routing.h"
#include "local/runtime/sandboxprocess.h"
#include "local/server/faultysink.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <sstream>

namespace Koyeb::Local {

namespace beast = boost::beast;
namespace http = beast::http;

namespace {

constexpr std::chrono::seconds headTimeout{30};
constexpr std::chrono::seconds lingerTimeout{2};
constexpr std::uint32_t maximumHeadBytes = 64 * 1024;
// Boost 1.74 takes boost::none, which should mean this, for a limit below every length.
constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(std::shared_ptr<Gateway> gateway, asio::ip::tcp::socket client)
        : m_gateway(std::move(gateway)), m_client(std::move(client)), m_upstream(m_client.get_executor())
    {
        m_request.header_limit(maximumHeadBytes);
        m_request.body_limit(unlimited);
    }
    ~Session() { m_gateway->hooks().passed(m_bytesIn, m_bytesOut); }
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    Awaitable<void> run();

private:
    [[nodiscard]] Routing route() const;
    [[nodiscard]] Awaitable<bool> applyFault();
    [[nodiscard]] Awaitable<bool> sendHead();
    [[nodiscard]] Awaitable<void> forwardRequestBody();
    [[nodiscard]] Awaitable<void> forwardReply();
    [[nodiscard]] Awaitable<void> relayReplyBody();
    [[nodiscard]] Awaitable<void> relayFaultily(std::string head);
    [[nodiscard]] Awaitable<void> answerFaultily(Fault fault);
    [[nodiscard]] Awaitable<void> readRequestBody();
    [[nodiscard]] Awaitable<void> endFaultily(FaultySink::Outcome outcome);
    [[nodiscard]] Awaitable<void> waitForClient();
    [[nodiscard]] Awaitable<void> loseReply();
    void noteReply(unsigned status);
    [[nodiscard]] Awaitable<void> refuse(http::status status, std::string text);
    [[nodiscard]] Awaitable<void> finish();
    void rewriteHead();
    void closeAll();

    std::shared_ptr<Gateway> m_gateway;
    beast::tcp_stream m_client;
    asio::local::stream_protocol::socket m_upstream;
    beast::flat_buffer m_fromClient;
    beast::flat_buffer m_fromUpstream;
    http::request_parser<http::empty_body> m_request;
    Routing m_routing;
    std::optional<FaultySink> m_faultySink; // for a fault that changes the reply of the sandbox
    std::optional<Fault> m_lostReply; // what comes in place of the sandbox's reply, once it has done its work
    std::shared_ptr<void> m_activity; // keeps the sandbox awake
    SystemTime m_begin;
    std::uint64_t m_bytesIn = 0;
    std::uint64_t m_bytesOut = 0;
};

Awaitable<void> Session::run()
{
    const auto self = shared_from_this();
    m_client.expires_after(headTimeout);
    ErrorCode error;
    co_await http::async_read_header(m_client, m_fromClient, m_request, into(error));
    m_client.expires_never();
    if (error)
        co_return;
    m_begin = m_gateway->hooks().now();
    m_routing = route();
    const bool answered = co_await applyFault();
    if (answered)
        co_return;
    if (m_routing.destination == Destination::ForeignHost)
        co_return co_await refuse(http::status::forbidden, "This host name is not served here.\n");
    if (m_routing.destination == Destination::Nowhere)
        co_return co_await refuse(http::status::not_found, "Not found.\n");
    m_activity = m_gateway->beginActivity();
    if (!m_gateway->sandbox())
        co_await m_gateway->hooks().wake();
    const std::shared_ptr<SandboxProcess> sandbox = m_gateway->sandbox();
    if (!sandbox || !sandbox->isServing())
        co_return co_await refuse(http::status::service_unavailable, "The sandbox is not running.\n");
    const bool toExecutor = m_routing.destination == Destination::Executor;
    error =
        co_await sandbox->connect(m_upstream, toExecutor ? SandboxSocket::Executor : SandboxSocket::Proxy);
    if (error)
        co_return co_await refuse(http::status::bad_gateway, "The sandbox does not answer.\n");
    const bool sent = co_await sendHead();
    asio::co_spawn(
        m_client.get_executor(), [self]() { return self->forwardRequestBody(); }, asio::detached);
    if (sent)
        co_await forwardReply();
    else
        co_await refuse(http::status::bad_gateway, "The sandbox does not answer.\n");
}

Routing Session::route() const
{
    const auto &head = m_request.get();
    RequestHead facts;
    facts.target = view(head.target());
    facts.host = view(head[http::field::host]);
    facts.routingKey = view(head["X-Routing-Key"]);
    facts.cookies = view(head[http::field::cookie]);
    return routeOf(facts, m_gateway->routingKey(), m_gateway->port(), m_gateway->domain());
}

// True: the request needs no more; it was answered, or is never to be.
Awaitable<bool> Session::applyFault()
{
    if (m_routing.destination != Destination::Executor && m_routing.destination != Destination::BoundPort)
        co_return false;
    const ServerPart part =
        m_routing.destination == Destination::Executor ? ServerPart::Executor : ServerPart::ExposedPort;
    const auto fault =
        m_gateway->misbehaviour().takeFault(part, view(m_request.get().method_string()), m_routing.target);
    if (!fault)
        co_return false;
    if (fault->delay.count() > 0)
        co_await pause(fault->delay);
    if (fault->perform && (fault->hasOwnReply() || fault->reset == ResetMoment::After)) {
        m_lostReply = fault;
        co_return false;
    }
    if (fault->reset == ResetMoment::After)
        co_await readRequestBody();
    if (fault->reset == ResetMoment::During || fault->reset == ResetMoment::After) {
        resetConnection(m_client.socket());
        co_return true;
    }
    if (fault->hang) {
        co_await waitForClient();
        co_return true;
    }
    if (fault->hasOwnReply()) {
        co_await answerFaultily(*fault);
        co_return true;
    }
    if (fault->changesReply())
        m_faultySink.emplace(*fault);
    co_return false;
}

Awaitable<void> Session::waitForClient()
{
    std::array<char, 4096> ignored{};
    ErrorCode error;
    while (!error)
        co_await m_client.async_read_some(asio::buffer(ignored), into(error));
}

// Closing with unread data would destroy the reply.
Awaitable<void> Session::readRequestBody()
{
    const std::uint64_t length = m_request.content_length().value_or(0);
    std::uint64_t read = m_fromClient.size();
    std::array<char, 16384> ignored{};
    ErrorCode error;
    while (!error && read < length)
        read += co_await m_client.async_read_some(asio::buffer(ignored), into(error));
}

// Runs beside forwardRequestBody(), which reads on from the client meanwhile.
Awaitable<void> Session::loseReply()
{
    std::array<char, 16384> ignored{};
    ErrorCode error;
    while (!error)
        co_await m_upstream.async_read_some(asio::buffer(ignored), into(error));
    if (m_lostReply->reset == ResetMoment::After) {
        resetConnection(m_client.socket());
        closeAll();
    } else {
        co_await answerFaultily(*m_lostReply);
    }
}

Awaitable<void> Session::answerFaultily(Fault fault)
{
    if (!m_lostReply)
        co_await readRequestBody();
    // Members of all the executor's replies, each of a type that none of them has.
    constexpr std::string_view wrongReply =
        R"({"stdout":1,"stderr":[],"code":"0","content":2,"entries":"x","processes":{},"success":"yes","status":3})";
    FaultyBody body = bodyOf(fault);
    if (fault.wrongTypes)
        body = {"application/json", std::string(wrongReply)};
    http::response<http::empty_body> reply(static_cast<http::status>(fault.status.value_or(200)), 11);
    reply.set(http::field::content_type, body.contentType);
    reply.set(http::field::connection, "close");
    reply.content_length(body.text.size());
    for (const auto &[name, value] : fault.headers)
        reply.set(name, value);
    std::ostringstream head;
    head << reply.base();
    noteReply(reply.result_int());
    m_faultySink.emplace(std::move(fault));
    std::string headText = head.str();
    FaultySink::Outcome outcome = co_await m_faultySink->sendHead(m_client, std::move(headText));
    if (outcome == FaultySink::Outcome::Sent)
        outcome = co_await m_faultySink->sendBody(m_client, body.text);
    if (outcome == FaultySink::Outcome::Stalled && !m_lostReply)
        co_await waitForClient();
    else
        co_await endFaultily(outcome);
}

void Session::noteReply(unsigned status)
{
    const auto taken = m_gateway->hooks().now() - m_begin;
    m_gateway->hooks().replied(status, std::chrono::duration<double, std::milli>(taken).count());
}

void Session::rewriteHead()
{
    auto &head = m_request.get();
    head.target(m_routing.target);
    // One request for each connection, on both sides; an upgrade takes the connection over anyway.
    if (head.find(http::field::upgrade) == head.end())
        head.set(http::field::connection, "close");
    head.erase("X-Routing-Key");
    const std::string cookies = withoutRoutingCookies(view(head[http::field::cookie]));
    if (cookies.empty())
        head.erase(http::field::cookie);
    else
        head.set(http::field::cookie, cookies);
}

Awaitable<bool> Session::sendHead()
{
    rewriteHead();
    ErrorCode error;
    http::request_serializer<http::empty_body> serializer(m_request.get());
    co_await http::async_write_header(m_upstream, serializer, into(error));
    co_return !error;
}

// Runs beside forwardReply(): the end of the client's side ends the request, as it does on the real gateway.
Awaitable<void> Session::forwardRequestBody()
{
    const auto self = shared_from_this();
    ErrorCode error;
    m_bytesIn += m_fromClient.size();
    co_await asio::async_write(m_upstream, m_fromClient.data(), into(error));
    m_fromClient.clear();
    bool upstreamListens = !error;
    error = {};
    std::array<std::byte, relayChunkBytes> chunk;
    for (;;) {
        const std::size_t count = co_await m_client.async_read_some(asio::buffer(chunk), into(error));
        if (error)
            break;
        m_bytesIn += count;
        // What the sandbox does not want is still read: closing with unread data would destroy the reply.
        if (upstreamListens) {
            co_await asio::async_write(m_upstream, asio::buffer(chunk.data(), count), into(error));
            upstreamListens = !error;
        }
    }
    closeAll();
}

Awaitable<void> Session::forwardReply()
{
    http::response_parser<http::empty_body> parser;
    parser.header_limit(maximumHeadBytes);
    parser.body_limit(unlimited);
    ErrorCode error;
    co_await http::async_read_header(m_upstream, m_fromUpstream, parser, into(error));
    if (error)
        co_return co_await refuse(http::status::bad_gateway, "Nothing answers on the exposed port.\n");
    if (m_lostReply)
        co_return co_await loseReply();
    auto &head = parser.get();
    const int status = head.result_int();
    if (status != 101)
        head.set(http::field::connection, "close");
    if (m_routing.setsCookie)
        head.insert(http::field::set_cookie, routingCookie(m_gateway->routingKey(), m_gateway->port()));
    noteReply(head.result_int());
    if (m_faultySink) {
        std::ostringstream text;
        text << head.base();
        std::string headText = text.str();
        co_return co_await relayFaultily(std::move(headText));
    }
    http::response_serializer<http::empty_body> serializer(head);
    co_await http::async_write_header(m_client, serializer, into(error));
    if (!error)
        co_await relayReplyBody();
    co_await finish();
}

Awaitable<void> Session::relayReplyBody()
{
    m_bytesOut += m_fromUpstream.size();
    ErrorCode error;
    co_await asio::async_write(m_client, m_fromUpstream.data(), into(error));
    if (!error)
        co_await relay(m_upstream, m_client, m_bytesOut);
}

Awaitable<void> Session::relayFaultily(std::string head)
{
    using Outcome = FaultySink::Outcome;
    Outcome outcome = co_await m_faultySink->sendHead(m_client, std::move(head));
    const std::string first = beast::buffers_to_string(m_fromUpstream.data());
    if (outcome == Outcome::Sent)
        outcome = co_await m_faultySink->sendBody(m_client, first);
    std::array<char, 16384> chunk{};
    ErrorCode error;
    while (outcome == Outcome::Sent && !error) {
        const std::size_t count = co_await m_upstream.async_read_some(asio::buffer(chunk), into(error));
        outcome = co_await m_faultySink->sendBody(m_client, std::string_view(chunk.data(), count));
    }
    co_await endFaultily(outcome);
}

Awaitable<void> Session::endFaultily(FaultySink::Outcome outcome)
{
    if (outcome == FaultySink::Outcome::Sent)
        co_return co_await finish();
    // forwardRequestBody() waits for the client's end meanwhile, and closes everything then.
    while (outcome == FaultySink::Outcome::Stalled && m_client.socket().is_open())
        co_await pause(std::chrono::milliseconds(50));
    if (m_faultySink->fault().reset == ResetMoment::Body)
        resetConnection(m_client.socket());
    closeAll();
}

Awaitable<void> Session::refuse(http::status status, std::string text)
{
    noteReply(static_cast<unsigned>(status));
    http::response<http::string_body> reply(status, 11);
    reply.set(http::field::content_type, "text/plain; charset=utf-8");
    reply.set(http::field::connection, "close");
    reply.body() = std::move(text);
    reply.prepare_payload();
    ErrorCode error;
    co_await http::async_write(m_client, reply, into(error));
    co_await finish();
}

// The client closes when it has read everything; one that does not is not waited for.
Awaitable<void> Session::finish()
{
    m_activity.reset();
    ErrorCode ignored;
    m_upstream.close(ignored);
    if (!m_client.socket().is_open())
        co_return;
    m_client.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    co_await pause(lingerTimeout);
    closeAll();
}

void Session::closeAll()
{
    ErrorCode ignored;
    m_upstream.close(ignored);
    m_client.socket().close(ignored);
}

} // namespace

void GatewaySession::serve(std::shared_ptr<Gateway> gateway, asio::ip::tcp::socket client)
{
    const asio::any_io_executor executor = client.get_executor();
    if (gateway->misbehaviour().takeReset(ServerPart::Executor))
        return resetConnection(client);
    const auto session = std::make_shared<Session>(std::move(gateway), std::move(client));
    asio::co_spawn(
        executor, [session]() { return session->run(); }, asio::detached);
}

} // namespace Koyeb::Local
