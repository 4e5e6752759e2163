// SPDX-License-Identifier: Apache-2.0
#include "local/server/apiconnection.h"

#include "local/api/identifiers.h"
#include "local/gateway/loopback.h"
#include "local/lifecycle/lifecycle.h"
#include "local/server/execstream.h"
#include "local/server/httpserver.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <memory>

namespace Koyeb::Local {

namespace beast = boost::beast;
namespace http = beast::http;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

namespace {

constexpr std::chrono::minutes idleTimeout{10};
constexpr std::uint64_t maximumBodyBytes = 8 * 1024 * 1024;
constexpr std::string_view execPath = "/v1/streams/instances/exec";
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
bool offersToken(std::string_view protocols, const std::string &token)
{
    while (!protocols.empty()) {
        std::string_view protocol = protocols.substr(0, protocols.find(','));
        protocols.remove_prefix(std::min(protocol.size() + 1, protocols.size()));
        protocol.remove_prefix(std::min(protocol.find_first_not_of(' '), protocol.size()));
        while (protocol.ends_with(' '))
            protocol.remove_suffix(1);
        if (equalSecrets(protocol, token))
            return true;
    }
    return false;
}

bool isAuthorized(const Request &request, const std::string &token)
{
    if (equalSecrets(view(request[http::field::authorization]), "Bearer " + token))
        return true;
    return beast::websocket::is_upgrade(request) &&
           offersToken(view(request[http::field::sec_websocket_protocol]), token);
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
    [[nodiscard]] Awaitable<Next> serveBadly(Request request, Fault fault);
    [[nodiscard]] Awaitable<Next> send(Response response);
    [[nodiscard]] Awaitable<Next> sendPart(Response response, std::size_t byteCount);
    [[nodiscard]] Awaitable<void> waitForClient();
    [[nodiscard]] ApiReply perform(const Request &request);
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
        parser.body_limit(maximumBodyBytes);
        m_stream.expires_after(idleTimeout);
        ErrorCode error;
        co_await http::async_read(m_stream, m_buffer, parser, into(error));
        m_stream.expires_never();
        if (error)
            break;
        Request request = parser.release();
        next = co_await serve(std::move(request));
    }
    ErrorCode ignored;
    if (m_stream.socket().is_open())
        m_stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

Awaitable<ApiConnection::Next> ApiConnection::serve(Request request)
{
    ApiReply refusal;
    if (!isOwnHost(view(request[http::field::host]), m_parts.port) || isForeignOrigin(request, m_parts.port))
        refusal = errorReply(403, "forbidden", "This host name or origin is not served here");
    else if (!isAuthorized(request, m_parts.token))
        refusal = unauthorizedReply(request);
    if (refusal.status != 200) {
        Response response = responseTo(request, refusal);
        co_return co_await send(std::move(response));
    }
    const ApiRequest target = requestFromTarget(view(request.method_string()), view(request.target()));
    auto fault = m_parts.misbehaviour.takeFault(ServerPart::ControlPlane, target.method, target.path);
    if (fault)
        co_return co_await serveBadly(std::move(request), std::move(*fault));
    if (target.path == execPath && beast::websocket::is_upgrade(request)) {
        serveExecStream(m_parts.lifecycle, std::move(m_stream), std::move(request));
        co_return Next::End;
    }
    Response response = responseTo(request, perform(request));
    co_return co_await send(std::move(response));
}

ApiReply ApiConnection::perform(const Request &request)
{
    ApiRequest apiRequest = requestFromTarget(view(request.method_string()), view(request.target()));
    apiRequest.body = request.body();
    if (apiRequest.path == misbehavePath && apiRequest.method == "POST")
        return misbehave(apiRequest.body);
    return m_parts.router.dispatch(std::move(apiRequest));
}

ApiReply ApiConnection::misbehave(const std::string &instruction)
{
    const auto parsed = nlohmann::json::parse(instruction, nullptr, /*allow_exceptions=*/false);
    const std::string problem = m_parts.misbehaviour.instruct(parsed);
    if (!problem.empty())
        return errorReply(400, "invalid_argument", problem);
    for (const std::string &serviceId : m_parts.misbehaviour.takeSandboxesToEnd())
        m_parts.lifecycle.crashSandbox(serviceId);
    return {};
}

Awaitable<ApiConnection::Next> ApiConnection::serveBadly(Request request, Fault fault)
{
    if (fault.delay.count() > 0)
        co_await pause(fault.delay);
    const bool answers = !fault.hang && !fault.status;
    ApiReply reply;
    if (answers || fault.perform)
        reply = perform(request);
    if (fault.hang) {
        co_await waitForClient();
        co_return Next::End;
    }
    Response response = responseTo(request, reply);
    if (fault.status) {
        response.result(static_cast<unsigned>(*fault.status));
        response.set(http::field::content_type, fault.contentType);
        response.body() = fault.body;
    }
    for (const auto &[name, value] : fault.headers)
        response.set(name, value);
    if (fault.malformed)
        response.body() = "{\"broken\": ";
    response.prepare_payload();
    if (fault.cutAfterBytes)
        co_return co_await sendPart(std::move(response), *fault.cutAfterBytes);
    co_return co_await send(std::move(response));
}

Response ApiConnection::responseTo(const Request &request, const ApiReply &reply) const
{
    Response response(static_cast<http::status>(reply.status), request.version());
    response.keep_alive(request.keep_alive());
    response.set(http::field::content_type, "application/json");
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

Awaitable<ApiConnection::Next> ApiConnection::sendPart(Response response, std::size_t byteCount)
{
    http::response_serializer<http::string_body> serializer(response);
    ErrorCode error;
    co_await http::async_write_header(m_stream, serializer, into(error));
    const std::size_t count = std::min(byteCount, response.body().size());
    if (!error)
        co_await asio::async_write(m_stream, asio::buffer(response.body().data(), count), into(error));
    co_return Next::End;
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
