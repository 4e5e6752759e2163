// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpage.h"

#include "common/emptystate.h"
#include "common/icons.h"
#include "terminal/terminallink.h"
#include "terminal/terminaltab.h"
#include "terminal/terminalview.h"

#include <QAction>
#include <QFocusEvent>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

namespace {

constexpr int longestTitle = 40; ///< Of a tab, in characters; the tool tip has all of it.

/// Tabs take an ampersand for a mnemonic; a title of a program is only text.
[[nodiscard]] QString tabText(const QString &title)
{
    QString text = title.size() > longestTitle ? title.left(longestTitle) + u'…' : title;
    return text.replace(u'&', QStringLiteral("&&"));
}

} // namespace

TerminalPage::TerminalPage(TerminalSession::LinkFactory makeLink, QWidget *parent)
    : QWidget(parent),
      m_makeLink(std::move(makeLink)),
      m_stack(new QStackedWidget(this)),
      m_tabs(new QTabWidget(m_stack)),
      m_empty(new EmptyState(m_stack))
{
    createLayout();
    createActions();
}

TerminalPage::~TerminalPage() = default;

void TerminalPage::createLayout()
{
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    m_tabs->setElideMode(Qt::ElideRight);
    m_stack->addWidget(m_tabs);
    m_empty->setContent(
        {.iconName = QStringLiteral("terminal"),
         .title = tr("No terminal is open"),
         .explanation = tr("A terminal runs a shell in this sandbox."),
         .actionText = tr("New Terminal")});
    m_stack->addWidget(m_empty);
    connect(m_empty, &EmptyState::actionRequested, this, &TerminalPage::openTerminal);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &TerminalPage::closeTerminal);
    connect(m_tabs, &QTabWidget::currentChanged, this, &TerminalPage::presentCurrent);
}

void TerminalPage::createActions()
{
    const auto add = [this](const QString &text, Qt::Key key, void (TerminalPage::*slot)()) {
        auto *const action = new QAction(text, this);
        action->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | key));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    QAction *const open = add(tr("New Terminal"), Qt::Key_T, &TerminalPage::openTerminal);
    open->setIcon(themedIcon(QStringLiteral("new")));
    add(tr("Close Terminal"), Qt::Key_W, &TerminalPage::closeCurrentTerminal);
    auto *const button = new QToolButton(m_tabs);
    button->setDefaultAction(open);
    button->setAutoRaise(true);
    m_tabs->setCornerWidget(button, Qt::TopRightCorner);
}

int TerminalPage::terminalCount() const
{
    return m_tabs->count();
}

void TerminalPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_wasShown) {
        m_wasShown = true;
        openTerminal();
    }
}

// One comes to this page to type.
void TerminalPage::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (QWidget *const tab = m_tabs->currentWidget()) {
        tab->setFocus(event->reason());
    }
}

void TerminalPage::openTerminal()
{
    m_wasShown = true;
    auto *const tab = new TerminalTab(m_makeLink, m_tabs);
    if (m_preferences != nullptr) {
        tab->view().setPreferences(m_preferences);
    }
    const QString name = tr("Terminal %1").arg(++m_opened);
    connect(&tab->session(), &TerminalSession::titleChanged, this, [this, tab, name](const QString &title) {
        showTitle(tab, title.isEmpty() ? name : title);
    });
    connect(&tab->session(), &TerminalSession::bellRang, this, [this, tab] { markBell(tab); });
    connect(&tab->view(), &TerminalView::filesDropped, this, [this, tab](const auto &sources) {
        Q_EMIT filesDropped(tab->session().processMark(), sources);
    });
    const int index = m_tabs->addTab(tab, QString());
    m_stack->setCurrentWidget(m_tabs);
    m_tabs->setCurrentIndex(index);
    showTitle(tab, name);
    tab->view().setFocus();
}

void TerminalPage::insertPaths(const QByteArray &mark, const QList<QByteArray> &paths)
{
    for (int index = 0; index < m_tabs->count(); ++index) {
        auto *const tab = qobject_cast<TerminalTab *>(m_tabs->widget(index));
        if (tab != nullptr && !mark.isEmpty() && tab->session().processMark() == mark) {
            tab->session().insertPaths(paths);
        }
    }
}

void TerminalPage::closeCurrentTerminal()
{
    closeTerminal(m_tabs->currentIndex());
}

void TerminalPage::closeTerminal(int index)
{
    QWidget *const tab = m_tabs->widget(index);
    if (tab == nullptr) {
        return;
    }
    m_tabs->removeTab(index);
    tab->deleteLater(); // The button that asked for it may be inside.
    if (m_tabs->count() == 0) {
        m_stack->setCurrentWidget(m_empty);
        m_empty->setFocus();
    }
}

void TerminalPage::showTitle(TerminalTab *tab, const QString &title)
{
    const int index = m_tabs->indexOf(tab);
    m_tabs->setTabText(index, tabText(title));
    m_tabs->setTabToolTip(index, title.toHtmlEscaped());
    if (index == m_tabs->currentIndex()) {
        Q_EMIT titleChanged(title);
    }
}

void TerminalPage::markBell(TerminalTab *tab)
{
    const int index = m_tabs->indexOf(tab);
    if (index != m_tabs->currentIndex()) {
        m_tabs->setTabIcon(index, themedIcon(QStringLiteral("info"), Tone::Warning));
    }
    Q_EMIT bellRang();
}

void TerminalPage::presentCurrent(int index)
{
    if (QWidget *const tab = m_tabs->widget(index)) {
        m_tabs->setTabIcon(index, {});
        tab->setFocus();
        Q_EMIT titleChanged(m_tabs->tabText(index).replace(QStringLiteral("&&"), QStringLiteral("&")));
    }
}

} // namespace Koyeb::Desktop
