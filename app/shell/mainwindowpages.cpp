// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of MainWindow that come and go with sandboxes and creations.
#include "shell/mainwindow.h"

#include "accounts/accountsessions.h"
#include "editor/editorstrip.h"
#include "files/filespage.h"
#include "sandbox/accountsession.h"
#include "sandboxes/creationpage.h"
#include "sandboxes/newsandboxdialog.h"
#include "shell/deletions.h"
#include "terminal/terminalpage.h"
#include "transfers/desktopnotifications.h"

#include <QStackedWidget>

namespace Koyeb::Desktop {

SandboxPage *MainWindow::sandboxPage(const QString &accountId, const QString &sandboxId)
{
    if (auto *page = m_sandboxPages.value(sandboxId)) {
        return page;
    }
    auto *session = m_services.accounts.session(accountId);
    const auto record = session ? session->store().record(sandboxId) : std::nullopt;
    return record ? createSandboxPage(accountId, *session, *record) : nullptr;
}

SandboxPage *MainWindow::createSandboxPage(
    const QString &accountId, AccountSession &session, const SandboxRecord &record)
{
    TerminalHost terminals;
    terminals.settings = &m_services.settings;
    terminals.shared = &m_terminalBroadcast;
    auto *page = new SandboxPage(session, record, terminals, m_pages);
    page->setProperty("accountId", accountId);
    page->setBeingDeleted(m_deletions->isRunning(record.id));
    page->setOutdated(m_feed.outdatedAsOf(accountId));
    connect(page, &SandboxPage::deleteRequested, this, &MainWindow::requestDeletion);
    connect(page, &SandboxPage::refreshRequested, &session.store(), &SandboxStore::refresh);
    connect(page, &SandboxPage::currentTabChanged, this, &MainWindow::updateActions);
    page->files().setPreferences(&m_filePreferences);
    page->terminals().setPreferences(&m_terminalPreferences);
    page->editors().setPreferences(&m_editorPreferences);
    connectTerminalDrops(page);
    connectTerminalMessages(page);
    connect(
        &page->files(), &FilesPage::uploadRequested, this,
        [this, page, accountId](
            const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory,
            const TransferChoices &choices) {
            if (page->sandbox()) {
                m_queue.enqueueUpload(
                    page->sandbox(), sources, remoteDirectory, page->record().name,
                    outlivesProgram(accountId), choices);
            }
        });
    connect(
        &page->files(), &FilesPage::downloadRequested, this,
        [this, page, accountId](
            const QList<QByteArray> &remotePaths, const std::filesystem::path &targetFolder,
            const TransferChoices &choices) {
            if (page->sandbox()) {
                m_queue.enqueueDownload(
                    page->sandbox(), remotePaths, targetFolder, page->record().name,
                    outlivesProgram(accountId), choices);
            }
        });
    connectFolders(page);
    page->files().setOtherSandboxesAllowed(true);
    connect(
        &page->files(), &FilesPage::copyFromSandboxRequested, this,
        [this, page](const QString &sourceId, const auto &paths, const QByteArray &directory, bool moves) {
            bringFrom({sourceId, paths, moves}, dropTarget(*page, directory));
        });
    m_pages->addWidget(page);
    m_sandboxPages.insert(record.id, page);
    return page;
}

/// What programs say in terminals that nobody looks at.
void MainWindow::connectTerminalMessages(SandboxPage *page)
{
    auto *messages = new FreedesktopNotifications({}, page);
    connect(&page->terminals(), &TerminalPage::notified, this, [page, messages](const QString &text) {
        messages->show(tr("A program in “%1” says").arg(page->record().name), text);
    });
    connect(messages, &DesktopNotifications::activated, this, [this, page] {
        selectSandbox(page->property("accountId").toString(), page->record().id);
        page->showTab(SandboxPage::Tab::Terminal);
        bringToFront();
    });
}

void MainWindow::bringToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

void MainWindow::openNewSandboxDialog(const QString &accountId)
{
    auto *dialog = createNewSandboxDialog(accountId, {});
    // As the official clients take it.
    if (const QString region = qEnvironmentVariable("KOYEB_REGION").trimmed(); !region.isEmpty()) {
        SandboxOptions preferred;
        preferred.region = region;
        dialog->setOptions(preferred);
    }
    dialog->open();
}

void MainWindow::openRetryDialog(const QString &accountId, const QString &failedCreation)
{
    auto *dialog = createNewSandboxDialog(accountId, failedCreation);
    if (const auto *failed = m_creations.creation(failedCreation)) {
        dialog->setOptions(failed->options());
        dialog->showRefusal(m_creations.failure(failedCreation).value_or(Error()));
    }
    dialog->open();
}

NewSandboxDialog *MainWindow::createNewSandboxDialog(const QString &accountId, const QString &replaced)
{
    auto *dialog = new NewSandboxDialog(m_services.accounts.account(accountId).displayName, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog, &NewSandboxDialog::createRequested, this,
        [this, accountId, replaced](const SandboxOptions &chosen) {
            m_creations.forget(replaced);
            startCreation(accountId, chosen);
        });
    connect(dialog, &NewSandboxDialog::catalogRequested, this, [this, accountId, dialog] {
        readCatalog(accountId, dialog, m_scope.token());
    });
    // Without its account the form could not be sent.
    connect(
        &m_services.accounts, &AccountSessions::sessionClosing, dialog,
        [dialog, accountId](const QString &closing) {
            if (closing == accountId) {
                dialog->reject();
            }
        });
    readCatalog(accountId, dialog, m_scope.token());
    return dialog;
}

QCoro::Task<void> MainWindow::readCatalog(
    QString accountId, QPointer<NewSandboxDialog> dialog, std::stop_token stop)
{
    auto *session = m_services.accounts.session(accountId);
    if (!session) {
        co_return;
    }
    auto &api = session->api();
    const auto regions = co_await api.regions(stop);
    if (stop.stop_requested() || !dialog) {
        co_return;
    }
    if (!regions) {
        dialog->showCatalogFailure(regions.error());
        co_return;
    }
    if (!m_services.accounts.session(accountId)) {
        co_return; // Signed out meanwhile.
    }
    const auto types = co_await api.instanceTypes(stop);
    if (stop.stop_requested() || !dialog) {
        co_return;
    }
    if (!types) {
        dialog->showCatalogFailure(types.error());
        co_return;
    }
    dialog->showCatalog(*regions, *types);
}

void MainWindow::startCreation(const QString &accountId, const SandboxOptions &options)
{
    auto *session = m_services.accounts.session(accountId);
    if (!session) {
        return;
    }
    const QString id = m_creations.start(accountId, *session, options);
    const auto *creation = m_creations.creation(id);
    auto *page = new CreationPage(creation ? creation->options() : options, m_pages);
    m_creationPages.insert(id, page);
    m_pages->addWidget(page);
    connect(page, &CreationPage::dismissRequested, this, [this, id] { m_creations.forget(id); });
    connect(page, &CreationPage::deletionRequested, this, [this, id, accountId, page] {
        const auto *failed = m_creations.creation(id);
        if (failed && failed->leftover() == Leftover::Exists) {
            m_deletions->ask(accountId, failed->serviceId(), failed->options().name);
        } else {
            page->showDeletion();
            m_creations.cleanUp(id);
        }
    });
    connect(
        page, &CreationPage::retryRequested, this, [this, id, accountId] { openRetryDialog(accountId, id); });
    m_panel->select(m_tree.creationIndex(accountId, id));
}

void MainWindow::endCreation(const QString &creationId)
{
    auto *page = m_creationPages.take(creationId);
    if (!page) {
        return;
    }
    const bool wasShown = m_pages->currentWidget() == page;
    m_pages->removeWidget(page);
    page->deleteLater();
    if (wasShown) {
        showSelection(m_panel->selection());
    }
}

} // namespace Koyeb::Desktop
