// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfersdock.h"
#include "faketransfer.h"
#include "transfers/existingtargetsdialog.h"
#include "transfers/historyview.h"
#include "transfers/speedgraph.h"
#include "transfers/transferlog.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMainWindow>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class TransfersDockTest : public QObject {
    Q_OBJECT

private:
    struct Window {
        explicit Window(TransferJournal *journal = nullptr)
            : queue(journal), dock(new TransfersDock(queue, &window))
        {
            window.addDockWidget(Qt::BottomDockWidgetArea, dock);
            window.resize(900, 400);
            window.show();
        }

        /// Of the list of transfers, if of nothing else; the history has actions of the same names.
        [[nodiscard]] QAction *action(const QString &text, const QWidget *of = nullptr) const
        {
            const auto actions = (of ? of->findChild<QTreeView *>() : &list())->actions();
            const auto found = std::find_if(
                actions.begin(), actions.end(), [&](const QAction *a) { return a->text() == text; });
            return found == actions.end() ? nullptr : *found;
        }
        [[nodiscard]] QTreeView &list() const
        {
            const auto views = dock->findChildren<QTreeView *>();
            return **std::find_if(views.begin(), views.end(), [](const QTreeView *view) {
                return view->accessibleName() == u"Transfers"_s;
            });
        }
        [[nodiscard]] QString names() const
        {
            QStringList names;
            for (int row = 0; row < list().model()->rowCount(); ++row) {
                names.append(list().model()->index(row, TransferModel::NameColumn).data().toString());
            }
            return names.join(u' ');
        }
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
        QTRY_COMPARE(w.dock->windowTitle(), u"Transfers – 2 under way"_s);
        w.fakes[0].fail(ErrorKind::Offline);
        QTRY_COMPARE(w.dock->windowTitle(), u"Transfers – 1 under way – 1 with problems"_s);
    }

    void reasonOfTheLastFailureIsVisible()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        w.fakes[0].fail(ErrorKind::Rejected, u"no space left on device"_s);
        QTRY_VERIFY(w.shows(u"no space left on device"_s));
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
        QTRY_VERIFY(!cancel->isEnabled());
        QTRY_VERIFY(retry->isEnabled());
        retry->trigger();
        QCOMPARE(w.queue.records().at(1).state, TransferState::Running);
    }

    void selectedOnesArePausedAndGoOn()
    {
        Window w;
        w.queue.enqueue(w.fakes.resumableOrders(2));
        auto *pause = w.action(u"Pause transfer"_s);
        auto *resume = w.action(u"Resume transfer"_s);
        QVERIFY(pause && resume);
        w.select(1);
        QVERIFY(pause->isEnabled() && !resume->isEnabled());
        pause->trigger();
        QCOMPARE(w.queue.records().at(0).state, TransferState::Running);
        QCOMPARE(w.queue.records().at(1).state, TransferState::Paused);
        QVERIFY(w.fakes[1].isPaused());
        QTRY_VERIFY(!pause->isEnabled() && resume->isEnabled());
        resume->trigger();
        QCOMPARE(w.queue.records().at(1).state, TransferState::Running);
        QTRY_VERIFY(pause->isEnabled() && !resume->isEnabled());
    }

    void allArePausedResumedRetriedAndCancelled()
    {
        Window w;
        w.queue.enqueue(w.fakes.resumableOrders(4));
        QTRY_VERIFY(w.action(u"Pause all"_s)->isEnabled());
        w.action(u"Pause all"_s)->trigger();
        QCOMPARE(w.fakes.count(), 3); // The fourth has not got its turn in between.
        for (const auto &record : w.queue.records()) {
            QCOMPARE(record.state, TransferState::Paused);
        }
        QTRY_VERIFY(w.action(u"Resume all"_s)->isEnabled());
        w.action(u"Resume all"_s)->trigger();
        QCOMPARE(w.queue.records().at(0).state, TransferState::Running);
        QCOMPARE(w.queue.records().at(3).state, TransferState::Waiting);
        w.fakes[3].fail(ErrorKind::NotFound);
        w.fakes[4].fail(ErrorKind::NotFound);
        QTRY_VERIFY(w.action(u"Try all failed ones again"_s)->isEnabled());
        w.action(u"Try all failed ones again"_s)->trigger();
        QTRY_VERIFY(!w.action(u"Try all failed ones again"_s)->isEnabled());
        w.action(u"Cancel all"_s)->trigger();
        for (const auto &record : w.queue.records()) {
            QCOMPARE(record.state, TransferState::Cancelled);
        }
    }

    void selectedOnesAreMoved()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(4));
        w.select(2);
        w.action(u"Move up"_s)->trigger();
        QCOMPARE(w.names(), u"file0 file2 file1 file3"_s);
        w.action(u"Move to the top"_s)->trigger(); // The selection went with it.
        QCOMPARE(w.names(), u"file2 file0 file1 file3"_s);
        w.action(u"Move down"_s)->trigger();
        QCOMPARE(w.names(), u"file0 file2 file1 file3"_s);
    }

    void rowsAreDragged()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(4));
        auto *model = w.list().model();
        const std::unique_ptr<QMimeData> dragged(model->mimeData({model->index(3, 0), model->index(3, 1)}));
        QVERIFY(model->canDropMimeData(dragged.get(), Qt::MoveAction, 1, 0, {}));
        model->dropMimeData(dragged.get(), Qt::MoveAction, 1, 0, {});
        QCOMPARE(w.names(), u"file0 file3 file1 file2"_s);
        model->dropMimeData(dragged.get(), Qt::MoveAction, -1, -1, {}); // Behind the last row.
        QCOMPARE(w.names(), u"file0 file1 file2 file3"_s);
        model->dropMimeData(dragged.get(), Qt::MoveAction, -1, -1, model->index(0, 0)); // Onto a row.
        QCOMPARE(w.names(), u"file3 file0 file1 file2"_s);
        QMimeData other;
        other.setText(u"file://"_s);
        QVERIFY(!model->dropMimeData(&other, Qt::MoveAction, 0, 0, {}));
    }

    void groupsAndWordsChooseWhatIsShown()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(4));
        w.fakes[0].succeed();
        w.fakes[1].fail(ErrorKind::NotFound);
        w.fakes[2].succeed({{"/home/file2/x", Error::of(ErrorKind::Local, u"gone"_s)}});
        auto *group = w.dock->findChild<QComboBox *>();
        const auto shown = [&](const QString &name) {
            group->setCurrentIndex(group->findText(name));
            return w.names();
        };
        QCOMPARE(shown(u"Active"_s), u"file3"_s);
        QCOMPARE(shown(u"With problems"_s), u"file1 file2"_s);
        QCOMPARE(shown(u"Done"_s), u"file0 file2"_s);
        w.fakes[3].succeed(); // It comes in by itself.
        QCOMPARE(w.names(), u"file0 file2 file3"_s);
        auto *search = w.dock->findChild<QLineEdit *>();
        search->setText(u" FILE2 "_s);
        QCOMPARE(w.names(), u"file2"_s);
        search->setText(u"/home/file3"_s);
        QCOMPARE(w.names(), u"file3"_s);
        search->clear();
        QCOMPARE(shown(u"All"_s), u"file0 file1 file2 file3"_s);
    }

    void draggingInAGroupMovesInTheWholeList()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(5));
        w.fakes[1].succeed();
        auto *group = w.dock->findChild<QComboBox *>();
        group->setCurrentIndex(group->findText(u"Active"_s));
        QCOMPARE(w.names(), u"file0 file2 file3 file4"_s);
        auto *model = w.list().model();
        const std::unique_ptr<QMimeData> dragged(model->mimeData({model->index(3, 0)}));
        model->dropMimeData(dragged.get(), Qt::MoveAction, 1, 0, {});
        QCOMPARE(w.names(), u"file0 file4 file2 file3"_s);
    }

    void aFolderShowsItsFiles()
    {
        Window w;
        w.queue.enqueue(w.fakes.resumableOrders(1));
        w.fakes[0].setCurrentPath("/home/file0/now");
        w.fakes[0].notes()->noteFiles({{"sub/done", {}}});
        w.fakes[0].meetProblem({"/home/file0/bad", Error::of(ErrorKind::Local, u"Permission denied."_s)});
        w.fakes[0].advance(1, 100);
        auto *model = w.list().model();
        const auto folder = model->index(0, 0);
        QTRY_COMPARE(model->rowCount(folder), 3);
        const auto cell = [&](int row, int column) {
            return model->index(row, column, folder).data().toString();
        };
        QCOMPARE(cell(0, TransferModel::NameColumn), u"now"_s);
        QCOMPARE(cell(0, TransferModel::StateColumn), u"Under way"_s);
        QCOMPARE(cell(1, TransferModel::NameColumn), u"bad"_s);
        QVERIFY(cell(1, TransferModel::StateColumn).startsWith(u"Left out: "_s));
        QCOMPARE(cell(2, TransferModel::NameColumn), u"sub/done"_s);
        QCOMPARE(cell(2, TransferModel::StateColumn), u"Arrived"_s);
        // Actions on a file are for its folder.
        w.list().setExpanded(folder, true);
        w.list().setCurrentIndex(model->index(1, 0, folder));
        w.action(u"Pause transfer"_s)->trigger();
        QCOMPARE(w.queue.records().first().state, TransferState::Paused);
        QTRY_COMPARE(model->rowCount(folder), 2); // None is on its way.
    }

    void speedIsDrawnWhileSomethingMoves()
    {
        Window w;
        auto *graph = w.dock->findChild<SpeedGraph *>();
        QVERIFY(graph->isFlat());
        w.queue.enqueue(w.fakes.orders(1));
        qint64 done = 0;
        QTRY_VERIFY_WITH_TIMEOUT(
            (w.fakes[0].advance(done += 100'000, 1'000'000'000), !graph->isFlat()), 10'000);
        QVERIFY(graph->accessibleDescription().contains(u"/s"_s));
    }

    void theLogTellsWhatHappenedAndIsCopied()
    {
        Window w;
        w.queue.enqueue(w.fakes.resumableOrders(1));
        w.select(0);
        w.action(u"Show log"_s)->trigger();
        auto *log = w.window.findChild<TransferLogDialog *>();
        QVERIFY(log);
        const auto *text = log->findChild<QPlainTextEdit *>();
        QVERIFY(text->toPlainText().contains(u"Started."_s));
        w.fakes[0].notes()->noteStage("stage");
        w.fakes[0].fail(ErrorKind::Offline);
        QTRY_VERIFY(
            text->toPlainText().contains(u"Interrupted after 0 bytes: The sandbox cannot be reached."_s));
        button(*log, u"Copy"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), text->toPlainText());
        w.action(u"Show log"_s)->trigger();
        QCOMPARE(w.window.findChildren<TransferLogDialog *>().size(), 1);
    }

    void theHistoryIsSearchedAndCleared()
    {
        const QTemporaryDir folder;
        TransferJournal journal(folder.filePath(u"journal"_s));
        Window w(&journal);
        w.queue.enqueue(w.fakes.resumableOrders(3));
        w.fakes[0].succeed();
        w.fakes[1].fail(ErrorKind::Rejected, u"no space left on device"_s);
        w.queue.clearFinished();
        auto *history = w.dock->findChild<HistoryView *>();
        auto *group = w.dock->findChild<QComboBox *>();
        const QSignalSpy refreshed(history, &HistoryView::refreshed);
        group->setCurrentIndex(group->findText(u"History"_s));
        QTRY_COMPARE(refreshed.size(), 1);
        QVERIFY(history->isVisible());
        const auto *past = history->findChild<QTreeView *>()->model();
        QCOMPARE(past->rowCount(), 2);
        QCOMPARE(past->index(1, HistoryModel::NameColumn).data().toString(), u"file0"_s);
        QCOMPARE(past->index(1, HistoryModel::StateColumn).data().toString(), u"Done"_s);
        w.dock->findChild<QLineEdit *>()->setText(u"DISK IS FULL"_s);
        QCOMPARE(past->rowCount(), 1);
        QCOMPARE(past->index(0, HistoryModel::NameColumn).data().toString(), u"file1"_s);
        history->findChild<QTreeView *>()->setCurrentIndex(past->index(0, 0));
        w.action(u"Show log"_s, history)->trigger();
        QTRY_VERIFY(w.window.findChild<TransferLogDialog *>());
        QVERIFY(
            w.window.findChild<TransferLogDialog *>()->findChild<QPlainTextEdit *>()->toPlainText().contains(
                u"Failed: The sandbox's disk is full. (no space left on device)"_s));
        w.action(u"Clear history…"_s, history)->trigger();
        auto *question = w.window.findChild<QMessageBox *>();
        QVERIFY(question);
        button(*question, u"Clear history"_s)->click();
        QTRY_COMPARE(refreshed.size(), 2);
        QCOMPARE(past->rowCount(), 0);
    }

    void clearingIsForWhatIsOver()
    {
        Window w;
        w.queue.enqueue(w.fakes.orders(2));
        auto *clear = w.action(u"Clear finished"_s);
        QVERIFY(clear);
        QVERIFY(!clear->isEnabled());
        w.fakes[0].succeed();
        QTRY_VERIFY(clear->isEnabled());
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
