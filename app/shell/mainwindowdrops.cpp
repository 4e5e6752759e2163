// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped on MainWindow elsewhere than on a list of files, and what sandboxes exchange.
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

void MainWindow::connectDrops()
{
    connect(
        m_panel, &SandboxTreePanel::filesDropped, this,
        [this](const QString &accountId, const QString &sandboxId, const auto &sources) {
            uploadToHome(accountId, sandboxId, sources, m_scope.token());
        });
    connect(
        m_panel, &SandboxTreePanel::sandboxFilesDropped, this,
        [this](
            const QString &accountId, const QString &sandboxId, const QString &source, const auto &paths,
            bool moves) {
            bringToHome(accountId, sandboxId, {source, paths, moves}, m_scope.token());
        });
    connect(&m_queue, &TransferQueue::changed, this, &MainWindow::insertArrivedPaths);
}

void MainWindow::connectTerminalDrops(SandboxPage *page)
{
    connect(
        &page->terminals(), &TerminalPage::filesDropped, this,
        [this, page](const QByteArray &mark, const QList<std::filesystem::path> &sources) {
            uploadToTerminal(page, mark, sources, m_scope.token());
        });
    connect(
        &page->terminals(), &TerminalPage::sandboxFilesDropped, this,
        [this, page](const QByteArray &mark, const QString &source, const QList<QByteArray> &paths) {
            if (source == page->record().id) {
                page->terminals().insertPaths(mark, paths);
            } else {
                bringToTerminal(page, mark, {source, paths, false}, m_scope.token());
            }
        });
}

MainWindow::DropTarget MainWindow::dropTarget(const SandboxPage &page, const QByteArray &directory)
{
    return {
        page.property("accountId").toString(), page.record().id, page.record().name, page.sandbox(),
        directory};
}

QList<quint64> MainWindow::bringFrom(const SandboxFiles &wanted, const DropTarget &target)
{
    const QString accountId = accountOf(wanted.sandboxId);
    auto *session = m_services.accounts.session(accountId);
    const auto record = session ? session->store().record(wanted.sandboxId) : std::nullopt;
    if (!record) {
        showProblem(
            tr("Nothing was brought into “%1”.").arg(target.name), Error::of(ErrorKind::NotFound, {}));
        return {};
    }
    const auto *page = m_sandboxPages.value(wanted.sandboxId);
    BetweenOrder order;
    order.sourceSandboxId = wanted.sandboxId;
    order.source = page ? page->sandbox() : nullptr;
    order.paths = wanted.paths;
    order.targetSandboxId = target.sandboxId;
    order.target = target.sandbox;
    order.targetDirectory = target.directory;
    order.sandboxNames =
        tr("%1 to %2", "two sandboxes between which files go").arg(record->name, target.name);
    order.movesSource = wanted.moves;
    order.outlivesProgram = outlivesProgram(accountId) && outlivesProgram(target.accountId);
    const auto transfers = m_queue.enqueueBetween(order);
    offerSandbox(accountId, *record); // Where it is not shown, it is looked for.
    return transfers;
}

QCoro::Task<std::optional<MainWindow::DropTarget>> MainWindow::reachHome(
    QString accountId, QString sandboxId, std::stop_token stop)
{
    auto *session = m_services.accounts.session(accountId);
    const auto record = session ? session->store().record(sandboxId) : std::nullopt;
    if (!record) {
        co_return std::nullopt;
    }
    const QString problem = tr("Nothing was put into “%1”: it cannot be reached.").arg(record->name);
    auto &clock = session->clock();
    const auto access = co_await resolveSandbox(session->api(), sandboxId, stop);
    if (stop.stop_requested() || m_services.accounts.session(accountId) != session) {
        co_return std::nullopt;
    }
    if (!access) {
        showProblem(problem, access.error());
        co_return std::nullopt;
    }
    // Asking would wake it.
    if (access->deploymentStatus != DeploymentStatus::Healthy) {
        showProblem(problem, Error::of(ErrorKind::Conflict, {}));
        co_return std::nullopt;
    }
    const auto sandbox = session->openSandbox(*access);
    const Deadline deadline(clock, patience, stop);
    const auto answer = co_await sandbox->files().homeDirectory(deadline.token());
    const auto home = deadline.judged(answer);
    if (stop.stop_requested() || !m_services.accounts.session(accountId)) {
        co_return std::nullopt;
    }
    if (!home) {
        showProblem(problem, home.error());
        co_return std::nullopt;
    }
    co_return DropTarget{accountId, sandboxId, record->name, sandbox, *home};
}

QCoro::Task<void> MainWindow::uploadToHome(
    QString accountId, QString sandboxId, QList<std::filesystem::path> sources, std::stop_token stop)
{
    const auto home = co_await reachHome(accountId, sandboxId, stop);
    if (home) {
        m_queue.enqueueUpload(
            home->sandbox, sources, home->directory, home->name, outlivesProgram(accountId));
    }
}

QCoro::Task<void> MainWindow::bringToHome(
    QString accountId, QString sandboxId, SandboxFiles wanted, std::stop_token stop)
{
    const auto home = co_await reachHome(accountId, sandboxId, stop);
    if (home) {
        bringFrom(wanted, *home);
    }
}

QCoro::Task<std::optional<MainWindow::DropTarget>> MainWindow::reachTerminal(
    QPointer<SandboxPage> page, QByteArray mark, std::stop_token stop)
{
    const auto sandbox = page->sandbox();
    auto *session = m_services.accounts.session(page->property("accountId").toString());
    if (!sandbox || session == nullptr) {
        co_return std::nullopt; // Its terminals are covered then.
    }
    auto target = dropTarget(*page, {});
    const Deadline deadline(session->clock(), patience, stop);
    auto found =
        co_await sandbox->processes().sessionDirectory(TerminalLink::environmentName, mark, deadline.token());
    if (!found &&
        (found.error().kind == ErrorKind::NotFound || found.error().kind == ErrorKind::Unsupported)) {
        found = co_await sandbox->files().homeDirectory(deadline.token());
    }
    const auto directory = deadline.judged(found);
    if (stop.stop_requested() || !page) {
        co_return std::nullopt;
    }
    if (!directory) {
        page->showFailure(
            tr("Nothing was put there: the terminal’s directory is not known."), directory.error());
        co_return std::nullopt;
    }
    target.directory = *directory;
    co_return target;
}

QCoro::Task<void> MainWindow::uploadToTerminal(
    QPointer<SandboxPage> page, QByteArray mark, QList<std::filesystem::path> sources, std::stop_token stop)
{
    const auto target = co_await reachTerminal(page, mark, stop);
    if (!target) {
        co_return;
    }
    QList<QByteArray> names;
    for (const auto &source : sources) {
        names.append(nameOf(source));
    }
    const auto transfers = m_queue.enqueueUpload(
        target->sandbox, sources, target->directory, target->name, outlivesProgram(target->accountId));
    typeWhenArrived(page, mark, transfers, names, target->directory);
}

QCoro::Task<void> MainWindow::bringToTerminal(
    QPointer<SandboxPage> page, QByteArray mark, SandboxFiles wanted, std::stop_token stop)
{
    const auto target = co_await reachTerminal(page, mark, stop);
    if (!target) {
        co_return;
    }
    QList<QByteArray> names;
    for (const QByteArray &path : wanted.paths) {
        names.append(remoteName(path));
    }
    typeWhenArrived(page, mark, bringFrom(wanted, *target), names, target->directory);
}

void MainWindow::typeWhenArrived(
    const QPointer<SandboxPage> &page, const QByteArray &mark, const QList<quint64> &transfers,
    const QList<QByteArray> &names, const QByteArray &directory)
{
    for (qsizetype i = 0; i < transfers.size(); ++i) {
        m_pathsToInsert.insert(transfers[i], {page, mark, joinRemotePath(directory, names[i])});
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
