// SPDX-License-Identifier: Apache-2.0
// Shows what a command writes while it runs.
#include "common/example.h"

#include <KoyebQt/core/completion.h>

using namespace Qt::Literals::StringLiterals;

namespace {

/// Output arrives as it is written, not by lines: this says each line once it is whole.
class Lines {
public:
    explicit Lines(const QByteArray &prefix) : m_prefix(prefix) {}

    void take(const QByteArray &bytes)
    {
        m_rest += bytes;
        for (auto end = m_rest.indexOf('\n'); end >= 0; end = m_rest.indexOf('\n')) {
            Example::say(m_prefix + m_rest.left(end));
            m_rest.remove(0, end + 1);
        }
    }

private:
    QByteArray m_prefix;
    QByteArray m_rest;
};

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
    Lines output("stdout: ");
    Lines errors("stderr: ");
    using Stream = Koyeb::CommandStream;
    connect(&Stream::outputReceived, [&output](const QByteArray &bytes) { output.take(bytes); });
    connect(&Stream::errorReceived, [&errors](const QByteArray &bytes) { errors.take(bytes); });
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
