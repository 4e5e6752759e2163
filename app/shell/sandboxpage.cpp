// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/sandboxpage.h"

#include "common/card.h"
#include "common/errorbanner.h"
#include "common/headings.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "common/statusface.h"
#include "files/filespage.h"
#include "ports/portspage.h"
#include "sandbox/accountsession.h"
#include "sandboxes/overviewpage.h"
#include "terminal/execlink.h"
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

/// Whether there is, or after waking will be, an executor to talk to.
[[nodiscard]] bool isReachable(const SandboxRecord &record)
{
    switch (record.deploymentStatus) {
    case DeploymentStatus::Healthy:
    case DeploymentStatus::Degraded:
    case DeploymentStatus::Sleeping:
        return true;
    case DeploymentStatus::Unknown:
        return record.serviceStatus == ServiceStatus::Healthy ||
               record.serviceStatus == ServiceStatus::Degraded;
    default:
        return false;
    }
}

} // namespace

SandboxPage::SandboxPage(AccountSession &session, const SandboxRecord &record, QWidget *parent)
    : QWidget(parent), m_session(session), m_record(record)
{
    createHeader();
    createTabs();
    createLayout();
    connect(m_banner, &ErrorBanner::retryRequested, this, [this] {
        m_reachedDeployment.clear();
        followDeployment();
    });
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
    const auto makeLink = [this](QObject *parent) -> TerminalLink * {
        std::unique_ptr<ExecChannel> channel(m_session.createExecChannel(nullptr));
        return new ExecLink(std::move(channel), m_record.id, parent);
    };
    m_terminals = new TerminalPage(makeLink, m_tabs);
    m_files = new FilesPage(m_tabs);
    m_ports = new PortsPage(m_tabs);
    m_tabs->addTab(m_overview, themedIcon(u"overview"_s), tr("Overview"));
    m_tabs->addTab(m_terminals, themedIcon(u"terminal"_s), tr("Terminal"));
    m_tabs->addTab(m_files, themedIcon(u"files"_s), tr("Files"));
    m_tabs->addTab(m_ports, themedIcon(u"ports"_s), tr("Ports"));
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
    showHeader();
    m_overview->setRecord(record);
    followDeployment();
}

void SandboxPage::setBeingDeleted(bool beingDeleted)
{
    m_beingDeleted = beingDeleted;
    m_deleteButton->setEnabled(!beingDeleted);
    m_tabs->setEnabled(!beingDeleted);
    showHeader();
    followDeployment();
}

void SandboxPage::showHeader()
{
    const auto face = m_beingDeleted ? statusFace(ServiceStatus::Deleting)
                                     : sandboxFace(m_record.serviceStatus, m_record.deploymentStatus);
    m_statusIcon->setIcon(face.icon());
    m_name->setText(m_record.name);
    m_status->setText(face.word);
    m_status->setToolTip(face.sentence);
    QStringList parts{m_record.region, m_record.instanceType, m_record.image};
    parts.removeAll(QString());
    m_summary->setText(parts.join(u"  ·  "_s));
}

void SandboxPage::followDeployment()
{
    if (m_beingDeleted || !isReachable(m_record)) {
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
        m_ports->setSandbox(nullptr);
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
    m_sandbox = std::make_shared<Sandbox>(m_session.clock(), *access);
    m_files->setSandbox(m_sandbox);
    m_ports->setSandbox(m_sandbox);
}

} // namespace Koyeb::Desktop
