// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gatewayexchange.h"

#include "local/api/identifiers.h"
#include "local/gateway/gatewayconnection.h"
#include "local/gateway/relay.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
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
constexpr std::size_t maximumReadAhead = 64 * 1024;
// Boost 1.74 takes boost::none, which should mean this, for a limit below every length.
constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

std::string_view view(const beast::flat_buffer &buffer)
{
    return {static_cast<const char *>(buffer.data().data()), buffer.size()};
}

void append(beast::flat_buffer &buffer, std::string_view bytes)
{
    buffer.commit(asio::buffer_copy(buffer.prepare(bytes.size()), asio::buffer(bytes)));
}

template<typename Fields> std::string textOf(const Fields &head)
{
    std::ostringstream text;
    text << head;
    return text.str();
}

} // namespace

GatewayExchange::GatewayExchange(std::shared_ptr<GatewayConnection> connection)
    : m_connection(std::move(connection)),
      m_watchEnded(m_connection->client.get_executor(), asio::steady_timer::time_point::max())
{
    m_request.header_limit(maximumHeadBytes);
    m_request.body_limit(unlimited);
}

GatewayExchange::~GatewayExchange()
{
    m_connection->gateway->hooks().passed(m_bytesIn, m_bytesOut);
}

Awaitable<bool> GatewayExchange::run()
{
    const auto self = shared_from_this();
    const bool hasHead = co_await readHead();
    if (!hasHead)
        co_return false;
    const auto gateway = m_connection->gateway;
    m_begin = gateway->hooks().now();
    m_routing = route();
    const bool answered = co_await applyFault();
    if (answered)
        co_return false;
    if (m_routing.destination == Destination::ForeignHost) {
        co_await refuse(http::status::forbidden, "This host name is not served here.\n");
        co_return false;
    }
    if (m_routing.destination == Destination::Nowhere) {
        co_await refuse(http::status::not_found, "Not found.\n");
        co_return false;
    }
    m_activity = gateway->beginActivity();
    if (!gateway->sandbox())
        co_await gateway->hooks().wake();
    co_await forwardRequest();
    co_return m_keepAlive && m_connection->client.socket().is_open() && !m_connection->isEnding();
}

Awaitable<bool> GatewayExchange::readHead()
{
    m_connection->client.expires_after(headTimeout);
    ErrorCode error;
    co_await http::async_read_header(m_connection->client, m_connection->fromClient, m_request, into(error));
    m_connection->client.expires_never();
    co_return !error;
}

Routing GatewayExchange::route() const
{
    const auto &head = m_request.get();
    const Gateway &gateway = *m_connection->gateway;
    RequestHead facts;
    facts.target = view(head.target());
    facts.host = view(head[http::field::host]);
    facts.routingKey = view(head["X-Routing-Key"]);
    facts.cookies = view(head[http::field::cookie]);
    return routeOf(facts, gateway.routingKey(), gateway.port(), gateway.domain());
}

// What listens on the exposed port is anything: one connection for each request, as long as both live.
bool GatewayExchange::mayKeepAlive() const
{
    const auto &head = m_request.get();
    return m_routing.destination == Destination::Executor && head.version() == 11 && head.keep_alive() &&
           head.find(http::field::upgrade) == head.end() && !m_faultySink && !m_lostReply;
}

BodyFraming GatewayExchange::requestFraming() const
{
    if (!m_keepAlive)
        return BodyFraming::untilConnectionEnds();
    return m_request.chunked() ? BodyFraming::chunked()
                               : BodyFraming::counted(m_request.content_length().value_or(0));
}

BodyFraming GatewayExchange::replyFraming(const ReplyParser &parser) const
{
    const auto &head = parser.get();
    if (m_request.get().method() == http::verb::head || head.result() == http::status::no_content ||
        head.result() == http::status::not_modified)
        return BodyFraming::counted(0);
    if (parser.chunked())
        return BodyFraming::chunked();
    const auto length = parser.content_length();
    return length ? BodyFraming::counted(*length) : BodyFraming::untilConnectionEnds();
}

// True: the request needs no more; it was answered, or is never to be.
Awaitable<bool> GatewayExchange::applyFault()
{
    if (m_routing.destination != Destination::Executor && m_routing.destination != Destination::BoundPort)
        co_return false;
    const ServerPart part =
        m_routing.destination == Destination::Executor ? ServerPart::Executor : ServerPart::ExposedPort;
    const auto fault = m_connection->gateway->misbehaviour().takeFault(
        part, view(m_request.get().method_string()), m_routing.target);
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
        resetConnection(m_connection->client.socket());
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

Awaitable<void> GatewayExchange::waitForClient()
{
    std::array<char, 4096> ignored{};
    ErrorCode error;
    while (!error)
        co_await m_connection->client.async_read_some(asio::buffer(ignored), into(error));
}

// Closing with unread data would destroy the reply.
Awaitable<void> GatewayExchange::readRequestBody()
{
    const std::uint64_t length = m_request.content_length().value_or(0);
    std::uint64_t read = m_connection->fromClient.size();
    std::array<char, 16384> ignored{};
    ErrorCode error;
    while (!error && read < length)
        read += co_await m_connection->client.async_read_some(asio::buffer(ignored), into(error));
}

// Runs beside forwardRequestBody(), which reads on from the client meanwhile.
Awaitable<void> GatewayExchange::loseReply()
{
    std::array<char, 16384> ignored{};
    ErrorCode error;
    while (!error)
        co_await m_connection->upstream.async_read_some(asio::buffer(ignored), into(error));
    if (m_lostReply->reset == ResetMoment::After) {
        resetConnection(m_connection->client.socket());
        m_connection->closeAll();
    } else {
        co_await answerFaultily(*m_lostReply);
    }
}

Awaitable<void> GatewayExchange::answerFaultily(Fault fault)
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
    noteReply(reply.result_int());
    m_faultySink.emplace(std::move(fault));
    std::string headText = textOf(reply.base());
    FaultySink::Outcome outcome = co_await m_faultySink->sendHead(m_connection->client, std::move(headText));
    if (outcome == FaultySink::Outcome::Sent)
        outcome = co_await m_faultySink->sendBody(m_connection->client, body.text);
    if (outcome == FaultySink::Outcome::Stalled && !m_lostReply)
        co_await waitForClient();
    else
        co_await endFaultily(outcome);
}

void GatewayExchange::noteReply(unsigned status)
{
    const GatewayHooks &hooks = m_connection->gateway->hooks();
    const auto taken = hooks.now() - m_begin;
    hooks.replied(status, std::chrono::duration<double, std::milli>(taken).count());
}

Awaitable<void> GatewayExchange::forwardRequest()
{
    const std::shared_ptr<SandboxProcess> sandbox = m_connection->gateway->sandbox();
    if (!sandbox || !sandbox->isServing())
        co_return co_await refuse(http::status::service_unavailable, "The sandbox is not running.\n");
    const bool toExecutor = m_routing.destination == Destination::Executor;
    const ErrorCode error = co_await m_connection->connectUpstream(
        sandbox, toExecutor ? SandboxSocket::Executor : SandboxSocket::Proxy);
    if (error)
        co_return co_await refuse(http::status::bad_gateway, "The sandbox does not answer.\n");
    m_keepAlive = mayKeepAlive();
    const bool sent = co_await sendHead();
    m_watching = true;
    asio::co_spawn(
        m_connection->client.get_executor(), [self = shared_from_this()]() { return self->watchClient(); },
        asio::detached);
    if (sent)
        co_await forwardReply();
    else
        co_await refuse(http::status::bad_gateway, "The sandbox does not answer.\n");
}

void GatewayExchange::rewriteHead()
{
    auto &head = m_request.get();
    head.target(m_routing.target);
    // An upgrade takes the connection over.
    if (m_keepAlive)
        head.erase(http::field::connection);
    else if (head.find(http::field::upgrade) == head.end())
        head.set(http::field::connection, "close");
    head.erase("X-Routing-Key");
    const std::string cookies = withoutRoutingCookies(view(head[http::field::cookie]));
    if (cookies.empty())
        head.erase(http::field::cookie);
    else
        head.set(http::field::cookie, cookies);
}

// With what of the body has come along.
Awaitable<bool> GatewayExchange::sendHead()
{
    rewriteHead();
    const std::string head = textOf(m_request.get().base());
    BodyFraming framing = requestFraming();
    const std::size_t first = framing.take(view(m_connection->fromClient));
    const std::array<asio::const_buffer, 2> bytes{
        asio::buffer(head), asio::buffer(m_connection->fromClient.data(), first)};
    ErrorCode error;
    co_await asio::async_write(m_connection->upstream, bytes, into(error));
    co_return !error;
}

// Runs beside forwardReply(): the end of the client's side ends the request, as it does on the real gateway.
Awaitable<void> GatewayExchange::watchClient()
{
    const auto self = shared_from_this();
    co_await forwardRequestBody();
    // What comes before the reply is over belongs to the next request.
    ErrorCode error;
    std::array<char, 4096> next{};
    auto &buffer = m_connection->fromClient;
    while (m_keepAlive && m_requestRead && !m_replied && !error && buffer.size() < maximumReadAhead) {
        const std::size_t count =
            co_await m_connection->client.async_read_some(asio::buffer(next), into(error));
        append(buffer, std::string_view(next.data(), count));
    }
    if (error && !m_replied)
        m_connection->closeAll();
    m_watching = false;
    m_watchEnded.cancel();
}

Awaitable<void> GatewayExchange::forwardRequestBody()
{
    BodyFraming framing = requestFraming();
    auto &buffer = m_connection->fromClient;
    const std::size_t first = framing.take(view(buffer));
    buffer.consume(first); // sendHead() has sent it
    m_bytesIn += first;
    bool upstreamListens = true;
    std::array<char, relayChunkBytes> chunk;
    while (!framing.isOver()) {
        ErrorCode error;
        const std::size_t count =
            co_await m_connection->client.async_read_some(asio::buffer(chunk), into(error));
        if (error)
            co_return m_connection->closeAll();
        const std::string_view bytes(chunk.data(), count);
        const std::size_t own = framing.take(bytes);
        append(buffer, bytes.substr(own));
        m_bytesIn += own;
        // What the sandbox does not want is still read: closing with unread data would destroy the reply.
        if (upstreamListens) {
            co_await asio::async_write(m_connection->upstream, asio::buffer(chunk.data(), own), into(error));
            upstreamListens = !error;
        }
    }
    m_requestRead = true;
}

Awaitable<void> GatewayExchange::stopWatching()
{
    ErrorCode ignored;
    m_connection->client.socket().cancel(ignored);
    while (m_watching)
        co_await m_watchEnded.async_wait(into(ignored));
}

// False: the sandbox does not answer.
Awaitable<bool> GatewayExchange::readReplyHead(std::optional<ReplyParser> &parser)
{
    ErrorCode error;
    for (;;) {
        parser.emplace();
        parser->header_limit(maximumHeadBytes);
        parser->body_limit(unlimited);
        co_await http::async_read_header(
            m_connection->upstream, m_connection->fromUpstream, *parser, into(error));
        if (error)
            co_return false;
        const unsigned status = parser->get().result_int();
        if (status >= 200 || status == 101)
            co_return true;
        if (m_lostReply || m_faultySink)
            continue;
        const std::string interim = textOf(parser->get().base());
        co_await asio::async_write(m_connection->client, asio::buffer(interim), into(error));
    }
}

Awaitable<void> GatewayExchange::forwardReply()
{
    std::optional<ReplyParser> parser;
    const bool answered = co_await readReplyHead(parser);
    if (!answered)
        co_return co_await refuse(http::status::bad_gateway, "Nothing answers on the exposed port.\n");
    if (m_lostReply)
        co_return co_await loseReply();
    auto &head = parser->get();
    BodyFraming framing = replyFraming(*parser);
    m_keepAlive = m_keepAlive && head.keep_alive() && !framing.endsWithConnection();
    if (!m_keepAlive)
        framing = BodyFraming::untilConnectionEnds();
    if (!m_keepAlive && head.result_int() != 101)
        head.set(http::field::connection, "close");
    const Gateway &gateway = *m_connection->gateway;
    if (m_routing.setsCookie)
        head.insert(http::field::set_cookie, routingCookie(gateway.routingKey(), gateway.port()));
    noteReply(head.result_int());
    std::string headText = textOf(head.base());
    if (m_faultySink)
        co_return co_await relayFaultily(std::move(headText));
    co_await relayReply(std::move(headText), framing);
}

Awaitable<void> GatewayExchange::relayReply(std::string head, BodyFraming framing)
{
    auto &buffer = m_connection->fromUpstream;
    const std::size_t first = framing.take(view(buffer));
    const std::array<asio::const_buffer, 2> bytes{asio::buffer(head), asio::buffer(buffer.data(), first)};
    m_bytesOut += first;
    ErrorCode error;
    co_await asio::async_write(m_connection->client, bytes, into(error));
    buffer.consume(first);
    std::array<char, relayChunkBytes> chunk;
    while (!error && !framing.isOver()) {
        const std::size_t count =
            co_await m_connection->upstream.async_read_some(asio::buffer(chunk), into(error));
        // Nothing follows a reply that was not asked for.
        const std::size_t own = framing.take(std::string_view(chunk.data(), count));
        m_bytesOut += own;
        if (own > 0)
            co_await asio::async_write(m_connection->client, asio::buffer(chunk.data(), own), into(error));
    }
    if (!m_keepAlive || error || !m_requestRead) {
        m_keepAlive = false;
        co_return co_await finish();
    }
    m_replied = true;
    co_await stopWatching();
}

Awaitable<void> GatewayExchange::relayFaultily(std::string head)
{
    using Outcome = FaultySink::Outcome;
    Outcome outcome = co_await m_faultySink->sendHead(m_connection->client, std::move(head));
    const std::string first = beast::buffers_to_string(m_connection->fromUpstream.data());
    if (outcome == Outcome::Sent)
        outcome = co_await m_faultySink->sendBody(m_connection->client, first);
    std::array<char, 16384> chunk{};
    ErrorCode error;
    while (outcome == Outcome::Sent && !error) {
        const std::size_t count =
            co_await m_connection->upstream.async_read_some(asio::buffer(chunk), into(error));
        outcome =
            co_await m_faultySink->sendBody(m_connection->client, std::string_view(chunk.data(), count));
    }
    co_await endFaultily(outcome);
}

Awaitable<void> GatewayExchange::endFaultily(FaultySink::Outcome outcome)
{
    if (outcome == FaultySink::Outcome::Sent)
        co_return co_await finish();
    // watchClient() waits for the client's end meanwhile, and closes everything then.
    while (outcome == FaultySink::Outcome::Stalled && m_connection->client.socket().is_open())
        co_await pause(std::chrono::milliseconds(50));
    if (m_faultySink->fault().reset == ResetMoment::Body)
        resetConnection(m_connection->client.socket());
    m_connection->closeAll();
}

Awaitable<void> GatewayExchange::refuse(http::status status, std::string text)
{
    m_keepAlive = false;
    noteReply(static_cast<unsigned>(status));
    http::response<http::string_body> reply(status, 11);
    reply.set(http::field::content_type, "text/plain; charset=utf-8");
    reply.set(http::field::connection, "close");
    reply.body() = std::move(text);
    reply.prepare_payload();
    ErrorCode error;
    co_await http::async_write(m_connection->client, reply, into(error));
    co_await finish();
}

// The client closes when it has read everything; one that does not is not waited for.
Awaitable<void> GatewayExchange::finish()
{
    m_activity.reset();
    ErrorCode ignored;
    m_connection->closeUpstream();
    auto &socket = m_connection->client.socket();
    if (!socket.is_open())
        co_return;
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    co_await pause(lingerTimeout);
    m_connection->closeAll();
}

} // namespace Koyeb::Local
