// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalsession.h"

#include <QWidget>

#include <filesystem>

class QStackedWidget;
class QTabWidget;

namespace Koyeb::Desktop {

class EmptyState;
class TerminalPreferences;
class TerminalTab;

/// The terminals of one sandbox, in tabs. The first shell starts when the page is first shown.
class TerminalPage : public QWidget {
    Q_OBJECT

public:
    explicit TerminalPage(TerminalSession::LinkFactory makeLink, QWidget *parent = nullptr);
    ~TerminalPage() override;

    [[nodiscard]] int terminalCount() const;
    /// How people like terminals, for those that are opened from now on. They outlive the page.
    void setPreferences(const TerminalPreferences *preferences) { m_preferences = preferences; }

public Q_SLOTS:
    void openTerminal();
    void closeCurrentTerminal();
    /// Types paths, quoted for a shell, in the terminal whose process has this mark. Does nothing when it is
    /// gone.
    void insertPaths(const QByteArray &mark, const QList<QByteArray> &paths);

Q_SIGNALS:
    /// The title of the terminal in front changed: what the program chose, or a numbered name.
    void titleChanged(const QString &title);
    void bellRang();
    /// Dropped on the terminal whose process has this TerminalLink::mark(); see insertPaths().
    void filesDropped(const QByteArray &mark, const QList<std::filesystem::path> &sources);

protected:
    void showEvent(QShowEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void createActions();
    void createLayout();
    void closeTerminal(int index);
    void showTitle(TerminalTab *tab, const QString &title);
    void markBell(TerminalTab *tab);
    void presentCurrent(int index);

    TerminalSession::LinkFactory m_makeLink;
    QStackedWidget *m_stack;
    QTabWidget *m_tabs;
    EmptyState *m_empty;
    const TerminalPreferences *m_preferences = nullptr;
    int m_opened = 0; ///< Names are not given twice.
    bool m_wasShown = false;
};

} // namespace Koyeb::Desktop
