// SPDX-License-Identifier: Apache-2.0
#include "notebook.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

enum class Moment { Fetching, Sending };

} // namespace

Q_DECLARE_METATYPE(Moment)

/// Files and folders on their way from one real sandbox into another.
class TestRelay : public QObject {
    Q_OBJECT

    TransferFixture m_from;
    TransferFixture m_to;

    [[nodiscard]] RelayOrder order(const QByteArray &source, const QByteArray &target) const
    {
        RelayOrder order;
        order.source = source;
        order.targetDirectory = target;
        order.spool = m_from.fsPath("spool");
        return order;
    }
    [[nodiscard]] Transfer *relay(const RelayOrder &order)
    {
        return m_from.sandbox().copyTo(m_to.sandbox(), order, nullptr);
    }
    /// What is in the spool, and hidden things beside the target.
    [[nodiscard]] QByteArray leftovers(const QByteArray &target)
    {
        const auto hidden = m_to.inSandbox(u"ls -A "_s + shellQuoted(target) + u" | grep '^\\.' ; true"_s);
        return m_from.describeLocal("spool") + hidden;
    }
    void makeTree(const QByteArray &top, qint64 largeBytes = 9 * mebibyte)
    {
        const auto script = u"mkdir -p %1/sub/empty && cd %1 && echo small > 'odd \"name' && chmod 640 odd*\n"
                            "head -c %2 /dev/urandom > sub/large && ln -s ../away sub/link && : > .hidden\n"
                            "mkdir closed && echo in > closed/in && chmod 500 closed\n"
                            "touch -d @1234567890 odd* sub/large .hidden closed/in"_s;
        QCOMPARE(m_from.inSandbox(script.arg(shellQuoted(top)).arg(largeBytes)), ""_ba);
    }
    void makeTarget(const QByteArray &target)
    {
        QCOMPARE(m_to.inSandbox(u"mkdir -p "_s + shellQuoted(target)), ""_ba);
    }
    [[nodiscard]] bool isAtSource(const QByteArray &path)
    {
        return m_from.inSandbox(u"[ ! -e %1 ] || echo yes"_s.arg(shellQuoted(path))) == "yes\n";
    }
    /// Runs a first attempt until a good part of the leg is done, and pauses it; where it stopped.
    TransferCheckpoint pausedWhile(Moment moment, const RelayOrder &order)
    {
        const std::unique_ptr<Transfer> first(relay(order));
        auto book = std::make_shared<Notebook>();
        first->setNotes(book);
        QEventLoop loop;
        bool isOver = false;
        book->onNote = [&] {
            const bool isSending = book->checkpoint().stage.startsWith("send/");
            if (book->checkpoint().partialBytes > 0 && isSending == (moment == Moment::Sending)) {
                isOver = true;
                loop.quit();
            }
        };
        QTimer::singleShot(patienceMs, &loop, &QEventLoop::quit);
        first->start();
        loop.exec();
        first->pause();
        if (!isOver || !QTest::qWaitFor([&] { return !first->isCleaningUp(); }, patienceMs)) {
            return {};
        }
        book->onNote = nullptr;
        return book->checkpoint();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_from.start());
        QVERIFY(m_to.start());
    }

    void copiesATreeAsItIs()
    {
        makeTree("/tmp/a/tree");
        makeTarget("/tmp/a");
        const auto outcome = outcomeOf(relay(order("/tmp/a/tree", "/tmp/a")));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/a/tree"), m_from.describeRemote("/tmp/a/tree"));
        QVERIFY(!m_to.describeRemote("/tmp/a/tree").isEmpty());
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        QCOMPARE(outcome.progress.doneFiles, qint64(4));
        QVERIFY(isAtSource("/tmp/a/tree/sub/large"));
    }
    void leavesNothingBehind()
    {
        makeTarget("/tmp/tidy");
        QCOMPARE(m_from.inSandbox(u"echo file > /tmp/tidyfile"_s), ""_ba);
        const std::unique_ptr<Transfer> transfer(relay(order("/tmp/tidyfile", "/tmp/tidy")));
        QSignalSpy finished(transfer.get(), &Transfer::finished);
        transfer->start();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!transfer->isCleaningUp(), patienceMs);
        QCOMPARE(leftovers("/tmp/tidy"), ""_ba);
        QCOMPARE(m_to.inSandbox(u"cat /tmp/tidy/tidyfile"_s), "file\n"_ba);
    }
    void keepsTheSpoolPrivate()
    {
        makeTree("/tmp/p/tree");
        makeTarget("/tmp/p");
        const auto from = pausedWhile(Moment::Fetching, order("/tmp/p/tree", "/tmp/p"));
        QVERIFY(!from.stage.isEmpty());
        struct stat status {};
        QCOMPARE(::stat(m_from.path("spool").constData(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0700U);
        const auto folder = "spool/" + relayStageOf(from.stage).spool;
        QCOMPARE(::stat(m_from.path(folder).constData(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0700U);
        // Not asked for again, it goes when the spool is swept.
        sweepRelaySpool(m_from.fsPath("spool"), {from.stage});
        QCOMPARE(::stat(m_from.path(folder).constData(), &status), 0);
        sweepRelaySpool(m_from.fsPath("spool"), {});
        QVERIFY(::stat(m_from.path(folder).constData(), &status) != 0);
    }

    void refusesWhatExistsBeforeReadingIt()
    {
        makeTarget("/tmp/r/there");
        QCOMPARE(m_from.inSandbox(u"echo new > /tmp/there"_s), ""_ba);
        auto wanted = order("/tmp/there", "/tmp/r");
        const auto outcome = outcomeOf(relay(wanted));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Conflict);
        QCOMPARE(outcome.progress.doneBytes, qint64(0));
    }
    void tellsOfWhatIsNotThere()
    {
        makeTarget("/tmp/n");
        QCOMPARE(failureOf(relay(order("/tmp/nothing", "/tmp/n"))), ErrorKind::NotFound);
        QCOMPARE(leftovers("/tmp/n"), ""_ba);
    }
    void leavesOutWhatIsTheSame()
    {
        makeTree("/tmp/d/tree", 1000);
        makeTarget("/tmp/d");
        auto wanted = order("/tmp/d/tree", "/tmp/d");
        QVERIFY(outcomeOf(relay(wanted)).isFinished);
        QCOMPARE(m_from.inSandbox(u"echo other > /tmp/d/tree/.hidden"_s), ""_ba);
        wanted.existing = ExistingTarget::Different;
        const auto outcome = outcomeOf(relay(wanted));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.progress.leftOutFiles, qint64(4)); // The link counts.
        QCOMPARE(m_to.inSandbox(u"cat /tmp/d/tree/.hidden"_s), "other\n"_ba);
    }

    void movesAndRemovesTheSource()
    {
        makeTree("/tmp/m/tree");
        makeTarget("/tmp/m");
        const auto before = m_from.describeRemote("/tmp/m/tree");
        auto wanted = order("/tmp/m/tree", "/tmp/m");
        wanted.movesSource = true;
        const auto outcome = outcomeOf(relay(wanted));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/m/tree"), before);
        QVERIFY(!isAtSource("/tmp/m/tree"));
    }
    void keepsASourceThatWasChanged()
    {
        makeTree("/tmp/c/tree");
        makeTarget("/tmp/c");
        auto wanted = order("/tmp/c/tree", "/tmp/c");
        wanted.movesSource = true;
        const auto checkpoint = pausedWhile(Moment::Sending, wanted);
        QVERIFY(checkpoint.stage.startsWith("send/"));
        QCOMPARE(m_from.inSandbox(u"echo more >> /tmp/c/tree/.hidden"_s), ""_ba);
        auto *second = relay(wanted);
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second);
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems.first().path, "/tmp/c/tree"_ba);
        QVERIFY(outcome.problems.first().isMoved);
        QCOMPARE(m_from.inSandbox(u"cat /tmp/c/tree/.hidden"_s), "more\n"_ba);
        QCOMPARE(m_to.inSandbox(u"cat /tmp/c/tree/.hidden"_s), ""_ba);
    }
    void keepsASourceThatWasChangedWithinItsSecond_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::newRow("a folder") << "/tmp/w/tree"_ba;
        QTest::newRow("a file") << "/tmp/w/alone"_ba;
    }
    void keepsASourceThatWasChangedWithinItsSecond()
    {
        QFETCH(QByteArray, item);
        const auto file = item.endsWith("tree") ? item + "/file" : item;
        QCOMPARE(
            m_from.inSandbox(
                u"rm -rf /tmp/w; mkdir -p /tmp/w/tree; head -c 6000000 /dev/urandom > "_s +
                shellQuoted(file) + u"; touch -d @1000000000 "_s + shellQuoted(file)),
            ""_ba);
        QCOMPARE(m_to.inSandbox(u"rm -rf /tmp/w"_s), ""_ba);
        makeTarget("/tmp/w");
        auto wanted = order(item, "/tmp/w");
        wanted.movesSource = true;
        const auto checkpoint = pausedWhile(Moment::Sending, wanted);
        QVERIFY(checkpoint.stage.startsWith("send/"));
        // Of the same size, and of the same second.
        const auto change = u"printf other | dd of=%1 conv=notrunc 2>/dev/null; touch -d @1000000000.5 %1"_s;
        QCOMPARE(m_from.inSandbox(change.arg(shellQuoted(file))), ""_ba);
        auto *second = relay(wanted);
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second);
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QVERIFY(outcome.problems.first().isMoved);
        QCOMPARE(m_from.inSandbox(u"head -c 5 "_s + shellQuoted(file)), "other"_ba);
    }
    void keepsASourceOfWhichSomethingWasLeftOut()
    {
        makeTree("/tmp/k/tree", 1000);
        QCOMPARE(m_from.inSandbox(u"mkfifo /tmp/k/tree/pipe"_s), ""_ba);
        makeTarget("/tmp/k");
        auto wanted = order("/tmp/k/tree", "/tmp/k");
        wanted.movesSource = true;
        const auto outcome = outcomeOf(relay(wanted));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems.first().path, "/tmp/k/tree/pipe"_ba);
        QVERIFY(isAtSource("/tmp/k/tree/sub/large"));
    }

    void keepsASourceOfWhichSomethingMayHaveBeenLeftOut()
    {
        makeTree("/tmp/l/tree", 1000);
        makeTarget("/tmp/l");
        auto wanted = order("/tmp/l/tree", "/tmp/l");
        wanted.movesSource = true;
        wanted.existing = ExistingTarget::Skip;
        const auto outcome = outcomeOf(relay(wanted));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QVERIFY(isAtSource("/tmp/l/tree/sub/large"));
    }

    void goesOnWhereItStopped_data()
    {
        QTest::addColumn<Moment>("moment");
        QTest::newRow("while it reads") << Moment::Fetching;
        QTest::newRow("while it writes") << Moment::Sending;
    }
    void goesOnWhereItStopped()
    {
        QFETCH(Moment, moment);
        const auto top = moment == Moment::Fetching ? "/tmp/g1"_ba : "/tmp/g2"_ba;
        makeTree(top + "/tree", 24 * mebibyte);
        makeTarget(top);
        const auto wanted = order(top + "/tree", top);
        const auto checkpoint = pausedWhile(moment, wanted);
        QVERIFY(checkpoint.partialBytes > 0);
        auto *second = relay(wanted);
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second);
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QVERIFY(outcome.progress.keptBytes >= checkpoint.partialBytes / 2);
        QCOMPARE(m_to.describeRemote(top + "/tree"), m_from.describeRemote(top + "/tree"));
    }
    void removesAllWhenCancelled_data() { goesOnWhereItStopped_data(); }
    void removesAllWhenCancelled()
    {
        QFETCH(Moment, moment);
        const auto top = moment == Moment::Fetching ? "/tmp/x1"_ba : "/tmp/x2"_ba;
        makeTree(top + "/tree", 24 * mebibyte);
        makeTarget(top);
        const auto wanted = order(top + "/tree", top);
        const auto checkpoint = pausedWhile(moment, wanted);
        QVERIFY(!checkpoint.stage.isEmpty());
        // Without being started, as when what failed is cleared away.
        const std::unique_ptr<Transfer> second(relay(wanted));
        auto book = std::make_shared<Notebook>();
        book->noteStage(checkpoint.stage);
        second->setNotes(book);
        second->resumeFrom(checkpoint);
        second->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(!second->isCleaningUp(), patienceMs);
        QVERIFY(!second->hasLeftSomething());
        QCOMPARE(book->checkpoint().stage, ""_ba);
        QCOMPARE(m_from.inSandbox(u"ls -A /tmp | grep '^\\.koyeb'; true"_s), ""_ba);
        QVERIFY(!leftovers(top).contains("item"));
    }
};

QTEST_GUILESS_MAIN(TestRelay)
#include "test_relay.moc"
