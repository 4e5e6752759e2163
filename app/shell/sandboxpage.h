// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandbox.h"
#include "sandbox/sandboxstore.h"
#include "sandboxes/sandboxcircumstances.h"
#include "terminal/terminalhost.h"

#include <QCoroTask>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <memory>

class QLabel;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace Koyeb {
class AccountSession;
}

namespace Koyeb::Desktop {

class EditorStrip;
class ErrorBanner;
class FilesPage;
class IconLabel;
class OverviewPage;
class PortsPage;
class SleepCover;
class TerminalPage;

/// All of one sandbox: its overview, terminals, files and ports. Finds the way to the sandbox and hands it to
/// the tabs, anew whenever another deployment takes over. A sleeping sandbox is left alone until a person
/// wakes it: the tabs' own questions would.
class SandboxPage : public QWidget {
    Q_OBJECT

public:
    enum class Tab { Overview, Terminal, Files, Ports };

    /// `session` outlives the page. Of `terminalHost` counts what is the same for all sandboxes.
    SandboxPage(
        AccountSession &session, const SandboxRecord &record, const TerminalHost &terminalHost,
        QWidget *parent = nullptr);
    ~SandboxPage() override;

    void setRecord(const SandboxRecord &record);
    /// From now on the tabs are out of reach; taken back when the deletion failed.
    void setBeingDeleted(bool beingDeleted);
    /// The record was last known to be right then; invalid: it is now.
    void setOutdated(const QDateTime &asOf);
    /// Says above the tabs that something could not be done.
    void showFailure(const QString &what, const Error &error);

    /// By this program.
    [[nodiscard]] bool isBeingDeleted() const { return m_circumstances.isBeingDeleted; }
    [[nodiscard]] const SandboxRecord &record() const { return m_record; }
    /// Null while there is no way to the sandbox.
    [[nodiscard]] const std::shared_ptr<Sandbox> &sandbox() const { return m_sandbox; }
    [[nodiscard]] FilesPage &files() { return *m_files; }
    /// The files that are open in it.
    [[nodiscard]] EditorStrip &editors() { return *m_editors; }
    [[nodiscard]] TerminalPage &terminals() { return *m_terminals; }
    [[nodiscard]] Tab currentTab() const;

public Q_SLOTS:
    /// Wakes the sandbox if it sleeps.
    void wake();
    void showTab(Koyeb::Desktop::SandboxPage::Tab tab);

Q_SIGNALS:
    void deleteRequested();
    void refreshRequested();
    void currentTabChanged();
    /// sandbox() is another one, or none.
    void sandboxChanged();

private:
    void createHeader();
    void createTabs();
    void createTerminals();
    void markBell(bool isMarked);
    static QCoro::Task<void> runTerminalScript(
        std::shared_ptr<Sandbox> sandbox, QString script, QPointer<QObject> context,
        std::function<void(QByteArray)> done, std::stop_token stop);
    void createEditors();
    void createLayout();
    SleepCover *addCovered(QWidget *page, const QString &iconName, const QString &title);
    void showHeader();
    void showCovers();
    void takeCircumstances();
    void followDeployment();
    QCoro::Task<void> runWake(std::stop_token stop);
    void leaveSandbox();
    QCoro::Task<void> reach(QString deploymentId, std::stop_token stop);

    AccountSession &m_session;
    SandboxRecord m_record;
    TerminalHost m_terminalHost;
    std::shared_ptr<Sandbox> m_sandbox;
    QString m_reachedDeployment; // The one that m_sandbox leads to, or that is being looked up.
    SandboxCircumstances m_circumstances;
    QTimer m_minutes; // "as of 3 minutes ago" grows old.

    IconLabel *m_statusIcon = nullptr;
    QLabel *m_name = nullptr;
    QLabel *m_status = nullptr;
    QLabel *m_age = nullptr;
    QLabel *m_summary = nullptr;
    ErrorBanner *m_banner = nullptr;
    QTabWidget *m_tabs = nullptr;
    OverviewPage *m_overview = nullptr;
    TerminalPage *m_terminals = nullptr;
    FilesPage *m_files = nullptr;
    EditorStrip *m_editors = nullptr;
    PortsPage *m_ports = nullptr;
    QList<SleepCover *> m_covers;
    QWidget *m_header = nullptr;
    QToolButton *m_deleteButton = nullptr;
    TaskScope m_wakeScope;
    TaskScope m_scriptScope;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
