// SPDX-License-Identifier: Apache-2.0
#include "core/sha256.h"
#include "uploadfixture.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

class TestUpload : public UploadFixture {
    Q_OBJECT

private Q_SLOTS:
    void aFileArrivesExactly_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << ""_ba;
        QTest::newRow("text") << "hello\n"_ba;
        QTest::newRow("every byte") << randomBytes(70'000);
        QTest::newRow("one part exactly") << randomBytes(3 * 1024 * 1024);
        QTest::newRow("many parts") << randomBytes(20 * 1024 * 1024 + 1);
        QTest::newRow("many parts that can be compressed")
            << QByteArray("a line of a log\n").repeated(1'000'001);
        QTest::newRow("half of it can be compressed")
            << randomBytes(5 * 1024 * 1024) + QByteArray(5 * 1024 * 1024, 'z') + randomBytes(100);
    }
    void aFileArrivesExactly()
    {
        QFETCH(QByteArray, content);
        const QByteArray remote = "/tmp/exact-" + QByteArray::number(content.size());
        makeRemote(remote);
        m_fixture.makeFile("data", content, 0751);
        const auto outcome = outcomeOf(upload("data", remote));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        const auto stat = m_fixture.inSandbox(
            u"cd %1; sha256sum data | cut -c1-64; stat -c '%a %Y' data"_s.arg(QString::fromLatin1(remote)));
        const auto hash = QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
        QCOMPARE(stat, hash + "\n751 1234567890\n");
        QTRY_COMPARE(leftovers(remote), ""_ba);
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
        } else {
            makeFolderOfAllSorts();
        }
        const QByteArray remote = isBusyBox ? "/tmp/busybox" : "/tmp/tree";
        makeRemote(remote);
        const auto outcome = outcomeOf(upload("folder", remote));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_fixture.describeRemote(remote + "/folder"), m_fixture.describeLocal("folder"));
        QTRY_COMPARE(leftovers(remote), ""_ba);
    }

    void aTargetDirectoryMayHaveAnyName()
    {
        const QByteArray remote = "/tmp/odd \xFF'\n";
        makeRemote(remote);
        m_fixture.makeFile("odd", "content");
        QVERIFY(outcomeOf(upload("odd", remote)).isFinished);
        QCOMPARE(m_fixture.inSandbox(u"cat "_s + shellQuoted(remote + "/odd")), "content"_ba);
        QTRY_COMPARE(leftovers("/tmp"), ""_ba);
    }

    void aLinkIsUploadedAsLink()
    {
        m_fixture.makeLink("alone", "/etc/passwd");
        makeRemote("/tmp/link");
        QVERIFY(outcomeOf(upload("alone", "/tmp/link")).isFinished);
        QCOMPARE(m_fixture.inSandbox(u"readlink /tmp/link/alone"_s), "/etc/passwd\n"_ba);
    }

    void anExistingTargetIsRefused()
    {
        m_fixture.makeFile("there", "new");
        makeRemote("/tmp/refuse");
        QCOMPARE(m_fixture.inSandbox(u"echo old > /tmp/refuse/there"_s), ""_ba);
        QCOMPARE(failureOf(upload("there", "/tmp/refuse")), ErrorKind::Conflict);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/refuse/there"_s), "old\n"_ba);
        QTRY_COMPARE(leftovers("/tmp/refuse"), ""_ba);
    }

    void anExistingFileIsReplaced()
    {
        m_fixture.makeFile("replace", "new");
        makeRemote("/tmp/replace");
        QCOMPARE(
            m_fixture.inSandbox(u"echo old > /tmp/replaced; ln -s ../replaced /tmp/replace/replace"_s),
            ""_ba);
        QVERIFY(outcomeOf(upload("replace", "/tmp/replace", ExistingTarget::Overwrite)).isFinished);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/replace/replace; cat /tmp/replaced"_s), "newold\n"_ba);
    }

    void folderAndFileInEachOthersWay()
    {
        m_fixture.makeFile("way", "file");
        makeRemote("/tmp/way/way");
        QCOMPARE(failureOf(upload("way", "/tmp/way", ExistingTarget::Overwrite)), ErrorKind::Conflict);
        QTRY_COMPARE(m_fixture.inSandbox(u"ls -A /tmp/way/way; ls -A /tmp/way"_s), "way\n"_ba);
    }

    void anExistingFolderIsMerged()
    {
        m_fixture.makeFolder("merge");
        m_fixture.makeFolder("merge/sub");
        m_fixture.makeFile("merge/sub/new", "new");
        m_fixture.makeFile("merge/sub/both", "new");
        m_fixture.makeFile("merge/blocked", "file");
        makeRemote("/tmp/merge/merge/sub");
        makeRemote("/tmp/merge/merge/blocked");
        QCOMPARE(
            m_fixture.inSandbox(u"cd /tmp/merge/merge/sub; printf old > both; printf old > kept"_s), ""_ba);
        const auto outcome = outcomeOf(upload("merge", "/tmp/merge", ExistingTarget::Overwrite));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].error.kind, ErrorKind::Conflict);
        QCOMPARE(outcome.problems[0].path, "/tmp/merge/merge/blocked"_ba);
        QCOMPARE(m_fixture.inSandbox(u"cd /tmp/merge/merge/sub; cat both kept new"_s), "newoldnew"_ba);
        QTRY_COMPARE(leftovers("/tmp/merge"), ""_ba);
    }

    void whatCannotBePutInItsPlaceIsToldAndTheRestIsPutThere_data()
    {
        QTest::addColumn<ExistingTarget>("existing");
        QTest::newRow("all is replaced") << ExistingTarget::Overwrite;
        QTest::newRow("what is newer replaces") << ExistingTarget::Newer;
        QTest::newRow("both are kept") << ExistingTarget::KeepBoth;
    }
    void whatCannotBePutInItsPlaceIsToldAndTheRestIsPutThere()
    {
        QFETCH(ExistingTarget, existing);
        const auto name = "placed" + QByteArray::number(static_cast<int>(existing));
        for (const auto *folder : {"", "/sub", "/sub/blocked-folder"}) {
            m_fixture.makeFolder(name + folder);
        }
        for (const auto *file : {"/a", "/blocked", "/sub/blocked", "/sub/z", "/sub/blocked-folder/x"}) {
            m_fixture.makeFile(name + file, "new");
        }
        // One is there already, and one is new.
        makeRemote("/tmp/" + name + '/' + name + "/sub");
        QCOMPARE(
            m_fixture.inSandbox(
                u"cd /tmp/%1/%1/sub; echo old > blocked; touch -d @1 blocked"_s.arg(QString::fromUtf8(name))),
            ""_ba);
        m_fixture.intercept(
            "mv",
            u"case \"$*\" in *blocked*) echo 'mv: cannot move it: Permission denied' >&2; exit 1;; esac"_s);
        const auto outcome = outcomeOf(upload(name, "/tmp/" + name, existing));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QList<QByteArray> paths;
        for (const auto &problem : outcome.problems) {
            paths.append(problem.path);
            QCOMPARE(problem.error.kind, ErrorKind::Rejected);
            QVERIFY2(
                problem.error.message.contains("ermission denied"_L1), qPrintable(problem.error.message));
        }
        std::sort(paths.begin(), paths.end());
        const auto target = "/tmp/" + name + '/' + name;
        QCOMPARE(
            paths, (QList<QByteArray>{
                       target + "/blocked", target + "/sub/blocked", target + "/sub/blocked-folder"}));
        QCOMPARE(
            m_fixture.inSandbox(u"cd %1 && cat a sub/z sub/blocked"_s.arg(QString::fromUtf8(target))),
            "newnewold\n"_ba);
        QTRY_COMPARE(leftovers("/tmp/" + name), ""_ba);
    }
    void whatIsMissingFails()
    {
        m_fixture.makeFile("lost", "x");
        QCOMPARE(failureOf(upload("lost", "/no/such/folder")), ErrorKind::NotFound);
        QCOMPARE(failureOf(upload("never made", "/tmp")), ErrorKind::Local);
    }

    void aFailureLeavesTheProgressThatWasMade()
    {
        m_fixture.makeFile("half", randomBytes(8'000'000));
        makeRemote("/tmp/half");
        // Of the third part.
        m_fixture.intercept(
            "dd", u"case \"$*\" in *seek=96*) echo 'No space left on device' >&2; exit 1;; esac"_s);
        const auto outcome = outcomeOf(upload("half", "/tmp/half"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.progress.totalBytes, 8'000'000);
        QCOMPARE(outcome.progress.doneBytes, 2 * 3 * 1024 * 1024);
    }

    void whatCannotBeReadIsAProblemAndTheRestGoesOn()
    {
        m_fixture.makeFolder("partly");
        m_fixture.makeFile("partly/good", "good");
        QCOMPARE(::mkfifo(m_fixture.path("partly/fifo").constData(), 0600), 0);
        makeRemote("/tmp/partly");
        const auto outcome = outcomeOf(upload("partly", "/tmp/partly"));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems[0].path, m_fixture.path("partly/fifo"));
        QCOMPARE(m_fixture.inSandbox(u"ls -A /tmp/partly/partly"_s), "good\n"_ba);
    }

    void aFileThatVanishesIsAProblemAndTheRestGoesOn()
    {
        m_fixture.makeFolder("moving");
        m_fixture.makeFile("moving/a-large", randomBytes(8'000'000));
        m_fixture.makeFile("moving/b-large", randomBytes(2'000'000));
        m_fixture.makeFile("moving/small", "small");
        m_fixture.makeFile("moving/stays", "stays");
        makeRemote("/tmp/moving");
        auto *transfer = upload("moving", "/tmp/moving");
        // The plan is made and the first bytes are under way.
        connect(transfer, &Transfer::progressed, transfer, [this](const TransferProgress &progress) {
            if (progress.totalFiles == 4) {
                ::unlink(m_fixture.path("moving/small").constData());
                ::unlink(m_fixture.path("moving/b-large").constData());
            }
        });
        const auto outcome = outcomeOf(transfer);
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(outcome.problems.size(), 2);
        for (const auto &problem : outcome.problems) {
            QCOMPARE(problem.error.kind, ErrorKind::Local);
        }
        QCOMPARE(m_fixture.inSandbox(u"ls -A /tmp/moving/moving"_s), "a-large\nstays\n"_ba);
    }

    void cancellingLeavesNothingBehind_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::addColumn<QByteArray>("left");
        QTest::newRow("probing") << "gzip"_ba
                                 << ""_ba;
        QTest::newRow("making the temporary") << "mkdir"_ba
                                              << ""_ba;
        QTest::newRow("unpacking") << "tar"_ba
                                   << ""_ba;
        QTest::newRow("placing a part") << "dd"_ba
                                        << ""_ba;
        QTest::newRow("comparing") << m_fixture.hasher() << ""_ba;
        QTest::newRow("moving to the target") << "mv"_ba
                                              << "cancelled\n"_ba; // Too late.
    }
    void cancellingLeavesNothingBehind()
    {
        QFETCH(QByteArray, tool);
        const auto remote = "/tmp/cancel-" + tool;
        if (tool == "gzip") {
            m_fixture.makeFolder("cancelled");
            m_fixture.makeFile("cancelled/large", randomBytes(5'000'000));
            m_fixture.makeFile("cancelled/small", "small");
        }
        makeRemote(remote);
        m_fixture.closeGate(tool);
        if (tool == "gzip") {
            m_fixture.reach(); // Its tools are looked for again.
        }
        const std::unique_ptr<Transfer> transfer(upload("cancelled", remote));
        const QSignalSpy finished(transfer.get(), &Transfer::finished);
        const QSignalSpy failed(transfer.get(), &Transfer::failed);
        const QSignalSpy cleanedUp(transfer.get(), &Transfer::cleanedUp);
        transfer->start();
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture.hasReachedGate(), patienceMs);
        transfer->cancel();
        m_fixture.openGate();
        QTRY_COMPARE_WITH_TIMEOUT(cleanedUp.size(), 1, patienceMs);
        QVERIFY(!transfer->isCleaningUp());
        QTEST(m_fixture.inSandbox(u"ls -A "_s + QString::fromLatin1(remote)), "left");
        QCOMPARE(finished.size() + failed.size(), 0);
    }

    void whatIsChangedMeanwhileIsReadAgain_data()
    {
        QTest::addColumn<bool>("isFolder");
        QTest::newRow("a file") << false;
        QTest::newRow("in a folder") << true;
    }
    void whatIsChangedMeanwhileIsReadAgain()
    {
        QFETCH(bool, isFolder);
        const QByteArray name = isFolder ? "busy-folder" : "busy";
        const auto large = isFolder ? name + "/large" : name;
        if (isFolder) {
            m_fixture.makeFolder(name);
            m_fixture.makeFile(name + "/small", "old");
            m_fixture.makeFile(name + "/still", "still");
        }
        m_fixture.makeFile(large, randomBytes(8'000'000));
        const auto remote = "/tmp/for-" + name;
        makeRemote(remote);
        const auto now = randomBytes(7'000'001);
        int times = 0;
        const auto book = std::make_shared<Notebook>();
        book->onNote = [&] {
            // What is large has been read in part then, twice.
            const bool isMoment = book->checkpoint().partialBytes > 0 && times < 2;
            if (isMoment) {
                ++times;
                m_fixture.makeFile(large, times == 1 ? randomBytes(9'000'000) : now);
            }
        };
        auto *transfer = upload(name, remote);
        transfer->setNotes(book);
        connect(transfer, &Transfer::progressed, transfer, [&](const TransferProgress &progress) {
            // It is known what there is, and nothing was read.
            if (isFolder && progress.totalFiles > 0 && progress.doneBytes == 0) {
                m_fixture.makeFile(name + "/small", "newer");
            }
        });
        const auto outcome = outcomeOf(transfer);
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(times, 2);
        const auto arrived = remote + '/' + large;
        QCOMPARE(m_fixture.inSandbox(u"sha256sum < "_s + shellQuoted(arrived)).left(64), Sha256::hexOf(now));
        if (isFolder) {
            QCOMPARE(m_fixture.inSandbox(u"cat "_s + shellQuoted(remote + "/busy-folder/still")), "still"_ba);
            QCOMPARE(m_fixture.inSandbox(u"cat "_s + shellQuoted(remote + "/busy-folder/small")), "newer"_ba);
        }
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        QCOMPARE(outcome.progress.doneFiles, outcome.progress.totalFiles);
        QCOMPARE(m_fixture.inSandbox(u"ls -A "_s + shellQuoted(remote)), name + '\n');
    }

    void cancellingWhileBytesFlowLeavesNothingBehind()
    {
        m_fixture.makeFile("flowing", randomBytes(30'000'000));
        makeRemote("/tmp/flow");
        const std::unique_ptr<Transfer> transfer(upload("flowing", "/tmp/flow"));
        transfer->start();
        QTRY_VERIFY(transfer->progress().doneBytes > 0);
        transfer->cancel();
        QVERIFY(transfer->isCleaningUp());
        QTRY_VERIFY_WITH_TIMEOUT(!transfer->isCleaningUp(), patienceMs);
        QCOMPARE(m_fixture.inSandbox(u"ls -A /tmp/flow"_s), ""_ba);
    }

    void destroyingARunningTransferIsCancelling()
    {
        m_fixture.makeFile("destroyed", randomBytes(10'000'000));
        makeRemote("/tmp/destroy");
        {
            const std::unique_ptr<Transfer> transfer(upload("destroyed", "/tmp/destroy"));
            transfer->start();
            QTRY_VERIFY(transfer->progress().doneBytes > 0);
        }
        QTRY_COMPARE(m_fixture.inSandbox(u"ls -A /tmp/destroy"_s), ""_ba);
    }

    void progressEndsWithEverything()
    {
        m_fixture.makeFolder("counted");
        m_fixture.makeFile("counted/large", randomBytes(4'000'000));
        m_fixture.makeFile("counted/small", "12345");
        makeRemote("/tmp/counted");
        auto *transfer = upload("counted", "/tmp/counted");
        TransferProgress last;
        connect(
            transfer, &Transfer::progressed, transfer, [&last](const auto &progress) { last = progress; });
        QVERIFY(outcomeOf(transfer).isFinished);
        QCOMPARE(last.doneBytes, 4'000'005);
        QCOMPARE(last.totalBytes, 4'000'005);
        QCOMPARE(last.doneFiles, 2);
        QCOMPARE(last.totalFiles, 2);
    }

    void aGatewaysErrorInTheMiddleIsOvercome()
    {
        m_fixture.makeFile("bumpy", randomBytes(5'000'000));
        makeRemote("/tmp/bumpy");
        const QJsonObject fault{
            {u"part"_s, u"executor"_s}, {u"path"_s, u"/write_file"_s}, {u"times"_s, 2}, {u"status"_s, 502}};
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, fault}}));
        const auto outcome = outcomeOf(upload("bumpy", "/tmp/bumpy"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
    }
};

QTEST_GUILESS_MAIN(TestUpload)
#include "test_upload.moc"
