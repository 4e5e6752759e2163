// SPDX-License-Identifier: Apache-2.0
#include "local/agent/httpexchange.h"

#include "local/agent/posixio.h"

#include <array>
#include <charconv>
#include <ctime>

namespace Koyeb::Local {

namespace {

/// Go's server holds back this much, so that it can count a short body; a longer one is sent in chunks.
constexpr size_t countedBodyLimitBytes = 2048;
constexpr std::string_view lastChunk = "0\r\n\r\n";

std::string_view statusText(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 500:
        return "Internal Server Error";
    default:
        return "Unknown";
    }
}

std::string dateHeader()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::array<char, 64> text{};
    const size_t length =
        std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    return {text.data(), length};
}

std::string chunkHead(size_t size)
{
    std::array<char, 16> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16);
    std::string head(digits.data(), end);
    return head.append("\r\n");
}

} // namespace

std::string percentDecoded(std::string_view text)
{
    std::string decoded;
    for (size_t at = 0; at < text.size(); ++at) {
        unsigned value = 0;
        const char *const digits = text.data() + at + 1;
        if (text[at] == '%' && at + 2 < text.size() &&
            std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
            decoded += static_cast<char>(value);
            at += 2;
        } else {
            decoded += text[at];
        }
    }
    return decoded;
}

std::string queryValue(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const size_t length = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, length);
        query.remove_prefix(std::min(length + 1, query.size()));
        const size_t separator = std::min(pair.find('='), pair.size());
        if (percentDecoded(pair.substr(0, separator)) != name)
            continue;
        std::string value(pair.substr(std::min(separator + 1, pair.size())));
        for (char &character : value) {
            if (character == '+')
                character = ' ';
        }
        return percentDecoded(value);
    }
    return {};
}

std::string chunk(std::string_view bytes)
{
    std::string text = chunkHead(bytes.size());
    text.reserve(bytes.size() + text.size() + 2);
    text += bytes;
    text += "\r\n";
    return text;
}

HttpExchange::HttpExchange(int clientFd, Protocol protocol, BodyPolicy bodyPolicy, AfterReply afterReply)
    : m_clientFd(clientFd), m_protocol(protocol), m_bodyPolicy(bodyPolicy), m_afterReply(afterReply)
{
}

std::string HttpExchange::head(int status, std::string_view headers) const
{
    std::string text = m_protocol == Protocol::Http11 ? "HTTP/1.1 " : "HTTP/1.0 ";
    text += std::to_string(status);
    text += ' ';
    text += statusText(status);
    text += "\r\n";
    text += headers;
    text += dateHeader();
    return text;
}

bool HttpExchange::write(std::initializer_list<std::string_view> pieces)
{
    if (!m_clientGone && !writeAll(m_clientFd, pieces))
        m_clientGone = true;
    return !m_clientGone;
}

void HttpExchange::send(int status, std::string_view headers, std::string_view body)
{
    std::string text = head(status, headers);
    if (m_afterReply == AfterReply::Close)
        text += "Connection: close\r\n";
    const bool isChunked = body.size() > countedBodyLimitBytes && m_protocol == Protocol::Http11;
    if (isChunked)
        text += "Transfer-Encoding: chunked\r\n\r\n";
    else
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    if (m_bodyPolicy == BodyPolicy::OmitForHead)
        write({text});
    else if (isChunked)
        write({text, chunkHead(body.size()), body, "\r\n", lastChunk});
    else
        write({text, body});
}

void HttpExchange::sendBytes(int status, std::string_view contentType, std::string_view body)
{
    std::string headers = "Content-Type: ";
    headers.append(contentType).append("\r\n");
    send(status, headers, body);
}

void HttpExchange::sendJson(int status, std::string json)
{
    json += '\n';
    sendBytes(status, "application/json", json);
}

void HttpExchange::sendErrorText(int status, std::string_view text)
{
    std::string body(text);
    body += '\n';
    send(status, "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n", body);
}

bool HttpExchange::sendEvent(std::string_view name, std::string_view data)
{
    std::string event = "event: ";
    event.append(name).append("\ndata: ").append(data).append("\n\n");
    const bool isChunked = m_protocol == Protocol::Http11;
    std::string text;
    if (!m_eventsBegun) {
        m_eventsBegun = true;
        text = head(
            200, "Cache-Control: no-cache\r\nConnection: keep-alive\r\nContent-Type: text/event-stream\r\n");
        text += isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
    }
    text += isChunked ? chunk(event) : event;
    return write({text});
}

void HttpExchange::endEvents()
{
    if (m_protocol == Protocol::Http11)
        write({lastChunk});
    else
        m_afterReply = AfterReply::Close;
}

} // namespace Koyeb::Local
