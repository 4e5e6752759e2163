// SPDX-License-Identifier: Apache-2.0
#include "local/server/apiconnection.h"

#include "local/api/accountapi.h"
#include "local/api/identifiers.h"
#include "local/gateway/loopback.h"
#include "local/lifecycle/lifecycle.h"
#include "local/server/execstream.h"
#include "local/server/faultysink.h"
#include "local/server/httpserver.h"
#include "local/server/logtail.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <ctime>
#include <memory>
#include <sstream>

namespace Koyeb::Local {

namespace beast = boost::beast;
namespace http = beast::http;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

namespace {

constexpr std::chrono::minutes idleTimeout{10};
constexpr std::chrono::seconds lingerTimeout{2};
constexpr std::uint32_t maximumHeadBytes = 64 * 1024; // filters may name very many ids
constexpr std::uint64_t maximumBodyBytes = 8 * 1024 * 1024;
constexpr std::string_view execPath = "/v1/streams/instances/exec";
constexpr std::string_view logTailPath = "/v1/streams/logs/tail";
constexpr std::string_view misbehavePath = "/local/misbehave";

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

/// Browsers say with Origin which page a request comes from; no page has business here.
bool isForeignOrigin(const Request &request, std::uint16_t port)
{
    const std::string_view origin = view(request[http::field::origin]);
    constexpr std::string_view scheme = "http://";
    return !origin.empty() && !(origin.starts_with(scheme) && isOwnHost(origin.substr(scheme.size()), port));
}

/// WebSockets carry the token as a subprotocol next to "Bearer".
std::optional<Caller> callerOffering(const World &world, std::string_view protocols)
{
    while (!protocols.empty()) {
        std::string_view protocol = protocols.substr(0, protocols.find(','));
        protocols.remove_prefix(std::min(protocol.size() + 1, protocols.size()));
        protocol.remove_prefix(std::min(protocol.find_first_not_of(' '), protocol.size()));
        while (protocol.ends_with(' '))
            protocol.remove_suffix(1);
        if (auto caller = world.callerWith(protocol))
            return caller;
    }
    return std::nullopt;
}

/// Who sends the request; nobody when its token is none.
std::optional<Caller> callerOf(const World &world, const Request &request)
{
    const std::string_view authorization = view(request[http::field::authorization]);
    constexpr std::string_view scheme = "Bearer ";
    auto caller = authorization.starts_with(scheme) ? world.callerWith(authorization.substr(scheme.size()))
                                                    : std::nullopt;
    if (!caller && beast::websocket::is_upgrade(request))
        caller = callerOffering(world, view(request[http::field::sec_websocket_protocol]));
    return caller;
}

/// As the Date header tells the time.
std::string httpDate(SystemTime time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

/// Whether the platform tells it to everybody.
bool isPublic(const Request &request)
{
    return request.method() == http::verb::get && view(request.target()).starts_with("/v1/catalog/");
}

/// What a request is told that cannot be read; nothing if the client has left.
std::optional<ApiReply> unreadableReply(ErrorCode error)
{
    if (error == http::error::header_limit)
        return errorReply(431, "invalid_argument", "The head of the request is too long");
    if (error == http::error::body_limit)
        return errorReply(413, "invalid_argument", "The body of the request is too long");
    const bool isMalformed = error.category() == make_error_code(http::error::bad_method).category() &&
                             error != http::error::end_of_stream && error != http::error::partial_message;
    return isMalformed ? std::optional(errorReply(400, "invalid_argument", "This is not an HTTP request"))
                       : std::nullopt;
}

ApiReply unauthorizedReply(const Request &request)
{
    const bool tokenGiven = !request[http::field::authorization].empty();
    return errorReply(
        401, "authentication_error", tokenGiven ? "Invalid token" : "Route needs to be authenticated");
}

class ApiConnection : public std::enable_shared_from_this<ApiConnection> {
public:
    ApiConnection(const ServerParts &parts, asio::ip::tcp::socket socket)
        : m_parts(parts), m_stream(std::move(socket))
    {
    }

    Awaitable<void> run();

private:
    enum class Next { Request, End };

    [[nodiscard]] Awaitable<Next> serve(Request request);
    [[nodiscard]] Awaitable<Next> serveBadly(Request request, ApiRequest target, Fault fault);
    [[nodiscard]] bool serveStream(Request &request, const ApiRequest &target, Fault fault);
    [[nodiscard]] Awaitable<Next> send(Response response);
    [[nodiscard]] Awaitable<Next> sendFaultily(Response response, Fault fault);
    [[nodiscard]] Awaitable<void> refuseUnreadable(ErrorCode error);
    [[nodiscard]] Awaitable<void> waitForClient();
    [[nodiscard]] bool isResetDuring(const Request &head);
    [[nodiscard]] std::optional<ApiReply> refusalOf(const Request &request) const;
    [[nodiscard]] ApiReply perform(const ApiRequest &request);
    [[nodiscard]] ApiReply misbehave(const std::string &instruction);
    [[nodiscard]] Response responseTo(const Request &request, const ApiReply &reply) const;

    const ServerParts &m_parts;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer;
};

Awaitable<void> ApiConnection::run()
{
    const auto self = shared_from_this();
    Next next = Next::Request;
    while (next == Next::Request) {
        http::request_parser<http::string_body> parser;
        parser.header_limit(maximumHeadBytes);
        parser.body_limit(maximumBodyBytes);
        m_stream.expires_after(idleTimeout);
        ErrorCode error;
        co_await http::async_read_header(m_stream, m_buffer, parser, into(error));
        if (!error && isResetDuring(parser.get()))
            co_return resetConnection(m_stream.socket());
        if (!error)
            co_await http::async_read(m_stream, m_buffer, parser, into(error));
        m_stream.expires_never();
        if (error) {
            co_await refuseUnreadable(error);
            break;
        }
        Request request = parser.release();
        next = co_await serve(std::move(request));
    }
    ErrorCode ignored;
    if (m_stream.socket().is_open())
        m_stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

Awaitable<void> ApiConnection::refuseUnreadable(ErrorCode error)
{
    const auto refusal = unreadableReply(error);
    if (!refusal)
        co_return;
    Request unread;
    unread.version(11);
    unread.keep_alive(false);
    Response response = responseTo(unread, *refusal);
    (void)co_await send(std::move(response));
    ErrorCode ignored;
    m_stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    // Closing with unread data would destroy the reply.
    m_stream.expires_after(lingerTimeout);
    co_await waitForClient();
}

bool ApiConnection::isResetDuring(const Request &head)
{
    const ApiRequest target = requestFromTarget(view(head.method_string()), view(head.target()));
    return m_parts.misbehaviour.takeResetDuring(ServerPart::ControlPlane, target.method, target.path);
}

std::optional<ApiReply> ApiConnection::refusalOf(const Request &request) const
{
    if (!isOwnHost(view(request[http::field::host]), m_parts.port) || isForeignOrigin(request, m_parts.port))
        return errorReply(403, "forbidden", "This host name or origin is not served here");
    if (!isPublic(request) && !callerOf(m_parts.world, request))
        return unauthorizedReply(request);
    return std::nullopt;
}

Awaitable<ApiConnection::Next> ApiConnection::serve(Request request)
{
    const auto refusal = refusalOf(request);
    if (refusal) {
        Response response = responseTo(request, *refusal);
        co_return co_await send(std::move(response));
    }
    ApiRequest target = requestFromTarget(view(request.method_string()), view(request.target()));
    target.caller = callerOf(m_parts.world, request).value_or(Caller());
    target.projectId = view(request["x-koyeb-project-id"]);
    target.body = request.body();
    auto fault = target.path == misbehavePath
                     ? std::nullopt
                     : m_parts.misbehaviour.takeFault(ServerPart::ControlPlane, target.method, target.path);
    if (fault)
        co_return co_await serveBadly(std::move(request), std::move(target), std::move(*fault));
    const bool isStream = serveStream(request, target, {});
    if (isStream)
        co_return Next::End;
    Response response = responseTo(request, perform(target));
    co_return co_await send(std::move(response));
}

// True: a stream has taken the connection over.
bool ApiConnection::serveStream(Request &request, const ApiRequest &target, Fault fault)
{
    if (!beast::websocket::is_upgrade(request))
        return false;
    if (target.path == execPath) {
        serveExecStream(
            m_parts.lifecycle, target.caller.organizationId, std::move(m_stream), std::move(request),
            std::move(fault));
        return true;
    }
    if (target.path == logTailPath) {
        serveLogTail(m_parts.world, std::move(m_stream), std::move(request), target, std::move(fault));
        return true;
    }
    return false;
}

ApiReply ApiConnection::perform(const ApiRequest &request)
{
    if (request.path == misbehavePath && request.method == "POST")
        return misbehave(request.body);
    if (auto refusal = scopeRefusal(m_parts.world, request))
        return std::move(*refusal);
    return m_parts.router.dispatch(request);
}

ApiReply ApiConnection::misbehave(const std::string &instruction)
{
    const std::string problem = m_parts.misbehaviour.instruct(parsedJson(instruction));
    if (!problem.empty())
        return errorReply(400, "invalid_argument", problem);
    for (const DirectOrder &order : m_parts.misbehaviour.takeDirectOrders())
        m_parts.obey(order);
    return {};
}

Awaitable<ApiConnection::Next> ApiConnection::serveBadly(Request request, ApiRequest target, Fault fault)
{
    if (fault.delay.count() > 0)
        co_await pause(fault.delay);
    const bool isReset = fault.reset == ResetMoment::After;
    if (!fault.hasOwnReply() && !isReset && serveStream(request, target, fault))
        co_return Next::End;
    ApiReply reply;
    const bool needsReply = (!fault.hasOwnReply() && !isReset) || fault.wrongTypes;
    if (needsReply || fault.perform)
        reply = perform(target);
    if (isReset) {
        resetConnection(m_stream.socket());
        co_return Next::End;
    }
    if (fault.hang) {
        co_await waitForClient();
        co_return Next::End;
    }
    if (fault.wrongTypes)
        reply.body = withWrongTypes(reply.body);
    Response response = responseTo(request, reply);
    if (fault.status || fault.malformed) {
        const FaultyBody body = bodyOf(fault);
        response.result(static_cast<unsigned>(fault.status.value_or(200)));
        response.set(http::field::content_type, body.contentType);
        response.body() = body.text;
    }
    for (const auto &[name, value] : fault.headers)
        response.set(name, value);
    response.prepare_payload();
    if (fault.changesReply())
        co_return co_await sendFaultily(std::move(response), std::move(fault));
    co_return co_await send(std::move(response));
}

Response ApiConnection::responseTo(const Request &request, const ApiReply &reply) const
{
    Response response(static_cast<http::status>(reply.status), request.version());
    response.keep_alive(request.keep_alive());
    response.set(http::field::content_type, "application/json");
    response.set(http::field::date, httpDate(m_parts.world.now()));
    // Nothing is limited here; the headers are there since clients of the real API read them.
    response.set("x-ratelimit-limit", "400, 400;w=60");
    response.set("x-ratelimit-remaining", "400");
    response.set("x-ratelimit-reset", "60");
    using Json = nlohmann::json;
    response.body() = reply.body.dump(-1, ' ', false, Json::error_handler_t::replace);
    response.prepare_payload();
    return response;
}

Awaitable<ApiConnection::Next> ApiConnection::send(Response response)
{
    const Next next = response.keep_alive() ? Next::Request : Next::End;
    ErrorCode error;
    co_await http::async_write(m_stream, response, into(error));
    co_return error ? Next::End : next;
}

Awaitable<ApiConnection::Next> ApiConnection::sendFaultily(Response response, Fault fault)
{
    using Outcome = FaultySink::Outcome;
    const Next next = response.keep_alive() ? Next::Request : Next::End;
    std::ostringstream head;
    head << response.base();
    std::string headText = head.str();
    FaultySink sink(std::move(fault));
    Outcome outcome = co_await sink.sendHead(m_stream, std::move(headText));
    if (outcome == Outcome::Sent)
        outcome = co_await sink.sendBody(m_stream, response.body());
    if (outcome == Outcome::Stalled)
        co_await waitForClient();
    if (outcome == Outcome::Cut && sink.fault().reset == ResetMoment::Body)
        resetConnection(m_stream.socket());
    co_return outcome == Outcome::Sent ? next : Next::End;
}

Awaitable<void> ApiConnection::waitForClient()
{
    std::array<char, 4096> ignored{};
    ErrorCode error;
    while (!error)
        co_await m_stream.async_read_some(asio::buffer(ignored), into(error));
}

} // namespace

void serveApiConnection(const ServerParts &parts, asio::ip::tcp::socket socket)
{
    const asio::any_io_executor executor = socket.get_executor();
    const auto connection = std::make_shared<ApiConnection>(parts, std::move(socket));
    asio::co_spawn(
        executor, [connection]() { return connection->run(); }, asio::detached);
}

} // namespace Koyeb::Local
