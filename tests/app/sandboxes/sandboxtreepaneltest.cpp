// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreepanel.h"

#include "treetext.h"

#include <QComboBox>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class SandboxTreePanelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<SandboxTreeModel>();
        m_panel = std::make_unique<SandboxTreePanel>(*m_model);
        m_model->addAccount(u"acme"_s, u"acme"_s, u"cloud"_s, SandboxTreeModel::Grouping::ByApp);
        m_model->addAccount(u"local"_s, u"This computer"_s, u"computer"_s, SandboxTreeModel::Grouping::Flat);
        m_panel->resize(260, 400);
        m_panel->show();
    }

    void cleanup()
    {
        m_panel.reset();
        m_model.reset();
    }

    void tellsWhichSandboxesCanBeSeen()
    {
        m_model->applyChanges(u"acme"_s, additions({sandbox(u"1"_s, u"one"_s)}));
        m_model->applyChanges(
            u"local"_s, additions({sandbox(u"2"_s, u"two"_s), sandbox(u"3"_s, u"three"_s)}));
        QTRY_COMPARE(m_panel->visibleSandboxes().value(u"local"_s), QStringList({u"3"_s, u"2"_s}));
        QVERIFY(!m_panel->visibleSandboxes().contains(u"acme"_s)); // Their app is closed.

        QSignalSpy changed(m_panel.get(), &SandboxTreePanel::visibleSandboxesChanged);
        tree()->expandAll();
        QTRY_COMPARE(m_panel->visibleSandboxes().value(u"acme"_s), QStringList({u"1"_s}));
        QTRY_VERIFY(!changed.isEmpty());
        m_panel->hide();
        QVERIFY(m_panel->visibleSandboxes().isEmpty());
    }

    void seesNoMoreThanThereIsRoomForAndTheLastPlaceOfManyWhenTheRowsRest()
    {
        addThousand();
        QSignalSpy changed(m_panel.get(), &SandboxTreePanel::visibleSandboxesChanged);
        QTRY_VERIFY(!changed.isEmpty());
        const auto first = m_panel->visibleSandboxes().value(u"local"_s);
        QVERIFY(!first.isEmpty() && first.size() < 40);

        changed.clear();
        auto *bar = tree()->verticalScrollBar();
        for (int value = 0; value <= bar->maximum(); ++value) {
            bar->setValue(value);
        }
        QVERIFY(changed.isEmpty()); // Rows that rush by are not looked at.
        QTRY_COMPARE(changed.count(), 1);
        const auto last = m_panel->visibleSandboxes().value(u"local"_s);
        QCOMPARE(last.last(), u"999"_s);
        QVERIFY(last.size() < 40);
    }

    void sleepersAreFoundAmongThoseThatWereLookedAt()
    {
        addThousand();
        auto asleep = sandbox(u"700"_s, name(700));
        asleep.deploymentStatus = DeploymentStatus::Sleeping;
        m_model->applyChanges(u"local"_s, change(asleep, SandboxField::Status));
        auto *status = m_panel->findChild<QComboBox *>();
        status->setCurrentIndex(status->findText(u"Asleep or paused"_s));
        QTRY_COMPARE(m_panel->visibleSandboxes().value(u"local"_s), QStringList{u"700"_s});
    }

    void pointingAtWhatIsChosenConfirmsIt()
    {
        m_model->applyChanges(
            u"local"_s, additions({sandbox(u"2"_s, u"two"_s), sandbox(u"3"_s, u"three"_s)}));
        m_panel->select(m_model->sandboxIndex(u"local"_s, u"2"_s));
        QSignalSpy confirmed(m_panel.get(), &SandboxTreePanel::selectionConfirmed);
        QSignalSpy selected(m_panel.get(), &SandboxTreePanel::selectionChanged);
        const auto place = tree()->visualRect(tree()->currentIndex()).center();
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(confirmed.count(), 1);
        QCOMPARE(selected.count(), 0);
    }

private:
    [[nodiscard]] QTreeView *tree() const { return m_panel->findChild<QTreeView *>(); }
    [[nodiscard]] static QString name(int number) { return u"s%1"_s.arg(number, 3, 10, QChar(u'0')); }
    void addThousand() const
    {
        QList<SandboxRecord> records;
        for (int i = 0; i < 1000; ++i) {
            records.append(sandbox(QString::number(i), name(i)));
        }
        m_model->applyChanges(u"local"_s, additions(records));
    }

    std::unique_ptr<SandboxTreeModel> m_model;
    std::unique_ptr<SandboxTreePanel> m_panel;
};

QTEST_MAIN(SandboxTreePanelTest)
#include "sandboxtreepaneltest.moc"
