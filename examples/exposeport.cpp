// SPDX-License-Identifier: Apache-2.0
// Serves HTTP in a sandbox and reads it from outside, at the sandbox's public address.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

QCoro::Task<Koyeb::Result<QByteArray>> get(Koyeb::Clock &clock, QUrl url, std::stop_token stop)
{
    Koyeb::HttpClient http(clock);
    Koyeb::HttpRequest request;
    request.url = url;
    request.repeatable = Koyeb::Repeatable::Safely;
    const auto reply = co_await http.send(request, stop);
    if (!reply) {
        co_return Koyeb::failure(reply.error());
    }
    co_return reply->body;
}

Example::Outcome serve(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Command server;
    server.line = u"echo 'Hello from the sandbox' > index.html && exec python3 -m http.server 8080"_s;
    server.workingDirectory = u"/tmp"_s;
    const auto process = co_await sandbox.executor().startProcess(server, stop);
    if (!process) {
        co_return Koyeb::failure(process.error());
    }

    const auto url = co_await sandbox.ports().expose(8080, stop);
    if (!url) {
        co_return Koyeb::failure(url.error());
    }
    Example::say(u"Exposed at "_s + url->toString());
    // The address is there at once, the server behind it a moment later.
    const auto answering = co_await sandbox.ports().waitUntilAnswering(std::chrono::seconds(60), stop);
    if (!answering) {
        co_return answering;
    }
    const auto page = co_await get(sandbox.executor().clock(), *url, stop);
    if (!page) {
        co_return Koyeb::failure(page.error());
    }
    Example::say("It answers: " + page->trimmed());

    const auto ports = co_await sandbox.ports().listening(stop);
    if (!ports) {
        co_return Koyeb::failure(ports.error());
    }
    for (const auto &port : *ports) {
        Example::say(u"Listening: %1, %2"_s.arg(port.port).arg(port.process));
    }
    co_return co_await sandbox.ports().unexpose(stop);
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, serve);
}
