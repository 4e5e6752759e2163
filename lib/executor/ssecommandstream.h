// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/taskscope.h"
#include "executor/commandscript.h"
#include "executor/commandstream.h"
#include "executor/executorclient.h"
#include "net/sseparser.h"

namespace Koyeb {

class HttpStream;

/// A CommandStream over the executor's `/run_streaming`; made by ExecutorClient::stream().
class SseCommandStream final : public CommandStream {
    Q_OBJECT

public:
    SseCommandStream(ExecutorClient &executor, const Command &command, QObject *parent);
    ~SseCommandStream() override;

    void start() override;
    void cancel() override;

private:
    enum class State { Idle, Running, Ended };

    QCoro::Task<void> open();
    void checkMediaType();
    void takeBytes(const QByteArray &bytes);
    void takeEvent(const ServerSentEvent &event);
    void takeOutput(const QByteArray &data);
    void complete(const QByteArray &data);
    void concludeEndOfStream();
    void fail(const Error &error);
    void end();
    void endCommand();

    ExecutorClient &m_executor;
    Command m_command;
    QString m_boundary;
    Invocation m_invocation; ///< Once it is made.
    CommandStreamDecoder m_output;
    CommandStreamDecoder m_errors;
    State m_state = State::Idle;
    Clock::TimePoint m_startedAt;
    SseParser m_parser;
    HttpStream *m_stream = nullptr;
    std::unique_ptr<ScheduledCall> m_deadline;
    TaskScope m_scope;
};

} // namespace Koyeb
