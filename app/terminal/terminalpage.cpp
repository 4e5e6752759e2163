// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpage.h"

#include "common/emptystate.h"
#include "common/icons.h"
#include "terminal/tabcolours.h"
#include "terminal/terminalpreferences.h"
#include "terminal/terminalview.h"

#include <QApplication>
#include <QFocusEvent>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QUuid>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int longestTitle = 40; ///< Of a tab, in characters; the tool tip has all of it.
constexpr auto numberProperty = "terminalNumber";
constexpr auto bellProperty = "bellRang";
constexpr std::chrono::seconds quietTime{5}; ///< Between two messages of programs outside of the window.

/// Tabs take an ampersand for a mnemonic; a title of a program is only text.
[[nodiscard]] QString tabText(const QString &title)
{
    QString text = title.size() > longestTitle ? title.left(longestTitle) + u'…' : title;
    return text.replace(u'&', QStringLiteral("&&"));
}

} // namespace

TerminalPage::TerminalPage(const TerminalHost &host, QWidget *parent)
    : QWidget(parent),
      m_host(host),
      m_profiles(host.settings),
      m_layouts(host.settings),
      m_stack(new QStackedWidget(this)),
      m_tabs(new QTabWidget(m_stack)),
      m_empty(new EmptyState(m_stack))
{
    m_keepTimer.setSingleShot(true);
    m_keepTimer.setInterval(std::chrono::seconds(1));
    connect(&m_keepTimer, &QTimer::timeout, this, &TerminalPage::keepLayout);
    createLayout();
    createActions();
}

TerminalPage::~TerminalPage()
{
    if (m_wasShown) {
        keepLayout(); // With the sizes as they are now.
    }
    m_tabs->disconnect(this);
}

void TerminalPage::createLayout()
{
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    m_tabs->tabBar()->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tabs->setElideMode(Qt::ElideRight);
    m_stack->addWidget(m_tabs);
    m_empty->setContent(
        {.iconName = QStringLiteral("terminal"),
         .title = tr("No terminal is open"),
         .explanation = tr("A terminal runs a shell in this sandbox."),
         .actionText = tr("New terminal")});
    m_stack->addWidget(m_empty);
    connect(m_empty, &EmptyState::actionRequested, this, &TerminalPage::openTerminal);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &TerminalPage::closeTab);
    connect(m_tabs, &QTabWidget::currentChanged, this, &TerminalPage::presentCurrent);
    connect(m_tabs, &QTabWidget::currentChanged, &m_keepTimer, qOverload<>(&QTimer::start));
    connect(m_tabs->tabBar(), &QTabBar::tabMoved, &m_keepTimer, qOverload<>(&QTimer::start));
    connect(m_tabs->tabBar(), &QTabBar::tabBarDoubleClicked, this, &TerminalPage::renameTab);
    connect(m_tabs->tabBar(), &QWidget::customContextMenuRequested, this, &TerminalPage::showTabMenu);
}

int TerminalPage::terminalCount() const
{
    return m_tabs->count();
}

TerminalTab *TerminalPage::tabAt(int index) const
{
    return qobject_cast<TerminalTab *>(m_tabs->widget(index));
}

TerminalTab *TerminalPage::currentTab() const
{
    return tabAt(m_tabs->currentIndex());
}

QList<TerminalPane *> TerminalPage::allPanes() const
{
    QList<TerminalPane *> panes;
    for (int index = 0; index < m_tabs->count(); ++index) {
        panes += tabAt(index)->panes();
    }
    return panes;
}

void TerminalPage::setSandboxSleep(SandboxSleep sleep)
{
    m_sleep = sleep;
    for (TerminalPane *const pane : allPanes()) {
        pane->setSandboxSleep(sleep);
    }
}

void TerminalPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_wasShown) {
        m_wasShown = true;
        if (!restoreLayout()) {
            openTerminal();
        }
    }
    unmarkBell();
}

// One comes to this page to type.
void TerminalPage::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (QWidget *const tab = m_tabs->currentWidget()) {
        tab->setFocus(event->reason());
    } else if (m_stack->currentWidget() == m_empty) {
        m_empty->setFocus(event->reason());
    }
}

TerminalPage::Setup TerminalPage::setupOf(const QString &profileId, const QString &keptName) const
{
    const TerminalProfile profile = m_profiles.profile(profileId);
    Setup setup;
    setup.profileId = profile.id;
    setup.order = {
        .commandLine = profile.commandLine,
        .directory = profile.directory,
        .environment = profile.environment,
        .keptName = keptName};
    // Suites that test terminals look at the screen by them. No sandbox can set it.
    setup.screen.allowsChecksums = qEnvironmentVariableIntValue("KOYEB_DESKTOP_TERMINAL_CHECKSUMS") == 1;
    setup.screen.ambiguousIsWide = m_preferences != nullptr && m_preferences->isAmbiguousWide();
    setup.screen.scrollbackLines = static_cast<std::size_t>(profile.scrollbackLines);
    setup.fontFamily = profile.fontFamily;
    setup.fontSize = profile.fontSize;
    return setup;
}

TerminalTab::Codec TerminalPage::codec() const
{
    return {
        .write =
            [](const Setup &setup) {
                if (setup.recording) {
                    return QJsonObject(); // It was for once.
                }
                return QJsonObject{{u"profile"_s, setup.profileId}, {u"kept"_s, setup.order.keptName}};
            },
        .read =
            [this](const QJsonObject &json) {
                return setupOf(json.value(u"profile"_s).toString(), json.value(u"kept"_s).toString());
            }};
}

TerminalTab *TerminalPage::addTab()
{
    const auto makePane = [this](const Setup &setup, QWidget *parent) {
        return new TerminalPane(m_host, setup, parent);
    };
    auto *const tab = new TerminalTab(makePane, m_host.shared, m_tabs);
    tab->setProperty(numberProperty, ++m_opened);
    connect(tab, &TerminalTab::paneAdded, this, [this, tab](TerminalPane *pane) { followPane(tab, pane); });
    connect(tab, &TerminalTab::currentPaneChanged, this, [this, tab] {
        showTitle(tab);
        refreshMenu();
    });
    connect(tab, &TerminalTab::emptied, this, [this, tab] { removeTab(tab); });
    connect(tab, &TerminalTab::changed, this, [this, tab] {
        showTitle(tab);
        showTabIcon(tab);
        refreshMenu();
        m_keepTimer.start();
    });
    return tab;
}

void TerminalPage::openTerminal()
{
    openTab(setupOf(m_profiles.usualId(), {}));
}

void TerminalPage::openKeptTerminal()
{
    constexpr qsizetype digits = 12;
    openTab(
        setupOf(m_profiles.usualId(), "koyeb-"_L1 + QUuid::createUuid().toString(QUuid::Id128).left(digits)));
}

void TerminalPage::openTab(const Setup &setup)
{
    if (!m_wasShown) {
        m_wasShown = true;
        (void)restoreLayout();
    }
    TerminalTab *const tab = addTab();
    tab->addPane(setup);
    const int index = m_tabs->addTab(tab, QString());
    m_stack->setCurrentWidget(m_tabs);
    m_tabs->setCurrentIndex(index);
    showTitle(tab);
    tab->setFocus();
    if (m_tabs->count() == 1) {
        Q_EMIT emptinessChanged();
    }
}

void TerminalPage::followPane(TerminalTab *tab, TerminalPane *pane)
{
    pane->setSandboxSleep(m_sleep);
    connect(pane, &TerminalPane::wakeRequested, this, &TerminalPage::wakeRequested);
    TerminalSession *const session = &pane->session();
    connect(session, &TerminalSession::titleChanged, tab, [this, tab] { showTitle(tab); });
    connect(session, &TerminalSession::bellRang, tab, [this, tab] { markBell(tab); });
    connect(&pane->view(), &TerminalView::notified, tab, [this, tab](const QString &text) {
        tellOutside(tab, text);
    });
    connect(session, &TerminalSession::stateChanged, this, [this](TerminalSession::State state) {
        if (state == TerminalSession::State::Running) {
            findKeeper();
        } else if (state == TerminalSession::State::Failed) {
            Q_EMIT connectionFailed();
        }
    });
    connect(&pane->view(), &TerminalView::filesDropped, this, [this, session](const auto &sources) {
        Q_EMIT filesDropped(session->processMark(), sources);
    });
    connect(
        &pane->view(), &TerminalView::sandboxFilesDropped, this,
        [this, session](const QString &sandboxId, const auto &paths) {
            Q_EMIT sandboxFilesDropped(session->processMark(), sandboxId, paths);
        });
    if (m_preferences != nullptr) {
        pane->view().setPreferences(m_preferences);
    }
    pane->view().installEventFilter(this);
    pane->view().addActions({m_splitRightAction, m_splitDownAction, m_closeAction});
}

/// Keys of a program would be its own; those of our actions are not.
bool TerminalPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const QKeySequence sequence(static_cast<QKeyEvent *>(event)->keyCombination());
        for (const QAction *const action : actions()) {
            if (action->isEnabled() && action->shortcuts().contains(sequence)) {
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

void TerminalPage::insertPaths(const QByteArray &mark, const QList<QByteArray> &paths)
{
    for (TerminalPane *const pane : allPanes()) {
        if (!mark.isEmpty() && pane->session().processMark() == mark) {
            pane->session().insertPaths(paths);
        }
    }
}

void TerminalPage::closeCurrentTerminal()
{
    TerminalTab *const tab = currentTab();
    if (tab != nullptr && tab->currentPane() != nullptr) {
        closePane(tab, tab->currentPane());
    }
}

/// A shell that was kept alive for its terminal has no use without it.
void TerminalPage::closePane(TerminalTab *tab, TerminalPane *pane)
{
    const QString &keptName = pane->setup().order.keptName;
    if (!keptName.isEmpty() && m_host.runScript) {
        m_host.runScript(endKeptShellScript(keptName), this, [](const QByteArray &) {});
    }
    tab->closePane(pane);
}

void TerminalPage::closeTab(int index)
{
    if (TerminalTab *const tab = tabAt(index)) {
        for (TerminalPane *const pane : tab->panes()) {
            closePane(tab, pane);
        }
    }
}

void TerminalPage::removeTab(TerminalTab *tab)
{
    m_tabs->removeTab(m_tabs->indexOf(tab));
    tab->deleteLater(); // The button that asked for it may be inside.
    m_keepTimer.start();
    if (m_tabs->count() == 0) {
        m_stack->setCurrentWidget(m_empty);
        m_empty->setFocus();
        Q_EMIT emptinessChanged();
    }
}

QString TerminalPage::titleOf(const TerminalTab *tab) const
{
    if (!tab->name().isEmpty()) {
        return tab->name();
    }
    TerminalPane *const pane = tab->currentPane();
    const auto title =
        pane == nullptr ? QString() : QString::fromStdString(pane->session().terminal().title());
    return title.isEmpty() ? tr("Terminal %1").arg(tab->property(numberProperty).toInt()) : title;
}

void TerminalPage::showTitle(TerminalTab *tab)
{
    const int index = m_tabs->indexOf(tab);
    if (index < 0) {
        return;
    }
    const QString title = titleOf(tab);
    const bool isRecording = isRecorded(tab);
    m_tabs->setTabText(index, isRecording ? u"● "_s + tabText(title) : tabText(title));
    m_tabs->setTabToolTip(index, (isRecording ? tr("%1 (recording)").arg(title) : title).toHtmlEscaped());
    if (index == m_tabs->currentIndex()) {
        Q_EMIT titleChanged(title);
    }
}

void TerminalPage::showTabIcon(TerminalTab *tab)
{
    const int index = m_tabs->indexOf(tab);
    const bool rang = tab->property(bellProperty).toBool();
    m_tabs->setTabIcon(
        index, rang ? themedIcon(QStringLiteral("info"), Tone::Warning) : tabColourIcon(tab->colour()));
}

void TerminalPage::markBell(TerminalTab *tab)
{
    if (!isInSight(tab)) {
        tab->setProperty(bellProperty, true);
        showTabIcon(tab);
        QApplication::alert(this);
    }
    Q_EMIT bellRang();
}

/// Where nobody would see a mark in the tab that is in front.
bool TerminalPage::isInSight(const TerminalTab *tab) const
{
    return tab == currentTab() && isVisible() && isActiveWindow();
}

/// Whoever looks at a tab needs no mark on it.
void TerminalPage::unmarkBell()
{
    TerminalTab *const tab = currentTab();
    if (tab != nullptr && isInSight(tab) && tab->property(bellProperty).toBool()) {
        tab->setProperty(bellProperty, false);
        showTabIcon(tab);
    }
}

bool TerminalPage::event(QEvent *event)
{
    const bool isTaken = QWidget::event(event);
    if (event->type() == QEvent::WindowActivate) { // Of the window that it is in.
        unmarkBell();
    }
    return isTaken;
}

/// What a program says that nobody looks at; one that says much is not heard all the time.
void TerminalPage::tellOutside(const TerminalTab *tab, const QString &text)
{
    const auto now = m_host.clock->now();
    if (!isInSight(tab) && (!m_toldAt || now - *m_toldAt >= quietTime)) {
        m_toldAt = now;
        Q_EMIT notified(text);
    }
}

void TerminalPage::presentCurrent(int index)
{
    refreshMenu();
    if (TerminalTab *const tab = tabAt(index)) {
        unmarkBell();
        tab->setFocus();
        Q_EMIT titleChanged(titleOf(tab));
    }
}

bool TerminalPage::restoreLayout()
{
    const QJsonArray tabs = m_layouts.layout(m_host.sandboxId);
    int current = 0;
    for (const auto &value : tabs) {
        TerminalTab *const tab = addTab();
        if (!tab->restoreLayout(value.toObject(), codec())) {
            delete tab;
            continue;
        }
        const int index = m_tabs->addTab(tab, QString());
        current = value.toObject().value(u"current"_s).toBool() ? index : current;
        showTitle(tab);
        showTabIcon(tab);
    }
    if (m_tabs->count() > 0) {
        m_tabs->setCurrentIndex(current);
        m_stack->setCurrentWidget(m_tabs);
        Q_EMIT emptinessChanged();
    }
    return m_tabs->count() > 0;
}

void TerminalPage::keepLayout()
{
    QJsonArray tabs;
    for (int index = 0; index < m_tabs->count(); ++index) {
        QJsonObject tab = tabAt(index)->layoutJson(codec());
        if (index == m_tabs->currentIndex()) {
            tab.insert(u"current"_s, true);
        }
        tabs.append(tab);
    }
    m_layouts.setLayout(m_host.sandboxId, tabs);
}

void TerminalPage::findKeeper()
{
    if (!m_host.runScript || std::exchange(m_hasSoughtKeeper, true)) {
        return;
    }
    m_host.runScript(findKeeperScript(), this, [this](const QByteArray &output) {
        m_keeper = QString::fromLatin1(output.trimmed());
        refreshMenu();
    });
}

} // namespace Koyeb::Desktop
