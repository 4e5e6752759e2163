// SPDX-License-Identifier: Apache-2.0
// The calls of ExecutorClient.
#include "core/completion.h"
#include "executor/commandstream.h"
#include "operations.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;
using Calling =
    std::function<QCoro::Task<Result<void>>(ExecutorClient &, const QString &path, std::stop_token)>;
using Making = std::function<void(Bench &, QString &path)>;

/// A call with a path of its own, where `make` makes what has to be there, or gives another name for it.
Operation row(
    const QString &name, Nature nature, Reading reading, const QByteArray &endpoint, Calling calling,
    Making make = {})
{
    Operation operation{u"ExecutorClient::"_s + name, nature, reading};
    operation.part = u"executor"_s;
    operation.prepare = [=](Cell &cell) {
        auto path = u"/tmp/"_s + cell.bench.newName();
        if (make) {
            make(cell.bench, path);
        }
        auto words = endpoint.split(' ');
        return Call{{words[0], QString::fromLatin1(words[1])}, [=, &cell](auto stop) {
                        return calling(cell.sandbox.executor(), path, stop);
                    }};
    };
    return operation;
}

Operation command(Operation operation)
{
    operation.limit = Limit::BetweenParts;
    return operation;
}

void makeFile(Bench &bench, QString &path)
{
    bench.callExecutor(u"write_file"_s, {{u"path"_s, path}, {u"content"_s, u"content"_s}});
}

void startSleeper(Bench &bench, QString &path)
{
    path = bench.callExecutor(u"start_process"_s, {{u"cmd"_s, u"sleep 600"_s}}).value("id"_L1).toString();
}

Command shortCommand()
{
    Command shell;
    shell.line = u"echo done"_s;
    return shell;
}

Command commandWithTimeout()
{
    auto shell = shortCommand();
    shell.timeout = 600s;
    return shell;
}

/// Looks for what an invocation needs that was not handed over.
Operation leavingNothing(Operation operation)
{
    operation.prepare = [prepare = operation.prepare](Cell &cell) {
        cell.bench.inSandbox(u"rm -rf /tmp/.koyeb-command-*"_s);
        auto call = prepare(cell);
        call.verify = [&cell](const Leaving &leaving) {
            const auto left = cell.bench.inSandbox(u"ls -d /tmp/.koyeb-command-* 2>/dev/null || true"_s);
            const bool isWrong =
                left.isEmpty() ? leaving.hasSucceeded : !leaving.hasSucceeded && !leaving.mayLeaveTraces;
            return isWrong ? u"What was left of the command: "_s + QString::fromUtf8(left) : QString();
        };
        return call;
    };
    return operation;
}

QList<Operation> invocationCalls()
{
    const Calling invoking = [](auto &executor, auto &, auto stop) {
        auto shell = shortCommand();
        shell.input = "input";
        return outcomeOf(executor.invocationOf(shell, stop));
    };
    auto making = command(leavingNothing(
        row(u"invocationOf (making a directory)"_s, Nature::Once, Reading::Values, "POST /run", invoking)));
    making.cleanUps = 1;
    making.isLater = true;          // Of a port that is closed the removal would learn, too.
    making.cleanUpsWhenStopped = 0; // Whoever has gone removes nothing.
    auto writing = leavingNothing(
        row(u"invocationOf (writing into it)"_s, Nature::Repeatable, Reading::Object, "POST /write_file",
            invoking));
    writing.requests = 2;
    writing.isLater = true;
    return {making, writing};
}

/// A command that has files made for it: nothing is left of them, whatever comes of it.
Operation runWithInput()
{
    auto operation = command(
        row(u"run (with input)"_s, Nature::Once, Reading::Values, "POST /run",
            [](auto &executor, auto &, auto stop) {
                auto shell = shortCommand();
                shell.input = "input";
                return outcomeOf(executor.run(shell, stop));
            }));
    operation.requests = 2;
    operation.skipped = 1;
    operation.cleanUps = 1;
    operation.cleanUpsWhenStopped = 0; // Whoever has gone removes nothing.
    operation.prepare = [prepare = operation.prepare](Cell &cell) {
        cell.bench.inSandbox(u"rm -rf /tmp/.koyeb-command-*"_s);
        auto call = prepare(cell);
        call.verify = [&cell](const Leaving &leaving) {
            const auto left = cell.bench.inSandbox(u"ls -d /tmp/.koyeb-command-* 2>/dev/null || true"_s);
            return left.isEmpty() || leaving.mayLeaveTraces
                       ? QString()
                       : u"This was left of the command: "_s + QString::fromUtf8(left);
        };
        return call;
    };
    return operation;
}

QCoro::Task<Result<void>> streamed(ExecutorClient &executor, Command shell, std::stop_token stop)
{
    Completion<Result<void>> done;
    auto *stream = executor.stream(shell, nullptr);
    QObject::connect(
        stream, &CommandStream::completed, stream, [done]() mutable { done.complete(Result<void>()); });
    QObject::connect(stream, &CommandStream::failed, stream, [done](const Error &error) mutable {
        done.complete(failure(error));
    });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete(failure(Error::cancelled())); });
    stream->start();
    auto outcome = co_await done;
    stream->cancel();
    stream->deleteLater(); // Its signal is what brought us here.
    co_return outcome;
}

QList<Operation> commandCalls()
{
    return {
        row(u"health"_s, Nature::Repeatable, Reading::Values, "GET /health",
            [](auto &executor, auto &, auto stop) { return executor.health(30s, stop); }),
        command(row(
            u"run"_s, Nature::Once, Reading::Values, "POST /run",
            [](auto &executor, auto &, auto stop) { return outcomeOf(executor.run(shortCommand(), stop)); })),
        row(u"run (with a timeout)"_s, Nature::Once, Reading::Values, "POST /run",
            [](auto &executor, auto &, auto stop) {
                return outcomeOf(executor.run(commandWithTimeout(), stop));
            }),
        command(
            row(u"runScript (that may be repeated)"_s, Nature::Repeatable, Reading::Values, "POST /run",
                [](auto &executor, auto &, auto stop) {
                    return outcomeOf(executor.runScript(u"echo done"_s, Repeatable::Safely, stop));
                })),
        command(
            row(u"runScript (that may not)"_s, Nature::Once, Reading::Values, "POST /run",
                [](auto &executor, auto &, auto stop) {
                    return outcomeOf(executor.runScript(u"echo done"_s, Repeatable::Never, stop));
                })),
        row(u"stream (with a timeout)"_s, Nature::Stream, Reading::Events, "POST /run_streaming",
            [](auto &executor, auto &, auto stop) { return streamed(executor, commandWithTimeout(), stop); }),
        row(u"startProcess"_s, Nature::Once, Reading::Values, "POST /start_process",
            [](auto &executor, auto &, auto stop) {
                return outcomeOf(executor.startProcess(shortCommand(), stop));
            }),
        row(
            u"killProcess"_s, Nature::Once, Reading::Object, "POST /kill_process",
            [](auto &executor, auto &path, auto stop) { return executor.killProcess(path, stop); },
            startSleeper),
        row(u"processes"_s, Nature::Repeatable, Reading::Values, "GET /list_processes",
            [](auto &executor, auto &, auto stop) { return outcomeOf(executor.processes(stop)); }),
    };
}

QList<Operation> fileCalls()
{
    return {
        row(u"writeFile"_s, Nature::Repeatable, Reading::Object, "POST /write_file",
            [](auto &executor, auto &path, auto stop) { return executor.writeFile(path, u"text"_s, stop); }),
        row(u"writePlainFile"_s, Nature::Repeatable, Reading::Object, "POST /write_file",
            [](auto &executor, auto &path, auto stop) {
                return executor.writePlainFile(path, "dGV4dA==", {}, stop);
            }),
        row(u"writePreparedFile"_s, Nature::Repeatable, Reading::Object, "POST /write_file",
            [](auto &executor, auto &path, auto stop) {
                const auto body = ExecutorClient::plainFileHead(path) +
                                  "dGV4dA==" + ExecutorClient::plainFileTail.toByteArray();
                return executor.writePreparedFile(body, {}, stop);
            }),
        row(
            u"readPlainFile"_s, Nature::Repeatable, Reading::Values, "POST /read_file",
            [](auto &executor, auto &path, auto stop) {
                return outcomeOf(executor.readPlainFile(path, stop));
            },
            makeFile),
        row(
            u"readFile"_s, Nature::Repeatable, Reading::Values, "POST /read_file",
            [](auto &executor, auto &path, auto stop) { return outcomeOf(executor.readFile(path, stop)); },
            makeFile),
        row(u"makeDirectory"_s, Nature::Repeatable, Reading::Object, "POST /make_dir",
            [](auto &executor, auto &path, auto stop) { return executor.makeDirectory(path, stop); }),
        row(u"listDirectory"_s, Nature::Repeatable, Reading::Values, "POST /list_dir",
            [](auto &executor, auto &, auto stop) {
                return outcomeOf(executor.listDirectory(u"/tmp"_s, stop));
            }),
        row(
            u"deleteFile"_s, Nature::Once, Reading::Object, "POST /delete_file",
            [](auto &executor, auto &path, auto stop) { return executor.deleteFile(path, stop); }, makeFile),
        row(u"deleteDirectory"_s, Nature::Repeatable, Reading::Object, "POST /delete_dir",
            [](auto &executor, auto &path, auto stop) { return executor.deleteDirectory(path, stop); }),
        row(
            u"bindPort"_s, Nature::Repeatable, Reading::Object, "POST /bind_port",
            [](auto &executor, auto &, auto stop) { return executor.bindPort(8080, stop); },
            [](Bench &bench, auto &) { bench.callExecutor(u"unbind_port"_s, {}); }),
        row(
            u"unbindPort"_s, Nature::Repeatable, Reading::Object, "POST /unbind_port",
            [](auto &executor, auto &, auto stop) { return executor.unbindPort(stop); },
            [](Bench &bench, auto &) { bench.callExecutor(u"unbind_port"_s, {}); }),
    };
}

} // namespace

QList<Operation> executorOperations()
{
    return commandCalls() + QList<Operation>{runWithInput()} + invocationCalls() + fileCalls();
}

} // namespace Koyeb::Reliability
