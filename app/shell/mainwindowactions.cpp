// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done in MainWindow: menus, tool bar, shortcuts.
#include "shell/mainwindow.h"

#include "accounts/accountsessions.h"
#include "common/icons.h"
#include "sandbox/accountsession.h"
#include "shell/deletions.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalsettingsdialog.h"
#include "transfers/transfersdock.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolBar>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {
/// How long quitting waits for what transfers have left behind.
constexpr std::chrono::seconds cleaningLimit{3};
} // namespace

void MainWindow::createActions()
{
    m_newSandbox = new QAction(themedIcon(u"new"_s), tr("New sandbox"), this);
    m_newSandbox->setShortcut(QKeySequence::New);
    connect(m_newSandbox, &QAction::triggered, this, &MainWindow::requestNewSandbox);

    m_refresh = new QAction(themedIcon(u"refresh"_s), tr("Refresh"), this);
    m_refresh->setShortcut(Qt::Key_F5);
    connect(m_refresh, &QAction::triggered, this, [this] {
        if (auto *session = m_services.accounts.session(currentAccount())) {
            session->store().refresh();
        }
    });

    m_delete = new QAction(themedIcon(u"delete"_s), tr("Delete…"), this);
    connect(m_delete, &QAction::triggered, this, &MainWindow::requestDeletion);

    m_signOut = new QAction(tr("Sign out"), this);
    connect(m_signOut, &QAction::triggered, this, &MainWindow::signOut);

    m_addLocal = new QAction(themedIcon(u"computer"_s), tr("Use this computer"), this);
    connect(m_addLocal, &QAction::triggered, this, [this] {
        m_signedInAccount = localAccount().id;
        m_services.accounts.openLocal();
        m_panel->select(m_tree.accountIndex(localAccount().id));
    });
    m_addKoyeb = new QAction(themedIcon(u"cloud"_s), tr("Sign in to Koyeb…"), this);
    connect(m_addKoyeb, &QAction::triggered, this, [this] { showSignIn({}); });

    m_newTerminal = new QAction(themedIcon(u"terminal"_s), tr("New terminal"), this);
    connect(m_newTerminal, &QAction::triggered, this, [this] {
        if (auto *page = currentSandboxPage()) {
            const bool wasThere = page->terminals().terminalCount() > 0;
            page->showTab(SandboxPage::Tab::Terminal);
            if (wasThere) { // Otherwise showing the page opened the first one.
                page->terminals().openTerminal();
            }
        }
    });

    m_find = new QAction(themedIcon(u"search"_s), tr("Find sandbox"), this);
    m_find->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_F));
    connect(m_find, &QAction::triggered, m_panel, &SandboxTreePanel::focusSearch);

    const QStringList tabs{tr("Overview"), tr("Terminal"), tr("Files"), tr("Ports")};
    for (int i = 0; i < tabs.size(); ++i) {
        auto *action = new QAction(tabs.at(i), this);
        action->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + i)));
        connect(action, &QAction::triggered, this, [this, i] {
            if (auto *page = currentSandboxPage()) {
                page->showTab(static_cast<SandboxPage::Tab>(i));
            }
        });
        m_tabActions.append(action);
    }
}

void MainWindow::createMenus()
{
    auto *file = menuBar()->addMenu(tr("&File"));
    file->addAction(m_newSandbox);
    file->addSeparator();
    file->addAction(m_addLocal);
    file->addAction(m_addKoyeb);
    file->addAction(m_signOut);
    file->addSeparator();
    auto *quit = file->addAction(tr("Quit"), this, &QWidget::close);
    quit->setShortcut(QKeySequence::Quit);
    quit->setMenuRole(QAction::QuitRole);

    auto *view = menuBar()->addMenu(tr("&View"));
    view->addAction(m_find);
    view->addAction(m_refresh);
    view->addSeparator();
    view->addAction(m_treeDock->toggleViewAction());
    view->addAction(m_transfersDock->toggleViewAction());

    auto *sandbox = menuBar()->addMenu(tr("&Sandbox"));
    sandbox->addActions(m_tabActions);
    sandbox->addSeparator();
    sandbox->addAction(m_delete);

    auto *terminal = menuBar()->addMenu(tr("&Terminal"));
    terminal->addAction(m_newTerminal);
    terminal->addSeparator();
    terminal->addAction(tr("Terminal settings…"), this, &MainWindow::showTerminalSettings);

    auto *help = menuBar()->addMenu(tr("&Help"));
    auto *about = help->addAction(tr("About Koyeb Desktop"), this, &MainWindow::showAbout);
    about->setMenuRole(QAction::AboutRole);

    auto *bar = addToolBar(tr("Main tool bar"));
    bar->setObjectName("main"_L1);
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addAction(m_newSandbox);
    bar->addAction(m_refresh);
    bar->toggleViewAction()->setVisible(false);
}

QString MainWindow::currentAccount() const
{
    const auto selection = m_panel->selection();
    if (!selection.isEmpty()) {
        return selection.accountId;
    }
    const auto accounts = m_services.accounts.accounts();
    return accounts.isEmpty() ? QString() : accounts.constFirst().id;
}

SandboxPage *MainWindow::currentSandboxPage() const
{
    return qobject_cast<SandboxPage *>(m_pages->currentWidget());
}

void MainWindow::updateActions()
{
    if (!m_newSandbox) {
        return; // While the window is being put together.
    }
    const QString account = currentAccount();
    const bool isOpen = m_services.accounts.session(account) != nullptr;
    const auto *page = currentSandboxPage();
    const bool hasSandbox = page != nullptr;
    m_newSandbox->setEnabled(isOpen);
    m_refresh->setEnabled(isOpen);
    m_delete->setEnabled(hasSandbox && !m_deletions->isRunning(page->record().id));
    m_signOut->setEnabled(!account.isEmpty());
    const bool isLocal = account == localAccount().id;
    m_signOut->setText(isLocal ? tr("Stop using this computer…") : tr("Sign out"));
    m_addLocal->setVisible(m_services.accounts.account(localAccount().id).id.isEmpty());
    m_newTerminal->setEnabled(hasSandbox);
    for (auto *action : std::as_const(m_tabActions)) {
        action->setEnabled(hasSandbox);
    }
    m_find->setEnabled(m_treeDock->isVisibleTo(this));
}

void MainWindow::showContextMenu(const QPoint &position)
{
    const auto selection = m_panel->selection();
    if (selection.isEmpty()) {
        return;
    }
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (selection.isSandbox()) {
        menu->addActions(m_tabActions);
        menu->addSeparator();
        menu->addAction(m_delete);
    } else if (selection.kind == SandboxTreeModel::NodeKind::Account) {
        menu->addAction(m_newSandbox);
        menu->addAction(m_refresh);
        menu->addSeparator();
        menu->addAction(m_signOut);
    } else {
        menu->addAction(m_newSandbox);
    }
    menu->popup(position);
}

void MainWindow::requestNewSandbox()
{
    const QString account = currentAccount();
    if (m_services.accounts.session(account)) {
        openNewSandboxDialog(account);
    }
}

void MainWindow::requestDeletion()
{
    auto *page = currentSandboxPage();
    if (!page) {
        return;
    }
    const auto ask = [this, account = page->property("accountId").toString(), id = page->record().id,
                      name = page->record().name] {
        m_deletions->ask(account, id, name);
    };
    const auto unsaved = static_cast<int>(unsavedCount({page}));
    if (unsaved == 0) {
        ask();
        return;
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Changes that are not saved"),
        tr("%n open file(s) of this sandbox have changes that are not saved. They would go with the sandbox.",
           nullptr, unsaved),
        QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    auto *goOn = question->addButton(tr("Delete nevertheless…"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(goOn, &QAbstractButton::clicked, this, ask);
    question->open();
}

void MainWindow::signOut()
{
    const QString account = currentAccount();
    if (account == localAccount().id) {
        signOutOf(account); // Its files go with it, so that there is nothing to save.
    } else {
        settleUnsaved(pagesOf(account), [this, account] {
            m_settledAccount = account;
            signOutOf(account);
        });
    }
}

void MainWindow::signOutOf(const QString &account)
{
    const int count = m_tree.sandboxCount(account);
    if (account != localAccount().id || count == 0) {
        m_services.accounts.remove(account);
        return;
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Stop using this computer"),
        tr("The local engine ends, and %n sandbox(es) on this computer with it. Their files are deleted.",
           nullptr, count),
        QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    auto *stop = question->addButton(tr("Delete them and stop"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(stop, &QAbstractButton::clicked, this, [this, account] { m_services.accounts.remove(account); });
    question->open();
}

bool MainWindow::askBeforeQuitting()
{
    const int sandboxes = m_tree.sandboxCount(localAccount().id);
    const auto transfers = static_cast<int>(m_queue.lostByQuitting());
    const auto unsaved = static_cast<int>(unsavedCount(pagesOf(localAccount().id)));
    if (sandboxes == 0 && transfers == 0) {
        return false;
    }
    QStringList sentences;
    if (sandboxes > 0) {
        sentences << tr(
            "%n sandbox(es) on this computer will be deleted, with their files.", nullptr, sandboxes);
    }
    if (unsaved > 0) {
        sentences << tr("%n open file(s) have changes that are not saved.", nullptr, unsaved);
    }
    if (transfers > 0) {
        sentences << tr("%n transfer(s) will be stopped.", nullptr, transfers);
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Quit Koyeb Desktop"), sentences.join(u'\n'), QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    auto *quit = question->addButton(tr("Quit"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(quit, &QAbstractButton::clicked, this, [this] {
        m_isQuittingConfirmed = true;
        close();
    });
    question->open();
    return true;
}

bool MainWindow::cleanUpBeforeQuitting()
{
    if (!std::exchange(m_isQuitting, true)) {
        m_queue.suspendAll();
        if (m_queue.isCleaningUp()) {
            setEnabled(false);
            const auto goOn = [this] {
                m_cleaningLimit.reset();
                close();
            };
            m_cleaningLimit = m_services.clock.schedule(cleaningLimit, goOn);
            connect(&m_queue, &TransferQueue::cleanedUp, this, goOn);
        }
    }
    return m_cleaningLimit != nullptr;
}

void MainWindow::showTerminalSettings()
{
    auto *dialog = new TerminalSettingsDialog(&m_terminalPreferences, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::showAbout()
{
    auto *about = new QMessageBox(this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->setWindowTitle(tr("About Koyeb Desktop"));
    about->setIconPixmap(QApplication::windowIcon().pixmap(QSize(64, 64), devicePixelRatioF()));
    about->setText(tr("Koyeb Desktop %1").arg(QApplication::applicationVersion()));
    about->setInformativeText(
        tr("For people who work with Koyeb sandboxes. Free software under the GNU General Public License, "
           "version 3 or later."));
    about->open();
}

} // namespace Koyeb::Desktop
