// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"
#include "sandbox/accountsession.h"
#include "shell/sandboxpage.h"
#include "support/await.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"
#include "transfer/transferjournal.h"
#include "transfers/transfersdock.h"
#include "windowfixture.h"

#include <QCheckBox>
#include <QDir>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

/// The window with transfers, also those that an earlier run of the program has left.
class WindowTransfersTest : public QObject, private WindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QApplication::setQuitOnLastWindowClosed(false); }
    void init()
    {
        begin();
        button(u"Try it on this computer"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
        create(u"demo"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        m_sandbox = page<SandboxPage>()->sandbox();
        QCOMPARE(inSandbox(u"mkdir /tmp/target"_s), QByteArray());
    }
    void cleanup()
    {
        m_next.reset();
        m_journal.reset();
        m_sandbox.reset();
        end();
    }

    void whatAnEarlierRunLeftGoesOn()
    {
        leave({localFile(u"left"_s, 100'000)});
        startNextRun();
        QTRY_COMPARE_WITH_TIMEOUT(states(), u"Done"_s, patienceMs);
        QCOMPARE(inSandbox(u"wc -c < /tmp/target/left"_s), QByteArray("100000\n"));
        QTRY_VERIFY(entries().isEmpty());
    }

    void whatWasPausedWaitsForThePerson()
    {
        leave({localFile(u"paused"_s, 100)}, true);
        startNextRun();
        QTRY_COMPARE(states(), u"Paused"_s);
        auto *list = transferList();
        list->setCurrentIndex(list->model()->index(0, 0));
        actionOf(*list, u"Resume transfer"_s)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(states(), u"Done"_s, patienceMs);
    }

    void whatIsForAnotherSandboxWaitsForIt()
    {
        leave({localFile(u"for nobody"_s, 100)}, false, u"unknown"_s);
        startNextRun();
        QTRY_COMPARE(states(), u"Waiting for the sandbox"_s);
        QCOMPARE(entries().size(), 1);
    }

    void signingOutStopsWhatItIsFor()
    {
        limitUploads();
        leave({localFile(u"one"_s, 8'000'000), localFile(u"two"_s, 8'000'000)});
        startNextRun();
        QTRY_COMPARE_WITH_TIMEOUT(states(), u"Running|Running"_s, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!inSandbox(u"ls -A /tmp/target"_s).isEmpty(), patienceMs);
        Q_EMIT application().accounts.sessionClosing(localAccount().id);
        QTRY_COMPARE(states(), u"Cancelled|Cancelled"_s);
        QTRY_COMPARE_WITH_TIMEOUT(inSandbox(u"ls -A /tmp/target"_s), QByteArray(), patienceMs);
    }

    void filesGoFromOneSandboxIntoAnother()
    {
        QCOMPARE(inSandbox(u"echo content > /tmp/target/file"_s), QByteArray());
        const auto source = m_sandbox->access().serviceId;
        create(u"other"_s);
        QTRY_VERIFY_WITH_TIMEOUT(
            page<SandboxPage>() && page<SandboxPage>()->sandbox() &&
                page<SandboxPage>()->record().id != source,
            patienceMs);
        auto *target = page<SandboxPage>();
        Q_EMIT target->files().copyFromSandboxRequested(source, {"/tmp/target/file"}, "/tmp", true);
        QTRY_COMPARE_WITH_TIMEOUT(states(&window()), u"Done"_s, patienceMs);
        const auto there =
            Koyeb::Test::await(target->sandbox()->executor().run({u"cat /tmp/file"_s, {}, {}, {}}, {}));
        QCOMPARE((*there)->standardOutput, QByteArray("content\n"));
        QCOMPARE(inSandbox(u"ls /tmp/target"_s), QByteArray());
        const auto *model = transferList(&window())->model();
        QCOMPARE(model->index(0, TransferModel::SandboxColumn).data().toString(), u"demo to other"_s);
    }

    void filesOfASandboxCanBeDroppedOnAnotherOne()
    {
        QCOMPARE(inSandbox(u"echo content > /tmp/target/file"_s), QByteArray());
        const auto source = m_sandbox->access().serviceId;
        create(u"other"_s);
        QTRY_VERIFY_WITH_TIMEOUT(
            page<SandboxPage>() && page<SandboxPage>()->sandbox() &&
                page<SandboxPage>()->record().id != source,
            patienceMs);
        auto *target = page<SandboxPage>();
        auto *panel = window().findChild<SandboxTreePanel *>();
        Q_EMIT panel->sandboxFilesDropped(
            localAccount().id, target->record().id, source, {"/tmp/target/file"}, false);
        const auto outputThere = [&](const QString &line) {
            const auto result = Koyeb::Test::await(target->sandbox()->executor().run({line, {}, {}, {}}, {}));
            return result && *result ? (*result)->standardOutput : QByteArray("no result");
        };
        QTRY_COMPARE_WITH_TIMEOUT(outputThere(u"cat ~/file"_s), QByteArray("content\n"), patienceMs);
        QCOMPARE(inSandbox(u"ls /tmp/target"_s), QByteArray("file\n"));
        // On a terminal: what is there is named, what is not is brought first.
        target->showTab(SandboxPage::Tab::Terminal);
        QTRY_VERIFY_WITH_TIMEOUT(target->findChild<TerminalView *>(), patienceMs);
        auto *view = target->findChild<TerminalView *>();
        QTRY_COMPARE_WITH_TIMEOUT(view->session().state(), TerminalSession::State::Running, patienceMs);
        QTest::keyClicks(view, u"mkdir /tmp/here && cd /tmp/here && echo I am $((40+2))"_s);
        QTest::keyClick(view, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(view->visibleText().contains(u"I am 42"_s), patienceMs);
        Q_EMIT view->sandboxFilesDropped(target->record().id, {"/srv/it is"});
        QTRY_VERIFY_WITH_TIMEOUT(view->visibleText().contains(u"'/srv/it is'"_s), patienceMs);
        Q_EMIT view->sandboxFilesDropped(source, {"/tmp/target/file"});
        QTRY_VERIFY_WITH_TIMEOUT(view->visibleText().contains(u"/tmp/here/file"_s), patienceMs);
        QCOMPARE(outputThere(u"cat /tmp/here/file"_s), QByteArray("content\n"));
    }

    void watchesGoOnInTheNextRun()
    {
        QVERIFY(QDir(folder()).mkdir(u"site"_s));
        auto &settings = application().settings;
        settings.beginWriteArray(u"transfers/watches"_s);
        settings.setArrayIndex(0);
        settings.setValue(u"sandbox"_s, m_sandbox->access().serviceId);
        settings.setValue(u"local"_s, QString(folder() + u"/site"_s));
        settings.setValue(u"remote"_s, u"/tmp/target"_s);
        settings.endArray();
        startNextRun(); // Without the sandbox's page.
        (void)localFile(u"site/page"_s, 100);
        QTRY_COMPARE_WITH_TIMEOUT(inSandbox(u"wc -c < /tmp/target/page"_s), QByteArray("100\n"), patienceMs);
        QVERIFY(m_next->findChild<TransfersDock *>()->isVisible());
    }

    void foldersAreBroughtToOneStateAndWatched()
    {
        QVERIFY(QDir(folder()).mkdir(u"site"_s));
        (void)localFile(u"site/page"_s, 100);
        FolderSyncOrder order;
        order.local = (folder() + u"/site"_s).toStdString();
        order.remote = "/tmp/target";
        order.moved = {"page"};
        auto &files = page<SandboxPage>()->files();
        Q_EMIT files.syncRequested(order);
        QTRY_COMPARE_WITH_TIMEOUT(states(&window()), u"Done"_s, patienceMs);
        QCOMPARE(inSandbox(u"wc -c < /tmp/target/page"_s), QByteArray("100\n"));
        Q_EMIT files.watchRequested(order.local, "/tmp/target", {}, false);
        (void)localFile(u"site/other"_s, 50);
        QTRY_COMPARE_WITH_TIMEOUT(inSandbox(u"wc -c < /tmp/target/other"_s), QByteArray("50\n"), patienceMs);
    }

    void theTitleTellsHowFarAllAre()
    {
        limitUploads();
        leave({localFile(u"titled"_s, 4'000'000)});
        startNextRun();
        const auto usual = m_next->windowTitle();
        QTRY_VERIFY_WITH_TIMEOUT(m_next->windowTitle().contains(u"% of 1 transfer"_s), patienceMs);
        actionOf(*transferList(), u"Cancel all"_s)->trigger();
        QTRY_COMPARE(m_next->windowTitle(), usual);
    }

    void theSpeedIsLimitedFromTheDock()
    {
        actionOf(*transferList(&window()), u"Speed and compression…"_s)->trigger();
        auto *dialog = window().findChild<SpeedLimitsDialog *>();
        QVERIFY(dialog);
        dialog->findChildren<QCheckBox *>().first()->click();
        QVERIFY(application().settings.value(u"transfers/uploadLimited"_s).toBool());
        dialog->reject();
    }

private:
    [[nodiscard]] QByteArray inSandbox(const QString &line)
    {
        const auto result = Koyeb::Test::await(m_sandbox->executor().run({line, {}, {}, {}}, {}));
        return result && *result ? (*result)->standardOutput : QByteArray("no result");
    }
    [[nodiscard]] QByteArray localFile(const QString &name, qint64 size) const
    {
        QFile file(folder() + u'/' + name);
        return file.open(QIODevice::WriteOnly) && file.resize(size) ? file.fileName().toUtf8() : QByteArray();
    }
    /// For the next run.
    void limitUploads()
    {
        application().settings.setValue(u"transfers/uploadLimited"_s, true);
        application().settings.setValue(u"transfers/uploadKiBPerSecond"_s, 8);
    }

    /// As a run of the program does that is killed.
    void leave(const QList<QByteArray> &sources, bool isPaused = false, const QString &sandboxId = {})
    {
        m_journal = std::make_unique<TransferJournal>(folder() + u"/transfers.sqlite"_s);
        for (const auto &source : sources) {
            JournalEntry entry;
            entry.id = static_cast<quint64>(++m_lastId);
            entry.sandboxId = sandboxId.isEmpty() ? m_sandbox->access().serviceId : sandboxId;
            entry.sandboxName = u"demo"_s;
            entry.source = source;
            entry.targetDirectory = "/tmp/target";
            entry.isPaused = isPaused;
            m_journal->add(entry);
        }
    }
    void startNextRun()
    {
        auto &app = application();
        m_next = std::make_unique<MainWindow>(MainWindow::Services{
            .clock = app.clock,
            .accounts = app.accounts,
            .tokens = app.tokens,
            .settings = app.settings,
            .transfers = m_journal.get()});
        m_next->show();
    }
    [[nodiscard]] QList<JournalEntry> entries()
    {
        return Koyeb::Test::await(m_journal->load({}))->value_or(QList<JournalEntry>());
    }

    [[nodiscard]] QTreeView *transferList(const MainWindow *of = nullptr) const
    {
        const auto views =
            (of ? of : m_next.get())->findChild<TransfersDock *>()->findChildren<QTreeView *>();
        return *std::find_if(views.begin(), views.end(), [](const QTreeView *view) {
            return view->accessibleName() == u"Transfers"_s;
        });
    }
    [[nodiscard]] static QAction *actionOf(const QWidget &widget, const QString &text)
    {
        for (auto *action : widget.actions()) {
            if (action->text() == text) {
                return action;
            }
        }
        qFatal("There is no such action: %s", qPrintable(text));
    }
    [[nodiscard]] QString states(const MainWindow *of = nullptr) const
    {
        QStringList states;
        const auto *model = transferList(of)->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            states.append(model->index(row, TransferModel::StateColumn).data().toString());
        }
        return states.join(u'|');
    }

    std::shared_ptr<Sandbox> m_sandbox;
    std::unique_ptr<TransferJournal> m_journal;
    std::unique_ptr<MainWindow> m_next;
    qint64 m_lastId = 0;
};

QTEST_MAIN(WindowTransfersTest)
#include "windowtransferstest.moc"
