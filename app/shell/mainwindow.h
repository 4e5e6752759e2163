// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"
#include "core/clock.h"
#include "core/taskscope.h"
#include "core/workerthread.h"
#include "editor/editorpreferences.h"
#include "editor/openeditswatch.h"
#include "files/filepreferences.h"
#include "sandbox/definition.h"
#include "sandboxes/sandboxtreemodel.h"
#include "sandboxes/sandboxtreepanel.h"
#include "shell/accountfeed.h"
#include "shell/creations.h"
#include "shell/sandboxpage.h"
#include "terminal/inputbroadcast.h"
#include "terminal/terminalpreferences.h"
#include "transfers/folderwatches.h"
#include "transfers/speedlimits.h"
#include "transfers/taskbarprogress.h"
#include "transfers/transferqueue.h"

#include <QCoroTask>
#include <QHash>
#include <QMainWindow>
#include <QPointer>
#include <QSet>

class QAction;
class QSettings;
class QStackedWidget;
class QTimer;

namespace Koyeb::Desktop {

class AccountPage;
class AccountSessions;
class CreationPage;
class Deletions;
class ErrorBanner;
struct LeftEdit;
class NewSandboxDialog;
class SignInPage;
class TokenStore;
class TransfersDock;
class WelcomePage;

/// The window: the tree on the left, the page of what is chosen in it, the transfers below. Connects the
/// rooms.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// All outlive the window.
    struct Services {
        Clock &clock;
        AccountSessions &accounts;
        TokenStore &tokens;
        QSettings &settings;
        TransferJournal *transfers = nullptr; ///< Null: transfers end with the program.
    };

    explicit MainWindow(const Services &services);
    ~MainWindow() override;

Q_SIGNALS:
    /// The window is on the screen for the first time.
    void firstPainted();

protected:
    void closeEvent(QCloseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    /// Files of one sandbox that are wanted elsewhere.
    struct SandboxFiles {
        QString sandboxId;
        QList<QByteArray> paths;
        bool moves = false;
    };
    /// A directory of a sandbox in which something is wanted.
    struct DropTarget {
        QString accountId;
        QString sandboxId;
        QString name;                     ///< Of the sandbox.
        std::shared_ptr<Sandbox> sandbox; ///< Null while it cannot be reached.
        QByteArray directory;
    };

    // mainwindow.cpp: what is shown.
    void createPages();
    void createDocks();
    void connectAccounts();
    void connectCreations();
    void connectDeletions();
    void restoreLayout();
    void showSelection(const TreeSelection &selection);
    void showWelcome();
    void showSignIn(const QString &accountId);
    void showAccountPage(const QString &accountId);
    void showPage(QWidget *page);
    void takeChanges(const QString &accountId, const SandboxChanges &changes);
    void takeSignIn(const Account &account, const QString &token);
    void closeAccount(const QString &accountId);
    void selectSandbox(const QString &accountId, const QString &sandboxId);
    void watchShown();
    void showProblem(const QString &what, const Error &error);
    QCoro::Task<void> learnKeeping(std::stop_token stop);

    // mainwindowpages.cpp: pages that come and go.
    [[nodiscard]] SandboxPage *sandboxPage(const QString &accountId, const QString &sandboxId);
    [[nodiscard]] SandboxPage *createSandboxPage(
        const QString &accountId, AccountSession &session, const SandboxRecord &record);
    void connectTerminalMessages(SandboxPage *page);
    void bringToFront();
    void openNewSandboxDialog(const QString &accountId);
    /// The form of a creation that failed, which goes once the form is sent.
    void openRetryDialog(const QString &accountId, const QString &failedCreation);
    NewSandboxDialog *createNewSandboxDialog(const QString &accountId, const QString &replaced);
    QCoro::Task<void> readCatalog(QString accountId, QPointer<NewSandboxDialog> dialog, std::stop_token stop);
    void startCreation(const QString &accountId, const SandboxOptions &options);
    void endCreation(const QString &creationId);

    // mainwindowtransfers.cpp: transfers, also those of earlier runs.
    void connectTransfers();
    void createNotifier();
    void showTotalProgress();
    /// Files of one sandbox into a directory of another one.
    QList<quint64> bringFrom(const SandboxFiles &wanted, const DropTarget &target);
    [[nodiscard]] static DropTarget dropTarget(const SandboxPage &page, const QByteArray &directory);
    /// What keeps folders of the page's sandbox in step with ones here.
    void connectFolders(SandboxPage *page);
    /// By its sandbox; empty when there is none.
    [[nodiscard]] QString accountOf(const QString &sandboxId) const;
    [[nodiscard]] static bool outlivesProgram(const QString &accountId);
    QCoro::Task<void> restoreTransfers(std::stop_token stop);
    /// All that are known.
    void offerSandboxes();
    /// Has the transfers go on that wait for it, if it can be used and does not have to be woken.
    void offerSandbox(const QString &accountId, const SandboxRecord &record);

    // mainwindowdrops.cpp: what is dropped elsewhere than on a list of files, and what sandboxes exchange.
    void connectDrops();
    void connectTerminalDrops(SandboxPage *page);
    /// Where a person starts in that sandbox. Nothing, after saying why, when it cannot be reached.
    QCoro::Task<std::optional<DropTarget>> reachHome(
        QString accountId, QString sandboxId, std::stop_token stop);
    QCoro::Task<void> uploadToHome(
        QString accountId, QString sandboxId, QList<std::filesystem::path> sources, std::stop_token stop);
    QCoro::Task<void> bringToHome(
        QString accountId, QString sandboxId, SandboxFiles wanted, std::stop_token stop);
    /// Where the shell of that terminal is. Nothing, after saying why, when that is not known.
    QCoro::Task<std::optional<DropTarget>> reachTerminal(
        QPointer<SandboxPage> page, QByteArray mark, std::stop_token stop);
    /// To where the shell of that terminal is; then the paths are typed there.
    QCoro::Task<void> uploadToTerminal(
        QPointer<SandboxPage> page, QByteArray mark, QList<std::filesystem::path> sources,
        std::stop_token stop);
    QCoro::Task<void> bringToTerminal(
        QPointer<SandboxPage> page, QByteArray mark, SandboxFiles wanted, std::stop_token stop);
    /// Once they have arrived; `names` are those of the transfers.
    void typeWhenArrived(
        const QPointer<SandboxPage> &page, const QByteArray &mark, const QList<quint64> &transfers,
        const QList<QByteArray> &names, const QByteArray &directory);
    void insertArrivedPaths(const QList<TransferRecord> &records);
    QCoro::Task<void> provideSandbox(QString accountId, QString sandboxId, std::stop_token stop);

    // mainwindoweditors.cpp: texts that are not saved.
    /// The pages of an account's sandboxes; of all but this computer's when it is empty.
    [[nodiscard]] QList<SandboxPage *> pagesOf(const QString &accountId) const;
    /// Offers to keep what is not saved in a page that goes without having been asked.
    void rescueTexts(SandboxPage &page);
    [[nodiscard]] static qsizetype unsavedCount(const QList<SandboxPage *> &pages);
    /// Has a person decide what becomes of unsaved texts there, then goes on; at once when there are none,
    /// which is what true says.
    bool settleUnsaved(const QList<SandboxPage *> &pages, const std::function<void()> &then);
    /// Offers what was edited with other programs and has not been saved, as when this one crashed.
    QCoro::Task<void> offerLeftEdits(std::stop_token stop);
    void showLeftEdits(const QList<LeftEdit> &edits);
    /// Tells the open dialogs about such edits what sandboxes there are.
    void tellSandboxes();
    [[nodiscard]] bool takeUp(const LeftEdit &edit);
    void saveUnsaved(QList<SandboxPage *> pages, const std::function<void()> &then);

    // mainwindowactions.cpp: what can be done.
    void createActions();
    void createMenus();
    void updateActions();
    void showContextMenu(const QPoint &position);
    void requestNewSandbox();
    void requestDeletion();
    void signOut();
    void signOutOf(const QString &account);
    /// True when quitting would lose something: then a question is open.
    [[nodiscard]] bool askBeforeQuitting();
    /// The same about texts that can still be saved.
    [[nodiscard]] bool askAboutUnsaved();
    /// True when there is something to wait for, for a few seconds at most; the window closes then.
    [[nodiscard]] bool cleanUpBeforeQuitting();
    void showTerminalSettings();
    void showAbout();
    [[nodiscard]] QString currentAccount() const;
    [[nodiscard]] SandboxPage *currentSandboxPage() const;

    /// What was dropped on a terminal, where its path is typed once it is there.
    struct ArrivingPath {
        QPointer<SandboxPage> page;
        QByteArray mark; ///< Of the terminal.
        QByteArray path;
    };

    Services m_services;
    SandboxTreeModel m_tree;
    AccountFeed m_feed;
    Creations m_creations;
    SpeedLimits m_speedLimits;
    TransferQueue m_queue;
    TaskbarProgress m_taskbar;
    FolderWatches m_watches;
    FilePreferences m_filePreferences;
    InputBroadcast m_terminalBroadcast; ///< Over all sandboxes.
    TerminalPreferences m_terminalPreferences;
    EditorPreferences m_editorPreferences;
    Deletions *m_deletions;
    SandboxTreePanel *m_panel = nullptr;
    QDockWidget *m_treeDock = nullptr;
    TransfersDock *m_transfersDock = nullptr;
    QTimer *m_titleTimer = nullptr;
    ErrorBanner *m_banner = nullptr;
    QStackedWidget *m_pages = nullptr;
    WelcomePage *m_welcome = nullptr;
    SignInPage *m_signIn = nullptr;
    AccountPage *m_accountPage = nullptr;
    QHash<QString, QString> m_providedSandboxes;    // For transfers that waited: their accounts.
    QSet<QString> m_soughtSandboxes;                // For transfers, and watches, that wait.
    QHash<quint64, ArrivingPath> m_pathsToInsert;   // By transfer.
    QString m_shownAccount;                         // Of the account page.
    QHash<QString, SandboxPage *> m_sandboxPages;   // By sandbox.
    QHash<QString, CreationPage *> m_creationPages; // By creation.
    QString m_selectWhenListed;                     // A sandbox that was just made.
    QString m_signedInAccount;                      // To be chosen as soon as the tree has it.

    QAction *m_newSandbox = nullptr;
    QAction *m_refresh = nullptr;
    QAction *m_delete = nullptr;
    QAction *m_signOut = nullptr;
    QAction *m_addLocal = nullptr;
    QAction *m_addKoyeb = nullptr;
    QAction *m_newTerminal = nullptr;
    QAction *m_find = nullptr;
    QList<QAction *> m_tabActions;
    bool m_wasPainted = false;
    bool m_isUnsavedSettled = false;
    QString m_settledAccount; // One that is being signed out of, whose texts were asked about.
    bool m_isQuittingConfirmed = false;
    bool m_isQuitting = false;
    std::unique_ptr<ScheduledCall> m_cleaningLimit; ///< Set while quitting waits.
    OpenEditsWatch m_openEdits;
    WorkerThread m_disk;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
