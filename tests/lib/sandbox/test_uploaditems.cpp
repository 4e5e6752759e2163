// SPDX-License-Identifier: Apache-2.0
#include "core/sha256.h"
#include "uploadfixture.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Full disks, small files that take one request, and items that the sandbox's file system refuses.
class TestUploadItems : public UploadFixture {
    Q_OBJECT

private Q_SLOTS:
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
};

QTEST_GUILESS_MAIN(TestUploadItems)
#include "test_uploaditems.moc"
