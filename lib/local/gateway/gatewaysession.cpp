// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gatewaysession.h"

#include "local/gateway/gatewayconnection.h"
#include "local/gateway/gatewayexchange.h"
#include "local/server/faultysink.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

namespace {

// Like the servers that Go programs are, this one leaves it to the client to end a connection that idles.
Awaitable<void> serveRequests(std::shared_ptr<GatewayConnection> connection)
{
    bool isFirst = true;
    for (bool continues = true; continues; isFirst = false) {
        continues = co_await connection->waitForRequest();
        if (!continues)
            break;
        // A kept connection is as good as a new one to whoever ordered that the next be reset.
        if (!isFirst && connection->gateway->misbehaviour().takeReset(ServerPart::Executor))
            co_return resetConnection(connection->client.socket());
        const auto exchange = std::make_shared<GatewayExchange>(connection);
        continues = co_await exchange->run();
    }
}

} // namespace

void GatewaySession::serve(std::shared_ptr<Gateway> gateway, asio::ip::tcp::socket client)
{
    const asio::any_io_executor executor = client.get_executor();
    if (gateway->misbehaviour().takeReset(ServerPart::Executor))
        return resetConnection(client);
    const auto connection = std::make_shared<GatewayConnection>(std::move(gateway), std::move(client));
    asio::co_spawn(
        executor, [connection]() { return serveRequests(connection); }, asio::detached);
}

} // namespace Koyeb::Local
