// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalhost.h"
#include "terminal/terminallayouts.h"
#include "terminal/terminalprofiles.h"
#include "terminal/terminaltab.h"

#include <QWidget>

#include <filesystem>

class QAction;
class QMenu;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace Koyeb::Desktop {

class EmptyState;
class TerminalPreferences;

/// The terminals of one sandbox, in tabs, each of which may be split. The first shell starts when the page is
/// first shown; where there was a layout before, all of it.
class TerminalPage : public QWidget {
    Q_OBJECT

public:
    explicit TerminalPage(const TerminalHost &host, QWidget *parent = nullptr);
    ~TerminalPage() override;

    [[nodiscard]] int terminalCount() const; ///< Tabs.
    /// While the sandbox is not awake, lost connections wait; then they are made again.
    void setSandboxSleep(SandboxSleep sleep);
    /// Records the pane from now on into a file, which is replaced.
    void record(TerminalPane *pane, const QString &path);
    /// How people like terminals, for those that are opened from now on. They outlive the page.
    void setPreferences(const TerminalPreferences *preferences) { m_preferences = preferences; }

public Q_SLOTS:
    /// In a new tab.
    void playRecording(const QString &path);
    /// All text of the pane that one was in last, into a file, which is replaced.
    void saveOutput(const QString &path);
    void openTerminal();
    /// The pane that one was in last, and its tab with the last pane.
    void closeCurrentTerminal();
    /// Types paths, quoted for a shell, in the terminal whose process has this mark. Does nothing when it is
    /// gone.
    void insertPaths(const QByteArray &mark, const QList<QByteArray> &paths);

Q_SIGNALS:
    /// The title of the terminal in front changed: what the program chose, or a numbered name.
    void titleChanged(const QString &title);
    void bellRang();
    /// A program says something (OSC 9, 777) in a terminal that nobody looks at. Any text; now and then at
    /// most.
    void notified(const QString &text);
    /// Dropped on the terminal whose process has this TerminalLink::mark(); see insertPaths().
    void filesDropped(const QByteArray &mark, const QList<std::filesystem::path> &sources);
    /// The same with files of a sandbox, this one or another.
    void sandboxFilesDropped(
        const QByteArray &mark, const QString &sourceSandboxId, const QList<QByteArray> &paths);
    /// The sandbox is to be woken: a person wants a terminal in it.
    void wakeRequested();
    /// The last terminal was closed, or the first one opened.
    void emptinessChanged();
    /// A terminal could not be connected, or is not any more: the sandbox may be another than before.
    void connectionFailed();

protected:
    void showEvent(QShowEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using Setup = TerminalPane::Setup;

    // terminalpage.cpp: tabs and panes.
    void createLayout();
    void openTab(const Setup &setup);
    void openKeptTerminal();
    [[nodiscard]] Setup setupOf(const QString &profileId, const QString &keptName) const;
    [[nodiscard]] TerminalTab::Codec codec() const;
    [[nodiscard]] TerminalTab *addTab();
    [[nodiscard]] TerminalTab *tabAt(int index) const;
    [[nodiscard]] TerminalTab *currentTab() const;
    [[nodiscard]] QList<TerminalPane *> allPanes() const;
    [[nodiscard]] TerminalPane *currentPane() const;
    void followPane(TerminalTab *tab, TerminalPane *pane);
    void closePane(TerminalTab *tab, TerminalPane *pane);
    void closeTab(int index);
    void removeTab(TerminalTab *tab);
    void showTitle(TerminalTab *tab);
    [[nodiscard]] QString titleOf(const TerminalTab *tab) const;
    void showTabIcon(TerminalTab *tab);
    void markBell(TerminalTab *tab);
    void unmarkBell();
    [[nodiscard]] bool isInSight(const TerminalTab *tab) const;
    void tellOutside(const TerminalTab *tab, const QString &text);
    void presentCurrent(int index);
    [[nodiscard]] bool restoreLayout();
    void keepLayout();
    void findKeeper();

    // terminalpageactions.cpp: what a person can ask for.
    void createActions();
    void createMenu();
    QAction *addAction(
        const QString &text, const QList<QKeySequence> &shortcuts, const std::function<void()> &slot);
    void addPaneActions();
    void addTabActions();
    void addBroadcastActions();
    void refreshMenu();
    void split(Qt::Orientation orientation);
    void showTabMenu(const QPoint &point);
    void renameTab(int index);
    void goToTab(int step);
    void setSharedBroadcast(bool joins);

    // terminalpagefiles.cpp: recordings, saved output, and profiles.
    void addFileActions(QMenu *menu);
    void askForFile(
        const QString &title, const QString &name, const std::function<void(const QString &path)> &take);
    void showFileProblem(const QString &what, const QString &reason);
    void refreshFileActions();
    void toggleRecording();
    [[nodiscard]] bool isRecorded(const TerminalTab *tab) const;
    void fillProfiles();
    void editProfiles();

    TerminalHost m_host;
    TerminalProfiles m_profiles;
    TerminalLayouts m_layouts;
    QStackedWidget *m_stack;
    QTabWidget *m_tabs;
    EmptyState *m_empty;
    const TerminalPreferences *m_preferences = nullptr;
    QMenu *m_menu = nullptr;
    QMenu *m_tabMenu = nullptr;
    QMenu *m_colourMenu = nullptr;
    QMenu *m_profileMenu = nullptr;
    QAction *m_recordAction = nullptr;
    QAction *m_playAction = nullptr;
    QAction *m_saveAction = nullptr;
    QAction *m_openAction = nullptr;
    QAction *m_keptAction = nullptr;
    QAction *m_splitRightAction = nullptr;
    QAction *m_splitDownAction = nullptr;
    QAction *m_closeAction = nullptr;
    QAction *m_renameAction = nullptr;
    QAction *m_tabBroadcastAction = nullptr;
    QAction *m_sharedBroadcastAction = nullptr;
    QTimer m_keepTimer; ///< The layout is written a moment after its last change.
    QString m_keeper;   ///< What can keep a shell alive: `tmux`, `screen`, or nothing as far as is known.
    bool m_hasSoughtKeeper = false;
    SandboxSleep m_sleep = SandboxSleep::Awake;
    int m_opened = 0; ///< Names are not given twice.
    bool m_wasShown = false;
    std::optional<Clock::TimePoint> m_toldAt; ///< When the last message went outside.
};

} // namespace Koyeb::Desktop
