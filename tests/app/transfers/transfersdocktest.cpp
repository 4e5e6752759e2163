// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfersdock.h"
#include "faketransfer.h"
#include "transfers/existingtargetsdialog.h"

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QMainWindow>
#include <QPushButton>
#include <QRadioButton>
#include <QTreeView>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class TransfersDockTest : public QObject {
    Q_OBJECT

private:
    struct Window {
        Window() : dock(new TransfersDock(queue, &window))
        {
            window.addDockWidget(Qt::BottomDockWidgetArea, dock);
            window.resize(900, 400);
            window.show();
        }

        [[nodiscard]] QAction *action(const QString &text) const
        {
            const auto actions = dock->findChildren<QAction *>();
            const auto found = std::find_if(
                actions.begin(), actions.end(), [&](const QAction *a) { return a->text() == text; });
            return found == actions.end() ? nullptr : *found;
        }
        [[nodiscard]] QTreeView &list() const { return *dock->findChild<QTreeView *>(); }
        void select(int row) const { list().setCurrentIndex(list().model()->index(row, 0)); }
        [[nodiscard]] bool shows(const QString &text) const
        {
            const auto labels = dock->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
                return label->isVisible() && label->text().contains(text);
            });
        }
        [[nodiscard]] QList<ExistingTargetsDialog *> questions() const
        {
            return window.findChildren<ExistingTargetsDialog *>();
        }

        FakeTransfers fakes;
        TransferQueue queue;
        QMainWindow window;
        TransfersDock *dock;
    };

    static void choose(const QWidget &parent, const QString &start)
    {
        const auto choices = parent.findChildren<QRadioButton *>();
        const auto found = std::find_if(choices.begin(), choices.end(), [&](const auto *choice) {
            return choice->text().startsWith(start);
        });
        QVERIFY(found != choices.end());
        (*found)->click();
    }
    static QPushButton *button(const QWidget &parent, const QString &text)
    {
        for (auto *button : parent.findChildren<QPushButton *>()) {
            if (button->text() == text) {
                return button;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void titleSumsUp()
    {
        Window w;
        QCOMPARE(w.dock->windowTitle(), u"Transfers"_s);
        w.queue.enqueue(w.fakes.orders(2));
        QCOMPARE(w.dock->windowTitle(), u"Transfers – 2 under way"_s);
        w.fakes[0].fail(ErrorKind::Offline);
        QCOMPARE(w.dock->windowTitle(), u"Transfers – 1 under way – 1 with problems"_s);
    }

    void reasonOfTheLastFailureIsVisible()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        w.fakes[0].fail(ErrorKind::Rejected, u"no space left on device"_s);
        QVERIFY(w.shows(u"no space left on device"_s));
        const auto state = w.list().model()->index(0, TransferModel::StateColumn);
        QCOMPARE(state.data().toString(), u"Failed: The sandbox's disk is full."_s);
    }

    void selectedOnesAreCancelledAndRetried()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        auto *cancel = w.action(u"Cancel transfer"_s);
        auto *retry = w.action(u"Try again"_s);
        QVERIFY(cancel && retry);
        QVERIFY(!cancel->isEnabled());
        w.select(1);
        QVERIFY(cancel->isEnabled());
        QVERIFY(!retry->isEnabled());
        cancel->trigger();
        QCOMPARE(w.queue.records().at(1).state, TransferState::Cancelled);
        QVERIFY(!cancel->isEnabled());
        QVERIFY(retry->isEnabled());
        retry->trigger();
        QCOMPARE(w.queue.records().at(1).state, TransferState::Running);
    }

    void clearingIsForWhatIsOver()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        auto *clear = w.action(u"Clear finished"_s);
        QVERIFY(clear);
        QVERIFY(!clear->isEnabled());
        w.fakes[0].succeed();
        QVERIFY(clear->isEnabled());
        clear->trigger();
        QCOMPARE(w.list().model()->rowCount(), 1);
    }

    void oneQuestionGrowsWithItsBatch()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(3));
        w.fakes[0].fail(ErrorKind::Conflict);
        w.fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(w.questions().size(), 1);
        auto *question = w.questions().first();
        QVERIFY(!question->isModal());
        QCOMPARE(question->findChild<QListWidget *>()->count(), 2);
        choose(*question, u"&Overwrite"_s);
        button(*question, u"Continue"_s)->click();
        QCOMPARE(w.queue.records().at(0).state, TransferState::Running);
        QCOMPARE(w.queue.records().at(1).state, TransferState::Running);
        QTRY_VERIFY(w.questions().isEmpty());
    }

    void oneOfSeveralIsAnsweredAlone()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        w.fakes[0].fail(ErrorKind::Conflict);
        w.fakes[1].fail(ErrorKind::Conflict);
        auto *question = w.questions().first();
        question->findChild<QCheckBox *>()->setChecked(false);
        auto *names = question->findChild<QListWidget *>();
        names->setCurrentRow(1);
        choose(*question, u"&Keep both"_s);
        button(*question, u"Continue"_s)->click();
        QCOMPARE(w.queue.records().at(0).state, TransferState::TargetExists);
        QCOMPARE(w.queue.records().at(1).state, TransferState::Running);
        QVERIFY(w.fakes[2].existing() == ExistingTarget::KeepBoth);
        QCOMPARE(names->count(), 1);
        choose(*question, u"Only &newer"_s);
        button(*question, u"Continue"_s)->click();
        QVERIFY(w.fakes[3].existing() == ExistingTarget::Newer);
        QTRY_VERIFY(w.questions().isEmpty());
    }

    void whatNeedsNoAnswerAnyMoreIsNotAskedFor()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(1));
        w.fakes[0].fail(ErrorKind::Conflict);
        QCOMPARE(w.questions().size(), 1);
        w.queue.cancel(w.queue.records().first().id);
        QTRY_VERIFY(w.questions().isEmpty());
        QCOMPARE(w.queue.records().first().state, TransferState::Cancelled);
    }

    void closingTheQuestionLeavesTheTargets()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(1));
        w.fakes[0].fail(ErrorKind::Conflict);
        QTest::keyClick(w.questions().first(), Qt::Key_Escape);
        QCOMPARE(w.queue.records().first().state, TransferState::Skipped);
    }

    void progressIsPainted()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        w.fakes[0].advance(50, 100);
        QVERIFY(QTest::qWaitForWindowExposed(&w.window));
        const QImage before = w.list().viewport()->grab().toImage();
        w.fakes[0].advance(100, 100);
        QTRY_VERIFY(w.list().viewport()->grab().toImage() != before);
    }
};

QTEST_MAIN(TransfersDockTest)
#include "transfersdocktest.moc"
