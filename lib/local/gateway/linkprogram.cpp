// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/loopback.h"
#include "local/gateway/shapedlink.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <unistd.h>

namespace Koyeb::Local {

namespace ip = asio::ip;

namespace {

Awaitable<void> lead(
    std::shared_ptr<ShapedLink> link, ip::tcp::resolver::results_type target, ip::tcp::socket client)
{
    ip::tcp::socket server(client.get_executor());
    ErrorCode error;
    co_await asio::async_connect(server, target, into(error));
    if (error)
        co_return; // The client's connection ends with this.
    server.set_option(ip::tcp::no_delay(true), error);
    co_await link->carry(std::move(client), std::move(server));
}

Awaitable<void> endWithInput(asio::io_context &context)
{
    asio::posix::stream_descriptor input(context);
    ErrorCode error;
    input.assign(dup(STDIN_FILENO), error);
    std::array<char, 64> ignored{};
    while (!error)
        co_await input.async_read_some(asio::buffer(ignored), into(error));
    context.stop();
}

int failed(const std::string &problem)
{
    std::cerr << problem << std::endl;
    return 1;
}

} // namespace

int runLink(const LinkOptions &options)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto colon = options.target.rfind(':');
    if (colon == std::string::npos)
        return failed("The target is not HOST:PORT.");
    asio::io_context context{1};
    ErrorCode error;
    const auto target = ip::tcp::resolver(context).resolve(
        options.target.substr(0, colon), options.target.substr(colon + 1), error);
    if (error)
        return failed(options.target + ": " + error.message());
    const auto link = std::make_shared<ShapedLink>(options.shape);
    LoopbackListener listener(context);
    const std::string problem = listener.listen(0, [&](ip::tcp::socket client) {
        asio::co_spawn(context, lead(link, target, std::move(client)), asio::detached);
    });
    if (!problem.empty())
        return failed(problem);
    asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&context](const ErrorCode &, int) { context.stop(); });
    asio::co_spawn(context, endWithInput(context), asio::detached);
    std::cout << R"({"url": "http://127.0.0.1:)" << listener.port() << "\"}" << std::endl;
    context.run();
    return 0;
}

} // namespace Koyeb::Local
