// SPDX-License-Identifier: Apache-2.0
#include "core/sha256.h"
#include "notebook.h"
#include "transferfixture.h"

#include <QCryptographicHash>
#include <QDir>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Uploads into a real local sandbox. Each test works in a remote folder of its own.
class TestUpload : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    Transfer *upload(
        const QByteArray &local, const QByteArray &remote, ExistingTarget existing = ExistingTarget::Refuse)
    {
        return m_fixture.sandbox().upload(m_fixture.fsPath(local), remote, existing, nullptr);
    }
    void makeRemote(const QByteArray &folder)
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p -- "_s + shellQuoted(folder)), ""_ba);
    }
    void makeFolderOfAllSorts()
    {
        m_fixture.makeFolder("folder");
        m_fixture.makeFolder("folder/empty");
        m_fixture.makeFolder("folder/read-only");
        m_fixture.makeFile("folder/read-only/inside", "x", 0400);
        m_fixture.makeFile("folder/empty file", "");
        m_fixture.makeFile("folder/program", "#!/bin/sh\n", 0755);
        m_fixture.makeFile("folder/binary", randomBytes(100'000));
        m_fixture.makeFile("folder/large", randomBytes(4'000'000));
        for (const auto &name :
             {"with space", "quote'\"", "new\nline", "bad\xFFname", "-dash", ".hidden", "é"}) {
            m_fixture.makeFile(QByteArray("folder/") + name, name);
        }
        m_fixture.makeFile("folder/" + QByteArray(200, 'n'), "long name");
        m_fixture.makeLink("folder/link", "program");
        m_fixture.makeLink("folder/broken", "no\xFFwhere");
        m_fixture.makeLink("folder/outward", "/etc");
        QCOMPARE(::chmod(m_fixture.path("folder/read-only").constData(), 0555), 0);
    }
    /// The executor does what it is asked so many times, and then nothing any more.
    void answerNothingAfter(int requests)
    {
        for (int request = 0; request < requests; ++request) {
            const QJsonObject slow{{u"part"_s, u"executor"_s}, {u"delay_ms"_s, 1}};
            QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, slow}}));
        }
        const QJsonObject refuse{{u"part"_s, u"executor"_s}, {u"status"_s, 401}, {u"times"_s, 0}};
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, refuse}}));
    }
    /// Hidden temporaries that are left in a remote folder.
    QByteArray leftovers(const QByteArray &folder)
    {
        return m_fixture.inSandbox(
            u"cd "_s + shellQuoted(folder) + u" && ls -d .koyeb-part-* 2>/dev/null; true"_s);
    }

    /// Paths of problems, each relative to the folder.
    QList<QByteArray> problemsIn(const QByteArray &folder, const TransferOutcome &outcome)
    {
        QList<QByteArray> paths;
        for (const auto &problem : outcome.problems) {
            paths.append(problem.path.mid(m_fixture.path(folder).size() + 1));
        }
        std::sort(paths.begin(), paths.end());
        return paths;
    }
    /// tar refuses an archive with one of these names, as it would because of the file system's rules.
    void refuseInArchives(const QString &pattern, const QString &says)
    {
        m_fixture.intercept(
            "tar",
            u"a=/tmp/archive-$$; cat > $a; if grep -aq '%1' $a; then rm $a; echo 'tar: %2' >&2; exit 2; fi\n"
            "tar \"$@\" < $a; r=$?; rm $a; exit $r"_s.arg(pattern, says));
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QJsonObject disk{{u"mount_point"_s, u"/full"_s}, {u"bytes"_s, 1024 * 1024}};
        QVERIFY2(
            m_fixture.start({QJsonObject{{u"small_disk"_s, disk}}}),
            qPrintable(m_fixture.engine().errorText()));
    }
    void cleanup() { m_fixture.useUsualTools(); }

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
    void aFullDiskEndsEvenThePlacing()
    {
        m_fixture.makeFolder("nowhere");
        m_fixture.makeFile("nowhere/a", "new");
        makeRemote("/tmp/nowhere/nowhere");
        m_fixture.intercept("mv", u"echo 'mv: cannot move it: No space left on device' >&2; exit 1"_s);
        const auto outcome = outcomeOf(upload("nowhere", "/tmp/nowhere", ExistingTarget::Overwrite));
        QVERIFY(outcome.failure);
        QVERIFY(outcome.failure->message.contains("No space left"_L1));
        QTRY_COMPARE(leftovers("/tmp/nowhere"), ""_ba);
    }

    void aFullDiskFailsAndIsCleanedUp_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<bool>("isFolder");
        QTest::addColumn<bool>("isBusyBox");
        QTest::newRow("in the executor") << qsizetype(3'000'000) << false << false;
        QTest::newRow("while decoding") << qsizetype(700'000) << false << false;
        QTest::newRow("while decoding, BusyBox") << qsizetype(700'000) << false << true;
        QTest::newRow("while unpacking") << qsizetype(150'000) << true << false;
        QTest::newRow("while unpacking, BusyBox") << qsizetype(150'000) << true << true;
    }
    void aFullDiskFailsAndIsCleanedUp()
    {
        QFETCH(qsizetype, size);
        QFETCH(bool, isFolder);
        QFETCH(bool, isBusyBox);
        isBusyBox ? m_fixture.useBusyBox() : m_fixture.useUsualTools();
        const QByteArray name = isFolder ? "full" : "big";
        QDir(QString::fromUtf8(m_fixture.path(name))).removeRecursively();
        if (isFolder) {
            m_fixture.makeFolder(name);
            for (const auto *file : {"1", "2", "3", "4", "5"}) {
                m_fixture.makeFile(name + '/' + file, randomBytes(size));
            }
        } else {
            m_fixture.makeFile(name, randomBytes(size));
        }
        const auto outcome = outcomeOf(upload(name, "/full"));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Rejected);
        const auto &message = outcome.failure->message;
        QVERIFY2(message.contains("no space left on device"_L1, Qt::CaseInsensitive), qPrintable(message));
        // The target is what people know.
        QVERIFY2(message.contains(QLatin1String(name)), qPrintable(message));
        QVERIFY2(!message.contains("part"_L1) && !message.contains("item"_L1), qPrintable(message));
        if (!isBusyBox) { // Whose decoder tells nothing.
            QCOMPARE(outcome.progress.doneBytes, 0);
        }
        QTRY_COMPARE(m_fixture.inSandbox(u"ls -A /full"_s), ""_ba);
        m_fixture.useUsualTools();
    }

    void aSmallFileTakesOneRequest_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<bool>("isBusyBox");
        QTest::addColumn<ExistingTarget>("existing");
        QTest::newRow("empty") << ""_ba << false << ExistingTarget::Refuse;
        QTest::newRow("the largest that does") << randomBytes(64 * 1024) << false << ExistingTarget::Refuse;
        QTest::newRow("compressed") << QByteArray(60 * 1024, 'z') << false << ExistingTarget::Refuse;
        QTest::newRow("BusyBox") << randomBytes(1001) << true << ExistingTarget::Refuse;
        QTest::newRow("replacing") << randomBytes(1002) << false << ExistingTarget::Overwrite;
    }
    void aSmallFileTakesOneRequest()
    {
        QFETCH(QByteArray, content);
        QFETCH(bool, isBusyBox);
        QFETCH(ExistingTarget, existing);
        const auto remote = "/tmp/one-" + QByteArray::number(content.size());
        makeRemote(remote);
        const QByteArray name = "it's \n\xFF";
        if (existing == ExistingTarget::Overwrite) {
            QCOMPARE(m_fixture.inSandbox(u"echo old > "_s + shellQuoted(remote + '/' + name)), ""_ba);
        }
        isBusyBox ? m_fixture.useBusyBox() : m_fixture.reach();
        QVERIFY(await(m_fixture.sandbox().files().list("/tmp", {}))->has_value()); // Its tools are known.
        m_fixture.makeFile(name, content, 0640);
        answerNothingAfter(1);
        const auto outcome = outcomeOf(upload(name, remote, existing));
        QVERIFY(m_fixture.engine().misbehave({{u"clear"_s, true}}));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(outcome.progress.doneBytes, content.size());
        QCOMPARE(outcome.progress.doneFiles, 1);
        const auto stat =
            m_fixture.inSandbox(u"cd %1; sha256sum < \"$(ls -A)\" | cut -c1-64; stat -c '%a %Y' -- *"_s.arg(
                QString::fromLatin1(remote)));
        QCOMPARE(stat, Sha256::hexOf(content) + "\n640 1234567890\n");
    }

    void aSmallFileThatIsDamagedDoesNotTouchItsTarget()
    {
        m_fixture.makeFile("damaged", "content");
        makeRemote("/tmp/damaged");
        QCOMPARE(m_fixture.inSandbox(u"echo old > /tmp/damaged/damaged"_s), ""_ba);
        m_fixture.intercept("base64", u"[ \"$1\" != -d ] || { cat > /dev/null; printf Content; exit; }"_s);
        const auto outcome = outcomeOf(upload("damaged", "/tmp/damaged", ExistingTarget::Overwrite));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Integrity);
        QCOMPARE(outcome.progress.doneFiles, 0);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/damaged/damaged"_s), "old\n"_ba);
        QTRY_COMPARE(leftovers("/tmp/damaged"), ""_ba);
    }

    void aSmallFileIsFoundAgainAfterALostAnswer_data()
    {
        QTest::addColumn<bool>("isDone");
        QTest::newRow("it is in its place") << true;
        QTest::newRow("its script was killed") << false;
    }
    void aSmallFileIsFoundAgainAfterALostAnswer()
    {
        QFETCH(bool, isDone);
        const QByteArray remote = isDone ? "/tmp/lost-answer" : "/tmp/lost-script";
        m_fixture.makeFile("answer", "content");
        makeRemote(remote);
        if (isDone) {
            m_fixture.reach();
            QVERIFY(await(m_fixture.sandbox().files().list("/tmp", {}))->has_value());
            const QJsonObject fault{
                {u"part"_s, u"executor"_s},
                {u"path"_s, u"/run"_s},
                {u"reset"_s, u"body"_s},
                {u"perform"_s, true}};
            QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, fault}}));
        } else {
            m_fixture.intercept("touch", u"kill -9 $PPID; exit 1"_s);
        }
        const auto book = std::make_shared<Notebook>();
        auto *first = upload("answer", remote);
        first->setNotes(book);
        const auto lost = outcomeOf(first);
        QVERIFY(lost.failure);
        QVERIFY(!book->checkpoint().stage.isEmpty());
        m_fixture.useUsualTools();
        QCOMPARE(
            m_fixture.inSandbox(u"ls -A "_s + QString::fromLatin1(remote)),
            isDone ? "answer\n"_ba : book->checkpoint().stage + '\n');
        auto *second = upload("answer", remote);
        second->setNotes(book);
        second->resumeFrom(book->checkpoint());
        const auto outcome = outcomeOf(second);
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(outcome.progress.keptBytes, isDone ? 7 : 0);
        QTRY_COMPARE(
            m_fixture.inSandbox(u"cat %1/*; ls -A %1"_s.arg(QString::fromLatin1(remote))),
            "contentanswer\n"_ba);
    }

    // Its looks are the same, and it was there before.
    void whatWasThereBeforeIsNotTakenForWhatWasSent_data()
    {
        QTest::addColumn<ExistingTarget>("answer");
        QTest::newRow("overwrite") << ExistingTarget::Overwrite;
        QTest::newRow("refuse") << ExistingTarget::Refuse;
    }
    void whatWasThereBeforeIsNotTakenForWhatWasSent()
    {
        QFETCH(ExistingTarget, answer);
        const auto remote = "/tmp/before-"_ba + QTest::currentDataTag();
        m_fixture.makeFile("version", "version=1");
        makeRemote(remote);
        QVERIFY(m_fixture
                    .inSandbox(u"printf version=0 > %1/version; touch -d @%2 %1/version"_s
                                   .arg(QString::fromLatin1(remote))
                                   .arg(QFileInfo(QFile::decodeName(m_fixture.path("version")))
                                            .lastModified()
                                            .toSecsSinceEpoch()))
                    .isEmpty());
        const auto book = std::make_shared<Notebook>();
        auto *first = upload("version", remote);
        first->setNotes(book);
        QCOMPARE(outcomeOf(first).failure->kind, ErrorKind::Conflict);
        auto *second = upload("version", remote, answer);
        second->setNotes(book);
        second->resumeFrom(book->checkpoint());
        const auto outcome = outcomeOf(second);
        QCOMPARE(outcome.isFinished, answer == ExistingTarget::Overwrite);
        QCOMPARE(
            m_fixture.inSandbox(u"cat %1/version"_s.arg(QString::fromLatin1(remote))),
            answer == ExistingTarget::Overwrite ? "version=1"_ba : "version=0"_ba);
    }

    void whatTheFileSystemRefusesIsAProblemAndTheRestGoesOn()
    {
        m_fixture.makeFolder("strict");
        for (int index = 0; index < 40; ++index) {
            m_fixture.makeFile("strict/good-" + QByteArray::number(index), "good");
        }
        for (const auto *folder : {"a", "a/no-folder", "a/no-folder/sub", "z"}) {
            m_fixture.makeFolder(QByteArray("strict/") + folder);
        }
        m_fixture.makeFile("strict/a/no-folder/sub/inside", "x");
        m_fixture.makeFile("strict/a/no-name", "x");
        m_fixture.makeLink("strict/z/no-name-link", "x");
        m_fixture.makeFile("strict/z/fine", "fine");
        m_fixture.makeFile("strict/a-large-no", randomBytes(700'000));
        m_fixture.makeFile("strict/b-large", randomBytes(700'000));
        makeRemote("/tmp/strict");
        refuseInArchives(u"no-name"_s, u"item/a/no-name: Cannot open: File name too long"_s);
        m_fixture.intercept(
            "mkdir",
            u"case \"$*\" in *no-folder*) echo 'mkdir: cannot create: Invalid argument' >&2; exit 1;; esac"_s);
        m_fixture.intercept(
            "touch",
            u"case \"$*\" in *large-no*) echo 'touch: cannot touch: File too large' >&2; exit 1;; esac"_s);
        const auto outcome = outcomeOf(upload("strict", "/tmp/strict"));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(
            problemsIn("strict", outcome),
            (QList<QByteArray>{"a-large-no", "a/no-folder", "a/no-name", "z/no-name-link"}));
        for (const auto &problem : outcome.problems) {
            QCOMPARE(problem.error.kind, ErrorKind::Rejected);
            QVERIFY2(!problem.error.message.contains("item"_L1), qPrintable(problem.error.message));
        }
        QCOMPARE(
            m_fixture.inSandbox(
                u"cd /tmp/strict/strict; ls -A . a z; cat good-* | wc -c; stat -c %s b-large"_s),
            m_fixture.inSandbox(
                u"echo .:; { echo a; echo b-large; seq -f good-%g 0 39; echo z; } | LC_ALL=C sort; "
                "printf '\na:\n\nz:\nfine\n160\n700000\n'"_s));
        QTRY_COMPARE(leftovers("/tmp/strict"), ""_ba);
    }

    void whatEverythingMeetsEndsTheUpload_data()
    {
        QTest::addColumn<QString>("says");
        QTest::newRow("a disk that is read only") << u"item/x: Cannot open: Read-only file system"_s;
        QTest::newRow("one after the other") << u"item/x: Cannot open: Permission denied"_s;
    }
    void whatEverythingMeetsEndsTheUpload()
    {
        QFETCH(QString, says);
        const QByteArray name = says.contains(u"Read"_s) ? "none" : "many";
        m_fixture.makeFolder(name);
        for (int index = 0; index < 250; ++index) {
            m_fixture.makeFile(name + "/all-" + QByteArray::number(index), "x");
        }
        makeRemote("/tmp/" + name);
        refuseInArchives(u"all-"_s, says);
        const auto outcome = outcomeOf(upload(name, "/tmp/" + name));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Rejected);
        QCOMPARE(outcome.problems.size(), 0);
        QTRY_COMPARE(m_fixture.inSandbox(u"ls -A /tmp/"_s + QString::fromLatin1(name)), ""_ba);
    }

    void namesThatAreTheSameThereAreAProblem_data()
    {
        QTest::addColumn<bool>("isFolding");
        QTest::newRow("they are") << true;
        QTest::newRow("they are not") << false;
    }
    void namesThatAreTheSameThereAreAProblem()
    {
        QFETCH(bool, isFolding);
        const QByteArray name = isFolding ? "case" : "cases";
        for (const auto *folder : {"", "/both", "/Both", "/thing"}) {
            m_fixture.makeFolder(name + folder);
        }
        for (const auto *file : {"/readme", "/README", "/both/x", "/Both/X", "/Thing", "/thing/y"}) {
            m_fixture.makeFile(name + file, file);
        }
        const auto remote = "/tmp/for-" + name;
        makeRemote(remote);
        if (isFolding) {
            // No such file system can be had here.
            m_fixture.intercept("ls", u"case \"$*\" in *CASE*) echo CASE; exit;; esac"_s);
        }
        const auto outcome = outcomeOf(upload(name, remote));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        const auto arrived = m_fixture.inSandbox(
            u"cd %1 && find * -type f | wc -l"_s.arg(QString::fromLatin1(remote + '/' + name)));
        if (!isFolding) {
            QVERIFY(outcome.problems.isEmpty());
            QCOMPARE(arrived, "6\n"_ba);
            return;
        }
        // One of each pair, whichever was listed first.
        QCOMPARE(outcome.problems.size(), 3);
        for (const auto &problem : outcome.problems) {
            QCOMPARE(problem.error.kind, ErrorKind::Conflict);
        }
        QCOMPARE(arrived, "3\n"_ba);
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
