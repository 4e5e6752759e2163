// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreemodel.h"

#include "common/timetext.h"
#include "treetext.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

using Condition = SandboxTreeModel::AccountCondition;

class SandboxTreeModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<SandboxTreeModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_model->addAccount(u"acme"_s, u"acme"_s, u"cloud"_s, SandboxTreeModel::Grouping::ByApp);
        m_model->setAccountCondition(u"acme"_s, Condition::Current);
    }

    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void sandboxesStandBelowTheirApps()
    {
        add(
            {sandbox(u"1"_s, u"one"_s, u"first"_s), sandbox(u"2"_s, u"two"_s, u"second"_s),
             sandbox(u"3"_s, u"three"_s, u"first"_s)});
        auto lines = treeLines(*m_model);
        QCOMPARE(lines.size(), 6);
        QVERIFY(lines.contains(u" first"_s));
        QCOMPARE(lines.at(lines.indexOf(u" first"_s) + 1), u"  one [Healthy]"_s);
        QCOMPARE(lines.at(lines.indexOf(u" first"_s) + 2), u"  three [Healthy]"_s);
        QCOMPARE(lines.at(lines.indexOf(u" second"_s) + 1), u"  two [Healthy]"_s);
        QCOMPARE(m_model->sandboxCount(u"acme"_s), 3);
    }

    void aFlatAccountShowsSandboxesDirectly()
    {
        m_model->addAccount(u"local"_s, u"This computer"_s, u"computer"_s, SandboxTreeModel::Grouping::Flat);
        m_model->setAccountCondition(u"local"_s, Condition::Current);
        m_model->applyChanges(u"local"_s, additions({sandbox(u"9"_s, u"demo"_s)}));
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u"This computer"_s, u" demo [Healthy]"_s}));
    }

    void aStatusThatMovesIsOneChangedRow()
    {
        add({sandbox(u"1"_s, u"one"_s, u"app"_s, ServiceStatus::Starting)});
        const QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
        const QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
        change(sandbox(u"1"_s, u"one"_s), SandboxField::Status);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(inserted.count(), 0);
        const auto roles = changed.first().at(2).value<QList<int>>();
        QVERIFY(roles.contains(Qt::DecorationRole) && roles.contains(SandboxTreeModel::StatusWordRole));
        QVERIFY(!roles.contains(Qt::DisplayRole));
        QCOMPARE(treeLines(*m_model).last(), u"  one [Healthy]"_s);
    }

    void whatIsPointedAtSurvivesRefreshes()
    {
        add({sandbox(u"1"_s, u"one"_s), sandbox(u"2"_s, u"two"_s), sandbox(u"3"_s, u"three"_s)});
        const QPersistentModelIndex two(m_model->sandboxIndex(u"acme"_s, u"2"_s));
        auto changes = removals({u"1"_s});
        changes.added = {sandbox(u"4"_s, u"four"_s)};
        m_model->applyChanges(u"acme"_s, changes);
        change(sandbox(u"2"_s, u"two"_s, u"app"_s, ServiceStatus::Degraded), SandboxField::Status);
        QVERIFY(two.isValid());
        QCOMPARE(two.data().toString(), u"two"_s);
        QCOMPARE(QModelIndex(two), m_model->sandboxIndex(u"acme"_s, u"2"_s));
    }

    void aSandboxThatChangesItsAppMoves()
    {
        add({sandbox(u"1"_s, u"one"_s, u"old"_s), sandbox(u"2"_s, u"two"_s, u"old"_s)});
        const QPersistentModelIndex one(m_model->sandboxIndex(u"acme"_s, u"1"_s));
        const QSignalSpy moved(m_model.get(), &QAbstractItemModel::rowsMoved);
        change(sandbox(u"1"_s, u"one"_s, u"new"_s), SandboxField::App);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(one.parent().data().toString(), u"new"_s);
        QCOMPARE(
            treeLines(*m_model),
            QStringList({u"acme"_s, u" old"_s, u"  two [Healthy]"_s, u" new"_s, u"  one [Healthy]"_s}));
    }

    void anAppGoesWithItsLastSandbox()
    {
        add({sandbox(u"1"_s, u"one"_s), sandbox(u"2"_s, u"two"_s)});
        m_model->applyChanges(u"acme"_s, removals({u"2"_s}));
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" app"_s, u"  one [Healthy]"_s}));
        m_model->applyChanges(u"acme"_s, removals({u"1"_s}));
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s}));
        add({sandbox(u"5"_s, u"five"_s)});
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" app"_s, u"  five [Healthy]"_s}));
    }

    void removesAreMadeByRunsOfRows()
    {
        QList<SandboxRecord> records;
        for (int i = 0; i < 10; ++i) {
            records.append(sandbox(QString::number(i), u"s%1"_s.arg(i)));
        }
        add(records);
        const QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
        m_model->applyChanges(u"acme"_s, removals({u"3"_s, u"1"_s, u"2"_s, u"8"_s}));
        QCOMPARE(removed.count(), 2);
        QCOMPARE(m_model->rowCount(m_model->index(0, 0, m_model->accountIndex(u"acme"_s))), 6);
        QCOMPARE(m_model->sandboxIndex(u"acme"_s, u"9"_s).row(), 5);
    }

    void aSandboxToldTwiceIsShownOnce()
    {
        add({sandbox(u"1"_s, u"one"_s)});
        add({sandbox(u"1"_s, u"one"_s)});
        QCOMPARE(m_model->sandboxCount(u"acme"_s), 1);
        QCOMPARE(treeLines(*m_model).size(), 3);
    }

    void changesOfUnknownSandboxesAndAccountsAreIgnored()
    {
        change(sandbox(u"7"_s, u"seven"_s), SandboxField::Status);
        m_model->applyChanges(u"nobody"_s, additions({sandbox(u"1"_s, u"one"_s)}));
        m_model->applyChanges(u"acme"_s, removals({u"7"_s}));
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s}));
    }

    void creationsShowUntilTheyAreRemovedAndCanFail()
    {
        m_model->addCreation(u"acme"_s, u"c1"_s, u"fresh"_s);
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" fresh [Creating]"_s}));
        m_model->setCreationFailed(u"acme"_s, u"c1"_s);
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" fresh [Failed]"_s}));
        add({sandbox(u"1"_s, u"fresh"_s)});
        m_model->removeCreation(u"acme"_s, u"c1"_s);
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" app"_s, u"  fresh [Healthy]"_s}));
    }

    void aDeletionShowsBeforeTheServerKnowsAndCanBeTakenBack()
    {
        add({sandbox(u"1"_s, u"one"_s)});
        m_model->setBeingDeleted(u"acme"_s, u"1"_s, true);
        QCOMPARE(treeLines(*m_model).last(), u"  one [Being deleted]"_s);
        m_model->setBeingDeleted(u"acme"_s, u"1"_s, false);
        QCOMPARE(treeLines(*m_model).last(), u"  one [Healthy]"_s);
    }

    void accountsSayHowTheyStand_data()
    {
        QTest::addColumn<Condition>("condition");
        QTest::addColumn<QString>("line");
        QTest::newRow("opening") << Condition::Opening << u"acme [Opening]"_s;
        QTest::newRow("loading") << Condition::Loading << u"acme [Loading]"_s;
        QTest::newRow("offline") << Condition::Offline << u"acme [Offline]"_s;
        QTest::newRow("outdated") << Condition::Outdated << u"acme [Not up to date]"_s;
        QTest::newRow("signed out") << Condition::SignedOut << u"acme [Signed out]"_s;
        QTest::newRow("failed") << Condition::Failed << u"acme [Failed]"_s;
        QTest::newRow("current") << Condition::Current << u"acme"_s;
    }

    void accountsSayHowTheyStand()
    {
        QFETCH(Condition, condition);
        QFETCH(QString, line);
        m_model->setAccountCondition(u"acme"_s, condition);
        QCOMPARE(treeLines(*m_model), QStringList({line}));
    }

    void anOldListIsGreyAndTellsItsAge()
    {
        add({sandbox(u"1"_s, u"one"_s)});
        const auto account = m_model->accountIndex(u"acme"_s);
        const auto one = m_model->sandboxIndex(u"acme"_s, u"1"_s);
        QVERIFY(!one.data(Qt::ForegroundRole).isValid());
        QVERIFY(account.data(SandboxTreeModel::AgeRole).toString().isEmpty());

        const QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
        const auto asOf = QDateTime::currentDateTimeUtc().addSecs(-200);
        m_model->setAccountCondition(u"acme"_s, Condition::Offline, asOf);
        QCOMPARE(account.data(SandboxTreeModel::AgeRole).toString(), u"as of 3 minute(s) ago"_s);
        QCOMPARE(account.data(Qt::AccessibleTextRole).toString(), u"acme, Offline, as of 3 minute(s) ago"_s);
        QVERIFY(account.data(Qt::ToolTipRole).toString().contains(exactTime(asOf)));
        const auto muted = toneColour(Tone::Muted, QGuiApplication::palette());
        QCOMPARE(one.data(Qt::ForegroundRole).value<QColor>(), muted);
        QCOMPARE(one.parent().data(Qt::ForegroundRole).value<QColor>(), muted);
        QVERIFY(!account.data(Qt::ForegroundRole).isValid());
        QVERIFY(std::any_of(changed.begin(), changed.end(), [&one](const QVariantList &change) {
            return change.first().toModelIndex() == one &&
                   change.at(2).value<QList<int>>().contains(Qt::ForegroundRole);
        }));

        m_model->setAccountCondition(u"acme"_s, Condition::Current);
        QVERIFY(!one.data(Qt::ForegroundRole).isValid());
    }

    void aCreationStandsForTheSandboxThatCameOfIt()
    {
        m_model->addCreation(u"acme"_s, u"c1"_s, u"fresh"_s);
        add({sandbox(u"1"_s, u"fresh"_s)});
        m_model->setCreatedSandbox(u"acme"_s, u"c1"_s, u"1"_s); // Listed before it was told.
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" fresh [Creating]"_s}));
        m_model->addCreation(u"acme"_s, u"c2"_s, u"other"_s);
        m_model->setCreatedSandbox(u"acme"_s, u"c2"_s, u"2"_s);
        add({sandbox(u"2"_s, u"other"_s)});
        QCOMPARE(
            treeLines(*m_model), QStringList({u"acme"_s, u" fresh [Creating]"_s, u" other [Creating]"_s}));
        QCOMPARE(m_model->sandboxCount(u"acme"_s), 2);

        change(sandbox(u"1"_s, u"fresh"_s, u"app"_s, ServiceStatus::Degraded), SandboxField::Status);
        m_model->removeCreation(u"acme"_s, u"c1"_s);
        QCOMPARE(
            treeLines(*m_model),
            QStringList({u"acme"_s, u" other [Creating]"_s, u" app"_s, u"  fresh [Degraded]"_s}));
        m_model->applyChanges(u"acme"_s, removals({u"2"_s}));
        m_model->removeCreation(u"acme"_s, u"c2"_s);
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" app"_s, u"  fresh [Degraded]"_s}));
        QCOMPARE(m_model->sandboxCount(u"acme"_s), 1);
    }

    void aFailedCreationShowsThatItsSandboxIsBeingDeleted()
    {
        m_model->addCreation(u"acme"_s, u"c1"_s, u"fresh"_s);
        m_model->setCreatedSandbox(u"acme"_s, u"c1"_s, u"1"_s);
        add({sandbox(u"1"_s, u"fresh"_s)});
        m_model->setCreationFailed(u"acme"_s, u"c1"_s);
        QCOMPARE(treeLines(*m_model).last(), u" fresh [Failed]"_s);
        m_model->setBeingDeleted(u"acme"_s, u"1"_s, true);
        QCOMPARE(treeLines(*m_model).last(), u" fresh [Being deleted]"_s);
        m_model->removeCreation(u"acme"_s, u"c1"_s);
        QCOMPARE(treeLines(*m_model).last(), u"  fresh [Being deleted]"_s);
    }

    void accountsComeAndGoWithAllTheyHold()
    {
        add({sandbox(u"1"_s, u"one"_s)});
        m_model->addCreation(u"acme"_s, u"c"_s, u"fresh"_s);
        m_model->clearSandboxes(u"acme"_s);
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s, u" fresh [Creating]"_s}));
        m_model->removeAccount(u"acme"_s);
        QVERIFY(treeLines(*m_model).isEmpty());
        QVERIFY(!m_model->accountIndex(u"acme"_s).isValid());
    }

    void screenReadersHearNameAndStatus()
    {
        add({sandbox(u"1"_s, u"one"_s)});
        QCOMPARE(
            m_model->sandboxIndex(u"acme"_s, u"1"_s).data(Qt::AccessibleTextRole).toString(),
            u"one, Healthy"_s);
    }

    void tenThousandSandboxesArriveInOneInsertPerApp()
    {
        m_tester.reset(); // It looks at every row after every change.
        QList<SandboxRecord> records;
        for (int i = 0; i < 10'000; ++i) {
            records.append(sandbox(QString::number(i), u"s%1"_s.arg(i), u"app%1"_s.arg(i % 4)));
        }
        const QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
        add(records);
        QCOMPARE(inserted.count(), 8); // Four apps, and the sandboxes of each.
        QCOMPARE(m_model->sandboxCount(u"acme"_s), 10'000);
        QStringList all;
        for (const auto &record : records) {
            all.append(record.id);
        }
        const QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
        m_model->applyChanges(u"acme"_s, removals(all));
        QCOMPARE(removed.count(), 8);
        QCOMPARE(treeLines(*m_model), QStringList({u"acme"_s}));
    }

private:
    void add(const QList<SandboxRecord> &records) { m_model->applyChanges(u"acme"_s, additions(records)); }
    void change(const SandboxRecord &record, SandboxField field)
    {
        m_model->applyChanges(u"acme"_s, Test::change(record, field));
    }

    std::unique_ptr<SandboxTreeModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_MAIN(SandboxTreeModelTest)
#include "sandboxtreemodeltest.moc"
