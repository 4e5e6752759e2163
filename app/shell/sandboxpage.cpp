// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/sandboxpage.h"

#include "common/card.h"
#include "common/errorbanner.h"
#include "common/headings.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "common/statusface.h"
#include "common/timetext.h"
#include "editor/editorstrip.h"
#include "files/filespage.h"
#include "ports/portspage.h"
#include "sandbox/accountsession.h"
#include "sandbox/sandboxcontrol.h"
#include "sandboxes/overviewpage.h"
#include "shell/sleepcover.h"
#include "terminal/execlink.h"
#include "terminal/fallbacklink.h"
#include "terminal/lineconsolelink.h"
#include "terminal/terminalpage.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

using Waking = SandboxCircumstances::Waking;

/// Whether there is an executor to talk to.
[[nodiscard]] bool isReachable(const SandboxRecord &record, const SandboxCircumstances &circumstances)
{
    if (isGoing(record, circumstances)) {
        return false;
    }
    switch (record.deploymentStatus) {
    case DeploymentStatus::Healthy:
    case DeploymentStatus::Degraded:
        return true;
    case DeploymentStatus::Sleeping:
        return !isAsleep(record, circumstances);
    case DeploymentStatus::Unknown:
        return record.serviceStatus == ServiceStatus::Healthy ||
               record.serviceStatus == ServiceStatus::Degraded;
    default:
        return false;
    }
}

/// How long transfers let what somebody has typed, and its echo, go first.
constexpr std::chrono::milliseconds echoTime{300};

/// A sandbox outlives the streams of its commands.
[[nodiscard]] LineConsoleLink::MakeStream makeStreamMaker(const std::shared_ptr<Sandbox> &sandbox)
{
    return [sandbox](const Command &command, QObject *parent) {
        CommandStream *const stream = sandbox->executor().stream(command, parent);
        QObject::connect(stream, &QObject::destroyed, [sandbox] {});
        return stream;
    };
}

} // namespace

SandboxPage::SandboxPage(
    AccountSession &session, const SandboxRecord &record, const TerminalHost &terminalHost, QWidget *parent)
    : QWidget(parent), m_session(session), m_record(record), m_terminalHost(terminalHost)
{
    createHeader();
    createTabs();
    createLayout();
    connect(m_banner, &ErrorBanner::retryRequested, this, [this] {
        if (isAsleep(m_record, m_circumstances)) {
            wake();
            return;
        }
        m_reachedDeployment.clear();
        followDeployment();
    });
    m_minutes.setInterval(std::chrono::minutes(1));
    connect(&m_minutes, &QTimer::timeout, this, &SandboxPage::showHeader);
    setRecord(record);
}

SandboxPage::~SandboxPage() = default;

void SandboxPage::createHeader()
{
    m_header = new QWidget(this);
    m_statusIcon = new IconLabel(u"status-unknown"_s, 20, m_header);
    m_name = createPageTitle({}, m_header);
    m_name->setTextFormat(Qt::PlainText);
    m_status = new QLabel(m_header);
    m_age = new MutedLabel({}, m_header);
    m_summary = new MutedLabel({}, m_header);
    m_summary->setTextFormat(Qt::PlainText);

    auto *refresh = new QToolButton(m_header);
    refresh->setIcon(themedIcon(u"refresh"_s));
    refresh->setToolTip(tr("Refresh"));
    refresh->setAccessibleName(tr("Refresh sandbox"));
    refresh->setAutoRaise(true);
    connect(refresh, &QToolButton::clicked, this, &SandboxPage::refreshRequested);
    m_deleteButton = new QToolButton(m_header);
    m_deleteButton->setIcon(themedIcon(u"delete"_s));
    m_deleteButton->setToolTip(tr("Delete…"));
    m_deleteButton->setAccessibleName(tr("Delete sandbox…"));
    m_deleteButton->setAutoRaise(true);
    connect(m_deleteButton, &QToolButton::clicked, this, &SandboxPage::deleteRequested);

    auto *row = new QHBoxLayout(m_header);
    row->setContentsMargins(Spacing::section, Spacing::normal, Spacing::normal, Spacing::close);
    row->setSpacing(Spacing::close);
    row->addWidget(m_statusIcon);
    row->addWidget(m_name);
    row->addWidget(m_status);
    row->addWidget(m_age);
    row->addSpacing(Spacing::normal);
    row->addWidget(m_summary, 1);
    row->addWidget(refresh);
    row->addWidget(m_deleteButton);
}

void SandboxPage::createTabs()
{
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Pages of the sandbox"));
    m_overview = new OverviewPage(m_tabs);
    createTerminals();
    createEditors();
    m_ports = new PortsPage(m_tabs);
    m_tabs->addTab(m_overview, themedIcon(u"overview"_s), tr("Overview"));
    m_covers = {
        addCovered(m_terminals, u"terminal"_s, tr("Terminal")),
        addCovered(m_editors, u"files"_s, tr("Files")), addCovered(m_ports, u"ports"_s, tr("Ports"))};
    connect(m_overview, &OverviewPage::wakeRequested, this, &SandboxPage::wake);
    // Whoever clicks a tab goes on in its page; by keyboard one can still walk along the tabs.
    m_tabs->tabBar()->setFocusPolicy(Qt::TabFocus);
    connect(
        m_tabs, &QTabWidget::tabBarClicked, this,
        [this](int index) {
            if (index >= 0) {
                showTab(static_cast<Tab>(index));
            }
        },
        Qt::QueuedConnection);
    connect(m_tabs, &QTabWidget::currentChanged, this, &SandboxPage::currentTabChanged);
    connect(m_terminals, &TerminalPage::bellRang, this, [this] { markBell(currentTab() != Tab::Terminal); });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (currentTab() == Tab::Terminal) {
            markBell(false);
        }
    });
}

/// On the tab of the terminals, where those have a mark that are not in sight.
void SandboxPage::markBell(bool isMarked)
{
    const auto terminals = static_cast<int>(Tab::Terminal);
    m_tabs->setTabIcon(
        terminals, isMarked ? themedIcon(u"info"_s, Tone::Warning) : themedIcon(u"terminal"_s));
    m_tabs->setTabToolTip(terminals, isMarked ? tr("A bell rang in a terminal") : QString());
}

void SandboxPage::createEditors()
{
    m_files = new FilesPage(m_tabs);
    m_editors = new EditorStrip(m_files, tr("Folders"), m_tabs);
    connect(m_files, &FilesPage::openRequested, m_editors, &EditorStrip::open);
    connect(m_files, &FilesPage::editWithRequested, m_editors, &EditorStrip::requestEditWith);
    connect(m_editors, &EditorStrip::saved, m_files, [this](const QByteArray &path) {
        m_files->refreshIf(remoteParent(path));
    });
    connect(m_editors, &EditorStrip::downloadRequested, m_files, &FilesPage::requestDownload);
}

void SandboxPage::createTerminals()
{
    TerminalHost host = m_terminalHost;
    host.clock = &m_session.clock();
    host.sandboxId = m_record.id;
    host.sandboxName = [this] {
        return m_record.name;
    };
    host.makeLink = [this](const ShellOrder &order, QObject *parent) -> TerminalLink * {
        const auto makeTerminal = [this, &order](QObject *owner) {
            std::unique_ptr<ExecChannel> channel(m_session.createExecChannel(nullptr));
            auto *link = new ExecLink(std::move(channel), m_record.id, order, owner);
            connect(link, &ExecLink::inputSent, this, [this] {
                if (m_sandbox) {
                    m_sandbox->giveWay(echoTime);
                }
            });
            return link;
        };
        const auto makeConsole = [this, order](QObject *owner) -> TerminalLink * {
            return m_sandbox ? new LineConsoleLink(makeStreamMaker(m_sandbox), order, owner) : nullptr;
        };
        return new FallbackLink(makeTerminal, makeConsole, parent);
    };
    host.runScript = [this](const QString &script, QObject *context, const auto &done) {
        if (m_sandbox) {
            runTerminalScript(m_sandbox, script, context, done, m_scriptScope.token());
        }
    };
    m_terminals = new TerminalPage(host, m_tabs);
    connect(m_terminals, &TerminalPage::wakeRequested, this, &SandboxPage::wake);
    connect(m_terminals, &TerminalPage::emptinessChanged, this, &SandboxPage::showCovers);
    connect(m_terminals, &TerminalPage::connectionFailed, this, [this] {
        m_session.store().expectChange(m_record.id); // It may have fallen asleep.
    });
}

/// `sandbox` is kept for as long as the script runs, `context` need not be.
QCoro::Task<void> SandboxPage::runTerminalScript(
    std::shared_ptr<Sandbox> sandbox, QString script, QPointer<QObject> context,
    std::function<void(QByteArray)> done, std::stop_token stop)
{
    const auto result = co_await sandbox->executor().runScript(script, Repeatable::Safely, stop);
    if (result && context) {
        done(result->standardOutput);
    }
}

SleepCover *SandboxPage::addCovered(QWidget *page, const QString &iconName, const QString &title)
{
    auto *cover = new SleepCover(page, m_tabs);
    m_tabs->addTab(cover, themedIcon(iconName), title);
    connect(cover, &SleepCover::wakeRequested, this, &SandboxPage::wake);
    return cover;
}

void SandboxPage::createLayout()
{
    m_banner = new ErrorBanner(this);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    column->addWidget(m_tabs, 1);
}

SandboxPage::Tab SandboxPage::currentTab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

void SandboxPage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
    m_tabs->currentWidget()->setFocus(Qt::ShortcutFocusReason);
}

void SandboxPage::showFailure(const QString &what, const Error &error)
{
    m_banner->showError(what, error);
}

void SandboxPage::setRecord(const SandboxRecord &record)
{
    m_record = record;
    m_overview->setRecord(record);
    if (!Koyeb::isAsleep(record)) {
        m_wakeScope.restart();
        m_circumstances.waking = Waking::No;
    }
    takeCircumstances();
}

void SandboxPage::setBeingDeleted(bool beingDeleted)
{
    m_circumstances.isBeingDeleted = beingDeleted;
    takeCircumstances();
}

void SandboxPage::setOutdated(const QDateTime &asOf)
{
    if (m_circumstances.outdatedAsOf != asOf) {
        m_circumstances.outdatedAsOf = asOf;
        takeCircumstances();
    }
}

void SandboxPage::takeCircumstances()
{
    const bool goes = isGoing(m_record, m_circumstances);
    m_deleteButton->setEnabled(!goes);
    m_tabs->setEnabled(!goes);
    m_overview->setCircumstances(m_circumstances);
    showHeader();
    showCovers();
    followDeployment();
}

void SandboxPage::showHeader()
{
    const auto face = sandboxFace(m_record, m_circumstances);
    const auto &asOf = m_circumstances.outdatedAsOf;
    m_age->setVisible(asOf.isValid());
    m_age->setText(ageText(asOf, QDateTime::currentDateTimeUtc()));
    m_age->setToolTip(exactTime(asOf));
    if (!asOf.isValid()) {
        m_minutes.stop();
    } else if (!m_minutes.isActive()) {
        m_minutes.start();
    }
    m_statusIcon->setIcon(face.icon());
    m_name->setText(m_record.name);
    m_status->setText(face.word);
    m_status->setToolTip(face.sentence);
    QStringList parts{m_record.region, m_record.instanceType, m_record.image};
    parts.removeAll(QString());
    m_summary->setText(parts.join(u"  ·  "_s));
}

void SandboxPage::showCovers()
{
    const bool asleep = isAsleep(m_record, m_circumstances) && !isGoing(m_record, m_circumstances);
    const bool isWaking = m_circumstances.waking == Waking::UnderWay;
    m_terminals->setSandboxSleep(
        !asleep    ? SandboxSleep::Awake
        : isWaking ? SandboxSleep::Waking
                   : SandboxSleep::Asleep);
    for (auto *cover : std::as_const(m_covers)) {
        // Terminals keep in sight what they have shown, and say themselves what they wait for.
        const bool isInUse = cover->page() == m_terminals && m_terminals->terminalCount() > 0;
        if (!asleep || isInUse) {
            cover->showPage();
        } else if (isWaking) {
            cover->showWaking();
        } else {
            cover->showAsleep();
        }
    }
}

void SandboxPage::wake()
{
    if (isAsleep(m_record, m_circumstances) && m_circumstances.waking == Waking::No) {
        m_banner->hide();
        m_circumstances.waking = Waking::UnderWay;
        takeCircumstances();
        runWake(m_wakeScope.token());
    }
}

QCoro::Task<void> SandboxPage::runWake(std::stop_token stop)
{
    SandboxControl control(m_session.api(), m_session.clock(), m_record.id);
    const auto woken = co_await control.wake(SandboxControl::defaultWait, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_circumstances.waking = woken ? Waking::Done : Waking::No;
    takeCircumstances();
    if (woken) {
        m_session.store().expectChange(m_record.id);
    } else {
        m_banner->showError(tr("The sandbox could not be woken."), woken.error());
    }
}

void SandboxPage::followDeployment()
{
    if (!isReachable(m_record, m_circumstances)) {
        leaveSandbox();
        return;
    }
    if (m_record.deploymentId == m_reachedDeployment) {
        return;
    }
    m_scope.restart();
    m_reachedDeployment = m_record.deploymentId;
    reach(m_record.deploymentId, m_scope.token());
}

void SandboxPage::leaveSandbox()
{
    m_scope.restart();
    m_reachedDeployment.clear();
    if (m_sandbox) {
        m_sandbox.reset();
        m_files->setSandbox(nullptr);
        m_editors->setSandbox(nullptr);
        m_ports->setSandbox(nullptr);
        Q_EMIT sandboxChanged();
    }
}

QCoro::Task<void> SandboxPage::reach(QString deploymentId, std::stop_token stop)
{
    const auto access = co_await resolveSandbox(m_session.api(), m_record.id, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!access) {
        m_reachedDeployment.clear(); // The next news of the sandbox is reason to look again.
        m_banner->showError(tr("The way to the sandbox could not be found."), access.error());
        co_return;
    }
    m_banner->hide();
    m_reachedDeployment = deploymentId;
    m_sandbox = m_session.openSandbox(*access);
    m_files->setSandbox(m_sandbox);
    m_editors->setSandbox(m_sandbox);
    m_ports->setSandbox(m_sandbox);
    Q_EMIT sandboxChanged();
}

} // namespace Koyeb::Desktop
