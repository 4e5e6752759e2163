// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped on MainWindow elsewhere than on a list of files.
#include "shell/mainwindow.h"

#include "accounts/accountsessions.h"
#include "core/deadline.h"
#include "sandbox/accountsession.h"
#include "terminal/terminallink.h"
#include "terminal/terminalpage.h"

namespace Koyeb::Desktop {

namespace {

constexpr std::chrono::seconds patience{30};

QByteArray nameOf(const std::filesystem::path &path)
{
    return QByteArray::fromStdString(path.filename().string());
}

} // namespace

QCoro::Task<void> MainWindow::uploadToHome(
    QString accountId, QString sandboxId, QList<std::filesystem::path> sources, std::stop_token stop)
{
    auto *session = m_services.accounts.session(accountId);
    const auto record = session ? session->store().record(sandboxId) : std::nullopt;
    if (!record) {
        co_return;
    }
    const QString problem = tr("Nothing was uploaded to “%1”: it cannot be reached.").arg(record->name);
    auto &clock = session->clock();
    const auto access = co_await resolveSandbox(session->api(), sandboxId, stop);
    if (stop.stop_requested() || m_services.accounts.session(accountId) != session) {
        co_return;
    }
    if (!access) {
        showProblem(problem, access.error());
        co_return;
    }
    // Asking would wake it.
    if (access->deploymentStatus != DeploymentStatus::Healthy) {
        showProblem(problem, Error::of(ErrorKind::Conflict, {}));
        co_return;
    }
    const auto sandbox = session->openSandbox(*access);
    const Deadline deadline(clock, patience, stop);
    const auto answer = co_await sandbox->files().homeDirectory(deadline.token());
    const auto home = deadline.judged(answer);
    if (stop.stop_requested() || !m_services.accounts.session(accountId)) {
        co_return;
    }
    if (home) {
        m_queue.enqueueUpload(sandbox, sources, *home, record->name, outlivesProgram(accountId));
    } else {
        showProblem(problem, home.error());
    }
}

QCoro::Task<void> MainWindow::uploadToTerminal(
    QPointer<SandboxPage> page, QByteArray mark, QList<std::filesystem::path> sources, std::stop_token stop)
{
    const auto sandbox = page->sandbox();
    if (!sandbox) {
        co_return; // Its terminals are covered then.
    }
    const QString accountId = page->property("accountId").toString();
    const QString name = page->record().name;
    auto *session = m_services.accounts.session(accountId);
    if (session == nullptr) {
        co_return;
    }
    const Deadline deadline(session->clock(), patience, stop);
    auto found =
        co_await sandbox->processes().sessionDirectory(TerminalLink::environmentName, mark, deadline.token());
    if (!found &&
        (found.error().kind == ErrorKind::NotFound || found.error().kind == ErrorKind::Unsupported)) {
        found = co_await sandbox->files().homeDirectory(deadline.token());
    }
    const auto directory = deadline.judged(found);
    if (stop.stop_requested() || !page) {
        co_return;
    }
    if (!directory) {
        page->showFailure(
            tr("Nothing was uploaded: the terminal’s directory is not known."), directory.error());
        co_return;
    }
    const auto ids = m_queue.enqueueUpload(sandbox, sources, *directory, name, outlivesProgram(accountId));
    for (qsizetype i = 0; i < ids.size(); ++i) {
        m_pathsToInsert.insert(ids[i], {page, mark, joinRemotePath(*directory, nameOf(sources[i]))});
    }
    insertArrivedPaths(m_queue.records());
}

void MainWindow::insertArrivedPaths(const QList<TransferRecord> &records)
{
    for (const TransferRecord &record : records) {
        const auto pending = m_pathsToInsert.constFind(record.id);
        if (pending == m_pathsToInsert.constEnd() || !record.isOver()) {
            continue;
        }
        const ArrivingPath arrived = *pending;
        m_pathsToInsert.erase(pending);
        // Of those that are kept beside another one, the name is not known.
        const bool hasName = record.existing != ExistingTarget::KeepBoth;
        if (arrived.page && record.state == TransferState::Finished && hasName) {
            arrived.page->terminals().insertPaths(arrived.mark, {arrived.path});
        }
    }
}

} // namespace Koyeb::Desktop
