// SPDX-License-Identifier: GPL-3.0-or-later
// The transfers of MainWindow, also those that earlier runs of the program have left.
#include "shell/mainwindow.h"

#include "accounts/accountsessions.h"
#include "core/logging.h"
#include "files/filespage.h"
#include "sandbox/accountsession.h"
#include "transfers/transfersdock.h"

#include <QTimer>

namespace Koyeb::Desktop {

namespace {
constexpr std::chrono::seconds searchPause{30};
} // namespace

void MainWindow::connectTransfers()
{
    connect(&m_queue, &TransferQueue::added, m_transfersDock, &QWidget::show);
    connect(
        &m_queue, &TransferQueue::remoteDirectoryTouched, this,
        [this](const QString &sandboxId, const QByteArray &directory) {
            if (auto *page = m_sandboxPages.value(sandboxId)) {
                page->files().refreshIf(directory);
            }
        });
}

bool MainWindow::outlivesProgram(const QString &accountId)
{
    return accountId != localAccount().id;
}

QCoro::Task<void> MainWindow::restoreTransfers(std::stop_token stop)
{
    if (!m_services.transfers) {
        co_return;
    }
    const auto entries = co_await m_services.transfers->load(stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!entries) {
        qCWarning(logSandbox) << "The transfer journal could not be read:" << entries.error().message;
        m_queue.loseJournal();
        showProblem(tr("Transfers will not go on after the program has ended."), entries.error());
        co_return;
    }
    m_queue.restore(*entries);
    for (const auto &account : m_services.accounts.accounts()) {
        if (auto *session = m_services.accounts.session(account.id)) {
            for (const auto &record : session->store().records()) {
                offerSandbox(account.id, record);
            }
        }
    }
}

void MainWindow::offerSandbox(const QString &accountId, const SandboxRecord &record)
{
    // Services do not tell of sleep; the deployment is looked at before anything is sent to the sandbox.
    const bool mayBeUsable = record.deploymentStatus == DeploymentStatus::Healthy ||
                             (record.deploymentStatus == DeploymentStatus::Unknown &&
                              record.serviceStatus == ServiceStatus::Healthy);
    if (mayBeUsable && !m_soughtSandboxes.contains(record.id) && m_queue.wantsSandbox(record.id)) {
        m_soughtSandboxes.insert(record.id);
        provideSandbox(accountId, record.id, m_scope.token());
    }
}

QCoro::Task<void> MainWindow::provideSandbox(QString accountId, QString sandboxId, std::stop_token stop)
{
    auto *session = m_services.accounts.session(accountId);
    if (!session) {
        m_soughtSandboxes.remove(sandboxId);
        co_return;
    }
    auto &clock = session->clock();
    const auto access = co_await resolveSandbox(session->api(), sandboxId, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_soughtSandboxes.remove(sandboxId);
    if (!m_services.accounts.session(accountId)) {
        co_return; // Signed out meanwhile; signed in again, it is sought anew.
    }
    if (access && access->deploymentStatus == DeploymentStatus::Healthy) {
        m_providedSandboxes.insert(sandboxId, accountId);
        m_queue.provideSandbox(std::make_shared<Sandbox>(clock, *access));
    } else if (!access && access.error().kind != ErrorKind::NotFound) {
        // A sandbox that stays as it is gives no news that were reason to look again.
        QTimer::singleShot(searchPause, this, [this, accountId, sandboxId] {
            auto *current = m_services.accounts.session(accountId);
            if (const auto record = current ? current->store().record(sandboxId) : std::nullopt) {
                offerSandbox(accountId, *record);
            }
        });
    }
}

} // namespace Koyeb::Desktop
