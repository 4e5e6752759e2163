// SPDX-License-Identifier: GPL-3.0-or-later
#include "ports/portspage.h"

#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/icons.h"
#include "common/spacing.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QToolBar>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

PortsPage::PortsPage(QWidget *parent)
    : QWidget(parent),
      m_banner(new ErrorBanner(this)),
      m_list(new QTreeView(this)),
      m_face(new EmptyState(m_list->viewport())),
      m_status(new QLabel(this)),
      m_progress(new QProgressBar(this))
{
    createActions();
    createLayout();
    connectModels();
    showState();
    showFace();
}

PortsPage::~PortsPage() = default;

void PortsPage::setSandbox(std::shared_ptr<Sandbox> sandbox)
{
    const QString id = sandbox ? sandbox->access().serviceId : m_sandboxId;
    if (id != m_sandboxId) {
        // Questions and failures of another sandbox.
        for (QDialog *question : findChildren<QDialog *>(QString(), Qt::FindDirectChildrenOnly)) {
            question->reject();
        }
        m_banner->hide();
        m_sandboxId = id;
    }
    m_isReachable = sandbox != nullptr;
    m_isListed = false;
    m_ports.setPorts({});
    m_exposure.setSandbox(sandbox);
    m_monitor.setSandbox(std::move(sandbox));
    showFace();
}

void PortsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_monitor.start();
}

void PortsPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_monitor.stop();
}

void PortsPage::createActions()
{
    m_open = new QAction(themedIcon(u"external"_s), tr("Open"), this);
    m_open->setToolTip(tr("Expose the port and open it in the browser"));
    m_copyUrl = new QAction(themedIcon(u"copy"_s), tr("Copy URL"), this);
    m_copyUrl->setToolTip(tr("Copy the address of the exposed port; whoever has it can reach the port"));
    m_unexpose = new QAction(themedIcon(u"remove"_s), tr("Unexpose"), this);
    m_unexpose->setToolTip(tr("Make the port unreachable from outside again"));
    m_stop = new QAction(themedIcon(u"close"_s), tr("Stop waiting"), this);
    connect(m_open, &QAction::triggered, this, &PortsPage::openSelected);
    connect(m_copyUrl, &QAction::triggered, this, &PortsPage::copyUrl);
    connect(m_unexpose, &QAction::triggered, &m_exposure, &PortExposure::unexpose);
    connect(m_stop, &QAction::triggered, &m_exposure, &PortExposure::cancel);
}

void PortsPage::createLayout()
{
    m_list->setModel(&m_ports);
    m_list->setAccessibleName(tr("Ports"));
    setFocusProxy(m_list);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_list->addActions({m_open, m_copyUrl, m_unexpose});
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(PortModel::ProcessColumn, QHeaderView::Stretch);
    const int unit = fontMetrics().horizontalAdvance(u'0');
    m_list->header()->resizeSection(PortModel::PortColumn, 12 * unit);
    m_list->header()->resizeSection(PortModel::ExposedColumn, 16 * unit);
    m_list->header()->resizeSection(PortModel::AddressColumn, 24 * unit);
    auto *overList = new QVBoxLayout(m_list->viewport());
    overList->addWidget(m_face);

    auto *bar = new QToolBar(this);
    bar->setIconSize({18, 18});
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_open, m_copyUrl, m_unexpose});

    m_status->setTextFormat(Qt::PlainText);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, m_status->sizeHint().height());
    m_progress->setAccessibleName(tr("Working in the sandbox"));
    auto *stop = new QToolButton(this);
    stop->setDefaultAction(m_stop);
    stop->setAutoRaise(true);
    connect(m_stop, &QAction::changed, stop, [this, stop] { stop->setVisible(m_stop->isEnabled()); });
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(Spacing::close, 0, Spacing::close, Spacing::tight);
    bottom->addWidget(m_status, 1);
    bottom->addWidget(m_progress);
    bottom->addWidget(stop);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(Spacing::tight);
    column->addWidget(bar);
    column->addWidget(m_banner);
    column->addWidget(m_list, 1);
    column->addLayout(bottom);
}

void PortsPage::connectModels()
{
    connect(&m_monitor, &PortMonitor::listed, this, &PortsPage::showPorts);
    connect(&m_monitor, &PortMonitor::failed, this, [this](const Error &error) {
        m_bannerIsAboutList = true;
        m_banner->setRetryOffered(true);
        m_banner->showError(tr("What listens in the sandbox could not be read."), error);
    });
    connect(&m_exposure, &PortExposure::stateChanged, this, &PortsPage::showState);
    connect(&m_exposure, &PortExposure::failed, this, &PortsPage::showFailure);
    connect(&m_exposure, &PortExposure::answering, this, [this](quint16, const QUrl &url) { openUrl(url); });
    connect(m_banner, &ErrorBanner::retryRequested, this, [this] {
        if (m_bannerIsAboutList) {
            m_monitor.start();
        } else {
            m_exposure.open(m_portToRetry);
        }
    });
    connect(m_list, &QTreeView::activated, this, &PortsPage::openSelected);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PortsPage::showState);
}

void PortsPage::showPorts(const QList<ListeningPort> &ports)
{
    if (std::exchange(m_bannerIsAboutList, false)) {
        m_banner->hide();
    }
    m_isListed = true;
    m_ports.setPorts(ports);
    if (!m_list->currentIndex().isValid() && !ports.isEmpty()) {
        m_list->setCurrentIndex(m_ports.index(0, PortModel::PortColumn));
    }
    showFace();
    showState();
}

void PortsPage::showState()
{
    using State = PortExposure::State;
    const State state = m_exposure.state();
    const quint16 exposed = m_exposure.exposedPort();
    const QString pending = QString::number(m_exposure.pendingPort());
    switch (state) {
    case State::Idle:
        m_status->setText(
            exposed != 0 ? tr("Port %1 is exposed.").arg(QString::number(exposed))
                         : tr("One port at a time can be exposed."));
        break;
    case State::Exposing:
        m_status->setText(tr("Port %1 is being exposed…").arg(pending));
        break;
    case State::WaitingForAnswer:
        m_status->setText(tr("Port %1 is exposed. Waiting until it answers…").arg(pending));
        break;
    case State::Unexposing:
        m_status->setText(tr("Port %1 is being taken back…").arg(pending));
        break;
    }
    m_ports.setExposedPort(exposed);
    m_progress->setVisible(state != State::Idle);
    m_stop->setEnabled(state == State::WaitingForAnswer);
    m_open->setEnabled(state == State::Idle && selectedPort().has_value());
    m_copyUrl->setEnabled(exposed != 0);
    m_unexpose->setEnabled(exposed != 0 && state != State::Exposing && state != State::Unexposing);
}

void PortsPage::showFace()
{
    if (!m_isReachable) {
        m_face->setContent(
            {u"ports"_s,
             tr("The ports cannot be seen now"),
             tr("They can be seen as soon as the sandbox is running and answers."),
             {}});
    } else if (!m_isListed) {
        m_face->setBusy(u"ports"_s, tr("Looking for what listens…"), {});
    } else {
        m_face->setContent(
            {u"ports"_s,
             tr("Nothing listens"),
             tr("Start a server in the terminal, for example “python3 -m http.server”; its port appears "
                "here."),
             {}});
    }
    m_face->setVisible(m_ports.rowCount() == 0);
}

void PortsPage::showFailure(quint16 port, PortExposure::State during, const Error &error)
{
    const QString number = QString::number(port);
    m_bannerIsAboutList = false;
    m_portToRetry = port;
    m_banner->setRetryOffered(during != PortExposure::State::Unexposing);
    switch (during) {
    case PortExposure::State::WaitingForAnswer:
        m_banner->showError(tr("Port %1 is exposed, but it does not answer.").arg(number), error);
        break;
    case PortExposure::State::Unexposing:
        m_banner->showError(tr("Port %1 could not be taken back.").arg(number), error);
        break;
    case PortExposure::State::Exposing:
    case PortExposure::State::Idle:
        m_banner->showError(tr("Port %1 could not be exposed.").arg(number), error);
        break;
    }
}

void PortsPage::openSelected()
{
    const auto port = selectedPort();
    if (!port || m_exposure.state() != PortExposure::State::Idle) {
        return;
    }
    const quint16 exposed = m_exposure.exposedPort();
    if (exposed != 0 && exposed != *port) {
        askBeforeReplacing(exposed, *port);
    } else {
        m_exposure.open(*port);
    }
}

void PortsPage::openUrl(const QUrl &url)
{
    // The address comes from a server; nothing but a web page is opened for it.
    const bool isWeb = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
    m_banner->hide();
    m_bannerIsAboutList = false;
    if (!isWeb || !QDesktopServices::openUrl(url)) {
        m_banner->showMessage(
            tr("The port is exposed, but no browser could be opened. Use “Copy URL” and paste the address "
               "into a browser."));
    }
}

void PortsPage::copyUrl()
{
    QGuiApplication::clipboard()->setText(m_exposure.publicUrl().toString(QUrl::FullyEncoded));
}

void PortsPage::askBeforeReplacing(quint16 exposed, quint16 wanted)
{
    auto *question = new QMessageBox(
        QMessageBox::Question, tr("Expose another port"),
        tr("Port %1 is exposed now, and only one port at a time can be.\nExpose port %2 in its place?")
            .arg(QString::number(exposed), QString::number(wanted)),
        QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    auto *replace =
        question->addButton(tr("Replace port %1").arg(QString::number(exposed)), QMessageBox::AcceptRole);
    connect(replace, &QPushButton::clicked, &m_exposure, [this, wanted] { m_exposure.open(wanted); });
    question->open();
}

std::optional<quint16> PortsPage::selectedPort() const
{
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() ? std::optional(m_ports.port(current.row()).port) : std::nullopt;
}

} // namespace Koyeb::Desktop
