// SPDX-License-Identifier: Apache-2.0
#include "local/server/logtail.h"

#include "local/api/logsapi.h"
#include "local/server/execmessages.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>

namespace Koyeb::Local {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

constexpr std::chrono::hours defaultSpan{24};
constexpr std::chrono::seconds lookInterval{1};

class LogTail : public std::enable_shared_from_this<LogTail> {
public:
    LogTail(World &world, beast::tcp_stream stream, UpgradeRequest upgrade, ApiRequest request, Fault fault)
        : m_world(world),
          m_upgrade(std::move(upgrade)),
          m_request(std::move(request)),
          m_socket(std::move(stream)),
          m_sender(m_socket, std::move(fault)),
          m_news(m_socket.get_executor())
    {
    }

    [[nodiscard]] asio::any_io_executor executor() { return m_socket.get_executor(); }
    Awaitable<void> run();

private:
    [[nodiscard]] Awaitable<bool> sendHistory();
    [[nodiscard]] Awaitable<bool> sendNews();
    [[nodiscard]] Awaitable<void> readUntilClosed();
    [[nodiscard]] Awaitable<void> waitForNews();
    [[nodiscard]] Awaitable<void> end(nlohmann::json lastFrame);
    [[nodiscard]] Awaitable<bool> sendLines(std::vector<nlohmann::json> frames);
    [[nodiscard]] bool isAnythingLeft() const;

    World &m_world;
    UpgradeRequest m_upgrade;
    ApiRequest m_request;
    WebSocket m_socket;
    FrameSender m_sender;
    std::optional<LogFilter> m_filter;
    std::uint64_t m_lastNumber = 0;
    asio::steady_timer m_news;
    bool m_gone = false;
};

Awaitable<void> LogTail::run()
{
    const auto self = shared_from_this();
    const bool accepted = co_await acceptUpgrade(m_socket, m_upgrade);
    if (!accepted)
        co_return;
    std::vector<FieldError> errors;
    m_filter = LogFilter::from(m_world, m_request, errors);
    if (!m_filter) {
        nlohmann::json refusal = execErrorFrame(3, errors.front().field + ' ' + errors.front().description);
        co_return co_await end(std::move(refusal));
    }
    asio::co_spawn(
        executor(), [self]() { return self->readUntilClosed(); }, asio::detached);
    // The store may outlive this, and this the store; either way no call comes to what is gone.
    const std::weak_ptr<LogTail> weak = weak_from_this();
    const auto following = m_world.logs.follow([weak]() {
        if (const auto tail = weak.lock())
            tail->m_news.cancel();
    });
    bool sent = co_await sendHistory();
    while (sent && !m_gone && isAnythingLeft()) {
        co_await waitForNews();
        sent = co_await sendNews();
    }
    if (sent && !m_gone)
        co_await end({});
}

Awaitable<bool> LogTail::sendHistory()
{
    const SystemTime now = m_world.now();
    const SystemTime start = parsedTimestamp(m_request.queryValue("start")).value_or(now - defaultSpan);
    const auto lines = matchingLines(m_world, *m_filter, start, SystemTime::max());
    const std::size_t count = std::min(lines.size(), lineLimitOf(m_request, 1000));
    std::vector<nlohmann::json> frames;
    for (std::size_t i = lines.size() - count; i < lines.size(); ++i)
        frames.push_back({{"result", logEntryJson(*lines[i])}});
    m_lastNumber = m_world.logs.lastNumber();
    return sendLines(std::move(frames));
}

Awaitable<bool> LogTail::sendNews()
{
    std::vector<const LoggedLine *> lines;
    for (const std::string &serviceId : m_filter->serviceIds()) {
        const auto &all = m_world.logs.lines(serviceId);
        for (auto line = all.rbegin(); line != all.rend() && line->number > m_lastNumber; ++line) {
            if (m_filter->lets(*line))
                lines.push_back(&*line);
        }
    }
    std::ranges::sort(lines, {}, &LoggedLine::number);
    std::vector<nlohmann::json> frames;
    frames.reserve(lines.size());
    for (const LoggedLine *const line : lines)
        frames.push_back({{"result", logEntryJson(*line)}});
    m_lastNumber = m_world.logs.lastNumber();
    return sendLines(std::move(frames));
}

Awaitable<bool> LogTail::sendLines(std::vector<nlohmann::json> frames)
{
    for (nlohmann::json &frame : frames) {
        const ErrorCode error = co_await m_sender.send(std::move(frame));
        if (error)
            co_return false;
    }
    co_return true;
}

bool LogTail::isAnythingLeft() const
{
    return std::ranges::any_of(
        m_filter->serviceIds(), [&](const std::string &id) { return m_world.services.find(id); });
}

Awaitable<void> LogTail::waitForNews()
{
    if (m_gone || m_world.logs.lastNumber() != m_lastNumber)
        co_return;
    m_news.expires_after(lookInterval);
    ErrorCode ignored;
    co_await m_news.async_wait(into(ignored));
}

Awaitable<void> LogTail::readUntilClosed()
{
    const auto self = shared_from_this();
    ErrorCode error;
    while (!error) {
        beast::flat_buffer ignored;
        co_await m_socket.async_read(ignored, into(error));
    }
    m_gone = true;
    m_news.cancel();
}

Awaitable<void> LogTail::end(nlohmann::json lastFrame)
{
    if (!lastFrame.is_null())
        co_await m_sender.send(std::move(lastFrame));
    const websocket::close_reason reason(websocket::close_code::normal);
    ErrorCode ignored;
    co_await m_socket.async_close(reason, into(ignored));
}

} // namespace

void serveLogTail(
    World &world, beast::tcp_stream stream, UpgradeRequest upgrade, ApiRequest request, Fault fault)
{
    const auto tail = std::make_shared<LogTail>(
        world, std::move(stream), std::move(upgrade), std::move(request), std::move(fault));
    asio::co_spawn(
        tail->executor(), [tail]() { return tail->run(); }, asio::detached);
}

} // namespace Koyeb::Local
