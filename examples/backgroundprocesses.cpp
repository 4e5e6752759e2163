// SPDX-License-Identifier: Apache-2.0
// Starts processes that run on by themselves, looks at them, reads what they wrote, and ends them.
#include "common/example.h"

#include <KoyebQt/core/completion.h>
#include <KoyebQt/sandbox/processfollower.h>

using namespace Qt::Literals::StringLiterals;

namespace {

using Status = Koyeb::SandboxProcess::Status;

QCoro::Task<Koyeb::Result<Koyeb::SandboxProcess>> launch(
    Koyeb::Processes &processes, QString line, std::stop_token stop)
{
    Koyeb::Command command;
    command.line = line;
    co_return co_await processes.launch(command, stop);
}

/// Says what a process writes, from its beginning to its end.
Example::Outcome follow(Koyeb::Processes &processes, QString id, std::stop_token stop)
{
    const std::unique_ptr<Koyeb::ProcessFollower, QScopedPointerDeleteLater> follower(
        processes.follow(id, {}, nullptr));
    Koyeb::Completion<Koyeb::Result<Koyeb::SandboxProcess>> ended;
    QByteArray output;
    using Follower = Koyeb::ProcessFollower;
    const auto connect = [&follower](auto signal, auto slot) {
        QObject::connect(follower.get(), signal, slot);
    };
    connect(&Follower::outputReceived, [&output](const QByteArray &bytes) { output += bytes; });
    connect(
        &Follower::ended, [ended](const Koyeb::SandboxProcess &process) mutable { ended.complete(process); });
    connect(&Follower::failed, [ended](const Koyeb::Error &error) mutable {
        ended.complete(Koyeb::failure(error));
    });
    const std::stop_callback onStop(
        stop, [ended]() mutable { ended.complete(Koyeb::failure(Koyeb::Error::cancelled())); });
    follower->start();
    const auto process = co_await ended;
    if (!process) {
        co_return Koyeb::failure(process.error());
    }
    Example::say("It wrote: " + output.simplified());
    Example::say(u"It ended with exit code %1"_s.arg(process->exitCode.value_or(-1)));
    co_return {};
}

Example::Outcome listRunning(Koyeb::Processes &processes, std::stop_token stop)
{
    const auto all = co_await processes.list(stop);
    if (!all) {
        co_return Koyeb::failure(all.error());
    }
    for (const auto &process : *all) {
        if (process.status == Status::Running) {
            Example::say(u"Running: "_s + process.command);
        }
    }
    co_return {};
}

Example::Outcome manageProcesses(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Processes &processes = sandbox.processes();
    const auto sleeper = co_await launch(processes, u"sleep 600"_s, stop);
    const auto counter =
        co_await launch(processes, u"for i in 1 2 3; do echo $i; sleep 0.1; done; exit 3"_s, stop);
    if (!sleeper || !counter) {
        co_return Koyeb::failure(sleeper ? counter.error() : sleeper.error());
    }
    const auto followed = co_await follow(processes, counter->id, stop);
    if (!followed) {
        co_return followed;
    }
    const auto listed = co_await listRunning(processes, stop);
    if (!listed) {
        co_return listed;
    }
    const auto killed = co_await processes.kill(sleeper->id, Koyeb::Processes::defaultGrace, stop);
    if (!killed) {
        co_return killed;
    }
    const auto others = co_await processes.killAll(Koyeb::Processes::defaultGrace, stop);
    if (!others) {
        co_return Koyeb::failure(others.error());
    }
    Example::say(u"Ended it; others that still ran: %1"_s.arg(*others));
    co_return {};
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, manageProcesses);
}
