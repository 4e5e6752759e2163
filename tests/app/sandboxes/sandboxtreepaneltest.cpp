// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreepanel.h"
#include "common/sandboxfilesdata.h"

#include "treetext.h"

#include <QApplication>
#include <QComboBox>
#include <QDropEvent>
#include <QMimeData>
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

    void filesAreTakenByASandboxAndByNothingElse()
    {
        m_model->applyChanges(u"local"_s, additions({sandbox(u"2"_s, u"two"_s)}));
        QSignalSpy dropped(m_panel.get(), &SandboxTreePanel::filesDropped);
        QMimeData files;
        files.setData(u"text/uri-list"_s, "file:///tmp/a%FF\r\n");
        QMimeData text;
        text.setText(u"file:///tmp/a"_s);
        const QModelIndex account = tree()->model()->index(1, 0);
        const QModelIndex two = tree()->model()->index(0, 0, account);
        QVERIFY(!takes(files, account));
        QVERIFY(!takes(text, two));
        QVERIFY(dropped.isEmpty());
        QVERIFY(takes(files, two));
        QCOMPARE(dropped.size(), 1);
        QCOMPARE(dropped[0][0].toString(), u"local"_s);
        QCOMPARE(dropped[0][1].toString(), u"2"_s);
        const auto sources = dropped[0][2].value<QList<std::filesystem::path>>();
        QCOMPARE(sources, QList<std::filesystem::path>{"/tmp/a\xFF"});
    }

    void filesOfASandboxAreTakenByAnotherOne()
    {
        m_model->applyChanges(u"local"_s, additions({sandbox(u"2"_s, u"two"_s)}));
        QSignalSpy dropped(m_panel.get(), &SandboxTreePanel::sandboxFilesDropped);
        const QModelIndex account = tree()->model()->index(1, 0);
        const QModelIndex two = tree()->model()->index(0, 0, account);
        const SandboxFilesData own(u"2"_s, {"/a"}, SandboxFilesData::Purpose::Copy);
        QVERIFY(!takes(own, two)); // They are there.
        const SandboxFilesData other(u"1"_s, {"/a", "/b\xFF"}, SandboxFilesData::Purpose::Copy);
        QVERIFY(!takes(other, account));
        QMimeData forged;
        forged.setData(SandboxFilesData::mimeType, "sandbox files");
        QVERIFY(!takes(forged, two));
        QVERIFY(dropped.isEmpty());
        QVERIFY(takes(other, two));
        QVERIFY(takes(other, two, Qt::ShiftModifier));
        QCOMPARE(dropped.size(), 2);
        QCOMPARE(
            dropped[0],
            (QVariantList{
                u"local"_s, u"2"_s, u"1"_s, QVariant::fromValue(QList<QByteArray>{"/a", "/b\xFF"}), false}));
        QVERIFY(dropped[1][4].toBool());
    }

private:
    [[nodiscard]] QTreeView *tree() const { return m_panel->findChild<QTreeView *>(); }
    [[nodiscard]] static QString name(int number) { return u"s%1"_s.arg(number, 3, 10, QChar(u'0')); }
    /// Whether something is taken that is dropped on this row.
    [[nodiscard]] bool takes(
        const QMimeData &data, const QModelIndex &row, Qt::KeyboardModifiers modifiers = {}) const
    {
        const QPoint place = tree()->visualRect(row).center();
        QWidget *target = tree()->viewport();
        QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &enter);
        QDragMoveEvent move(place, Qt::CopyAction, &data, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &move);
        QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &drop);
        return move.isAccepted() && drop.isAccepted();
    }
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
