// SPDX-License-Identifier: Apache-2.0
#include "sandbox/downloadplan.h"
#include "transferfixture.h"

#include <QCryptographicHash>
#include <QDir>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Downloads out of a real local sandbox. Each test works in local and remote folders of its own.
class TestDownload : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    Transfer *download(
        const QByteArray &remote, const QByteArray &local, ExistingTarget existing = ExistingTarget::Refuse)
    {
        return m_fixture.sandbox().download(remote, m_fixture.fsPath(local), existing, nullptr);
    }
    QByteArray contentOf(const QByteArray &name)
    {
        QFile file(QFile::decodeName(m_fixture.path(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : "unreadable";
    }
    QStringList namesIn(const QByteArray &folder)
    {
        return QDir(QFile::decodeName(m_fixture.path(folder)))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }
    void cleanup() { m_fixture.useUsualTools(); }

    void aFileArrivesExactly_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("size");
        const auto noise = u"cat /dev/urandom"_s;
        QTest::newRow("empty") << noise << 0;
        QTest::newRow("small") << noise << 5;
        QTest::newRow("one range exactly") << noise << 3 * 1024 * 1024;
        QTest::newRow("many ranges") << noise << 20 * 1024 * 1024 + 1;
        QTest::newRow("many ranges that can be compressed")
            << u"yes 'a line of a log'"_s << 20 * 1024 * 1024 + 2;
        QTest::newRow("a beginning that can be compressed")
            << u"{ head -c 5000000 /dev/zero; cat /dev/urandom; }"_s << 20 * 1024 * 1024 + 3;
    }
    void aFileArrivesExactly()
    {
        QFETCH(QString, source);
        QFETCH(int, size);
        const auto folder = "exact-" + QByteArray::number(size);
        m_fixture.makeFolder(folder);
        const auto hash = m_fixture.inSandbox(
            u"%2 | head -c %1 > /tmp/data; chmod 751 /tmp/data; touch -d @1234567890 /tmp/data; "
            "sha256sum /tmp/data | cut -c1-64"_s.arg(size)
                .arg(source));
        const auto outcome = outcomeOf(download("/tmp/data", folder));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        const auto content = contentOf(folder + "/data");
        QCOMPARE(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex() + '\n', hash);
        struct stat status {};
        QCOMPARE(::stat(m_fixture.path(folder + "/data").constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0751U);
        QCOMPARE(status.st_mtim.tv_sec, 1'234'567'890);
        QTRY_COMPARE(namesIn(folder), QStringList{u"data"_s});
    }

    void aFolderArrivesWithAllThatIsInIt_data()
    {
        QTest::addColumn<bool>("isBusyBox");
        QTest::newRow("GNU") << false;
        QTest::newRow("BusyBox") << true;
    }
    void aFolderArrivesWithAllThatIsInIt()
    {
        QFETCH(bool, isBusyBox);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        const QByteArray folder = isBusyBox ? "busybox" : "tree";
        m_fixture.makeFolder(folder);
        QCOMPARE(
            m_fixture.inSandbox(
                u"chmod -f 755 /tmp/tree/read-only; rm -rf /tmp/tree; mkdir -p /tmp/tree/empty "
                u"/tmp/tree/read-only; cd /tmp/tree\n"
                "head -c 100000 /dev/urandom > binary; head -c 4000000 /dev/urandom > large\n"
                ": > 'empty file'; echo '#!/bin/sh' > program; chmod 755 program\n"
                "for n in 'with space' 'quote'\\''\"' 'new\nline' -dash .hidden é 'back\\slash' \\\n"
                "  \"$(printf 'bad\\377')\"; do printf %s \"$n\" > \"./$n\"; done\n"
                "ln -s program link; ln -s \"$(printf 'no\\377where')\" broken; ln -s /etc outward\n"
                "echo x > read-only/inside; chmod 400 read-only/inside; chmod 555 read-only\n"
                "find . -type f -exec touch -d @1234567890 {} +"_s),
            ""_ba);
        const auto outcome = outcomeOf(download("/tmp/tree", folder));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_fixture.describeLocal(folder + "/tree"), m_fixture.describeRemote("/tmp/tree"));
        QTRY_COMPARE(namesIn(folder), QStringList{u"tree"_s});
        ::chmod(m_fixture.path(folder + "/tree/read-only").constData(), 0755);
    }

    void aLinkIsDownloadedAsLink()
    {
        m_fixture.makeFolder("link");
        QCOMPARE(m_fixture.inSandbox(u"ln -s /etc/passwd /tmp/alone"_s), ""_ba);
        QVERIFY(outcomeOf(download("/tmp/alone", "link")).isFinished);
        QCOMPARE(QFile::symLinkTarget(QFile::decodeName(m_fixture.path("link/alone"))), u"/etc/passwd"_s);
    }

    void aPlantedLinkInTheTargetIsReplacedNotFollowed()
    {
        m_fixture.makeFolder("planted");
        m_fixture.makeFile("victim", "untouched");
        m_fixture.makeLink("planted/file", "../victim");
        QCOMPARE(m_fixture.inSandbox(u"echo new > /tmp/file"_s), ""_ba);
        QVERIFY(outcomeOf(download("/tmp/file", "planted", ExistingTarget::Overwrite)).isFinished);
        QCOMPARE(contentOf("victim"), "untouched"_ba);
        QCOMPARE(contentOf("planted/file"), "new\n"_ba);
    }

    void anExistingTargetIsRefused()
    {
        m_fixture.makeFolder("refuse");
        m_fixture.makeFile("refuse/there", "old");
        QCOMPARE(m_fixture.inSandbox(u"echo new > /tmp/there"_s), ""_ba);
        const auto outcome = outcomeOf(download("/tmp/there", "refuse"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Conflict);
        QCOMPARE(contentOf("refuse/there"), "old"_ba);
        QTRY_COMPARE(namesIn("refuse"), QStringList{u"there"_s});
    }

    void anExistingFolderIsMerged()
    {
        m_fixture.makeFolder("merge");
        m_fixture.makeFolder("merge/m");
        m_fixture.makeFolder("merge/m/blocked");
        m_fixture.makeFile("merge/m/kept", "old");
        m_fixture.makeFile("merge/m/both", "old");
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/m; cd /tmp/m; printf new | tee both blocked added"_s), "new"_ba);
        const auto outcome = outcomeOf(download("/tmp/m", "merge", ExistingTarget::Overwrite));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].error.kind, ErrorKind::Conflict);
        QCOMPARE(contentOf("merge/m/kept"), "old"_ba);
        QCOMPARE(contentOf("merge/m/both"), "new"_ba);
        QCOMPARE(contentOf("merge/m/added"), "new"_ba);
        QTRY_COMPARE(namesIn("merge"), QStringList{u"m"_s});
    }

    void aFolderInTheWayOfAFileFails()
    {
        m_fixture.makeFolder("way");
        m_fixture.makeFolder("way/w");
        QCOMPARE(m_fixture.inSandbox(u"echo file > /tmp/w"_s), ""_ba);
        QCOMPARE(failureOf(download("/tmp/w", "way", ExistingTarget::Overwrite)), ErrorKind::Conflict);
        QTRY_COMPARE(namesIn("way"), QStringList{u"w"_s});
    }

    void whatHasNoRoomHereIsNotBegun()
    {
        QCOMPARE(m_fixture.inSandbox(u"truncate -s 12T /dev/shm/huge || truncate -s 12T /tmp/huge"_s), ""_ba);
        const auto place = m_fixture.inSandbox(u"ls /dev/shm/huge /tmp/huge 2>/dev/null; true"_s).trimmed();
        auto *transfer =
            m_fixture.sandbox().download(place, m_fixture.fsPath("here"), ExistingTarget::Refuse, nullptr);
        m_fixture.makeFolder("here");
        const auto outcome = outcomeOf(transfer);
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Local);
        QVERIFY2(
            outcome.failure->message.contains(u"13194139533312"_s), qPrintable(outcome.failure->message));
        QCOMPARE(m_fixture.inSandbox(u"rm "_s + QString::fromUtf8(place)), ""_ba);
        QTRY_COMPARE(m_fixture.describeLocal("here"), ""_ba);
    }

    void whatIsMissingFails()
    {
        QCOMPARE(failureOf(download("/no/such/file", "")), ErrorKind::NotFound);
        QCOMPARE(failureOf(download("/etc/passwd", "never made")), ErrorKind::Local);
    }

    void aFileThatClaimsToBeEmptyArrivesWhole()
    {
        m_fixture.makeFolder("proc");
        QVERIFY(outcomeOf(download("/proc/version", "proc")).problems.isEmpty());
        QCOMPARE(contentOf("proc/version"), m_fixture.inSandbox(u"cat /proc/version"_s));
        const auto outcome = outcomeOf(download("/proc/cpuinfo", "proc"));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QVERIFY(contentOf("proc/cpuinfo").contains("processor"));
        QCOMPARE(outcome.progress.doneBytes, contentOf("proc/cpuinfo").size());
        QCOMPARE(outcome.progress.totalBytes, outcome.progress.doneBytes);
    }

    void filesThatClaimToBeEmptyArriveWithTheirFolder()
    {
        m_fixture.makeFolder("random");
        // One of them has another content whenever it is read.
        const auto outcome = outcomeOf(download("/proc/sys/kernel/random", "random"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(contentOf("random/random/uuid").size(), 37);
        QCOMPARE(
            contentOf("random/random/boot_id"),
            m_fixture.inSandbox(u"cat /proc/sys/kernel/random/boot_id"_s));
    }

    // Whoever has the sandbox says how much comes.
    void whatSaysThatItIsEmptyDoesNotFillTheDisk()
    {
        QVERIFY(m_fixture.inSandbox(u": > /tmp/bottomless"_s).isEmpty());
        m_fixture.intercept("head", u"case $* in *bottomless*) exec head -c 3145728 /dev/zero;; esac"_s);
        m_fixture.intercept("tail", u"case $* in *bottomless*) exec head -c 3145728 /dev/zero;; esac"_s);
        m_fixture.makeFolder("bottomless");
        const auto outcome = outcomeOf(download("/tmp/bottomless", "bottomless"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Rejected);
        QVERIFY2(outcome.failure->message.contains(u"no end"_s), qPrintable(outcome.failure->message));
        QVERIFY(outcome.progress.doneBytes <= 64 * 1024 * 1024);
        QTRY_VERIFY(namesIn("bottomless").isEmpty());
    }

    void aFileThatGrowsMeanwhileArrivesWhole_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("from nothing") << 0;
        QTest::newRow("small") << 10;
        QTest::newRow("large") << 8'000'000;
    }
    void aFileThatGrowsMeanwhileArrivesWhole()
    {
        QFETCH(int, size);
        const auto folder = "grows-" + QByteArray::number(size);
        m_fixture.makeFolder(folder);
        QCOMPARE(m_fixture.inSandbox(u"head -c %1 /dev/zero > /tmp/log"_s.arg(size)), ""_ba);
        // Once, after it was listed.
        const auto tool = size == 0 ? "head"_ba : m_fixture.hasher();
        m_fixture.intercept(tool, u"echo more >> /tmp/log; rm /tmp/tools/"_s + QString::fromLatin1(tool));
        const auto outcome = outcomeOf(download("/tmp/log", folder));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(contentOf(folder + "/log"), QByteArray(size, '\0') + "more\n");
        QCOMPARE(outcome.progress.doneBytes, size + 5);
        QCOMPARE(outcome.progress.totalBytes, size + 5);
    }

    void ofAFileThatNeverStopsGrowingTheBeginningArrivesAndThatIsSaid()
    {
        m_fixture.makeFolder("endless");
        QCOMPARE(m_fixture.inSandbox(u"head -c 8000000 /dev/zero > /tmp/endless"_s), ""_ba);
        m_fixture.intercept(m_fixture.hasher(), u"echo more >> /tmp/endless"_s);
        const auto outcome = outcomeOf(download("/tmp/endless", "endless"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].path, "/tmp/endless"_ba);
        QCOMPARE(outcome.problems[0].error.kind, ErrorKind::Integrity);
        QVERIFY(outcome.problems[0].isMoved);
        const auto content = contentOf("endless/endless");
        QVERIFY(content.size() > 8'000'000);
        QVERIFY((QByteArray(8'000'000, '\0') + QByteArray("more\n").repeated(9)).startsWith(content));
    }

    void aFileThatShrinksMeanwhileArrivesAsItIsThen()
    {
        m_fixture.makeFolder("shrinks");
        QCOMPARE(m_fixture.inSandbox(u"head -c 8000000 /dev/zero > /tmp/shrinks"_s), ""_ba);
        m_fixture.intercept("dd", u"echo short > /tmp/shrinks"_s);
        const auto outcome = outcomeOf(download("/tmp/shrinks", "shrinks"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(contentOf("shrinks/shrinks"), "short\n"_ba);
        QCOMPARE(outcome.progress.doneBytes, 6);
    }

    void aFileThatNeverStaysTheSameIsAProblemAndTheRestGoesOn()
    {
        m_fixture.makeFolder("restless");
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/r; cd /tmp/r; echo 1 > restless; echo b > stays"_s), ""_ba);
        for (const auto &tool : {m_fixture.hasher(), "sha256sum"_ba, "head"_ba}) {
            m_fixture.intercept(tool, u"head -c 20 /dev/urandom > /tmp/r/restless"_s);
        }
        const auto outcome = outcomeOf(download("/tmp/r", "restless"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(namesIn("restless/r"), QStringList{u"stays"_s});
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].path, "/tmp/r/restless"_ba);
        QCOMPARE(outcome.problems[0].error.kind, ErrorKind::Integrity);
        QVERIFY(!outcome.problems[0].isMoved);
        QCOMPARE(outcome.progress.doneBytes, 2);
    }

    void aFileThatVanishesIsAProblemAndTheRestGoesOn()
    {
        m_fixture.makeFolder("vanish");
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/v; cd /tmp/v; echo a > gone; echo b > stays; "
                                "head -c 4000000 /dev/zero > large"_s),
            ""_ba);
        m_fixture.intercept("cat", u"rm -f /tmp/v/gone"_s); // It was listed, and is about to be read.
        const auto outcome = outcomeOf(download("/tmp/v", "vanish"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(contentOf("vanish/v/stays"), "b\n"_ba);
        QCOMPARE(contentOf("vanish/v/large").size(), 4'000'000);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].path, "/tmp/v/gone"_ba);
        QCOMPARE(outcome.problems[0].error.kind, ErrorKind::NotFound);
    }

    void aFolderThatVanishesFails()
    {
        m_fixture.makeFolder("folder");
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/f; cd /tmp/f; echo a > a; echo b > b"_s), ""_ba);
        m_fixture.intercept("find", u"find \"$@\"; rm -rf /tmp/f; exit"_s);
        QCOMPARE(failureOf(download("/tmp/f", "folder")), ErrorKind::NotFound);
        QTRY_COMPARE(namesIn("folder"), QStringList());
    }

    void whatCannotBeReadTogetherIsReadInParts()
    {
        m_fixture.makeFolder("together");
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/t; cd /tmp/t; for n in 1 2 3 4 5; do echo $n > $n; done"_s),
            ""_ba);
        // As when the sandbox's memory does not suffice for all of them.
        m_fixture.intercept("cat", u"[ $# -le 2 ] || kill -9 $PPID"_s);
        const auto outcome = outcomeOf(download("/tmp/t", "together"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(namesIn("together/t").size(), 5);
        QCOMPARE(contentOf("together/t/3"), "3\n"_ba);
    }

    void aSandboxThatIsGoneConcernsMoreThanAnItem()
    {
        auto error = Error::of(ErrorKind::NotFound, u"cat: a: No such file or directory"_s);
        QVERIFY(concernsItemOnly(error));
        error.httpStatus = 404;
        QVERIFY(!concernsItemOnly(error));
    }

    void cancellingLeavesNothingBehind_data()
    {
        QTest::addColumn<QByteArray>("tool");
        for (const auto *tool : {"gzip", "find", "cat", "dd", "sha256sum"}) {
            QTest::newRow(tool) << QByteArray(tool);
        }
    }
    void cancellingLeavesNothingBehind()
    {
        QFETCH(QByteArray, tool);
        const auto folder = "cancel-" + tool;
        m_fixture.makeFolder(folder);
        QCOMPARE(
            m_fixture.inSandbox(
                u"mkdir -p /tmp/k; cd /tmp/k; echo s > small; head -c 5000000 /dev/zero > large"_s),
            ""_ba);
        m_fixture.closeGate(tool);
        if (tool == "gzip") {
            m_fixture.reach(); // Its tools are looked for again.
        }
        const std::unique_ptr<Transfer> transfer(download("/tmp/k", folder));
        const QSignalSpy finished(transfer.get(), &Transfer::finished);
        const QSignalSpy failed(transfer.get(), &Transfer::failed);
        transfer->start();
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture.hasReachedGate(), patienceMs);
        transfer->cancel();
        m_fixture.openGate();
        QTRY_VERIFY_WITH_TIMEOUT(!transfer->isCleaningUp(), patienceMs);
        QCOMPARE(namesIn(folder), QStringList());
        QCOMPARE(m_fixture.inSandbox(u"ls -d /tmp/.koyeb-* 2>/dev/null; true"_s), ""_ba);
        QCOMPARE(finished.size() + failed.size(), 0);
    }

    void progressEndsWithEverything()
    {
        m_fixture.makeFolder("counted");
        QCOMPARE(
            m_fixture.inSandbox(
                u"mkdir /tmp/c; cd /tmp/c; printf 12345 > small; head -c 4000000 /dev/zero > large"_s),
            ""_ba);
        auto *transfer = download("/tmp/c", "counted");
        TransferProgress last;
        connect(
            transfer, &Transfer::progressed, transfer, [&last](const auto &progress) { last = progress; });
        QVERIFY(outcomeOf(transfer).isFinished);
        QCOMPARE(last.doneBytes, 4'000'005);
        QCOMPARE(last.totalBytes, 4'000'005);
        QCOMPARE(last.doneFiles, 2);
        QCOMPARE(last.totalFiles, 2);
    }
};

QTEST_GUILESS_MAIN(TestDownload)
#include "test_download.moc"
