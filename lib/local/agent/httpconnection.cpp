// SPDX-License-Identifier: Apache-2.0
#include "local/agent/httpconnection.h"

#include "local/agent/limits.h"
#include "local/agent/posixio.h"

#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cerrno>

namespace Koyeb::Local {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint32_t headerLimitBytes = 64 * 1024;
constexpr std::size_t readBytes = 128 * 1024;
/// How much of a refused request's body is read to keep its connection usable.
constexpr std::uint64_t refusedBodyLimitBytes = 256 * 1024;

/// What Beast reads from: a blocking descriptor.
class FdStream {
public:
    explicit FdStream(int fd) : m_fd(fd) {}

    template<typename MutableBufferSequence>
    std::size_t read_some(const MutableBufferSequence &buffers, beast::error_code &error)
    {
        error = {};
        for (auto it = boost::asio::buffer_sequence_begin(buffers);
             it != boost::asio::buffer_sequence_end(buffers); ++it) {
            const boost::asio::mutable_buffer buffer = *it;
            if (buffer.size() == 0)
                continue;
            const ssize_t got = readSome(m_fd, static_cast<char *>(buffer.data()), buffer.size());
            if (got < 0)
                error.assign(errno, beast::system_category());
            else if (got == 0)
                error = boost::asio::error::eof;
            return got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        return 0;
    }

    template<typename MutableBufferSequence> std::size_t read_some(const MutableBufferSequence &buffers)
    {
        beast::error_code error;
        const std::size_t got = read_some(buffers, error);
        if (error)
            throw beast::system_error(error);
        return got;
    }

private:
    int m_fd;
};

using Parser = http::request_parser<http::string_body>;

HttpRequest requestWithoutBody(const Parser::value_type &message)
{
    HttpRequest request;
    request.method = std::string(message.method_string());
    const std::string target(message.target());
    const size_t pathEnd = std::min(target.find('?'), target.size());
    request.path = percentDecoded(std::string_view(target).substr(0, pathEnd));
    request.query = target.substr(std::min(pathEnd + 1, target.size()));
    request.authorization = std::string(message[http::field::authorization]);
    return request;
}

/// What Go's server answers to something that is not HTTP.
void refuseMalformed(int fd, const beast::error_code &error)
{
    std::string_view status = "400 Bad Request";
    if (error == http::error::header_limit)
        status = "431 Request Header Fields Too Large";
    else if (error == http::error::body_limit)
        status = "413 Request Entity Too Large";
    else if (
        error.category() != make_error_code(http::error::bad_method).category() ||
        error == http::error::end_of_stream || error == http::error::partial_message)
        return;
    std::string reply = "HTTP/1.1 ";
    reply.append(status)
        .append("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
        .append(status);
    [[maybe_unused]] const bool written = writeAll(fd, reply);
}

bool isShortEnoughToSkip(const Parser &parser)
{
    const boost::optional<std::uint64_t> length = parser.content_length();
    return !parser.chunked() && (!length || *length <= refusedBodyLimitBytes);
}

enum class Connection { Continues, Ends };

Connection serveRequest(FdStream &stream, int fd, beast::flat_buffer &buffer, HttpHandler &handler)
{
    Parser parser;
    parser.header_limit(headerLimitBytes);
    parser.body_limit(std::uint64_t{memoryLimitBytes});
    beast::error_code error;
    http::read_header(stream, buffer, parser, error);
    if (error) {
        refuseMalformed(fd, error);
        return Connection::Ends;
    }
    HttpRequest request = requestWithoutBody(parser.get());
    const bool readBody = handler.admits(request) || isShortEnoughToSkip(parser);
    if (readBody) {
        if (beast::iequals(parser.get()[http::field::expect], "100-continue") &&
            !writeAll(fd, "HTTP/1.1 100 Continue\r\n\r\n"))
            return Connection::Ends;
        http::read(stream, buffer, parser, error);
        if (error) {
            refuseMalformed(fd, error);
            return Connection::Ends;
        }
        request.body = std::move(parser.get().body());
    }
    const bool keepAlive = readBody && parser.get().keep_alive();
    HttpExchange exchange(
        fd, parser.get().version() >= 11 ? HttpExchange::Protocol::Http11 : HttpExchange::Protocol::Http10,
        request.method == "HEAD" ? HttpExchange::BodyPolicy::OmitForHead : HttpExchange::BodyPolicy::Send,
        keepAlive ? HttpExchange::AfterReply::KeepAlive : HttpExchange::AfterReply::Close);
    handler.handle(request, exchange);
    return exchange.mayContinue() ? Connection::Continues : Connection::Ends;
}

} // namespace

void serveHttp(const UniqueFd &connection, HttpHandler &handler)
{
    FdStream stream(connection.get());
    beast::flat_buffer buffer;
    // Beast reads no more at once than fits, and makes it no larger than it must be.
    buffer.reserve(readBytes);
    while (serveRequest(stream, connection.get(), buffer, handler) == Connection::Continues) {
    }
}

} // namespace Koyeb::Local
