// SPDX-License-Identifier: Apache-2.0
#include "poordisk.h"
#include "sandbox/downloadstage.h"
#include "sandbox/foldersync.h"
#include "sandbox/localretain.h"
#include "sandbox/uploadsource.h"
#include "transferfixture.h"

#include <QDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Transfers with disks that cannot hold everything that a sandbox holds, or do not keep what they held.
class TestLocalDisk : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    Transfer *download(
        const QByteArray &remote, const QByteArray &folder, ExistingTarget existing = ExistingTarget::Refuse)
    {
        return m_fixture.sandbox().download(remote, m_fixture.fsPath(folder), existing, nullptr);
    }
    void make(const QString &script) { QCOMPARE(m_fixture.inSandbox(u"set -e\n"_s + script), QByteArray()); }
    QByteArray contentOf(const QByteArray &name) const
    {
        QFile file(QFile::decodeName(m_fixture.path(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : "no file"_ba;
    }
    static QList<QByteArray> pathsOf(const QList<TransferProblem> &problems)
    {
        QList<QByteArray> paths;
        for (const auto &problem : problems) {
            paths.append(problem.path);
        }
        std::sort(paths.begin(), paths.end());
        return paths;
    }
    QStringList namesIn(const QByteArray &folder) const
    {
        return QDir(QFile::decodeName(m_fixture.path(folder)))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }
    /// Of two names that are one to the disk, the one that has no place.
    static QByteArray leftOutOf(
        const QList<TransferProblem> &problems, const QByteArray &one, const QByteArray &other)
    {
        const auto paths = pathsOf(problems);
        const bool isOne = paths.contains(one);
        return isOne == paths.contains(other) ? "both or none"_ba : isOne ? one : other;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void whatTheDiskCannotHoldIsLeftOutAndTheRestArrives()
    {
        make(u"mkdir -p /tmp/odd/sub /tmp/odd/c:d/deep && cd /tmp/odd\n"
             "echo fine > fine; echo fine > sub/fine; echo x > a:b; echo x > sub/what?; echo x > c:d/one\n"
             "echo x > c:d/deep/two; ln -s fine link; echo x > $(printf 'n%0149d' 0)\n"
             "head -c 700000 /dev/zero > large:file; touch -d @1000000000 fine"_s);
        m_fixture.makeFolder("odd-target");
        const PoorDisk disk;
        const auto outcome = outcomeOf(download("/tmp/odd", "odd-target"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        const QByteArray longName = 'n' + QByteArray(149, '0');
        QCOMPARE(
            pathsOf(outcome.problems), (QList<QByteArray>{
                                           "/tmp/odd/a:b", "/tmp/odd/c:d", "/tmp/odd/large:file",
                                           "/tmp/odd/link", "/tmp/odd/" + longName, "/tmp/odd/sub/what?"}));
        for (const auto &problem : outcome.problems) {
            QVERIFY(!problem.isMoved);
            QVERIFY(!problem.error.message.isEmpty());
            QCOMPARE(problem.error.kind, ErrorKind::Local);
        }
        QCOMPARE(namesIn("odd-target/odd"), (QStringList{u"fine"_s, u"sub"_s}));
        QCOMPARE(contentOf("odd-target/odd/fine"), "fine\n");
        QCOMPARE(contentOf("odd-target/odd/sub/fine"), "fine\n");
        QCOMPARE(namesIn("odd-target"), QStringList{u"odd"_s}); // Nothing hidden is left.
        QCOMPARE(outcome.progress.doneFiles, 2);
    }

    void ofNamesThatAreOneToTheDiskTheFirstStaysWhole()
    {
        make(u"mkdir -p /tmp/case/Src /tmp/case/src && cd /tmp/case\n"
             "echo upper > Small; echo lower > small; echo in-upper > Src/one; echo in-lower > src/one\n"
             "yes upper | head -c 700000 > LARGE; yes lower | head -c 700000 > large"_s);
        m_fixture.makeFolder("folded-case");
        const PoorDisk disk;
        const auto outcome = outcomeOf(download("/tmp/case", "folded-case"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.problems.size(), 3);
        for (const auto &problem : outcome.problems) {
            QCOMPARE(problem.error.kind, ErrorKind::Conflict);
        }
        const auto &problems = outcome.problems;
        const bool hasUpperFolder = leftOutOf(problems, "/tmp/case/Src", "/tmp/case/src") == "/tmp/case/src";
        QCOMPARE(
            contentOf(hasUpperFolder ? "folded-case/case/Src/one" : "folded-case/case/src/one"),
            hasUpperFolder ? "in-upper\n"_ba : "in-lower\n"_ba);
        const bool hasUpper = leftOutOf(problems, "/tmp/case/Small", "/tmp/case/small") == "/tmp/case/small";
        QCOMPARE(
            contentOf(hasUpper ? "folded-case/case/Small" : "folded-case/case/small"),
            hasUpper ? "upper\n"_ba : "lower\n"_ba);
        const bool hasLarge = leftOutOf(problems, "/tmp/case/LARGE", "/tmp/case/large") == "/tmp/case/large";
        const auto large = contentOf(hasLarge ? "folded-case/case/LARGE" : "folded-case/case/large");
        QCOMPARE(large.size(), 700'000);
        QVERIFY(large.startsWith(hasLarge ? "upper\n" : "lower\n"));
        QCOMPARE(namesIn("folded-case/case").size(), 3);
    }

    void ofNamesThatAreOneToAnExistingFolderNoneReplacesTheOther()
    {
        make(u"mkdir -p /tmp/merge/folded/Dir /tmp/merge/folded/dir && cd /tmp/merge/folded\n"
             "echo upper > Name; echo lower > name; echo in-upper > Dir/one; echo in-lower > dir/two"_s);
        m_fixture.makeFolder("onto");
        m_fixture.makeFolder("onto/merge");
        m_fixture.makeFolder("onto/merge/folded");
        m_fixture.makeFile("onto/merge/folded/NAME", "old");
        // Its temporary is none where case does not matter, and so holds both.
        const PoorDisk disk;
        const auto outcome = outcomeOf(download("/tmp/merge", "onto", ExistingTarget::Overwrite));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        const auto names = namesIn("onto/merge/folded");
        QCOMPARE(names.size(), 2);
        QCOMPARE(outcome.problems.size(), 2);
    }

    void whatCannotBePutInPlaceIsToldAndTheRestIsPutThere()
    {
        make(u"mkdir -p /tmp/place/sub && cd /tmp/place\n"
             "echo new > one; echo new > sub/blocked; echo new > sub/other"_s);
        m_fixture.makeFolder("placed");
        m_fixture.makeFolder("placed/place");
        m_fixture.makeFolder("placed/place/sub");
        m_fixture.makeFile("placed/place/sub/blocked", "old");
        PoorDisk disk;
        disk.forbidTarget("blocked");
        const auto outcome = outcomeOf(download("/tmp/place", "placed", ExistingTarget::Overwrite));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(pathsOf(outcome.problems), QList<QByteArray>{"/tmp/place/sub/blocked"});
        QCOMPARE(contentOf("placed/place/sub/blocked"), "old");
        QCOMPARE(contentOf("placed/place/sub/other"), "new\n");
        QCOMPARE(contentOf("placed/place/one"), "new\n");
    }

    void aFileThatIsTooLargeForTheDiskIsLeftOut()
    {
        make(u"mkdir /tmp/big && cd /tmp/big && echo x > small && head -c 3000000 /dev/zero > big"_s);
        m_fixture.makeFolder("big-target");
        PoorDisk disk;
        disk.setLargestFile(1'000'000);
        const auto outcome = outcomeOf(download("/tmp/big", "big-target"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(pathsOf(outcome.problems), QList<QByteArray>{"/tmp/big/big"});
        QCOMPARE(namesIn("big-target/big"), QStringList{u"small"_s});
        QCOMPARE(outcome.progress.doneBytes, 2);
    }

    void aFullDiskEndsIt_data()
    {
        QTest::addColumn<QString>("content");
        QTest::newRow("small files") << u"for i in 1 2 3 4; do head -c 100000 /dev/urandom > $i; done"_s;
        QTest::newRow("a large file") << u"head -c 3000000 /dev/urandom > large"_s;
    }
    void aFullDiskEndsIt()
    {
        QFETCH(QString, content);
        make(u"rm -rf /tmp/full && mkdir /tmp/full && cd /tmp/full\n"_s + content);
        const QByteArray folder = "full-target-" + QByteArray(QTest::currentDataTag()).left(1);
        m_fixture.makeFolder(folder);
        PoorDisk disk;
        disk.setRoom(250'000);
        const auto outcome = outcomeOf(download("/tmp/full", folder));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Local);
        QCOMPARE(outcome.failure->systemError, ENOSPC);
        QCOMPARE(outcome.problems.size(), 0);
        QTRY_COMPARE(namesIn(folder), QStringList());
    }

    void aFolderThatIsADiskIsBroughtToAnotherState()
    {
        make(
            u"mkdir -p /tmp/stick/sub && cd /tmp/stick && echo new > old; echo x > sub/file; echo y > file"_s);
        m_fixture.makeFolder("stick");
        m_fixture.makeFolder("stick/sub");
        m_fixture.makeFile("stick/old", "old");
        PoorDisk disk;
        disk.mountAt(m_fixture.path("stick"));
        FolderSyncOrder order;
        order.way = FolderSyncOrder::Way::Down;
        order.local = m_fixture.fsPath("stick");
        order.remote = "/tmp/stick";
        order.moved = {"old", "sub", "sub/file", "file"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), order));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(contentOf("stick/old"), "new\n"_ba);
        QCOMPARE(contentOf("stick/sub/file"), "x\n"_ba);
        QTRY_COMPARE(namesIn("stick"), (QStringList{u"file"_s, u"old"_s, u"sub"_s}));
    }

    void aNameThatTheDiskCannotHoldIsRefusedBeforeAnythingIsFetched()
    {
        make(u"echo x > /tmp/top:name"_s);
        m_fixture.makeFolder("top");
        const PoorDisk disk;
        const auto outcome = outcomeOf(download("/tmp/top:name", "top"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Local);
        QCOMPARE(outcome.progress.doneBytes, 0);
        QTRY_COMPARE(namesIn("top"), QStringList());
    }

    void foldersOfAnEarlierAttemptAreNoClash()
    {
        m_fixture.makeFolder("folded-again");
        const PoorDisk disk;
        const auto stage = DownloadStage::create(
            m_fixture.fsPath("folded-again"), "top", ".koyeb-part-0", ExistingTarget::Refuse);
        QVERIFY(stage);
        QVERIFY((*stage)->makeDirectory({}));
        QVERIFY((*stage)->makeDirectory("Sub"));
        QVERIFY((*stage)->makeDirectory("Sub"));
        QVERIFY(!(*stage)->makeDirectory("sub"));
        (*stage)->keep();
        const auto again = DownloadStage::reopen(
            m_fixture.fsPath("folded-again"), "top", ".koyeb-part-0", ExistingTarget::Refuse);
        QVERIFY(again && *again);
        (*again)->own();
        Retained retained;
        retained.folders = {"", "Sub"};
        QVERIFY((*again)->retain(retained));
        QVERIFY(!(*again)->makeDirectory("sub"));
        QVERIFY((*again)->makeDirectory("Sub"));
    }

    void aFileThatIsShorterThanWhatWasSentOfItIsTold()
    {
        m_fixture.makeFile("shorter", "12345");
        const auto item = uploadItemAt(m_fixture.fsPath("shorter"), {});
        QVERIFY(item);
        const auto source = UploadSource::open(*item);
        QVERIFY(source);
        QVERIFY((*source)->skip(5));
        const auto skipped = (*source)->skip(1);
        QVERIFY(!skipped);
        QCOMPARE(skipped.error().kind, ErrorKind::Local);
    }
};

QTEST_GUILESS_MAIN(TestLocalDisk)
#include "test_localdisk.moc"
