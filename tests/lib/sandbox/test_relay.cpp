// SPDX-License-Identifier: Apache-2.0
#include "relayfixture.h"
#include "sandbox/packing.h"

#include <fstream>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Of files in the spool, at most: three batches, each with one file that made it full.
constexpr qint64 spoolLimit = 3 * (batchBytes + smallFileBytes);

} // namespace

/// Files and folders on their way from one real sandbox into another.
class TestRelay : public QObject, private RelayFixture {
    Q_OBJECT

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
    void initTestCase() { QVERIFY(start()); }

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

    void saysFirstThatThisComputersDiskHasNoRoom()
    {
        // Where nothing hashes, large files lie here on their way.
        makeTarget("/tmp/full");
        QCOMPARE(
            m_from.inSandbox(
                u"mkdir /dev/shm/huge && cd /dev/shm/huge && truncate -s 12T file && echo x > small"_s),
            ""_ba);
        m_from.useBusyBox(
            u"base64 cat chmod cut dd find head ln ls mkdir mv rm sleep stat tail touch wc"_s.split(u' '));
        const auto alone = outcomeOf(relay(order("/dev/shm/huge/file", "/tmp/full")));
        const auto folder = outcomeOf(relay(order("/dev/shm/huge", "/tmp/full")));
        m_from.useUsualTools();
        QVERIFY(alone.failure);
        QCOMPARE(alone.failure->kind, ErrorKind::Local);
        QCOMPARE(alone.failure->systemError, ENOSPC);
        QVERIFY(folder.isFinished);
        QCOMPARE(folder.problems.size(), 1);
        QCOMPARE(folder.problems.first().path, "/dev/shm/huge/file"_ba);
        QCOMPARE(folder.problems.first().error.systemError, ENOSPC);
        QCOMPARE(m_to.inSandbox(u"cd /tmp/full && ls && cat huge/*"_s), "huge\nx\n"_ba);
    }
    void takesWhatLinksLeadTo()
    {
        QCOMPARE(
            m_from.inSandbox(u"mkdir -p /tmp/links/tree /tmp/links/folder && cd /tmp/links\n"
                             "head -c 5000000 /dev/urandom > large; echo small > small\n"
                             "echo in > folder/in; chmod 750 folder; ln -s in folder/again\n"
                             "ln -s ../large ../small ../folder ../missing tree"_s),
            ""_ba);
        makeTarget("/tmp/links");
        auto wanted = order("/tmp/links/tree", "/tmp/links");
        wanted.options.links = Links::Followed;
        const auto outcome = outcomeOf(relay(wanted));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems.first().path, "/tmp/links/tree/missing"_ba);
        const auto look = u"cd /tmp/links/tree && for f in large small folder/in folder/again; do "
                          "[ %1 $f ] && sha256sum $f; done; stat -Lc %a folder"_s;
        QCOMPARE(m_to.inSandbox(look.arg(u"! -h $f -a -f"_s)), m_from.inSandbox(look.arg(u"-f"_s)));
        // A link itself leads on as a move has it.
        wanted.source = "/tmp/links/tree/large";
        QVERIFY(outcomeOf(relay(wanted)).isFinished);
        QCOMPARE(
            m_to.inSandbox(u"[ -h /tmp/links/large ] || sha256sum < /tmp/links/large"_s),
            m_from.inSandbox(u"sha256sum < /tmp/links/large"_s));
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
};

QTEST_GUILESS_MAIN(TestRelay)
#include "test_relay.moc"
