// SPDX-License-Identifier: Apache-2.0
#include "sandbox/execroad.h"

#include "core/completion.h"
#include "executor/systemerror.h"

#include <algorithm>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of stderr, whose first line is what counts.
constexpr qsizetype maximumErrorBytes = 2000;

/// What a channel tells until its end.
struct Conversation {
    QByteArray output;
    QByteArray errors;
    Completion<Result<int>> end; ///< The exit code.
};

/// The end of a channel comes in one of its own signals.
struct Farewell {
    void operator()(ExecChannel *channel) const
    {
        channel->disconnect();
        channel->close();
        channel->deleteLater();
    }
};

} // namespace

QCoro::Task<Result<QByteArray>> ExecRoad::run(
    QString script, QByteArray input, qint64 maximumOutputBytes, std::stop_token stop) const
{
    const std::unique_ptr<ExecChannel, Farewell> channel(m_open().release());
    if (!channel) {
        co_return failure(ErrorKind::Offline, u"The account that the sandbox belongs to is gone."_s);
    }
    Conversation told;
    QObject::connect(
        channel.get(), &ExecChannel::outputReceived, channel.get(), [&](const QByteArray &bytes) {
            told.output += bytes;
            if (told.output.size() > maximumOutputBytes) {
                told.end.complete(
                    failure(ErrorKind::Protocol, u"The sandbox sent more than was asked for."_s));
            }
        });
    QObject::connect(
        channel.get(), &ExecChannel::errorOutputReceived, channel.get(), [&](const QByteArray &bytes) {
            told.errors += bytes.first(std::min(bytes.size(), maximumErrorBytes - told.errors.size()));
        });
    QObject::connect(
        channel.get(), &ExecChannel::exited, channel.get(), [&](int code) { told.end.complete(code); });
    QObject::connect(channel.get(), &ExecChannel::ended, channel.get(), [&] {
        told.end.complete(failure(ErrorKind::Offline, u"The connection to the sandbox was closed."_s));
    });
    QObject::connect(channel.get(), &ExecChannel::failed, channel.get(), [&](const Error &error) {
        told.end.complete(failure(error));
    });
    const std::stop_callback stopping(stop, [&] { told.end.complete(failure(ErrorKind::Cancelled, {})); });
    channel->start(
        {.id = m_serviceId,
         .target = ExecChannel::Target::Service,
         .command = {u"/bin/sh"_s, u"-c"_s, script},
         .terminal = ExecChannel::Terminal::No});
    channel->sendInput(input);
    input.clear();
    channel->closeInput();
    const auto code = co_await told.end;
    if (!code) {
        co_return failure(code.error());
    }
    if (*code != 0) {
        const auto line = told.errors.trimmed().split('\n').first();
        co_return failure(errorFromSystemText(QString::fromUtf8(line)));
    }
    co_return std::move(told.output);
}

} // namespace Koyeb
