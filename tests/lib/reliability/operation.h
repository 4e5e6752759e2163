// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench.h"

#include <QCoroTask>

#include <functional>

namespace Koyeb::Reliability {

/// What an operation does about a failed request.
enum class Nature {
    Repeatable, ///< It reads, or leaves the same state however often it is done: sent again.
    Once,       ///< It creates or runs something: never sent again, but for a refusal for the rate.
    Stream,     ///< Its answer is read as it arrives: never sent again.
    Patient     ///< What may pass is waited out until the operation's own time is over.
};

/// What it wants of the answer's body.
enum class Reading {
    Nothing, ///< The status is enough.
    Object,  ///< JSON, whatever it holds.
    Values,  ///< JSON with members of the agreed types.
    Events   ///< A stream with its proper end.
};

/// What bounds its waiting for a silent server.
enum class Limit {
    Always,      ///< There is one for the beginning of the answer, and one between its parts.
    BetweenParts ///< The answer begins when a command has ended, however long that takes.
};

/// Which requests a fault is for.
struct Target {
    QByteArray method;
    QString path; ///< Its beginning; without the executor's prefix.
};

/// An operation that is ready to be run in its cell.
struct Call {
    Target target;
    std::function<QCoro::Task<Result<void>>(std::stop_token)> run;
};

/// A public call of the library that goes to the network.
struct Operation {
    QString name; ///< `Class::function`, with a remark where one has several rows.
    Nature nature = Nature::Repeatable;
    Reading reading = Reading::Values;
    Limit limit = Limit::Always;
    /// Which server it speaks to, as the engine's instructions name it.
    QString part = QStringLiteral("control-plane");
    /// Makes what the call needs. Sends nothing through the cell's objects, unless it must.
    std::function<Call(Cell &)> prepare = {};
    int requests = 1; ///< That the target takes when nothing fails; 0: it depends.
    int skipped = 0;  ///< Of them, those before the one that the fault is for.
};

using Run = std::function<QCoro::Task<Result<void>>(std::stop_token)>;
using Prepare = std::function<Call(Cell &)>;

/// `task`, of which only success counts.
template<typename T> QCoro::Task<Result<void>> outcomeOf(QCoro::Task<Result<T>> task)
{
    const auto result = co_await task;
    co_return result ? Result<void>() : failure(result.error());
}

} // namespace Koyeb::Reliability
