// SPDX-License-Identifier: Apache-2.0
#include "executor/ssecommandstream.h"

#include "core/jsonreader.h"
#include "net/httpstream.h"

#include <QPointer>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// How much longer than the command's own timeout the stream waits for its end.
constexpr auto deadlineGrace = std::chrono::seconds(5);

Error timeoutError()
{
    return Error::of(ErrorKind::Timeout, u"The command did not end in its time."_s);
}

} // namespace

SseCommandStream::SseCommandStream(ExecutorClient &executor, const Command &command, QObject *parent)
    : CommandStream(parent),
      m_executor(executor),
      m_command(command),
      m_boundary(createBoundary()),
      m_output(m_boundary),
      m_errors(m_boundary)
{
}

SseCommandStream::~SseCommandStream()
{
    cancel();
}

void SseCommandStream::start()
{
    if (m_state == State::Idle) {
        m_state = State::Running;
        open();
    }
}

void SseCommandStream::cancel()
{
    if (m_state == State::Running) {
        endCommand();
    }
    end();
}

QCoro::Task<void> SseCommandStream::open()
{
    auto invocation = co_await m_executor.invocationOf(m_command, m_scope.token());
    if (!invocation) {
        if (!invocation.error().isCancelled()) {
            fail(invocation.error());
        }
        co_return;
    }
    m_invocation = *invocation;
    auto command = m_command;
    command.line = streamingScript(m_invocation.words, command.timeout, m_boundary);
    command.arguments.clear();
    auto request = m_executor.requestTo("/run_streaming"_L1, bodyOfCommand(command), Repeatable::Never);
    request.timeouts = HttpTimeouts::forStream();
    auto &clock = m_executor.clock();
    m_startedAt = clock.now();
    m_stream = m_executor.m_http->open(request, this);
    connect(m_stream, &HttpStream::started, this, &SseCommandStream::checkMediaType);
    connect(m_stream, &HttpStream::received, this, &SseCommandStream::takeBytes);
    connect(m_stream, &HttpStream::finished, this, &SseCommandStream::concludeEndOfStream);
    connect(m_stream, &HttpStream::failed, this, [this](const Error &error) { fail(commandError(error)); });
    if (command.timeout) {
        m_deadline = clock.schedule(*command.timeout + deadlineGrace, [this] {
            endCommand();
            fail(timeoutError());
        });
    }
}

void SseCommandStream::checkMediaType()
{
    const auto type = m_stream->mediaType();
    if (!type.isEmpty() && type != "text/event-stream") {
        fail(Error::of(ErrorKind::Protocol, u"The answer to a command is not a stream of events."_s));
    }
}

void SseCommandStream::takeBytes(const QByteArray &bytes)
{
    const auto events = m_parser.feed(bytes);
    const QPointer<SseCommandStream> self = this;
    for (const auto &event : events) {
        takeEvent(event);
        if (!self || m_state != State::Running) {
            return;
        }
    }
    if (m_parser.hasFailed()) {
        fail(Error::of(ErrorKind::Protocol, u"A line of the command's output is too long."_s));
    }
}

void SseCommandStream::takeEvent(const ServerSentEvent &event)
{
    if (event.event == "output") {
        takeOutput(event.data);
    } else if (event.event == "complete") {
        complete(event.data);
    } else if (event.event == "error") {
        const auto object = parseJsonObject(event.data);
        const auto text = object ? object->value("error"_L1).toString() : QString();
        fail(Error::of(ErrorKind::Rejected, text.isEmpty() ? u"The command could not be started."_s : text));
    }
}

void SseCommandStream::takeOutput(const QByteArray &data)
{
    const auto object = parseJsonObject(data);
    if (!object) {
        fail(object.error());
        return;
    }
    const JsonReader reader(*object);
    const auto line = reader.string("data"_L1).toUtf8();
    const bool isError = reader.string("stream"_L1) == "stderr"_L1;
    if (const auto read = reader.result(true); !read) {
        fail(read.error());
        return;
    }
    const auto bytes = isError ? m_errors.take(line) : m_output.take(line);
    if (!bytes) {
        fail(bytes.error());
    } else if (isError && !bytes->isEmpty()) {
        Q_EMIT errorReceived(*bytes);
    } else if (!bytes->isEmpty()) {
        Q_EMIT outputReceived(*bytes);
    }
}

void SseCommandStream::complete(const QByteArray &data)
{
    const auto object = parseJsonObject(data);
    if (!object) {
        fail(object.error());
        return;
    }
    const JsonReader reader(*object);
    const auto read = reader.result(static_cast<int>(reader.requiredInteger("code"_L1)));
    if (!read) {
        fail(read.error());
        return;
    }
    const int code = *read;
    const auto elapsed = m_executor.clock().now() - m_startedAt;
    if (hasTimedOut(code, std::chrono::ceil<std::chrono::milliseconds>(elapsed), m_command.timeout)) {
        fail(timeoutError());
        return;
    }
    if (code > 128) { // Killed, perhaps before it could clean up.
        m_executor.abandon(m_invocation);
    }
    end();
    Q_EMIT completed(code);
}

void SseCommandStream::concludeEndOfStream()
{
    fail(Error::of(
        ErrorKind::Offline,
        u"The connection ended before the command did; the command may still be running."_s));
}

void SseCommandStream::fail(const Error &error)
{
    if (m_state == State::Running) {
        m_executor.abandon(std::exchange(m_invocation, {}));
        end();
        Q_EMIT failed(error);
    }
}

void SseCommandStream::endCommand()
{
    const auto removal = std::exchange(m_invocation, {}).removal;
    const auto ending = m_output.group() == 0 ? QString() : endGroupScript(m_output.group());
    if (!ending.isEmpty() || !removal.isEmpty()) {
        m_executor.runInBackground(u"("_s + ending + u":)\n"_s + removal);
    }
}

void SseCommandStream::end()
{
    m_state = State::Ended;
    m_scope.restart();
    m_deadline.reset();
    if (m_stream) {
        m_stream->disconnect(this);
        m_stream->cancel();
        m_stream->deleteLater(); // Often it is the sender of what brought us here.
        m_stream = nullptr;
    }
}

} // namespace Koyeb
