// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/creationpage.h"

#include "common/card.h"
#include "common/errorbanner.h"
#include "common/headings.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "common/statusface.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int largestWidth = 560;

/// The words of what failed where it ran say more than that it did.
[[nodiscard]] bool speaksForItself(const Error &error)
{
    return error.kind == ErrorKind::Rejected && !error.message.isEmpty();
}

} // namespace

CreationPage::CreationPage(const SandboxOptions &options, QWidget *parent)
    : QWidget(parent),
      m_banner(new ErrorBanner(this)),
      m_leftoverText(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_delete(new QPushButton(this)),
      m_retry(new QPushButton(tr("Create again…"), this)),
      m_dismiss(new QPushButton(tr("Dismiss"), this))
{
    m_banner->setRetryOffered(false);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Creating the sandbox"));
    m_leftoverText->setWordWrap(true);
    m_leftoverText->hide();
    m_delete->hide();
    m_retry->hide();
    m_dismiss->hide();
    createLayout(options);
    connect(m_delete, &QPushButton::clicked, this, &CreationPage::deletionRequested);
    connect(m_retry, &QPushButton::clicked, this, &CreationPage::retryRequested);
    connect(m_dismiss, &QPushButton::clicked, this, &CreationPage::dismissRequested);
    showPhase(SandboxCreation::Phase::CreatingApp, DeploymentStatus::Unknown);
}

void CreationPage::createLayout(const SandboxOptions &options)
{
    auto *card = new Card(this);
    card->setMaximumWidth(largestWidth);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(Spacing::normal);
    grid->setVerticalSpacing(Spacing::normal);
    grid->setColumnStretch(1, 1);
    for (int i = 0; i < StepCount; ++i) {
        m_steps[i] = {new IconLabel(u"pending"_s, 18, card), new QLabel(card)};
        grid->addWidget(m_steps[i].icon, i, 0);
        grid->addWidget(m_steps[i].text, i, 1);
    }
    auto *title = createPageTitle(tr("Creating “%1”").arg(options.name), card);
    title->setTextFormat(Qt::PlainText);
    auto *facts = new MutedLabel(
        QStringList{options.region, options.instanceType, options.image}.join(u"  ·  "_s), card);
    facts->setTextFormat(Qt::PlainText);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_delete);
    buttons->addStretch();
    buttons->addWidget(m_dismiss);
    buttons->addWidget(m_retry);
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::page);
    inside->setSpacing(Spacing::normal);
    inside->addWidget(title);
    inside->addWidget(facts);
    inside->addSpacing(Spacing::close);
    inside->addLayout(grid);
    inside->addWidget(m_progress);
    inside->addWidget(m_leftoverText);
    inside->addLayout(buttons);

    auto *centre = new QHBoxLayout;
    centre->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::page);
    centre->addStretch(1);
    centre->addWidget(card, 4);
    centre->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_banner);
    column->addStretch(1);
    column->addLayout(centre);
    column->addStretch(2);
}

void CreationPage::showPhase(SandboxCreation::Phase phase, DeploymentStatus deployment)
{
    using Phase = SandboxCreation::Phase;
    switch (phase) {
    case Phase::Idle:
    case Phase::CreatingApp:
        m_current = AppStep;
        break;
    case Phase::CreatingService:
        m_current = ServiceStep;
        break;
    case Phase::Deploying:
        m_current = DeploymentStep;
        break;
    case Phase::WaitingForExecutor:
        m_current = ExecutorStep;
        break;
    case Phase::Ready:
        m_current = StepCount;
        break;
    case Phase::Failed:
        return; // showFailure() follows.
    }
    m_steps[AppStep].text->setText(tr("Create an app for it"));
    m_steps[ServiceStep].text->setText(tr("Create the sandbox"));
    m_steps[DeploymentStep].text->setText(
        m_current == DeploymentStep && deployment != DeploymentStatus::Unknown
            ? tr("Start it: %1", "status of the deployment").arg(statusFace(deployment).word)
            : tr("Start it"));
    m_steps[ExecutorStep].text->setText(tr("Wait until it answers"));
    showSteps(m_current, u"status-moving"_s);
}

void CreationPage::showSteps(int current, const QString &iconOfCurrent)
{
    for (int i = 0; i < StepCount; ++i) {
        const Tone tone = i < current ? Tone::Good : i > current ? Tone::Muted : Tone::Moving;
        const QString icon = i < current ? u"check"_s : i > current ? u"pending"_s : iconOfCurrent;
        const bool hasFailed = i == current && iconOfCurrent == "error"_L1;
        m_steps[i].icon->setIcon(themedIcon(icon, hasFailed ? Tone::Bad : tone));
        auto font = m_steps[i].text->font();
        font.setBold(i == current);
        m_steps[i].text->setFont(font);
        m_steps[i].text->setAccessibleDescription(
            i < current   ? tr("Done")
            : hasFailed   ? tr("Failed")
            : i > current ? tr("Not begun")
                          : tr("Under way"));
    }
}

void CreationPage::showFailure(const Error &error, Leftover leftover)
{
    m_leftover = leftover;
    if (m_current == DeploymentStep) {
        // Rather than the last state that was seen on the way.
        m_steps[DeploymentStep].text->setText(tr("Start it: failed"));
    }
    showSteps(m_current, u"error"_s);
    m_progress->setAccessibleName(tr("Deleting what is left"));
    if (speaksForItself(error)) {
        m_banner->showMessage(
            tr("The sandbox could not be started: %1", "the server's words").arg(error.message));
    } else {
        m_banner->showError(
            leftover == Leftover::Exists ? tr("The sandbox was created, but it does not work.")
                                         : tr("The sandbox could not be created."),
            error);
    }
    setIdle(true);
    showLeftover();
    m_dismiss->show();
    m_retry->show();
    m_retry->setFocus();
}

void CreationPage::showLeftover()
{
    switch (m_leftover) {
    case Leftover::None:
        m_leftoverText->setText(tr("Nothing of it is left."));
        break;
    case Leftover::Unknown:
        m_leftoverText->setText(
            tr("It may exist all the same: the server's answers were lost. “Clean up” looks for it, and for "
               "the app that was made for it, and deletes what it finds."));
        m_delete->setText(tr("Clean up"));
        break;
    case Leftover::Exists:
        m_leftoverText->setText(
            tr("It exists, and stays until it is deleted. Dismissed, it is in the list with the others."));
        m_delete->setText(tr("Delete…"));
        break;
    }
    m_leftoverText->show();
    m_delete->setVisible(m_leftover != Leftover::None);
}

void CreationPage::showDeletion()
{
    setIdle(false);
}

void CreationPage::showDeletionFailure(const Error &error)
{
    m_banner->showError(tr("What is left of the sandbox could not be deleted."), error);
    setIdle(true);
}

void CreationPage::setIdle(bool idle)
{
    m_progress->setVisible(!idle);
    for (auto *button : {m_delete, m_dismiss, m_retry}) {
        button->setEnabled(idle);
    }
}

} // namespace Koyeb::Desktop
