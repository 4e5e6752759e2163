// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/overviewpage.h"

#include "common/card.h"
#include "common/headings.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "common/statusface.h"
#include "common/timetext.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int largestWidth = 760;

[[nodiscard]] QString orUnknown(const QString &text)
{
    return text.isEmpty() ? OverviewPage::tr("Not known yet") : text;
}

} // namespace

OverviewPage::OverviewPage(QWidget *parent) : QWidget(parent)
{
    createStatus();
    createFacts();
    auto *content = new QWidget(this);
    content->setMaximumWidth(largestWidth);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(Spacing::section, Spacing::section, Spacing::section, Spacing::section);
    column->setSpacing(Spacing::normal);
    column->addWidget(m_status);
    column->addWidget(m_facts);
    column->addStretch();

    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    scroll->setAccessibleName(tr("Overview"));
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);

    m_minutes.setInterval(std::chrono::minutes(1));
    connect(&m_minutes, &QTimer::timeout, this, &OverviewPage::showTimes);
    m_minutes.start();
}

void OverviewPage::createStatus()
{
    m_status = new Card(this);
    m_statusIcon = new IconLabel(u"status-unknown"_s, 32, m_status);
    m_statusWord = createSectionTitle({}, m_status);
    m_statusSentence = new MutedLabel({}, m_status);
    m_statusSentence->setWordWrap(true);
    m_age = new QLabel(m_status);
    m_age->setWordWrap(true);
    m_messages = new QLabel(m_status);
    m_messages->setTextFormat(Qt::PlainText); // Written by others.
    m_messages->setWordWrap(true);
    m_messages->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);

    m_wake = new QPushButton(tr("Wake"), m_status);
    connect(m_wake, &QPushButton::clicked, this, &OverviewPage::wakeRequested);

    auto *grid = new QGridLayout(m_status);
    grid->setContentsMargins(Spacing::section, Spacing::section, Spacing::section, Spacing::section);
    grid->setHorizontalSpacing(Spacing::normal);
    grid->setVerticalSpacing(Spacing::tight);
    grid->addWidget(m_statusIcon, 0, 0, 2, 1, Qt::AlignTop);
    grid->addWidget(m_statusWord, 0, 1);
    grid->addWidget(m_statusSentence, 1, 1);
    grid->addWidget(m_age, 2, 1);
    grid->addWidget(m_messages, 3, 1);
    grid->addWidget(m_wake, 0, 2, 2, 1, Qt::AlignTop);
    grid->setColumnStretch(1, 1);
}

void OverviewPage::createFacts()
{
    m_facts = new Card(this);
    auto *grid = new QGridLayout(m_facts);
    grid->setContentsMargins(Spacing::section, Spacing::section, Spacing::section, Spacing::section);
    grid->setHorizontalSpacing(Spacing::section);
    grid->setVerticalSpacing(Spacing::normal);
    grid->setColumnStretch(1, 1);
    m_image = addFact(grid, tr("Image"));
    m_region = addFact(grid, tr("Region"));
    m_instanceType = addFact(grid, tr("Instance type"));
    m_sleep = addFact(grid, tr("Sleep"));
    m_created = addFact(grid, tr("Created"));
    m_updated = addFact(grid, tr("Changed"));
    m_app = addFact(grid, tr("App"));
    m_id = addId(grid, tr("Sandbox ID"));
    m_deployment = addId(grid, tr("Deployment ID"));
}

QLabel *OverviewPage::addFact(QGridLayout *grid, const QString &title)
{
    const int row = grid->rowCount();
    auto *name = new MutedLabel(title, m_facts);
    auto *value = new QLabel(m_facts);
    value->setTextFormat(Qt::PlainText);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    value->setAccessibleName(title);
    value->setWordWrap(true);
    name->setBuddy(value);
    grid->addWidget(name, row, 0);
    grid->addWidget(value, row, 1);
    return value;
}

QLabel *OverviewPage::addId(QGridLayout *grid, const QString &title)
{
    auto *value = addFact(grid, title);
    auto *copy = new QToolButton(m_facts);
    copy->setIcon(themedIcon(u"copy"_s));
    copy->setAutoRaise(true);
    copy->setToolTip(tr("Copy"));
    copy->setAccessibleName(tr("Copy %1", "title of an id").arg(title));
    connect(
        copy, &QToolButton::clicked, this, [value] { QGuiApplication::clipboard()->setText(value->text()); });
    grid->addWidget(copy, grid->rowCount() - 1, 2);
    return value;
}

void OverviewPage::setRecord(const SandboxRecord &record)
{
    m_record = record;
    showStatus();
    m_image->setText(orUnknown(record.image));
    m_region->setText(orUnknown(record.region));
    m_instanceType->setText(orUnknown(record.instanceType));
    m_app->setText(orUnknown(record.appName));
    m_id->setText(record.id);
    m_deployment->setText(orUnknown(record.deploymentId));
    const bool sleeps = record.deepSleepSeconds > 0;
    m_sleep->setText(
        record.image.isEmpty() ? orUnknown({})
        : sleeps               ? tr("After %1 without a request", "length of time")
                       .arg(durationText(std::chrono::seconds(record.deepSleepSeconds)))
                 : tr("Never"));
    showTimes();
}

void OverviewPage::setCircumstances(const SandboxCircumstances &circumstances)
{
    m_circumstances = circumstances;
    showStatus();
    showTimes();
}

void OverviewPage::showStatus()
{
    const auto face = sandboxFace(m_record, m_circumstances);
    m_statusIcon->setIcon(face.icon());
    m_statusWord->setText(face.word);
    m_statusSentence->setText(face.sentence);
    m_messages->setText(m_record.messages.join(u'\n'));
    // They are about what it was like to run.
    m_messages->setVisible(!m_record.messages.isEmpty() && !isGoing(m_record, m_circumstances));
    m_wake->setVisible(isAsleep(m_record, m_circumstances) && !isGoing(m_record, m_circumstances));
    m_wake->setEnabled(m_circumstances.waking == SandboxCircumstances::Waking::No);
}

void OverviewPage::showTimes()
{
    const auto now = QDateTime::currentDateTimeUtc();
    const auto &asOf = m_circumstances.outdatedAsOf;
    m_age->setVisible(asOf.isValid());
    m_age->setText(tr("The server cannot be asked now. What is shown is old: %1.", "as of 3 minutes ago")
                       .arg(ageText(asOf, now)));
    m_age->setToolTip(exactTime(asOf));
    m_created->setText(orUnknown(relativeTime(m_record.createdAt, now)));
    m_created->setToolTip(exactTime(m_record.createdAt));
    m_updated->setText(orUnknown(relativeTime(m_record.updatedAt, now)));
    m_updated->setToolTip(exactTime(m_record.updatedAt));
}

} // namespace Koyeb::Desktop
