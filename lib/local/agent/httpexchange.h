// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace Koyeb::Local {

struct HttpRequest {
    std::string method;
    std::string path;  ///< decoded, without the query
    std::string query; ///< as sent
    std::string authorization;
    std::string body;
};

/// The value of a query parameter, decoded; empty when there is none.
[[nodiscard]] std::string queryValue(std::string_view query, std::string_view name);
[[nodiscard]] std::string percentDecoded(std::string_view text);

/// The reply to one request, written straight to the client with the headers that Go's server sends. Exactly
/// one kind of reply is sent: a whole one, or a stream of events.
class HttpExchange {
public:
    enum class Protocol { Http10, Http11 };
    enum class BodyPolicy { Send, OmitForHead };
    enum class AfterReply { KeepAlive, Close };

    HttpExchange(int clientFd, Protocol protocol, BodyPolicy bodyPolicy, AfterReply afterReply);

    /// The connection: to learn by poll(2) that the client has gone.
    [[nodiscard]] int clientFd() const { return m_clientFd; }

    void sendBytes(int status, std::string_view contentType, std::string_view body);
    /// JSON with the newline that Go's encoder puts behind it.
    void sendJson(int status, std::string json);
    /// An error as a line of plain text, as Go's http.Error sends it.
    void sendErrorText(int status, std::string_view text);

    /// One server-sent event. The first one sends the headers too, so a stream without events has none:
    /// clients of the real executor meet that. False when the client has gone.
    bool sendEvent(std::string_view name, std::string_view data);
    /// Must follow the last event.
    void endEvents();

    /// Whether the connection may serve another request.
    [[nodiscard]] bool mayContinue() const { return m_afterReply == AfterReply::KeepAlive && !m_clientGone; }

private:
    [[nodiscard]] std::string head(int status, std::string_view headers) const;
    void send(int status, std::string_view headers, std::string_view body);
    bool write(std::initializer_list<std::string_view> pieces);

    int m_clientFd;
    Protocol m_protocol;
    BodyPolicy m_bodyPolicy;
    AfterReply m_afterReply;
    bool m_eventsBegun = false;
    bool m_clientGone = false;
};

/// One chunk of a body in chunked transfer coding.
[[nodiscard]] std::string chunk(std::string_view bytes);

/// Answers requests. One object serves all connections: safe to call from any thread.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    /// Whether the request is worth reading its body; `body` is still empty.
    [[nodiscard]] virtual bool admits(const HttpRequest &request) const = 0;
    virtual void handle(const HttpRequest &request, HttpExchange &exchange) = 0;
};

} // namespace Koyeb::Local
