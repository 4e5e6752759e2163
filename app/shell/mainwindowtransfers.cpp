// SPDX-License-Identifier: GPL-3.0-or-later
// The transfers of MainWindow, also those that earlier runs of the program have left.
#include "shell/mainwindow.h"

#include "accounts/accountsessions.h"
#include "core/deadline.h"
#include "core/logging.h"
#include "files/filespage.h"
#include "sandbox/accountsession.h"
#include "transfers/desktopnotifications.h"
#include "transfers/transfernotifier.h"
#include "transfers/transfersdock.h"

#include <QFile>
#include <QLocale>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {
constexpr std::chrono::seconds searchPause{30};
constexpr std::chrono::milliseconds titleDelay{500};
} // namespace

void MainWindow::connectTransfers()
{
    connect(&m_queue, &TransferQueue::added, m_transfersDock, &QWidget::show);
    m_titleTimer = new QTimer(this);
    m_titleTimer->setSingleShot(true);
    m_titleTimer->setInterval(titleDelay);
    connect(m_titleTimer, &QTimer::timeout, this, &MainWindow::showTotalProgress);
    const auto refreshTitle = [this] {
        if (!m_titleTimer->isActive()) {
            m_titleTimer->start();
        }
    };
    connect(&m_queue, &TransferQueue::changed, this, refreshTitle);
    connect(&m_queue, &TransferQueue::removed, this, refreshTitle);
    createNotifier();
    m_queue.setBandwidth(m_speedLimits.bandwidth());
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    m_queue.setSpool(QFile::encodeName(cache + u"/between-sandboxes"_s).toStdString());
    m_transfersDock->setSpeedLimits(m_speedLimits);
    m_transfersDock->setFolderWatches(m_watches);
    connect(&m_watches, &FolderWatches::listChanged, m_transfersDock, &QWidget::show);
    connectDrops();
    const auto refreshPage = [this](const QString &sandboxId, const QByteArray &directory) {
        if (auto *page = m_sandboxPages.value(sandboxId)) {
            page->files().refreshIf(directory);
        }
    };
    connect(&m_queue, &TransferQueue::remoteDirectoryTouched, this, refreshPage);
    connect(&m_watches, &FolderWatches::remoteDirectoryTouched, this, refreshPage);
}

void MainWindow::createNotifier()
{
    auto *notifications = new FreedesktopNotifications(u"transfer.complete"_s, this);
    new TransferNotifier(
        m_queue, *notifications, m_services.clock, [this] { return isActiveWindow(); }, this);
    connect(notifications, &DesktopNotifications::activated, this, [this] {
        m_transfersDock->show();
        bringToFront();
    });
}

void MainWindow::showTotalProgress()
{
    const auto totals = m_queue.totals();
    if (totals.count == 0 || totals.totalBytes == 0) {
        setWindowTitle(tr("Koyeb Desktop"));
        m_taskbar.show({});
        return;
    }
    const auto percent = static_cast<int>(std::min<qint64>(99, totals.doneBytes * 100 / totals.totalBytes));
    setWindowTitle(tr("%1 % of %n transfer(s)", nullptr, totals.count).arg(QLocale().toString(percent)));
    m_taskbar.show(percent / 100.0);
}

void MainWindow::connectFolders(SandboxPage *page)
{
    connect(&page->files(), &FilesPage::syncRequested, this, [this, page](const FolderSyncOrder &order) {
        if (page->sandbox()) {
            m_queue.enqueue({syncOrder(page->sandbox(), order, page->record().name)});
        }
    });
    connect(
        &page->files(), &FilesPage::watchRequested, this,
        [this, page](
            const std::filesystem::path &local, const QByteArray &remote, const QByteArray &leftOut,
            bool removes) {
            if (page->sandbox()) {
                m_watches.add(
                    m_services.clock, {page->sandbox(), local, remote, leftOut, removes}, page->record().name,
                    outlivesProgram(page->property("accountId").toString()));
            }
        });
    connect(page, &SandboxPage::sandboxChanged, this, [this, page] {
        m_watches.setSandbox(page->record().id, page->sandbox());
    });
}

QString MainWindow::accountOf(const QString &sandboxId) const
{
    for (const auto &account : m_services.accounts.accounts()) {
        auto *session = m_services.accounts.session(account.id);
        if (session && session->store().record(sandboxId)) {
            return account.id;
        }
    }
    return {};
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
    offerSandboxes();
}

void MainWindow::offerSandboxes()
{
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
    if (mayBeUsable && !m_soughtSandboxes.contains(record.id) &&
        (m_queue.wantsSandbox(record.id) || m_watches.wantsSandbox(record.id))) {
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
        const auto sandbox = session->openSandbox(*access);
        m_queue.provideSandbox(sandbox);
        if (m_watches.wantsSandbox(sandboxId)) {
            m_watches.setSandbox(sandboxId, sandbox);
        }
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
