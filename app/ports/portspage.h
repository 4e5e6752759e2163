// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ports/portexposure.h"
#include "ports/portmodel.h"
#include "ports/portmonitor.h"

#include <QWidget>

#include <memory>
#include <optional>

class QAction;
class QLabel;
class QProgressBar;
class QTreeView;

namespace Koyeb::Desktop {

class EmptyState;
class ErrorBanner;

/// What listens in a sandbox, and the way to it from a browser.
class PortsPage : public QWidget {
    Q_OBJECT

public:
    explicit PortsPage(QWidget *parent = nullptr);
    ~PortsPage() override;

    /// Null is "not reachable". The sandbox is asked only while the page is visible.
    void setSandbox(std::shared_ptr<Sandbox> sandbox);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void createActions();
    void createLayout();
    void connectModels();

    void showPorts(const QList<ListeningPort> &ports);
    void showState();
    void showFace();
    void showFailure(quint16 port, PortExposure::State during, const Error &error);
    void openSelected();
    void openUrl(const QUrl &url);
    void copyUrl();
    void askBeforeReplacing(quint16 exposed, quint16 wanted);
    [[nodiscard]] std::optional<quint16> selectedPort() const;

    bool m_isReachable = false;
    bool m_isListed = false; // The model shows an answer of this sandbox.
    QString m_sandboxId;
    PortModel m_ports;
    PortMonitor m_monitor;
    PortExposure m_exposure;
    ErrorBanner *m_banner;
    QTreeView *m_list;
    EmptyState *m_face;
    QLabel *m_status;
    QProgressBar *m_progress;
    QAction *m_open = nullptr;
    QAction *m_copyUrl = nullptr;
    QAction *m_unexpose = nullptr;
    QAction *m_stop = nullptr;
    bool m_bannerIsAboutList = false; // Otherwise about m_portToRetry.
    quint16 m_portToRetry = 0;
};

} // namespace Koyeb::Desktop
