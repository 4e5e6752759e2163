// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandboxcreation.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace Koyeb::Desktop {

class ErrorBanner;
class IconLabel;

/// A sandbox on its way: each step of its creation, and what to do when one fails.
class CreationPage : public QWidget {
    Q_OBJECT

public:
    explicit CreationPage(const SandboxOptions &options, QWidget *parent = nullptr);

    void showPhase(SandboxCreation::Phase phase, DeploymentStatus deployment);
    void showFailure(const Error &error, Leftover leftover);
    /// What was left is being deleted.
    void showDeletion();
    void showDeletionFailure(const Error &error);

Q_SIGNALS:
    /// What was left is to go: the sandbox, or what there may be of it.
    void deletionRequested();
    /// The form is wanted again, filled with the same options.
    void retryRequested();
    /// The page has served.
    void dismissRequested();

private:
    struct Step {
        IconLabel *icon = nullptr;
        QLabel *text = nullptr;
    };
    enum StepIndex { AppStep, ServiceStep, DeploymentStep, ExecutorStep, StepCount };

    void createLayout(const SandboxOptions &options);
    void showLeftover();
    void setIdle(bool idle);
    void showSteps(int current, const QString &iconOfCurrent);

    int m_current = AppStep;
    Leftover m_leftover = Leftover::None;
    Step m_steps[StepCount];
    ErrorBanner *m_banner;
    QLabel *m_leftoverText;
    QProgressBar *m_progress;
    QPushButton *m_delete;
    QPushButton *m_retry;
    QPushButton *m_dismiss;
};

} // namespace Koyeb::Desktop
