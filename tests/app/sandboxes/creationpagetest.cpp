// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/creationpage.h"

#include "common/errorbanner.h"
#include "widgettext.h"

#include <QProgressBar>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;
using Phase = SandboxCreation::Phase;

class CreationPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        SandboxOptions options;
        options.name = u"<b>demo</b>"_s;
        m_page = std::make_unique<CreationPage>(options);
        m_page->show();
    }

    void saysWhatIsMadeAndOfWhat()
    {
        auto *title = labelWith(*m_page, u"Creating “<b>demo</b>”"_s);
        QVERIFY(title);
        QCOMPARE(title->textFormat(), Qt::PlainText);
        QVERIFY(labelWith(*m_page, u"na  ·  micro  ·  koyeb/sandbox"_s));
    }

    void eachStepIsSaidAsDoneUnderWayOrNotBegun_data()
    {
        QTest::addColumn<Phase>("phase");
        QTest::addColumn<int>("done");
        QTest::newRow("idle") << Phase::Idle << 0;
        QTest::newRow("app") << Phase::CreatingApp << 0;
        QTest::newRow("service") << Phase::CreatingService << 1;
        QTest::newRow("deployment") << Phase::Deploying << 2;
        QTest::newRow("executor") << Phase::WaitingForExecutor << 3;
        QTest::newRow("ready") << Phase::Ready << 4;
    }

    void eachStepIsSaidAsDoneUnderWayOrNotBegun()
    {
        QFETCH(Phase, phase);
        QFETCH(int, done);
        m_page->showPhase(phase, DeploymentStatus::Unknown);
        const QStringList texts{
            u"Create an app for it"_s, u"Create the sandbox"_s, u"Start it"_s, u"Wait until it answers"_s};
        for (int i = 0; i < texts.size(); ++i) {
            auto *step = labelWith(*m_page, texts.at(i));
            QVERIFY2(step, qPrintable(texts.at(i)));
            QCOMPARE(
                step->accessibleDescription(), i < done    ? u"Done"_s
                                               : i == done ? u"Under way"_s
                                                           : u"Not begun"_s);
            QCOMPARE(step->font().bold(), i == done);
        }
    }

    void theDeploymentsStatusIsSaidWhileItStarts()
    {
        m_page->showPhase(Phase::Deploying, DeploymentStatus::Provisioning);
        QVERIFY(labelWith(*m_page, u"Start it: Provisioning"_s));
        m_page->showPhase(Phase::WaitingForExecutor, DeploymentStatus::Healthy);
        QVERIFY(labelWith(*m_page, u"Start it"_s));
    }

    void aFailureNamesTheReasonAndTheStep()
    {
        QVERIFY(!buttonWith(*m_page, u"Dismiss"_s));
        m_page->showPhase(Phase::CreatingService, DeploymentStatus::Unknown);
        m_page->showPhase(Phase::Failed, DeploymentStatus::Unknown);
        m_page->showFailure(Error::of(ErrorKind::Forbidden, u"quota"_s), Leftover::None);
        auto *banner = m_page->findChild<ErrorBanner *>();
        QVERIFY(banner->isVisible());
        QVERIFY2(banner->text().contains(u"could not be created"_s), qPrintable(banner->text()));
        QVERIFY(labelWith(*m_page, u"quota"_s));
        QVERIFY(!m_page->findChild<QProgressBar *>()->isVisible());
        const auto labels = m_page->findChildren<QLabel *>();
        QCOMPARE(
            std::count_if(
                labels.begin(), labels.end(),
                [](const auto *label) { return label->accessibleDescription() == "Failed"_L1; }),
            1);
    }

    void aFailureAfterTheSandboxExistsSaysThatItStays()
    {
        m_page->showFailure(Error::of(ErrorKind::Rejected, u"crashed"_s), Leftover::Exists);
        QVERIFY(labelWith(
            *m_page,
            u"It exists, and stays until it is deleted. Dismissed, it is in the list with the others."_s));
    }

    void afterAFailureItCanBeTriedAgainOrLeft()
    {
        const QSignalSpy retried(m_page.get(), &CreationPage::retryRequested);
        const QSignalSpy dismissed(m_page.get(), &CreationPage::dismissRequested);
        m_page->showFailure(Error::of(ErrorKind::Offline, {}), Leftover::None);
        auto *retry = buttonWith(*m_page, u"Create again…"_s);
        auto *dismiss = buttonWith(*m_page, u"Dismiss"_s);
        QVERIFY(retry && dismiss);
        retry->click();
        QCOMPARE(retried.count(), 1);
        dismiss->click();
        QCOMPARE(dismissed.count(), 1);
    }

private:
    std::unique_ptr<CreationPage> m_page;
};

QTEST_MAIN(CreationPageTest)
#include "creationpagetest.moc"
