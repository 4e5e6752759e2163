// SPDX-License-Identifier: Apache-2.0
#include "sandbox/processes.h"

#include "api/outcome.h"
#include "executor/commandscript.h"
#include "sandbox/processfollower.h"
#include "sandbox/processscripts.h"

#include <algorithm>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Ids go into scripts as they are.
bool isOwnId(const QString &id)
{
    constexpr qsizetype digits = 32;
    return id.size() == digits && std::all_of(id.cbegin(), id.cend(), [](QChar character) {
               return (character >= u'0' && character <= u'9') || (character >= u'a' && character <= u'f');
           });
}

tl::unexpected<Error> unknownProcess()
{
    return failure(ErrorKind::NotFound, u"The sandbox knows no such process."_s);
}

SandboxProcess::Status statusFrom(const QString &name)
{
    using Status = SandboxProcess::Status;
    if (name == "completed"_L1) {
        return Status::Completed;
    }
    if (name == "failed"_L1) {
        return Status::Failed;
    }
    return name == "killed"_L1 ? Status::Killed : Status::Running;
}

SandboxProcess strangeProcess(const ProcessInfo &info)
{
    SandboxProcess process;
    process.id = info.id;
    process.command = info.command;
    process.pid = info.pid;
    process.status = statusFrom(info.status);
    process.isSupervised = false;
    return process;
}

bool runs(const SandboxProcess &process)
{
    return process.status == SandboxProcess::Status::Running;
}

} // namespace

QCoro::Task<Result<SandboxProcess>> Processes::launch(Command command, std::stop_token stop)
{
    auto &executor = m_shell.executor();
    const auto id = QString::fromLatin1(randomDigits());
    const auto preparation = prepareProcessScript(id, wholeLine(command));
    const auto prepared = co_await m_shell.run(preparation, Repeatable::Safely, stop);
    if (!prepared) {
        co_return failure(prepared.error());
    }
    const auto invocation = co_await executor.invocationOf(command, stop);
    if (!invocation) {
        co_return failure(invocation.error());
    }
    Command supervisor;
    supervisor.line = superviseScript(id, *invocation);
    supervisor.workingDirectory = command.workingDirectory;
    supervisor.environment = command.environment;
    const auto started = co_await executor.startProcess(std::move(supervisor), stop);
    if (!started && !mayHaveHappened(started.error())) {
        if (!started.error().isCancelled()) {
            executor.runInBackground(removeProcessScript(id) + u'\n' + invocation->removal);
        }
        co_return failure(started.error());
    }
    auto process = co_await describeStarted(id, std::move(stop));
    if (!process && !started && !process.error().isCancelled()) {
        executor.abandon(*invocation);
        co_return failure(started.error()); // It did not happen, or nobody can tell.
    }
    co_return process;
}

QCoro::Task<Result<SandboxProcess>> Processes::describeStarted(QString id, std::stop_token stop)
{
    const auto script = describeStartedScript(id);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
    if (!output) {
        co_return failure(output.error());
    }
    const auto processes = parseProcesses(*output);
    if (!processes) {
        co_return failure(processes.error());
    }
    if (processes->isEmpty()) {
        co_return failure(ErrorKind::Rejected, u"The sandbox did not start the process."_s);
    }
    co_return processes->first();
}

QCoro::Task<Result<QList<SandboxProcess>>> Processes::list(std::stop_token stop)
{
    const auto script = describeProcessesScript();
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, stop);
    if (!output) {
        co_return failure(output.error());
    }
    auto processes = parseProcesses(*output);
    if (!processes) {
        co_return processes;
    }
    std::sort(processes->begin(), processes->end(), [](const auto &one, const auto &other) {
        return std::tie(one.startedAt, one.id) < std::tie(other.startedAt, other.id);
    });
    const auto others = co_await m_shell.executor().processes(std::move(stop));
    if (!others) {
        co_return failure(others.error());
    }
    for (const auto &other : *others) {
        if (!isSupervisor(other.command)) {
            processes->append(strangeProcess(other));
        }
    }
    co_return processes;
}

QCoro::Task<Result<QStringList>> Processes::end(
    QStringList ids, std::chrono::milliseconds grace, std::stop_token stop)
{
    if (ids.isEmpty()) {
        co_return QStringList(); // Where none was ever started the script has nothing to work in.
    }
    const auto script = endProcessesScript(ids, grace);
    const auto ended = co_await m_shell.run(script, Repeatable::Safely, std::move(stop));
    if (!ended) {
        co_return failure(ended.error());
    }
    co_return QString::fromLatin1(*ended).split(u'\n', Qt::SkipEmptyParts);
}

QCoro::Task<Result<void>> Processes::kill(QString id, std::chrono::milliseconds grace, std::stop_token stop)
{
    const auto processes = co_await list(stop);
    if (!processes) {
        co_return failure(processes.error());
    }
    const auto hasId = [&id](const SandboxProcess &process) {
        return process.id == id;
    };
    const auto found = std::find_if(processes->cbegin(), processes->cend(), hasId);
    if (found == processes->cend()) {
        co_return unknownProcess();
    }
    if (!found->isSupervised) {
        co_return co_await m_shell.executor().killProcess(id, std::move(stop));
    }
    // What has ended may have left children in its group, which are ended too.
    const QStringList ids{id};
    const auto ended = co_await end(ids, grace, std::move(stop));
    if (!ended) {
        co_return failure(ended.error());
    }
    if (ended->isEmpty()) {
        co_return failure(ErrorKind::Conflict, u"The process is not running."_s);
    }
    co_return Result<void>();
}

QCoro::Task<Result<int>> Processes::killAll(std::chrono::milliseconds grace, std::stop_token stop)
{
    const auto processes = co_await list(stop);
    if (!processes) {
        co_return failure(processes.error());
    }
    QStringList ids;
    int killed = 0;
    for (const auto &process : *processes) {
        if (process.isSupervised) {
            ids.append(process.id);
        } else if (runs(process)) {
            const auto done = co_await m_shell.executor().killProcess(process.id, stop);
            // Conflict: it has just ended by itself.
            if (!done && done.error().kind != ErrorKind::Conflict) {
                co_return failure(done.error());
            }
            killed += done ? 1 : 0;
        }
    }
    const auto ended = co_await end(ids, grace, std::move(stop));
    if (!ended) {
        co_return failure(ended.error());
    }
    co_return killed + static_cast<int>(ended->size());
}

QCoro::Task<Result<ProcessOutput>> Processes::read(
    QString id, ProcessOutputPosition from, qint64 maximumBytes, std::stop_token stop)
{
    if (!isOwnId(id)) {
        co_return unknownProcess();
    }
    const auto script = readProcessScript(id, from, maximumBytes);
    const auto text = co_await m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
    if (!text) {
        co_return failure(text.error());
    }
    co_return parseProcessOutput(*text, from);
}

ProcessFollower *Processes::follow(const QString &id, const ProcessOutputPosition &from, QObject *parent)
{
    return new ProcessFollower(m_clock, *this, id, from, parent);
}

QCoro::Task<Result<QByteArray>> Processes::sessionDirectory(
    QByteArray variable, QByteArray value, std::stop_token stop)
{
    const auto script = sessionDirectoryScript(variable + '=' + value);
    auto found = co_await m_shell.runForBytes(script, Repeatable::Safely, std::move(stop));
    if (found && !found->endsWith('.')) {
        co_return failure(ErrorKind::NotFound, u"No session has this in its environment."_s);
    }
    if (found) {
        found->chop(1);
    }
    co_return found;
}

QCoro::Task<Result<void>> Processes::forget(QString id, std::stop_token stop)
{
    if (!isOwnId(id)) {
        co_return unknownProcess();
    }
    const auto script = forgetProcessScript(id);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Never, stop);
    if (!output) {
        co_return failure(output.error());
    }
    const auto left = parseProcesses(*output);
    if (!left) {
        co_return failure(left.error());
    }
    if (left->isEmpty()) {
        co_return Result<void>();
    }
    if (runs(left->first())) {
        co_return failure(ErrorKind::Conflict, u"The process is still running."_s);
    }
    const auto removal = removeProcessScript(id);
    const auto removed = co_await m_shell.run(removal, Repeatable::Safely, std::move(stop));
    co_return removed ? Result<void>() : failure(removed.error());
}

} // namespace Koyeb
