// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/mainwindow.h"

#include "accounts/accountsessions.h"
#include "accounts/foundtokens.h"
#include "accounts/signinpage.h"
#include "accounts/welcomepage.h"
#include "common/errorbanner.h"
#include "files/filespage.h"
#include "sandbox/accountsession.h"
#include "sandboxes/creationpage.h"
#include "shell/accountpage.h"
#include "shell/deletions.h"
#include "transfers/transfersdock.h"

#include <QCloseEvent>
#include <QDir>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr QSize firstSize{1120, 720};
const auto geometryKey = u"window/geometry"_s;
const auto stateKey = u"window/state"_s;
} // namespace

MainWindow::MainWindow(const Services &services)
    : m_services(services),
      m_feed(services.accounts, m_tree),
      m_creations(m_tree),
      m_speedLimits(services.settings, services.clock),
      m_queue(services.transfers),
      m_watches(&services.settings),
      m_filePreferences(services.settings),
      m_terminalPreferences(services.settings),
      m_editorPreferences(services.settings),
      m_deletions(new Deletions(services.accounts, this))
{
    setWindowTitle(tr("Koyeb Desktop"));
    createPages();
    createDocks();
    createActions();
    createMenus();
    connectAccounts();
    connectCreations();
    connectDeletions();
    connectTransfers();
    restoreLayout();
    if (m_services.accounts.accounts().isEmpty()) {
        showWelcome();
    } else {
        m_panel->select(m_tree.index(0, 0));
    }
    updateActions();
    restoreTransfers(m_scope.token());
    learnKeeping(m_scope.token());
    connect(&m_openEdits, &OpenEditsWatch::saved, this, &MainWindow::showLeftEdits);
    offerLeftEdits(m_scope.token());
    m_watches.restore(services.clock);
    offerSandboxes();
}

MainWindow::~MainWindow()
{
    // The rooms must not hear of each other's end.
    m_pages->disconnect(this);
    m_panel->disconnect(this);
    m_feed.disconnect(this);
    m_creations.disconnect(this);
    m_services.accounts.disconnect(this);
    qDeleteAll(m_sandboxPages); // They use sessions, and terminals of them.
    m_sandboxPages.clear();
}

void MainWindow::createPages()
{
    m_banner = new ErrorBanner(this);
    m_banner->setRetryOffered(false);
    m_pages = new QStackedWidget(this);
    m_welcome = new WelcomePage(m_pages);
    m_signIn = new SignInPage(m_services.clock, std::chrono::seconds(30), m_pages);
    m_signIn->setNetwork(m_services.accounts.network());
    m_accountPage = new AccountPage(m_pages);
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(m_signIn);
    m_pages->addWidget(m_accountPage);

    auto *centre = new QWidget(this);
    auto *column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_pages, 1);
    setCentralWidget(centre);

    connect(m_welcome, &WelcomePage::localRequested, this, [this] {
        m_signedInAccount = localAccount().id;
        m_services.accounts.openLocal();
        m_panel->select(m_tree.accountIndex(localAccount().id));
    });
    connect(m_welcome, &WelcomePage::signInRequested, this, [this] { showSignIn({}); });
    connect(m_signIn, &SignInPage::signedIn, this, &MainWindow::takeSignIn);
    connect(m_signIn, &SignInPage::backRequested, this, [this] {
        if (m_services.accounts.accounts().isEmpty()) {
            showWelcome();
        } else {
            showSelection(m_panel->selection());
        }
    });
    connect(m_accountPage, &AccountPage::newSandboxRequested, this, &MainWindow::requestNewSandbox);
    connect(m_accountPage, &AccountPage::signInRequested, this, [this] { showSignIn(m_shownAccount); });
    connect(m_accountPage, &AccountPage::retryRequested, this, [this] {
        if (auto *session = m_services.accounts.session(m_shownAccount)) {
            session->store().refresh();
        } else {
            m_services.accounts.reopen(m_shownAccount);
        }
    });
}

void MainWindow::createDocks()
{
    setDockOptions(QMainWindow::AnimatedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    m_panel = new SandboxTreePanel(m_tree, this);
    m_treeDock = new QDockWidget(tr("Sandboxes"), this);
    m_treeDock->setObjectName("sandboxes"_L1);
    m_treeDock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetClosable);
    m_treeDock->setWidget(m_panel);
    addDockWidget(Qt::LeftDockWidgetArea, m_treeDock);
    m_transfersDock = new TransfersDock(m_queue, this);
    m_transfersDock->setObjectName("transfers"_L1);
    addDockWidget(Qt::BottomDockWidgetArea, m_transfersDock);
    m_transfersDock->hide();
    connect(m_panel, &SandboxTreePanel::selectionChanged, this, &MainWindow::showSelection);
    connect(m_panel, &SandboxTreePanel::selectionConfirmed, this, [this] {
        if (m_pages->currentWidget() == m_signIn) {
            showSelection(m_panel->selection());
        }
    });
    connect(m_panel, &SandboxTreePanel::visibleSandboxesChanged, this, &MainWindow::watchShown);
    connect(m_panel, &SandboxTreePanel::contextMenuRequested, this, &MainWindow::showContextMenu);
}

void MainWindow::connectAccounts()
{
    auto &accounts = m_services.accounts;
    connect(&m_feed, &AccountFeed::sandboxesChanged, this, &MainWindow::takeChanges);
    connect(&m_feed, &AccountFeed::conditionChanged, this, [this](const QString &id) {
        if (m_signedInAccount == id) {
            m_signedInAccount.clear();
            m_panel->select(m_tree.accountIndex(id));
        }
        if (m_shownAccount == id) {
            showAccountPage(id);
        }
        for (auto *page : std::as_const(m_sandboxPages)) {
            if (page->property("accountId").toString() == id) {
                page->setOutdated(m_feed.outdatedAsOf(id));
            }
        }
        watchShown(); // Its session may be a new one.
        updateActions();
    });
    connect(&accounts, &AccountSessions::sessionClosing, this, &MainWindow::closeAccount);
    connect(&accounts, &AccountSessions::accountRemoved, this, [this] {
        const auto left = m_services.accounts.accounts();
        if (left.isEmpty()) {
            showWelcome();
        } else {
            m_panel->select(m_tree.accountIndex(left.constFirst().id));
        }
        updateActions();
    });
    connect(&accounts, &AccountSessions::tokenNotKept, this, [this](const QString &, const Error &error) {
        showProblem(
            tr("You are signed in, but the token could not be kept and will be needed again next time."),
            error);
    });
    connect(
        &accounts, &AccountSessions::tokenNotForgotten, this,
        [this](const QString &name, const Error &error) {
            showProblem(
                tr("You are signed out of “%1”, but its token could not be removed from the keychain.")
                    .arg(name),
                error);
        });
}

void MainWindow::connectCreations()
{
    connect(
        &m_creations, &Creations::phaseChanged, this,
        [this](const QString &id, SandboxCreation::Phase phase, DeploymentStatus deployment) {
            if (auto *page = m_creationPages.value(id)) {
                page->showPhase(phase, deployment);
            }
        });
    connect(
        &m_creations, &Creations::ready, this,
        [this](const QString &id, const QString &accountId, const QString &sandboxId) {
            const bool isShown = m_pages->currentWidget() == m_creationPages.value(id);
            m_creations.forget(id); // From here on the tree shows the sandbox.
            if (isShown) {
                selectSandbox(accountId, sandboxId);
            }
        });
    connect(&m_creations, &Creations::failed, this, [this](const QString &id, const Error &error) {
        if (auto *page = m_creationPages.value(id)) {
            const auto *creation = m_creations.creation(id);
            page->showFailure(error, creation ? creation->leftover() : Leftover::None);
        }
    });
    connect(&m_creations, &Creations::cleanUpFailed, this, [this](const QString &id, const Error &error) {
        if (auto *page = m_creationPages.value(id)) {
            page->showDeletionFailure(error);
        }
    });
    connect(&m_creations, &Creations::forgotten, this, &MainWindow::endCreation);
}

void MainWindow::connectDeletions()
{
    const auto showDeletion = [this](const QString &accountId, const QString &sandboxId, bool beingDeleted) {
        m_tree.setBeingDeleted(accountId, sandboxId, beingDeleted);
        if (auto *page = m_sandboxPages.value(sandboxId)) {
            page->setBeingDeleted(beingDeleted);
        }
        updateActions();
    };
    const auto creationPage = [this](const QString &sandboxId) {
        return m_creationPages.value(m_creations.failedCreationOf(sandboxId));
    };
    connect(
        m_deletions, &Deletions::begun, this,
        [this, showDeletion, creationPage](const QString &account, const QString &id) {
            m_queue.cancelAllOf(id);
            showDeletion(account, id, true);
            if (auto *page = creationPage(id)) {
                page->showDeletion();
            }
            if (auto *session = m_services.accounts.session(account)) {
                session->store().expectChange(id);
            }
        });
    connect(m_deletions, &Deletions::finished, this, [this](const QString &account, const QString &id) {
        m_creations.forgetSandbox(id);
        if (auto *session = m_services.accounts.session(account)) {
            session->store().refresh();
        }
    });
    connect(
        m_deletions, &Deletions::failed, this,
        [this, showDeletion,
         creationPage](const QString &account, const QString &id, const QString &name, const Error &error) {
            showDeletion(account, id, false);
            if (auto *page = creationPage(id)) {
                page->showDeletionFailure(error);
                return;
            }
            showProblem(tr("The sandbox “%1” could not be deleted.").arg(name), error);
        });
}

QCoro::Task<void> MainWindow::learnKeeping(std::stop_token stop)
{
    const auto keeping = co_await m_services.tokens.keeping(stop);
    if (keeping && !stop.stop_requested()) {
        m_signIn->showKeeping(*keeping);
    }
}

void MainWindow::showSelection(const TreeSelection &selection)
{
    updateActions();
    m_shownAccount.clear();
    if (selection.isEmpty()) {
        watchShown();
        return;
    }
    switch (selection.kind) {
    case SandboxTreeModel::NodeKind::Account:
    case SandboxTreeModel::NodeKind::App:
        showAccountPage(selection.accountId);
        break;
    case SandboxTreeModel::NodeKind::Creation:
        if (auto *page = m_creationPages.value(selection.id)) {
            showPage(page);
        }
        break;
    case SandboxTreeModel::NodeKind::Sandbox:
        if (auto *page = sandboxPage(selection.accountId, selection.id)) {
            showPage(page);
        }
        break;
    }
    watchShown();
    updateActions();
}

void MainWindow::showPage(QWidget *page)
{
    m_treeDock->setVisible(
        page != m_welcome && !(page == m_signIn && m_services.accounts.accounts().isEmpty()));
    m_pages->setCurrentWidget(page);
    updateActions();
}

void MainWindow::showWelcome()
{
    m_shownAccount.clear();
    showPage(m_welcome);
}

void MainWindow::showSignIn(const QString &accountId)
{
    const Account account = m_services.accounts.account(accountId);
    const QUrl host = account.host.isEmpty() ? defaultApiHost() : account.host;
    m_shownAccount.clear();
    m_signIn->begin(host, findTokens(QProcessEnvironment::systemEnvironment(), QDir::homePath()));
    showPage(m_signIn);
}

void MainWindow::showAccountPage(const QString &accountId)
{
    AccountPage::Situation situation;
    situation.account = m_services.accounts.account(accountId);
    situation.state = m_services.accounts.state(accountId);
    situation.error = m_services.accounts.error(accountId);
    situation.problem = m_services.accounts.problem(accountId);
    situation.sandboxCount = m_tree.sandboxCount(accountId);
    if (auto *session = m_services.accounts.session(accountId)) {
        const auto condition = session->store().condition();
        situation.isLoading = condition == SandboxStore::Condition::Loading;
        situation.listIsFailing = condition == SandboxStore::Condition::Failing;
        if (situation.listIsFailing) {
            situation.error = session->store().lastError();
        }
    }
    m_accountPage->show(situation);
    m_shownAccount = accountId;
    if (m_pages->currentWidget() != m_accountPage) {
        showPage(m_accountPage);
    }
}

void MainWindow::takeSignIn(const Account &account, const QString &token)
{
    m_signedInAccount = account.id;
    m_services.accounts.add(account, token);
    m_panel->select(m_tree.accountIndex(account.id));
    showAccountPage(account.id);
}

void MainWindow::takeChanges(const QString &accountId, const SandboxChanges &changes)
{
    for (const auto &id : changes.removed) {
        m_creations.forgetSandbox(id);
        m_queue.forgetSandbox(id);
        m_watches.closeSandbox(id);
        m_filePreferences.forgetSandbox(id);
        if (auto *page = m_sandboxPages.take(id)) {
            const bool wasShown = m_pages->currentWidget() == page;
            rescueTexts(*page);
            m_pages->removeWidget(page);
            page->deleteLater();
            if (wasShown) {
                m_panel->select(m_tree.accountIndex(accountId));
                showAccountPage(accountId);
            }
        }
    }
    for (const auto &change : changes.changed) {
        m_watches.followDeployment(change.record.id, change.record.deploymentId);
        if (auto *page = m_sandboxPages.value(change.record.id)) {
            page->setRecord(change.record);
        }
        offerSandbox(accountId, change.record);
    }
    for (const auto &record : changes.added) {
        offerSandbox(accountId, record);
    }
    if (!m_selectWhenListed.isEmpty() && m_tree.sandboxIndex(accountId, m_selectWhenListed).isValid()) {
        selectSandbox(accountId, std::exchange(m_selectWhenListed, {}));
    }
    if (m_shownAccount == accountId) {
        showAccountPage(accountId); // It counts the sandboxes.
    }
    tellSandboxes();
    updateActions();
}

void MainWindow::selectSandbox(const QString &accountId, const QString &sandboxId)
{
    const auto index = m_tree.sandboxIndex(accountId, sandboxId);
    if (index.isValid()) {
        m_panel->select(index);
    } else {
        m_selectWhenListed = sandboxId;
        m_panel->select(m_tree.accountIndex(accountId)); // Rather than whatever is next to what goes now.
    }
}

void MainWindow::closeAccount(const QString &accountId)
{
    m_creations.forgetAccount(accountId);
    for (const auto &id : m_providedSandboxes.keys(accountId)) {
        m_queue.cancelAllOf(id);
        m_watches.leaveSandbox(id, m_services.clock);
        m_providedSandboxes.remove(id);
    }
    const auto ids = m_sandboxPages.keys();
    bool wasShown = false;
    for (const auto &id : ids) {
        if (m_sandboxPages.value(id)->property("accountId").toString() == accountId) {
            m_queue.cancelAllOf(id);
            m_watches.leaveSandbox(id, m_services.clock);
            auto *page = m_sandboxPages.take(id);
            wasShown = wasShown || m_pages->currentWidget() == page;
            rescueTexts(*page);
            m_pages->removeWidget(page);
            delete page; // At once: its session goes right after this.
        }
    }
    m_settledAccount.clear();
    if (wasShown) {
        m_panel->select(m_tree.accountIndex(accountId));
        showAccountPage(accountId);
    }
}

void MainWindow::watchShown()
{
    const auto selection = m_panel->selection();
    const auto visible = m_panel->visibleSandboxes();
    const auto accounts = m_services.accounts.accounts();
    for (const auto &account : accounts) {
        if (auto *session = m_services.accounts.session(account.id)) {
            QStringList ids = visible.value(account.id);
            if (selection.isSandbox() && selection.accountId == account.id) {
                ids.prepend(selection.id); // The first is read most often.
            }
            session->store().watch(ids);
        }
    }
}

void MainWindow::showProblem(const QString &what, const Error &error)
{
    m_banner->showError(what, error);
}

void MainWindow::restoreLayout()
{
    resize(firstSize);
    restoreGeometry(m_services.settings.value(geometryKey).toByteArray());
    restoreState(m_services.settings.value(stateKey).toByteArray());
    m_transfersDock->hide(); // There is nothing in it yet.
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_isQuittingConfirmed && !m_isQuitting && (askAboutUnsaved() || askBeforeQuitting())) {
        event->ignore();
        return;
    }
    if (!m_isQuitting) {
        m_services.settings.setValue(geometryKey, saveGeometry());
        m_services.settings.setValue(stateKey, saveState());
    }
    if (cleanUpBeforeQuitting()) {
        event->ignore();
        return;
    }
    QMainWindow::closeEvent(event);
}

void MainWindow::paintEvent(QPaintEvent *event)
{
    QMainWindow::paintEvent(event);
    if (!std::exchange(m_wasPainted, true)) {
        Q_EMIT firstPainted();
    }
}

} // namespace Koyeb::Desktop
