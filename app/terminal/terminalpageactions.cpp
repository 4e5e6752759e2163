// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/icons.h"
#include "terminal/tabcolours.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalview.h"

#include <QActionGroup>
#include <QInputDialog>
#include <QMenu>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

namespace Koyeb::Desktop {

namespace {

constexpr int longestName = 100; ///< That one may give to a tab.

[[nodiscard]] QKeySequence ctrlShift(Qt::Key key)
{
    return {Qt::CTRL | Qt::SHIFT | key};
}

} // namespace

QAction *TerminalPage::addAction(
    const QString &text, const QList<QKeySequence> &shortcuts, const std::function<void()> &slot)
{
    auto *const action = new QAction(text, this);
    action->setShortcuts(shortcuts);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (slot) {
        connect(action, &QAction::triggered, this, slot);
    }
    QWidget::addAction(action);
    return action;
}

void TerminalPage::createActions()
{
    m_openAction = addAction(tr("New terminal"), {ctrlShift(Qt::Key_T)}, [this] { openTerminal(); });
    m_openAction->setIcon(themedIcon(QStringLiteral("new")));
    m_keptAction = addAction(QString(), {}, [this] { openKeptTerminal(); });
    addPaneActions();
    addTabActions();
    addBroadcastActions();
    createMenu();
}

void TerminalPage::addPaneActions()
{
    m_splitRightAction =
        addAction(tr("Split right"), {ctrlShift(Qt::Key_D)}, [this] { split(Qt::Horizontal); });
    m_splitDownAction = addAction(tr("Split down"), {ctrlShift(Qt::Key_E)}, [this] { split(Qt::Vertical); });
    m_closeAction =
        addAction(tr("Close terminal"), {ctrlShift(Qt::Key_W)}, [this] { closeCurrentTerminal(); });
    using Direction = TerminalTab::Direction;
    const auto addMove = [this](const QString &text, Qt::Key key, Direction direction) {
        addAction(text, {ctrlShift(key)}, [this, direction] {
            if (TerminalTab *const tab = currentTab()) {
                tab->focusPane(direction);
            }
        });
    };
    addMove(tr("Go to the left"), Qt::Key_Left, Direction::Left);
    addMove(tr("Go to the right"), Qt::Key_Right, Direction::Right);
    addMove(tr("Go up"), Qt::Key_Up, Direction::Up);
    addMove(tr("Go down"), Qt::Key_Down, Direction::Down);
}

void TerminalPage::addTabActions()
{
    addAction(
        tr("Next terminal"),
        {QKeySequence(Qt::CTRL | Qt::Key_Tab), QKeySequence(Qt::CTRL | Qt::Key_PageDown)},
        [this] { goToTab(1); });
    addAction(
        tr("Previous terminal"),
        {ctrlShift(Qt::Key_Tab), ctrlShift(Qt::Key_Backtab), QKeySequence(Qt::CTRL | Qt::Key_PageUp)},
        [this] { goToTab(-1); });
    m_renameAction = addAction(tr("Rename tab…"), {}, [this] { renameTab(m_tabs->currentIndex()); });
}

void TerminalPage::addBroadcastActions()
{
    m_tabBroadcastAction = addAction(tr("Type in all terminals of this tab"), {}, {});
    m_tabBroadcastAction->setCheckable(true);
    connect(m_tabBroadcastAction, &QAction::triggered, this, [this](bool checked) {
        if (TerminalTab *const tab = currentTab()) {
            tab->setBroadcasting(checked);
        }
    });
    m_sharedBroadcastAction = addAction(tr("Type in terminals of several sandboxes"), {}, {});
    m_sharedBroadcastAction->setCheckable(true);
    m_sharedBroadcastAction->setVisible(m_host.shared != nullptr);
    m_sharedBroadcastAction->setToolTip(
        tr("What is typed in one of the terminals for which this is chosen goes to all of them."));
    connect(m_sharedBroadcastAction, &QAction::triggered, this, &TerminalPage::setSharedBroadcast);
}

void TerminalPage::createMenu()
{
    m_menu = new QMenu(this);
    m_menu->setToolTipsVisible(true);
    m_menu->addAction(m_openAction);
    m_profileMenu = m_menu->addMenu(tr("New terminal with"));
    connect(m_profileMenu, &QMenu::aboutToShow, this, &TerminalPage::fillProfiles);
    fillProfiles();
    m_menu->addAction(m_keptAction);
    m_menu->addSeparator();
    m_menu->addActions({m_splitRightAction, m_splitDownAction, m_closeAction});
    m_menu->addSeparator();
    m_menu->addActions({m_tabBroadcastAction, m_sharedBroadcastAction});
    connect(m_menu, &QMenu::aboutToShow, this, &TerminalPage::refreshMenu);

    m_colourMenu = new QMenu(tr("Colour of the tab"), this);
    auto *const group = new QActionGroup(m_colourMenu);
    for (int colour = -1; colour < tabColourCount; ++colour) {
        QAction *const action =
            m_colourMenu->addAction(tabColourIcon(colour), colour < 0 ? tr("None") : tabColourName(colour));
        action->setCheckable(true);
        action->setData(colour);
        group->addAction(action);
    }
    connect(group, &QActionGroup::triggered, this, [this](const QAction *action) {
        if (TerminalTab *const tab = currentTab()) {
            tab->setColour(action->data().toInt());
        }
    });
    m_tabMenu = new QMenu(this);
    m_tabMenu->addAction(m_renameAction);
    m_tabMenu->addMenu(m_colourMenu);
    m_tabMenu->addSeparator();
    m_tabMenu->addActions({m_tabBroadcastAction, m_sharedBroadcastAction, m_closeAction});
    connect(m_tabMenu, &QMenu::aboutToShow, this, &TerminalPage::refreshMenu);
    m_menu->addSeparator();
    m_menu->addAction(m_renameAction);
    m_menu->addMenu(m_colourMenu);
    m_menu->addSeparator();
    addFileActions(m_menu);

    auto *const button = new QToolButton(m_tabs);
    button->setDefaultAction(m_openAction);
    button->setMenu(m_menu);
    button->setPopupMode(QToolButton::MenuButtonPopup);
    button->setAutoRaise(true);
    m_tabs->setCornerWidget(button, Qt::TopRightCorner);
    refreshMenu();
}

void TerminalPage::refreshMenu()
{
    refreshFileActions();
    const TerminalTab *const tab = currentTab();
    TerminalPane *const pane = tab == nullptr ? nullptr : tab->currentPane();
    m_keptAction->setVisible(!m_keeper.isEmpty());
    m_keptAction->setText(
        tr("New terminal that outlives its connection (%1)", "the program that does it").arg(m_keeper));
    m_keptAction->setToolTip(
        tr("The shell runs inside %1 in the sandbox. When the connection breaks, or this "
           "program is closed, it goes on, and is found again. It ends when its terminal "
           "is closed here.")
            .arg(m_keeper));
    m_renameAction->setEnabled(tab != nullptr);
    m_colourMenu->setEnabled(tab != nullptr);
    for (QAction *const action : m_colourMenu->actions()) {
        action->setChecked(tab != nullptr && action->data().toInt() == tab->colour());
    }
    m_tabBroadcastAction->setEnabled(tab != nullptr && (tab->isBroadcasting() || tab->panes().size() > 1));
    m_tabBroadcastAction->setChecked(tab != nullptr && tab->isBroadcasting());
    m_sharedBroadcastAction->setEnabled(pane != nullptr);
    m_sharedBroadcastAction->setChecked(
        pane != nullptr && m_host.shared != nullptr && m_host.shared->contains(&pane->session()));
}

void TerminalPage::split(Qt::Orientation orientation)
{
    TerminalTab *const tab = currentTab();
    if (tab == nullptr || tab->currentPane() == nullptr) {
        openTerminal();
        return;
    }
    Setup setup = setupOf(tab->currentPane()->setup().profileId, {});
    const auto directory = tab->currentPane()->session().terminal().directory();
    if (!directory.empty() && directory.find('\0') == std::string::npos) {
        setup.order.directory = QString::fromStdString(directory); // One goes on where one is.
    }
    if (TerminalPane *const pane = tab->addPane(setup, orientation)) {
        pane->setFocus();
    }
}

void TerminalPage::goToTab(int step)
{
    const int count = m_tabs->count();
    if (count > 1) {
        m_tabs->setCurrentIndex((m_tabs->currentIndex() + step + count) % count);
    }
}

void TerminalPage::showTabMenu(const QPoint &point)
{
    const int index = m_tabs->tabBar()->tabAt(point);
    if (index >= 0) {
        m_tabs->setCurrentIndex(index); // What the menu does, it does to the tab in front.
        m_tabMenu->popup(m_tabs->tabBar()->mapToGlobal(point));
    }
}

void TerminalPage::renameTab(int index)
{
    TerminalTab *const tab = tabAt(index);
    if (tab == nullptr) {
        return;
    }
    auto *const dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Rename tab"));
    dialog->setLabelText(tr("Name of the tab. Without one it shows what the program in it calls itself:"));
    dialog->setTextValue(tab->name());
    connect(dialog, &QInputDialog::textValueSelected, tab, [tab](const QString &name) {
        tab->setName(name.simplified().left(longestName));
    });
    dialog->open();
}

void TerminalPage::setSharedBroadcast(bool joins)
{
    TerminalTab *const tab = currentTab();
    TerminalPane *const pane = tab == nullptr ? nullptr : tab->currentPane();
    if (pane == nullptr || m_host.shared == nullptr) {
        return;
    }
    if (!joins) {
        m_host.shared->remove(&pane->session());
        return;
    }
    tab->setBroadcasting(false); // One group at a time, so that nothing arrives twice.
    m_host.shared->add(&pane->session(), m_host.sandboxName ? m_host.sandboxName() : QString());
}

} // namespace Koyeb::Desktop
