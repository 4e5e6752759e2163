// SPDX-License-Identifier: Apache-2.0
// Shows what a command writes while it runs.
#include "common/example.h"

#include <KoyebQt/core/completion.h>

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome countAloud(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Command command;
    command.line = u"for i in 1 2 3; do echo step $i; sleep 0.2; done; echo careful >&2; exit 7"_s;

    const std::unique_ptr<Koyeb::CommandStream, QScopedPointerDeleteLater> stream(
        sandbox.executor().stream(command, nullptr));
    Koyeb::Completion<Koyeb::Result<int>> ended;
    const auto connect = [&stream](auto signal, auto slot) {
        QObject::connect(stream.get(), signal, slot);
    };
    using Stream = Koyeb::CommandStream;
    connect(
        &Stream::outputReceived, [](const QByteArray &bytes) { Example::say("stdout: " + bytes.trimmed()); });
    connect(
        &Stream::errorReceived, [](const QByteArray &bytes) { Example::say("stderr: " + bytes.trimmed()); });
    connect(&Stream::completed, [ended](int exitCode) mutable { ended.complete(exitCode); });
    connect(&Stream::failed, [ended](const Koyeb::Error &error) mutable {
        ended.complete(Koyeb::failure(error));
    });
    // Cancelling is silent: the stream says nothing more, so this has to.
    const std::stop_callback onStop(stop, [&stream, ended]() mutable {
        stream->cancel();
        ended.complete(Koyeb::failure(Koyeb::Error::cancelled()));
    });

    stream->start();
    const auto exitCode = co_await ended;
    if (!exitCode) {
        co_return Koyeb::failure(exitCode.error());
    }
    Example::say(u"Exit code %1"_s.arg(*exitCode));
    co_return {};
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, countAloud);
}
