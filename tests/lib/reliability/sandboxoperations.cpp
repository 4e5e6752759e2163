// SPDX-License-Identifier: Apache-2.0
// The calls of Processes, Ports and SandboxControl, and the making and deleting of sandboxes.
#include "core/completion.h"
#include "core/workerthread.h"
#include "operations.h"
#include "sandbox/foldercomparison.h"
#include "sandbox/processfollower.h"
#include "sandbox/sandboxcontrol.h"
#include "sandbox/sandboxcreation.h"
#include "sandbox/sandboxdeletion.h"

#include <QCoreApplication>
#include <QTemporaryDir>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;
using Calling = std::function<QCoro::Task<Result<void>>(Cell &, const QString &id, std::stop_token)>;
using Making = std::function<QString(Cell &)>;

/// A call to the executor, for something that `make` makes.
Operation row(
    const QString &name, Nature nature, const QByteArray &endpoint, int requests, Calling calling,
    Making make = {})
{
    Operation operation{name, nature};
    operation.part = u"executor"_s;
    operation.limit = endpoint.endsWith("/run") ? Limit::BetweenParts : Limit::Always;
    operation.requests = requests;
    operation.prepare = [=](Cell &cell) {
        if (name.startsWith("Processes::"_L1)) {
            cell.bench.expectProcesses();
        }
        const auto id = make ? make(cell) : QString();
        const auto words = endpoint.split(' ');
        return Call{{words[0], QString::fromLatin1(words[1])}, [=, &cell](auto stop) {
                        return calling(cell, id, stop);
                    }};
    };
    return operation;
}

/// The same to the control plane.
Operation controlRow(
    const QString &name, Nature nature, const QByteArray &endpoint, int requests, Calling calling,
    Making make = {})
{
    auto operation = row(name, nature, endpoint, requests, std::move(calling), std::move(make));
    operation.part = u"control-plane"_s;
    operation.limit = Limit::Always;
    return operation;
}

Operation later(Operation operation)
{
    operation.isLater = true;
    return operation;
}

/// After an answer that tells nothing it is looked for some seconds.
Operation slow(Operation operation)
{
    operation.takesTimeToFail = true;
    return operation;
}

/// A call that first asks what tools there are.
Operation afterTools(Operation operation)
{
    ++operation.requests;
    operation.skipped = 1;
    return operation;
}

/// A call that waits until the engine has deleted something.
Operation deleting(Operation operation)
{
    if (operation.name == "deleteSandbox"_L1) {
        operation.reading = Reading::Nothing;
    }
    operation.prepare = [prepare = operation.prepare](Cell &cell) {
        auto call = prepare(cell);
        call.isBusy = [&cell] {
            return cell.bench.isDeleting();
        };
        return call;
    };
    return operation;
}

Operation ofObject(Operation operation)
{
    operation.reading = Reading::Object;
    return operation;
}

QCoro::Task<Result<void>> orNotFound(QCoro::Task<Result<QByteArray>> task)
{
    const auto result = co_await task;
    const bool isAnswer =
        result || (result.error().kind == ErrorKind::NotFound && result.error().httpStatus == 0);
    co_return isAnswer ? Result<void>() : failure(result.error());
}

QString startProcess(Cell &cell, const QString &line)
{
    Command command;
    command.line = line;
    std::optional<Result<SandboxProcess>> launched;
    cell.sandbox.processes().launch(command, {}).then([&launched](const auto &result) { launched = result; });
    while (!launched) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return *launched ? (*launched)->id : QString();
}

QString running(Cell &cell)
{
    return startProcess(cell, u"sleep 600"_s);
}

QString ended(Cell &cell)
{
    return startProcess(cell, u"true"_s);
}

QString seenToEnd(Cell &cell)
{
    const auto id = ended(cell);
    cell.bench.inSandbox(u"until [ -e /tmp/.koyeb-processes/%1/ended ]; do sleep 0.01; done"_s.arg(id));
    return id;
}

QCoro::Task<Result<void>> followed(Cell &cell, QString id, std::stop_token stop)
{
    Completion<Result<void>> done;
    auto *follower = cell.sandbox.processes().follow(id, {}, nullptr);
    QObject::connect(
        follower, &ProcessFollower::ended, follower, [done]() mutable { done.complete(Result<void>()); });
    QObject::connect(follower, &ProcessFollower::failed, follower, [done](const Error &error) mutable {
        done.complete(failure(error));
    });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete(failure(Error::cancelled())); });
    follower->start();
    auto outcome = co_await done;
    follower->stop();
    follower->deleteLater(); // Its signal is what brought us here.
    co_return outcome;
}

QList<Operation> processCalls()
{
    const Calling launch = [](auto &cell, auto &, auto stop) {
        Command command;
        command.line = u"true"_s;
        return outcomeOf(cell.sandbox.processes().launch(command, stop));
    };
    return {
        row(u"Processes::launch (preparing)"_s, Nature::Repeatable, "POST /run", 3, launch),
        slow(
            later(row(u"Processes::launch (starting)"_s, Nature::Looking, "POST /start_process", 1, launch))),
        afterTools(row(
            u"Processes::list"_s, Nature::Repeatable, "POST /run", 1,
            [](auto &cell, auto &, auto stop) { return outcomeOf(cell.sandbox.processes().list(stop)); })),
        afterTools(
            row(u"Processes::sessionDirectory"_s, Nature::Repeatable, "POST /run", 1,
                [](auto &cell, auto &, auto stop) {
                    // There is none, which is an answer like any other.
                    return orNotFound(cell.sandbox.processes().sessionDirectory("MATRIX", "none", stop));
                })),
        row(
            u"Processes::kill"_s, Nature::Repeatable, "POST /run", 2,
            [](auto &cell, auto &id, auto stop) { return cell.sandbox.processes().kill(id, 1s, stop); },
            running),
        afterTools(
            row(u"Processes::killAll"_s, Nature::Repeatable, "POST /run", 1,
                [](auto &cell, auto &, auto stop) {
                    return outcomeOf(cell.sandbox.processes().killAll(1s, stop));
                })),
        row(
            u"Processes::read"_s, Nature::Repeatable, "POST /run", 1,
            [](auto &cell, auto &id, auto stop) {
                return outcomeOf(cell.sandbox.processes().read(id, {}, 1000, stop));
            },
            ended),
        row(
            u"Processes::follow"_s, Nature::Repeatable, "POST /run", 0,
            [](auto &cell, auto &id, auto stop) { return followed(cell, id, stop); }, ended),
        row(
            u"Processes::forget"_s, Nature::Once, "POST /run", 1,
            [](auto &cell, auto &id, auto stop) { return cell.sandbox.processes().forget(id, stop); },
            seenToEnd),
    };
}

/// A call that asks the program behind the exposed port.
Operation answering(Operation operation)
{
    operation.part = u"exposed-port"_s;
    operation.reading = Reading::Nothing;
    operation.takesAnyAnswer = true;
    return operation;
}

QCoro::Task<Result<void>> compared(Cell &cell, QString /*id*/, std::stop_token stop)
{
    WorkerThread disk;
    const QTemporaryDir local;
    FolderComparisonOrder order;
    order.local = local.path().toStdString();
    order.remote = "/root";
    const auto found = co_await compareFolders(cell.sandbox.executor(), disk, order, std::move(stop));
    co_return found ? Result<void>() : failure(found.error());
}

QList<Operation> portCalls()
{
    return {
        row(u"Ports::listening"_s, Nature::Repeatable, "POST /run", 1,
            [](auto &cell, auto &, auto stop) { return outcomeOf(cell.sandbox.ports().listening(stop)); }),
        afterTools(row(u"compareFolders"_s, Nature::Repeatable, "POST /run", 2, compared)),
        ofObject(
            row(u"Ports::expose (releasing)"_s, Nature::Repeatable, "POST /unbind_port", 1,
                [](auto &cell, auto &, auto stop) {
                    return outcomeOf(cell.sandbox.ports().expose(8080, stop));
                })),
        later(ofObject(
            row(u"Ports::expose (binding)"_s, Nature::Repeatable, "POST /bind_port", 1,
                [](auto &cell, auto &, auto stop) {
                    return outcomeOf(cell.sandbox.ports().expose(8080, stop));
                }))),
        ofObject(
            row(u"Ports::unexpose"_s, Nature::Repeatable, "POST /unbind_port", 1,
                [](auto &cell, auto &, auto stop) { return cell.sandbox.ports().unexpose(stop); })),
        answering(row(
            u"Ports::waitUntilAnswering"_s, Nature::Patient, "GET /", 0,
            [](auto &cell, auto &, auto stop) { return cell.sandbox.ports().waitUntilAnswering(300s, stop); },
            [](Cell &cell) {
                cell.bench.exposeServer();
                return QString();
            })),
    };
}

/// A call that speaks to the executor when the control plane has told where it is.
Operation toExecutor(Operation operation)
{
    operation.part = u"executor"_s;
    operation.prepare = [prepare = operation.prepare](Cell &cell) {
        auto call = prepare(cell);
        call.target.path = u"/health"_s;
        return call;
    };
    return operation;
}

/// A call of SandboxControl about the sandbox, or about the service that `make` makes.
template<typename Ask>
Operation control(const QString &name, Nature nature, int requests, Ask ask, Making make = {})
{
    const Making box = [](Cell &cell) {
        return cell.bench.sandbox().serviceId;
    };
    return controlRow(
        u"SandboxControl::"_s + name, nature, "GET /v1/services/", requests,
        [ask](auto &cell, auto &id, auto stop) -> QCoro::Task<Result<void>> {
            SandboxControl sandbox(cell.api, cell.clock, id);
            co_return co_await ask(sandbox, stop);
        },
        make ? make : box);
}

QString service(Cell &cell)
{
    return cell.bench.makeService().value("id"_L1).toString();
}

QList<Operation> controlCalls()
{
    return {
        control(
            u"access"_s, Nature::Repeatable, 1,
            [](auto &sandbox, auto stop) { return outcomeOf(sandbox.access(stop)); }),
        control(
            u"waitUntilReady"_s, Nature::Patient, 0,
            [](auto &sandbox, auto stop) { return outcomeOf(sandbox.waitUntilReady(300s, stop)); }),
        control(
            u"isHealthy"_s, Nature::Repeatable, 1,
            [](auto &sandbox, auto stop) { return outcomeOf(sandbox.isHealthy(stop)); }),
        control(
            u"wake"_s, Nature::Repeatable, 1,
            [](auto &sandbox, auto stop) { return sandbox.wake(60s, stop); }),
        toExecutor(control(
            u"wake (asking its executor)"_s, Nature::Patient, 0,
            [](auto &sandbox, auto stop) { return sandbox.wake(300s, stop); })),
        control(
            u"waitForTcpProxy"_s, Nature::Patient, 0,
            [](auto &sandbox, auto stop) { return outcomeOf(sandbox.waitForTcpProxy(300s, stop)); }),
        control(
            u"tcpProxy"_s, Nature::Repeatable, 1,
            [](auto &sandbox, auto stop) { return outcomeOf(sandbox.tcpProxy(stop)); }),
        control(
            u"domain"_s, Nature::Repeatable, 1,
            [](auto &sandbox, auto stop) { return outcomeOf(sandbox.domain(stop)); }),
        control(
            u"updateLifeCycle"_s, Nature::Repeatable, 1,
            [](auto &sandbox, auto stop) {
                return outcomeOf(sandbox.updateLifeCycle({3600s, {}}, stop));
            },
            service),
        deleting(control(
            u"remove"_s, Nature::Repeatable, 0, [](auto &sandbox, auto stop) { return sandbox.remove(stop); },
            service)),
    };
}

QCoro::Task<Result<void>> created(Cell &cell, QString name, std::stop_token stop)
{
    SandboxOptions options;
    options.name = name;
    options.waitReady = false; // See SandboxControl::waitUntilReady.
    Completion<Result<void>> done;
    auto *creation = new SandboxCreation(cell.api, cell.clock, options);
    QObject::connect(creation, &SandboxCreation::serviceCreated, creation, [done]() mutable {
        done.complete(Result<void>());
    });
    QObject::connect(creation, &SandboxCreation::failed, creation, [done](const Error &error) mutable {
        done.complete(failure(error));
    });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete(failure(Error::cancelled())); });
    creation->start();
    auto outcome = co_await done;
    creation->cancel();
    creation->deleteLater(); // Its signal is what brought us here.
    co_return outcome;
}

QList<Operation> lifeCalls()
{
    const Making name = [](Cell &cell) {
        const QJsonObject order{{u"status"_s, u"PENDING"_s}, {u"message"_s, u"-"_s}};
        cell.bench.instruct({{u"next_deployment"_s, order}});
        return cell.bench.newName();
    };
    return {
        controlRow(
            u"SandboxCreation::start (making the app)"_s, Nature::Looking, "POST /v1/apps", 1, created, name),
        later(controlRow(
            u"SandboxCreation::start (making the service)"_s, Nature::Looking, "POST /v1/services", 1,
            created, name)),
        controlRow(
            u"resolveSandbox"_s, Nature::Repeatable, "GET /v1/services/", 1,
            [](auto &cell, auto &, auto stop) {
                return outcomeOf(resolveSandbox(cell.api, cell.bench.sandbox().serviceId, stop));
            }),
        controlRow(
            u"planDeletion"_s, Nature::Repeatable, "GET /v1/services/", 1,
            [](auto &cell, auto &, auto stop) {
                return outcomeOf(planDeletion(cell.api, cell.bench.sandbox().serviceId, stop));
            }),
        deleting(controlRow(
            u"deleteSandbox"_s, Nature::Repeatable, "DELETE /v1/services/", 1,
            [](auto &cell, auto &id, auto stop) {
                DeletionPlan plan;
                plan.serviceId = id;
                return deleteSandbox(cell.api, cell.clock, plan, stop);
            },
            service)),
        controlRow(
            u"deleteLeftover"_s, Nature::Repeatable, "GET /v1/apps", 1,
            [](auto &cell, auto &id, auto stop) {
                return deleteLeftover(cell.api, cell.clock, id, id, stop);
            },
            name),
    };
}

} // namespace

QList<Operation> sandboxOperations()
{
    return processCalls() + portCalls() + controlCalls() + lifeCalls();
}

} // namespace Koyeb::Reliability
