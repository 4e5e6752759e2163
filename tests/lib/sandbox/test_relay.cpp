// SPDX-License-Identifier: Apache-2.0
#include "notebook.h"
#include "sandbox/packing.h"
#include "transferfixture.h"

#include <fstream>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

/// Of files in the spool, at most: three batches, each with one file that made it full.
constexpr qint64 spoolLimit = 3 * (batchBytes + smallFileBytes);

} // namespace

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
    void verifyNothingIsLeft(const QByteArray &target)
    {
        QCOMPARE(m_from.inSandbox(u"ls -A /tmp | grep '^\\.koyeb'; true"_s), ""_ba);
        QCOMPARE(leftovers(target), ""_ba);
        QCOMPARE(m_to.inSandbox(u"ls -A "_s + shellQuoted(target)), ""_ba);
    }
    void makeTarget(const QByteArray &target)
    {
        QCOMPARE(m_to.inSandbox(u"mkdir -p "_s + shellQuoted(target)), ""_ba);
    }
    [[nodiscard]] bool isAtSource(const QByteArray &path)
    {
        return m_from.inSandbox(u"[ ! -e %1 ] || echo yes"_s.arg(shellQuoted(path))) == "yes\n";
    }
    /// Runs a first attempt until part of a large file has arrived, and pauses it; where it stopped.
    TransferCheckpoint pausedMidway(const RelayOrder &order)
    {
        const std::unique_ptr<Transfer> first(relay(order));
        auto book = std::make_shared<Notebook>();
        first->setNotes(book);
        QEventLoop loop;
        bool isOver = false;
        book->onNote = [&] {
            if (book->checkpoint().partialBytes > 0) {
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
    /// Another attempt from where one stopped.
    [[nodiscard]] TransferOutcome resumed(const RelayOrder &order, const TransferCheckpoint &checkpoint)
    {
        auto *second = relay(order);
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        return outcomeOf(second);
    }
    enum class Moment {
        Midway,    ///< Part of a large file has arrived.
        Committing ///< All has arrived.
    };
    /// Runs a relay in which `meddle` happens at that moment.
    [[nodiscard]] TransferOutcome outcomeWith(
        const RelayOrder &order, Moment moment, const std::function<void()> &meddle)
    {
        auto *transfer = relay(order);
        auto book = std::make_shared<Notebook>();
        bool isDone = false;
        book->onNote = [&] {
            const auto &now = book->checkpoint();
            const bool isNow = moment == Moment::Midway ? now.partialBytes > 0 : now.isCommitting;
            if (isNow && !std::exchange(isDone, true)) {
                meddle();
            }
        };
        transfer->setNotes(book);
        auto outcome = outcomeOf(transfer);
        outcome.isFinished = outcome.isFinished && isDone;
        return outcome;
    }
    /// Bytes in the files of the spool.
    [[nodiscard]] qint64 spoolBytes() const
    {
        qint64 bytes = 0;
        std::error_code error;
        for (std::filesystem::recursive_directory_iterator entry(m_from.fsPath("spool"), error), end;
             !error && entry != end; entry.increment(error)) {
            std::error_code gone;
            const auto size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
            bytes += gone ? 0 : static_cast<qint64>(size);
        }
        return bytes;
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
        const auto from = pausedMidway(order("/tmp/p/tree", "/tmp/p"));
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
        const auto outcome = outcomeWith(wanted, Moment::Committing, [&] {
            QCOMPARE(m_from.inSandbox(u"echo more >> /tmp/c/tree/.hidden"_s), ""_ba);
        });
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
        // Of the same size, and of the same second.
        const auto change = u"printf other | dd of=%1 conv=notrunc 2>/dev/null; touch -d @1000000000.5 %1"_s;
        const auto outcome = outcomeWith(wanted, Moment::Committing, [&] {
            QCOMPARE(m_from.inSandbox(change.arg(shellQuoted(file))), ""_ba);
        });
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QVERIFY(outcome.problems.first().isMoved);
        QCOMPARE(m_from.inSandbox(u"head -c 5 "_s + shellQuoted(file)), "other"_ba);
    }
    void keepsASourceToWhichSomethingCame()
    {
        makeTree("/tmp/e/tree", 1000);
        makeTarget("/tmp/e");
        auto wanted = order("/tmp/e/tree", "/tmp/e");
        wanted.movesSource = true;
        const auto outcome = outcomeWith(
            wanted, Moment::Committing, [&] { QCOMPARE(m_from.inSandbox(u": > /tmp/e/tree/new"_s), ""_ba); });
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QVERIFY(isAtSource("/tmp/e/tree/new"));
    }
    void movesWhatWasChangedBeforeItWentOn()
    {
        makeTree("/tmp/q/tree");
        makeTarget("/tmp/q");
        auto wanted = order("/tmp/q/tree", "/tmp/q");
        wanted.movesSource = true;
        const auto checkpoint = pausedMidway(wanted);
        QCOMPARE(m_from.inSandbox(u"echo more >> /tmp/q/tree/.hidden"_s), ""_ba);
        const auto outcome = resumed(wanted, checkpoint);
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QVERIFY(!isAtSource("/tmp/q/tree"));
        QCOMPARE(m_to.inSandbox(u"cat /tmp/q/tree/.hidden"_s), "more\n"_ba);
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

    void needsLittleOfThisComputersDisk()
    {
        // Several times what may be in the spool, of large and of small files.
        QCOMPARE(
            m_from.inSandbox(
                u"mkdir -p /tmp/b/tree/many && cd /tmp/b/tree && head -c 70000000 /dev/urandom > large\n"
                "head -c 30000000 /dev/urandom > noise && cd many && split -a 3 -b 20000 ../noise\n"
                "rm ../noise"_s),
            ""_ba);
        makeTarget("/tmp/b");
        auto wanted = order("/tmp/b/tree", "/tmp/b");
        wanted.movesSource = true; // With a record of what is moved.
        const auto before = m_from.describeRemote("/tmp/b/tree");
        auto *transfer = relay(wanted);
        qint64 most = 0;
        int looks = 0;
        QTimer looking;
        connect(&looking, &QTimer::timeout, this, [&] {
            most = std::max(most, spoolBytes());
            ++looks;
        });
        looking.start(1);
        const auto outcome = outcomeOf(transfer);
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/b/tree"), before);
        QVERIFY(looks > 10);
        QVERIFY(most > 0);
        constexpr qint64 recordBytes = 1500 * 100;
        QVERIFY2(most <= spoolLimit + recordBytes, QByteArray::number(most).constData());
        QVERIFY(!isAtSource("/tmp/b/tree"));
    }

    void takesWhatAFileHasBecomeMeanwhile_data()
    {
        QTest::addColumn<QString>("change");
        QTest::newRow("it grows") << u"head -c 5000000 /dev/urandom >> %1"_s;
        QTest::newRow("its beginning changes") << u"printf other | dd of=%1 conv=notrunc 2>/dev/null"_s;
        QTest::newRow("it is cut off") << u"truncate -s 1000001 %1"_s;
        QTest::newRow("it becomes empty") << u": > %1"_s;
        QTest::newRow("another takes its place") << u"head -c 3000000 /dev/urandom > %1.new; mv %1.new %1"_s;
    }
    void takesWhatAFileHasBecomeMeanwhile()
    {
        QFETCH(QString, change);
        QCOMPARE(
            m_from.inSandbox(
                u"rm -rf /tmp/t; mkdir -p /tmp/t/tree; head -c 40000000 /dev/urandom > /tmp/t/tree/file"_s),
            ""_ba);
        QCOMPARE(m_to.inSandbox(u"rm -rf /tmp/t"_s), ""_ba);
        makeTarget("/tmp/t");
        const auto outcome = outcomeWith(order("/tmp/t/tree", "/tmp/t"), Moment::Midway, [&] {
            QCOMPARE(m_from.inSandbox(change.arg(u"/tmp/t/tree/file"_s)), ""_ba);
        });
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        const auto content = u"sha256sum /tmp/t/tree/file"_s;
        QCOMPARE(m_to.inSandbox(content), m_from.inSandbox(content));
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
    }
    void leavesOutWhatVanishesMeanwhile()
    {
        makeTree("/tmp/v/tree", 40 * mebibyte);
        makeTarget("/tmp/v");
        auto wanted = order("/tmp/v/tree", "/tmp/v");
        wanted.movesSource = true;
        const auto outcome = outcomeWith(wanted, Moment::Midway, [&] {
            QCOMPARE(m_from.inSandbox(u"rm /tmp/v/tree/sub/large"_s), ""_ba);
        });
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems.first().path, "/tmp/v/tree/sub/large"_ba);
        QVERIFY(!outcome.problems.first().isMoved);
        // The rest is there, and nothing of a half; of which something is missing, the source stays.
        QCOMPARE(m_to.describeRemote("/tmp/v/tree"), m_from.describeRemote("/tmp/v/tree"));
        QVERIFY(isAtSource("/tmp/v/tree/.hidden"));
    }
    void takesFilesThatDoNotSayHowLargeTheyAre()
    {
        makeTarget("/tmp/proc");
        const auto outcome = outcomeOf(relay(order("/proc/version", "/tmp/proc")));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(m_to.inSandbox(u"cat /tmp/proc/version"_s), m_from.inSandbox(u"cat /proc/version"_s));
    }
    void movesFilesThatNobodyMayRead()
    {
        QCOMPARE(
            m_from.inSandbox(u"mkdir -p /tmp/o/tree && cd /tmp/o/tree && echo small > small && "
                             "head -c 600000 /dev/urandom > large && chmod 0 small large"_s),
            ""_ba);
        makeTarget("/tmp/o");
        const auto outcome = outcomeOf(relay(order("/tmp/o/tree", "/tmp/o")));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/o/tree"), m_from.describeRemote("/tmp/o/tree"));
    }

    void refusesListingsThatLeadElsewhere_data()
    {
        QTest::addColumn<QString>("doctoring");
        QTest::newRow("out of the target") << u"s#many/large#../../planted#"_s;
        QTest::newRow("to a file of this computer") << u"s#many/large#%1#"_s;
        QTest::newRow("through a link") << u"s#many/large#away/large#"_s;
        QTest::newRow("through a file") << u"s#many/large#small/large#"_s;
    }
    void refusesListingsThatLeadElsewhere()
    {
        QFETCH(QString, doctoring);
        const auto victim = m_from.fsPath("victim");
        std::ofstream(victim) << "secret";
        QCOMPARE(
            m_from.inSandbox(u"rm -rf /tmp/q && mkdir -p /tmp/q/tree/many && cd /tmp/q/tree && "
                             "echo small > small && ln -s /tmp away && head -c 6 /dev/zero > many/large"_s),
            ""_ba);
        if (doctoring.contains(u'%')) {
            doctoring = doctoring.arg(QString::fromStdString(victim.string()));
        }
        m_from.intercept("find", u"find \"$@\" | sed -z '%1'; exit"_s.arg(doctoring));
        QCOMPARE(m_to.inSandbox(u"rm -rf /tmp/q; mkdir /tmp/q"_s), ""_ba);
        const auto outcome = outcomeOf(relay(order("/tmp/q/tree", "/tmp/q")));
        m_from.useUsualTools();
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Protocol);
        QCOMPARE(m_to.inSandbox(u"find /tmp/q -mindepth 1; grep -rl secret /tmp; true"_s), ""_ba);
    }

    void goesOnWhereItStopped_data()
    {
        QTest::addColumn<bool>("isTree");
        QTest::newRow("a file") << false;
        QTest::newRow("a folder") << true;
    }
    void goesOnWhereItStopped()
    {
        QFETCH(bool, isTree);
        const auto top = isTree ? "/tmp/g1"_ba : "/tmp/g2"_ba;
        makeTree(top + "/tree", 24 * mebibyte);
        makeTarget(top);
        const auto wanted = order(top + (isTree ? "/tree" : "/tree/sub/large"), top);
        const auto checkpoint = pausedMidway(wanted);
        QVERIFY(checkpoint.partialBytes > 0);
        // Nothing of what was here is needed.
        std::filesystem::remove_all(m_from.fsPath("spool"));
        const auto outcome = resumed(wanted, checkpoint);
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QVERIFY(outcome.progress.keptBytes >= checkpoint.partialBytes / 2);
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        QTRY_COMPARE_WITH_TIMEOUT(leftovers(top), ""_ba, patienceMs);
        const auto content = u"cd %1 && find . -name large -exec sha256sum < {} \\;"_s.arg(shellQuoted(top));
        QCOMPARE(m_to.inSandbox(content), m_from.inSandbox(content));
    }
    void beginsAnewWhereWhatWasKeptIsDamaged()
    {
        makeTree("/tmp/h/tree", 24 * mebibyte);
        makeTarget("/tmp/h");
        const auto wanted = order("/tmp/h/tree", "/tmp/h");
        const auto checkpoint = pausedMidway(wanted);
        QVERIFY(checkpoint.partialBytes > 0);
        QCOMPARE(
            m_to.inSandbox(
                u"cd /tmp/h/.koyeb-part-*/item/sub && printf other | dd of=large conv=notrunc 2>/dev/null"_s),
            ""_ba);
        const auto outcome = resumed(wanted, checkpoint);
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/h/tree"), m_from.describeRemote("/tmp/h/tree"));
    }
    void beginsAnewWhereTheSourceWasChanged()
    {
        makeTree("/tmp/i/tree", 24 * mebibyte);
        makeTarget("/tmp/i");
        const auto wanted = order("/tmp/i/tree", "/tmp/i");
        const auto checkpoint = pausedMidway(wanted);
        QVERIFY(checkpoint.partialBytes > 0);
        QCOMPARE(
            m_from.inSandbox(
                u"cd /tmp/i/tree && head -c 20000000 /dev/urandom > sub/large; echo more > .hidden"_s),
            ""_ba);
        const auto outcome = resumed(wanted, checkpoint);
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/i/tree"), m_from.describeRemote("/tmp/i/tree"));
    }
    void overcomesFaultsOfEitherSide_data()
    {
        QTest::addColumn<bool>("isAtSource");
        QTest::addColumn<bool>("isPassing");
        QTest::newRow("passing, of the source") << true << true;
        QTest::newRow("passing, of the target") << false << true;
        QTest::newRow("lasting, of the source") << true << false;
        QTest::newRow("lasting, of the target") << false << false;
    }
    void overcomesFaultsOfEitherSide()
    {
        QFETCH(bool, isAtSource);
        QFETCH(bool, isPassing);
        QCOMPARE(m_from.inSandbox(u"rm -rf /tmp/f"_s) + m_to.inSandbox(u"rm -rf /tmp/f"_s), ""_ba);
        makeTree("/tmp/f/tree", 30 * mebibyte);
        makeTarget("/tmp/f");
        auto &side = isAtSource ? m_from : m_to;
        const QString passing = isAtSource ? u"/read_file"_s : u"/write_file"_s;
        const QJsonObject fault{
            {u"part"_s, u"executor"_s},
            {u"path"_s, isPassing ? passing : u"/run"_s},
            {u"status"_s, isPassing ? 502 : 401},
            {u"times"_s, isPassing ? 2 : 0}};
        const auto wanted = order("/tmp/f/tree", "/tmp/f");
        auto *first = relay(wanted);
        auto book = std::make_shared<Notebook>();
        bool hasBegun = false;
        book->onNote = [&] {
            if (book->checkpoint().partialBytes > 0 && !std::exchange(hasBegun, true)) {
                QVERIFY(side.engine().misbehave({{u"fault"_s, fault}}));
            }
        };
        first->setNotes(book);
        auto outcome = outcomeOf(first);
        QVERIFY(hasBegun);
        QVERIFY(side.engine().misbehave({{u"clear"_s, true}}));
        QCOMPARE(outcome.isFinished, isPassing);
        if (!isPassing) {
            QCOMPARE(outcome.failure ? outcome.failure->kind : ErrorKind::Local, ErrorKind::Unauthorized);
            QCOMPARE(m_to.inSandbox(u"ls /tmp/f"_s), ""_ba);
            outcome = resumed(wanted, book->checkpoint());
            QVERIFY(outcome.progress.keptBytes > 0);
        }
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/f/tree"), m_from.describeRemote("/tmp/f/tree"));
    }
    void removesAllWhenCancelled()
    {
        makeTree("/tmp/x/tree", 24 * mebibyte);
        makeTarget("/tmp/x");
        const auto wanted = order("/tmp/x/tree", "/tmp/x");
        const auto checkpoint = pausedMidway(wanted);
        QVERIFY(!checkpoint.stage.isEmpty());
        // As a killed attempt leaves it.
        const auto parts = "/tmp/.koyeb-part-" + relayStageOf(checkpoint.stage).spool.first(16);
        QCOMPARE(m_from.inSandbox(u"mkdir %1; echo x > %1/part-1"_s.arg(shellQuoted(parts))), ""_ba);
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
        verifyNothingIsLeft("/tmp/x");
    }
    void removesAllWhenCancelledMidway()
    {
        makeTree("/tmp/y/tree", 24 * mebibyte);
        makeTarget("/tmp/y");
        const std::unique_ptr<Transfer> transfer(relay(order("/tmp/y/tree", "/tmp/y")));
        auto book = std::make_shared<Notebook>();
        transfer->setNotes(book);
        transfer->start();
        QTRY_VERIFY_WITH_TIMEOUT(book->checkpoint().partialBytes > 0, patienceMs);
        transfer->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(!transfer->isCleaningUp(), patienceMs);
        QVERIFY(!transfer->hasLeftSomething());
        QCOMPARE(book->checkpoint().stage, ""_ba);
        verifyNothingIsLeft("/tmp/y");
    }
    void removesAllWhenDestroyedMidway()
    {
        makeTree("/tmp/z/tree", 24 * mebibyte);
        makeTarget("/tmp/z");
        {
            const std::unique_ptr<Transfer> transfer(relay(order("/tmp/z/tree", "/tmp/z")));
            transfer->start();
            QTRY_VERIFY_WITH_TIMEOUT(transfer->progress().doneBytes > mebibyte, patienceMs);
        }
        QTRY_COMPARE_WITH_TIMEOUT(leftovers("/tmp/z"), ""_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(
            m_from.inSandbox(u"ls -A /tmp | grep '^\\.koyeb'; true"_s), ""_ba, patienceMs);
    }
};

QTEST_GUILESS_MAIN(TestRelay)
#include "test_relay.moc"
