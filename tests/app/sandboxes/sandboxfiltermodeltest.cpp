// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxfiltermodel.h"

#include "treetext.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class SandboxFilterModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<SandboxTreeModel>();
        m_filter = std::make_unique<SandboxFilterModel>();
        m_filter->setSourceModel(m_model.get());
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_filter.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_model->addAccount(u"z"_s, u"zeta"_s, u"cloud"_s, SandboxTreeModel::Grouping::ByApp);
        m_model->addAccount(u"a"_s, u"alpha"_s, u"cloud"_s, SandboxTreeModel::Grouping::ByApp);
        m_model->setAccountCondition(u"z"_s, SandboxTreeModel::AccountCondition::Current);
        m_model->setAccountCondition(u"a"_s, SandboxTreeModel::AccountCondition::Current);
        m_model->applyChanges(
            u"z"_s, additions(
                        {sandbox(u"1"_s, u"worker-10"_s, u"batch"_s),
                         sandbox(u"2"_s, u"worker-9"_s, u"batch"_s, ServiceStatus::Unhealthy),
                         sandbox(u"3"_s, u"Demo"_s, u"web"_s, ServiceStatus::Paused)}));
    }

    void cleanup()
    {
        m_tester.reset();
        m_filter.reset();
        m_model.reset();
    }

    void sortsByNameAsPeopleCountAndKeepsTheOrderOfAccounts()
    {
        QCOMPARE(
            treeLines(*m_filter),
            QStringList(
                {u"zeta"_s, u" batch"_s, u"  worker-9 [Unhealthy]"_s, u"  worker-10 [Healthy]"_s, u" web"_s,
                 u"  Demo [Paused]"_s, u"alpha"_s}));
    }

    void findsByPartOfTheNameWithoutCase()
    {
        m_filter->setText(u" demo "_s);
        QCOMPARE(treeLines(*m_filter), QStringList({u"zeta"_s, u" web"_s, u"  Demo [Paused]"_s, u"alpha"_s}));
    }

    void theNameOfAnAppFindsAllOfItsSandboxes()
    {
        m_filter->setText(u"batch"_s);
        QCOMPARE(treeLines(*m_filter).size(), 5);
    }

    void accountsStayWhenNothingMatches()
    {
        m_filter->setText(u"nothing"_s);
        QCOMPARE(treeLines(*m_filter), QStringList({u"zeta"_s, u"alpha"_s}));
        QVERIFY(m_filter->isFiltering());
    }

    void filtersByStatus_data()
    {
        QTest::addColumn<SandboxFilterModel::StatusFilter>("status");
        QTest::addColumn<QString>("shown");
        using Filter = SandboxFilterModel::StatusFilter;
        QTest::newRow("running") << Filter::Running << u"  worker-10 [Healthy]"_s;
        QTest::newRow("resting") << Filter::Resting << u"  Demo [Paused]"_s;
        QTest::newRow("troubled") << Filter::Troubled << u"  worker-9 [Unhealthy]"_s;
    }

    void filtersByStatus()
    {
        QFETCH(SandboxFilterModel::StatusFilter, status);
        QFETCH(QString, shown);
        m_filter->setStatusFilter(status);
        const auto lines = treeLines(*m_filter);
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines.at(2), shown);
    }

    void whoeverSleepsIsFoundAsSoonAsItIsKnown()
    {
        m_filter->setStatusFilter(SandboxFilterModel::StatusFilter::Resting);
        auto asleep = sandbox(u"1"_s, u"worker-10"_s, u"batch"_s);
        asleep.deploymentStatus = DeploymentStatus::Sleeping;
        m_model->applyChanges(u"z"_s, change(asleep, SandboxField::Status));
        QCOMPARE(
            treeLines(*m_filter), QStringList(
                                      {u"zeta"_s, u" batch"_s, u"  worker-10 [Asleep]"_s, u" web"_s,
                                       u"  Demo [Paused]"_s, u"alpha"_s}));
    }

    void aSandboxAppearsAndLeavesAsItsStatusMoves()
    {
        m_filter->setStatusFilter(SandboxFilterModel::StatusFilter::Troubled);
        m_model->applyChanges(
            u"z"_s, change(sandbox(u"2"_s, u"worker-9"_s, u"batch"_s), SandboxField::Status));
        QCOMPARE(treeLines(*m_filter), QStringList({u"zeta"_s, u"alpha"_s}));
        m_model->applyChanges(
            u"z"_s,
            change(
                sandbox(u"1"_s, u"worker-10"_s, u"batch"_s, ServiceStatus::Degraded), SandboxField::Status));
        QCOMPARE(
            treeLines(*m_filter),
            QStringList({u"zeta"_s, u" batch"_s, u"  worker-10 [Degraded]"_s, u"alpha"_s}));
    }

private:
    std::unique_ptr<SandboxTreeModel> m_model;
    std::unique_ptr<SandboxFilterModel> m_filter;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_MAIN(SandboxFilterModelTest)
#include "sandboxfiltermodeltest.moc"
