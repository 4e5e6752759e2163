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
    Looking,    ///< The same, but after a lost answer it looks whether it was done.
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
    Always,       ///< There is one for the beginning of the answer, and one between its parts.
    BetweenParts, ///< The answer begins when a command has ended, however long that takes.
    Whole         ///< The same, but the call has a limit of its own for all attempts together.
};

/// What may be there when a call has come to its end.
struct Leaving {
    bool hasSucceeded = false;
    bool wasStopped = false;     ///< By its caller.
    bool mayLeaveTraces = false; ///< What would remove them met the fault, too.
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
    /// Whether the engine is still at what the call waits for, in real time; unset: it never is.
    std::function<bool()> isBusy = {};
    /// Looks at what the call has left, when all faults are over: empty, or what is wrong with it.
    std::function<QString(Leaving)> verify = {};
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
    int requests = 1;             ///< That the target takes when nothing fails; 0: it depends.
    int skipped = 0;              ///< Of them, those before the one that the fault is for.
    int cleanUps = 0;             ///< More of them, to remove what a failure leaves.
    bool isLater = false;         ///< Requests of other kinds come before.
    bool takesTimeToFail = false; ///< Real time, so that not all faults are worth it.
    /// It goes on for as long as it takes, so there is no end to come to where a fault does not end.
    bool isEndless = false;
    bool isParallel = false; ///< Several of its requests are on their way at the same time.
    /// Whoever answers, the call has its answer; only a gateway's word that nobody does is none.
    bool takesAnyAnswer = false;
    /// cleanUps when its caller had enough, if it is another number. With 0 the sandbox is to come to rest
    /// before anything is removed, and does not.
    std::optional<int> cleanUpsWhenStopped = {};
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
