// SPDX-License-Identifier: Apache-2.0
#include "local/server/execstream.h"

#include "local/api/messages.h"
#include "local/lifecycle/lifecycle.h"
#include "local/runtime/sandboxprocess.h"
#include "local/server/execmessages.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>

namespace Koyeb::Local {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

// What a client may send in one frame; a paste is cut into many.
constexpr std::size_t maximumFrameBytes = 4 * 1024 * 1024;
constexpr std::size_t maximumLineBytes = 1024 * 1024;
// On its way to a client, of a terminal: what a program that floods has put there, an echo has to wait for.
constexpr int terminalSendBuffer = 64 * 1024;

class ExecStream : public std::enable_shared_from_this<ExecStream> {
public:
    ExecStream(
        Lifecycle &lifecycle, std::string organizationId, beast::tcp_stream stream, UpgradeRequest upgrade,
        Fault fault)
        : m_lifecycle(lifecycle),
          m_organizationId(std::move(organizationId)),
          m_upgrade(std::move(upgrade)),
          m_socket(std::move(stream)),
          m_sender(m_socket, std::move(fault)),
          m_agent(m_socket.get_executor())
    {
    }

    [[nodiscard]] asio::any_io_executor executor() { return m_socket.get_executor(); }
    Awaitable<void> run();

private:
    [[nodiscard]] Awaitable<std::optional<std::string>> readFrame();
    [[nodiscard]] Awaitable<ErrorCode> sendLine(nlohmann::json message);
    [[nodiscard]] Awaitable<void> start(ExecStart request);
    [[nodiscard]] Awaitable<void> forwardInput();
    [[nodiscard]] Awaitable<void> forwardOutput();
    [[nodiscard]] Awaitable<void> end(websocket::close_code code);
    [[nodiscard]] std::string idInTarget() const;

    Lifecycle &m_lifecycle;
    const std::string m_organizationId;
    UpgradeRequest m_upgrade;
    WebSocket m_socket;
    FrameSender m_sender;
    std::shared_ptr<void> m_activity; // keeps the sandbox awake
    asio::local::stream_protocol::socket m_agent;
};

Awaitable<void> ExecStream::run()
{
    const auto self = shared_from_this();
    m_socket.read_message_max(maximumFrameBytes);
    const bool accepted = co_await acceptUpgrade(m_socket, m_upgrade);
    if (!accepted)
        co_return;
    const auto frame = co_await readFrame();
    if (!frame)
        co_return;
    auto request = execStartFrom(*frame);
    if (!request) {
        nlohmann::json refusal = execErrorFrame(3, "The first frame must name a command.");
        co_await m_sender.send(std::move(refusal));
        co_await end(websocket::close_code::normal);
        co_return;
    }
    if (request->id.empty())
        request->id = idInTarget();
    co_await start(std::move(*request));
}

std::string ExecStream::idInTarget() const
{
    const auto target = m_upgrade.target();
    return requestFromTarget("GET", {target.data(), target.size()}).queryValue("id");
}

Awaitable<void> ExecStream::start(ExecStart request)
{
    nlohmann::json refusal;
    const std::shared_ptr<SandboxProcess> sandbox = m_lifecycle.runningSandbox(request.id);
    if (!m_lifecycle.isKnown(request.id, m_organizationId))
        refusal = execErrorFrame(5, "There is no such instance or service.");
    else if (!sandbox)
        refusal = execPreconditionFrame("The sandbox is not running.");
    else if (co_await sandbox->connect(m_agent, SandboxSocket::Exec))
        refusal = execErrorFrame(14, "The sandbox does not answer.");
    if (!refusal.is_null()) {
        co_await m_sender.send(std::move(refusal));
        co_await end(websocket::close_code::normal);
        co_return;
    }
    m_activity = m_lifecycle.keepAwake(request.id);
    if (request.agentRequest.value("tty", false)) {
        ErrorCode ignored; // It is a matter of speed only.
        m_socket.next_layer().socket().set_option(
            asio::socket_base::send_buffer_size(terminalSendBuffer), ignored);
    }
    const ErrorCode error = co_await sendLine(std::move(request.agentRequest));
    if (error)
        co_return co_await end(websocket::close_code::internal_error);
    const auto self = shared_from_this();
    asio::co_spawn(
        executor(), [self]() { return self->forwardInput(); }, asio::detached);
    co_await forwardOutput();
}

Awaitable<void> ExecStream::forwardInput()
{
    for (;;) {
        const auto frame = co_await readFrame();
        if (!frame)
            break;
        for (nlohmann::json &message : agentMessagesFrom(*frame)) {
            const ErrorCode error = co_await sendLine(std::move(message));
            if (error)
                co_return; // the process has ended; forwardOutput() reports it
        }
    }
    // The client is gone. The agent takes this for the terminal's hang-up.
    ErrorCode ignored;
    m_agent.close(ignored);
}

Awaitable<void> ExecStream::forwardOutput()
{
    std::string received;
    for (;;) {
        ErrorCode error;
        const std::size_t length = co_await asio::async_read_until(
            m_agent, asio::dynamic_buffer(received, maximumLineBytes), '\n', into(error));
        if (error)
            co_return co_await end(websocket::close_code::going_away);
        const std::string line = received.substr(0, length);
        received.erase(0, length);
        auto text = outputFrameText(line);
        if (text) {
            error = co_await m_sender.sendText(std::move(*text));
            if (error)
                co_return;
            continue;
        }
        auto frame = execFrameFrom(line);
        if (!frame)
            continue;
        const bool isFinal = isFinalFrame(*frame);
        error = co_await m_sender.send(std::move(*frame));
        if (error)
            co_return;
        if (isFinal)
            co_return co_await end(websocket::close_code::normal);
    }
}

Awaitable<std::optional<std::string>> ExecStream::readFrame()
{
    beast::flat_buffer buffer;
    ErrorCode error;
    co_await m_socket.async_read(buffer, into(error));
    if (error)
        co_return std::nullopt;
    co_return beast::buffers_to_string(buffer.data());
}

Awaitable<ErrorCode> ExecStream::sendLine(nlohmann::json message)
{
    const std::string line = message.dump() + '\n';
    ErrorCode error;
    co_await asio::async_write(m_agent, asio::buffer(line), into(error));
    co_return error;
}

Awaitable<void> ExecStream::end(websocket::close_code code)
{
    m_activity.reset();
    const websocket::close_reason reason(code);
    ErrorCode ignored;
    co_await m_socket.async_close(reason, into(ignored));
    m_agent.close(ignored);
}

} // namespace

void serveExecStream(
    Lifecycle &lifecycle, std::string organizationId, beast::tcp_stream stream, UpgradeRequest upgrade,
    Fault fault)
{
    const auto exec = std::make_shared<ExecStream>(
        lifecycle, std::move(organizationId), std::move(stream), std::move(upgrade), std::move(fault));
    asio::co_spawn(
        exec->executor(), [exec]() { return exec->run(); }, asio::detached);
}

} // namespace Koyeb::Local
