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
    /// `existsAlready`: the sandbox is there, though it does not work.
    void showFailure(const Error &error, bool existsAlready);

Q_SIGNALS:
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
    void showSteps(int current, const QString &iconOfCurrent);

    int m_current = AppStep;
    Step m_steps[StepCount];
    ErrorBanner *m_banner;
    QProgressBar *m_progress;
    QPushButton *m_retry;
    QPushButton *m_dismiss;
};

} // namespace Koyeb::Desktop
