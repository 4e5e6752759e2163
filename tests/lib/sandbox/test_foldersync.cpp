// SPDX-License-Identifier: Apache-2.0
#include "notebook.h"
#include "sandbox/foldercomparison.h"
#include "sandbox/foldersync.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using Kind = FolderDifference::Kind;
using Way = FolderSyncOrder::Way;

/// Folders of this computer and of a real local sandbox, compared and brought to one state.
class TestFolderSync : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;
    WorkerThread m_disk;

    [[nodiscard]] FolderComparison compared(
        const QByteArray &name, bool byChecksum = false, const QByteArray &leftOut = {})
    {
        const FolderComparisonOrder order{
            m_fixture.fsPath(name), "/tmp/" + name, IgnorePatterns(leftOut), byChecksum};
        const auto result = await(compareFolders(m_fixture.sandbox().executor(), m_disk, order, {}));
        if (!result || !*result) {
            qWarning() << "not compared" << (result ? result->error().message : QString());
            return {};
        }
        return **result;
    }
    /// A letter for each kind, and the path.
    [[nodiscard]] static QByteArray told(const FolderComparison &comparison)
    {
        QList<QByteArray> words;
        for (const auto &difference : comparison.differences) {
            const char letter = "HThtDW"[static_cast<int>(difference.kind)];
            words.append(QByteArray(1, letter) + ':' + difference.path);
        }
        return words.join(' ');
    }
    /// A folder here and there, with a difference of each kind.
    void makeBoth(const QByteArray &name)
    {
        m_fixture.makeFolder(name);
        m_fixture.makeFolder(name + "/sub");
        m_fixture.makeFolder(name + "/only");
        m_fixture.makeFile(name + "/same", "same");
        m_fixture.makeFile(name + "/sub/changed", "here!");
        m_fixture.makeFile(name + "/older", "one");
        m_fixture.makeFile(name + "/newer", "two");
        m_fixture.makeFile(name + "/kind", "a file");
        m_fixture.makeFile(name + "/only/here", "h");
        m_fixture.makeLink(name + "/link", "here");
        const auto script = u"mkdir -p %1/sub %1/kind %1/extra/deep && cd %1 && printf same > same\n"
                            "printf there > sub/changed; printf one > older; printf two > newer\n"
                            "ln -s there link; echo x > extra/deep/file; echo y > extra/note\n"
                            "touch -d @1234567890 same sub/changed; touch -d @1300000000 older\n"
                            "touch -d @1200000000 newer"_s;
        QCOMPARE(m_fixture.inSandbox(script.arg(shellQuoted("/tmp/" + name))), ""_ba);
    }
    [[nodiscard]] FolderSyncOrder order(const QByteArray &name, Way way)
    {
        FolderSyncOrder order;
        order.way = way;
        order.local = m_fixture.fsPath(name);
        order.remote = "/tmp/" + name;
        return order;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_fixture.start()); }
    void cleanup() { m_fixture.useUsualTools(); }

    void tellsHowFoldersDiffer()
    {
        makeBoth("kinds");
        const auto comparison = compared("kinds");
        QCOMPARE(
            told(comparison), "T:extra T:extra/deep T:extra/deep/file T:extra/note W:kind D:link h:newer "
                              "t:older H:only H:only/here"_ba);
        QCOMPARE(comparison.sameFiles, qint64(2)); // "same", and what only its content tells apart.
        const auto &file = comparison.differences[2];
        QVERIFY(!file.here && file.there);
        QCOMPARE(file.there->sizeBytes, qint64(2));
        QVERIFY(comparison.differences.first().isDirectory());
    }
    void comparesContent()
    {
        makeBoth("content");
        // What differs in its time only is the same, and what differs in its content only is not.
        QCOMPARE(
            told(compared("content", true)),
            "T:extra T:extra/deep T:extra/deep/file T:extra/note W:kind D:link H:only H:only/here "
            "D:sub/changed"_ba);
    }
    void leavesOutWhatPatternsSay()
    {
        makeBoth("masked");
        QCOMPARE(
            told(compared("masked", false, "extra/\nonly/here\nlink\n")), "W:kind h:newer t:older H:only"_ba);
    }
    void comparesWithOddNamesAndManyFiles()
    {
        m_fixture.makeFolder("odd");
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p /tmp/odd"_s), ""_ba);
        for (int i = 0; i < 400; ++i) {
            m_fixture.makeFile("odd/a rather long name, '\"\n\xFF " + QByteArray::number(i), "x");
        }
        const std::unique_ptr<Transfer> upload(
            m_fixture.sandbox().upload(m_fixture.fsPath("odd"), "/tmp", ExistingTarget::Overwrite, nullptr));
        QSignalSpy finished(upload.get(), &Transfer::finished);
        upload->start();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
        QCOMPARE(m_fixture.inSandbox(u"cd /tmp/odd && for f in *; do touch \"$f\"; done"_s), ""_ba);
        QCOMPARE(compared("odd").differences.size(), 400);
        const auto comparison = compared("odd", true);
        QVERIFY(comparison.differences.isEmpty());
        QCOMPARE(comparison.sameFiles, qint64(400));
    }
    void aMissingFolderIsEmptyAndAFileIsNone()
    {
        m_fixture.makeFolder("missing");
        m_fixture.makeFile("missing/file", "x");
        QCOMPARE(told(compared("missing")), "H:file"_ba);
        m_fixture.makeFolder("file");
        QCOMPARE(m_fixture.inSandbox(u"echo > /tmp/file"_s), ""_ba);
        const FolderComparisonOrder order{m_fixture.fsPath("file"), "/tmp/file", {}, false};
        const auto result = await(compareFolders(m_fixture.sandbox().executor(), m_disk, order, {}));
        QVERIFY(result && !*result);
        QCOMPARE(result->error().kind, ErrorKind::Conflict);
    }

    void copiesUpWhatIsWanted()
    {
        makeBoth("up");
        auto wanted = order("up", Way::Up);
        wanted.moved = {"newer", "only", "only/here"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(
            told(compared("up")),
            "T:extra T:extra/deep T:extra/deep/file T:extra/note W:kind D:link t:older"_ba);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/up/only/here"_s), "h"_ba);
    }
    void aDiskOfTheSandboxNeedsNothingOutsideOfIt()
    {
        // A file system of its own; the folder above is on one that is read-only.
        m_fixture.makeFolder("shm");
        m_fixture.makeFolder("shm/sub");
        m_fixture.makeFile("shm/sub/file", "new");
        QCOMPARE(m_fixture.inSandbox(u"mkdir /dev/shm/sub && echo old > /dev/shm/sub/file"_s), ""_ba);
        auto wanted = order("shm", Way::Up);
        wanted.remote = "/dev/shm";
        wanted.moved = {"sub", "sub/file"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_fixture.inSandbox(u"cat /dev/shm/sub/file"_s), "new"_ba);
        QTRY_COMPARE(m_fixture.inSandbox(u"rm -r /dev/shm/sub; ls -A /dev/shm"_s), ""_ba);
    }
    void theWholeFileSystemOfASandboxCanBeWrittenTo()
    {
        m_fixture.makeFolder("root");
        m_fixture.makeFolder("root/tmp");
        m_fixture.makeFile("root/tmp/deep", "x");
        m_fixture.makeFile("root/top-file", "y");
        auto wanted = order("root", Way::Up);
        wanted.remote = "/";
        wanted.moved = {"tmp", "tmp/deep", "top-file"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(m_fixture.inSandbox(u"cat /top-file /tmp/deep"_s), "yx"_ba);
        QTRY_COMPARE(m_fixture.inSandbox(u"ls -d /.koyeb-part-* 2>/dev/null; true"_s), ""_ba);
    }
    void aFolderThatIsNotThereIsMade()
    {
        m_fixture.makeFolder("made");
        m_fixture.makeFile("made/file", "x");
        auto wanted = order("made", Way::Up);
        wanted.moved = {"file"};
        QVERIFY(outcomeOf(new FolderSync(m_fixture.sandbox(), wanted)).isFinished);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/made/file"_s), "x"_ba);
    }
    void whatIsPutTogetherInAFolderIsNoDifference()
    {
        m_fixture.makeFolder("hidden");
        m_fixture.makeFolder("hidden/.koyeb-part-0123456789abcdef");
        const auto script = u"cd /tmp && mkdir -p hidden/.koyeb-part-1 hidden/sub/.koyeb-part-2/item"_s;
        QCOMPARE(m_fixture.inSandbox(script), ""_ba);
        QCOMPARE(told(compared("hidden")), "T:sub"_ba);
        QCOMPARE(m_fixture.inSandbox(u"rm -r /tmp/hidden"_s), ""_ba);
    }
    void anAttemptThatStoppedIsTakenUpOrRemoved_data()
    {
        QTest::addColumn<bool>("isTakenUp");
        QTest::newRow("taken up") << true;
        QTest::newRow("removed") << false;
    }
    void anAttemptThatStoppedIsTakenUpOrRemoved()
    {
        QFETCH(bool, isTakenUp);
        const QByteArray name = isTakenUp ? "again" : "dropped";
        const auto remote = QString::fromUtf8("/tmp/" + name);
        const auto stages = [&] {
            return m_fixture.inSandbox(u"cd %1 && find .. -name '.koyeb-part-*' -prune -print"_s.arg(remote));
        };
        QCOMPARE(m_fixture.inSandbox(u"mkdir "_s + remote), ""_ba);
        m_fixture.makeFolder(name);
        m_fixture.makeFile(name + "/file", "x");
        auto wanted = order(name, Way::Up);
        wanted.moved = {"file"};
        m_fixture.closeGate("mv");
        const auto book = std::make_shared<Notebook>();
        {
            FolderSync first(m_fixture.sandbox(), wanted);
            first.setNotes(book);
            first.start();
            QTRY_VERIFY_WITH_TIMEOUT(m_fixture.hasReachedGate(), patienceMs);
            const auto stage = "../" + name + '/' + remoteName(book->checkpoint().stage) + '\n';
            QCOMPARE(stages(), stage);
            QSignalSpy cleanedUp(&first, &Transfer::cleanedUp);
            first.pause();
            m_fixture.openGate();
            QTRY_VERIFY_WITH_TIMEOUT(!first.isCleaningUp(), patienceMs);
            QCOMPARE(stages(), stage);
        }
        FolderSync second(m_fixture.sandbox(), wanted);
        second.setNotes(book);
        second.resumeFrom(book->checkpoint());
        QSignalSpy finished(&second, &Transfer::finished);
        if (isTakenUp) {
            second.start();
            QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patienceMs);
            QCOMPARE(m_fixture.inSandbox(u"cat %1/file"_s.arg(remote)), "x"_ba);
        } else {
            second.cancel();
        }
        QTRY_COMPARE_WITH_TIMEOUT(stages(), ""_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(book->checkpoint().stage, ""_ba, patienceMs);
    }
    void mirrorsDown()
    {
        makeBoth("down");
        auto wanted = order("down", Way::Down);
        wanted.moved = {"newer", "older", "link", "extra", "extra/deep", "extra/deep/file", "extra/note"};
        wanted.removed = {"only/here", "only"};
        QVERIFY(outcomeOf(new FolderSync(m_fixture.sandbox(), wanted)).isFinished);
        QCOMPARE(told(compared("down")), "W:kind"_ba);
    }
    void keepsWhatWasChangedAfterTheComparison()
    {
        makeBoth("since");
        auto wanted = order("since", Way::Down);
        wanted.removed = {"only/here", "only"};
        wanted.comparedAtSeconds = QDateTime::currentSecsSinceEpoch() - 3600;
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems.first().error.kind, ErrorKind::Conflict);
        QVERIFY(QFile::exists(QString::fromUtf8(m_fixture.path("since/only/here"))));
    }
    void keepsWhatLooksOtherwiseThanItWasCompared_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<bool>("hasFind");
        QTest::newRow("there") << Way::Up << true;
        QTest::newRow("there, without find") << Way::Up << false;
        QTest::newRow("here") << Way::Down << true;
    }
    void keepsWhatLooksOtherwiseThanItWasCompared()
    {
        QFETCH(Way, way);
        QFETCH(bool, hasFind);
        const auto name = "looks"_ba + (way == Way::Up ? "-up" : "-down") + (hasFind ? "" : "-poor");
        m_fixture.makeFolder(name);
        const auto making = u"rm -rf %1; mkdir -p %1 && cd %1 || exit; for f in same longer newer 'a b'; do\n"
                            "echo old > \"$f\"; touch -d @1234567890 \"$f\"; done\n"
                            "mkdir folder kind; ln -s old link; ln -s old turned"_s;
        const auto changing = u"cd %1 && echo more >> longer; touch -d @1234567890 longer; echo new > newer\n"
                              "rmdir kind; echo file > kind; rm turned; mkdir turned"_s;
        const bool isUp = way == Way::Up;
        const auto at = [&](const QString &script) {
            if (isUp) {
                QCOMPARE(m_fixture.inSandbox(script.arg(shellQuoted("/tmp/" + name))), ""_ba);
            } else {
                const auto line = script.arg(shellQuoted(m_fixture.path(name)));
                QCOMPARE(QProcess::execute(u"/bin/sh"_s, {u"-c"_s, line}), 0);
            }
        };
        at(making);
        if (isUp) {
            QVERIFY(m_fixture.describeLocal(name).isEmpty());
        } else {
            QCOMPARE(m_fixture.inSandbox(u"mkdir -p "_s + shellQuoted("/tmp/" + name)), ""_ba);
        }
        auto wanted = order(name, way);
        for (const auto &difference : compared(name).differences) {
            wanted.removed.prepend(difference.path);
            wanted.compared.insert(difference.path, isUp ? *difference.there : *difference.here);
        }
        QCOMPARE(wanted.removed.size(), 8);
        at(changing);
        if (!hasFind) {
            m_fixture.useBusyBox();
        }
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        m_fixture.useUsualTools();
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QList<QByteArray> kept;
        for (const auto &problem : outcome.problems) {
            kept.append(remoteName(problem.path));
            QCOMPARE(problem.error.kind, ErrorKind::Conflict);
            QVERIFY(problem.isMoved);
        }
        std::sort(kept.begin(), kept.end());
        QCOMPARE(kept, (QList<QByteArray>{"kind", "longer", "newer", "turned"}));
        auto listed = isUp ? m_fixture.describeRemote("/tmp/" + name) : m_fixture.describeLocal(name);
        QCOMPARE(listed.count('\n'), 4);
    }
    void removesNothingOfAWholeFileSystem()
    {
        QCOMPARE(m_fixture.inSandbox(u": > /tmp/stays && ln -sfn / /tmp/all"_s), ""_ba);
        for (const auto &top : {"/"_ba, "/tmp/.."_ba, "/tmp/all"_ba}) {
            auto wanted = order("whole", Way::Up);
            wanted.remote = top;
            wanted.removed = {"tmp/stays"};
            const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
            QVERIFY(outcome.failure);
            QCOMPARE(outcome.failure->kind, ErrorKind::Rejected);
            QCOMPARE(m_fixture.inSandbox(u"ls /tmp/stays"_s), "/tmp/stays\n"_ba);
        }
        m_fixture.makeFile("stays", "x");
        const auto problems = removeBelow("/", {m_fixture.path("stays").mid(1)});
        QCOMPARE(problems.size(), 1);
        QVERIFY(QFile::exists(QString::fromUtf8(m_fixture.path("stays"))));
    }
    void removesNeitherItselfNorWhatIsAbove()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p /tmp/above/self"_s), ""_ba);
        auto wanted = order("above/self", Way::Up);
        wanted.removed = {"", ".", "..", "../self", "/"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 5);
        QCOMPARE(m_fixture.inSandbox(u"ls /tmp/above"_s), "self\n"_ba);
    }
    void mirrorsUpAndKeepsWhatWasNotNamed()
    {
        makeBoth("mirror");
        auto wanted = order("mirror", Way::Up);
        wanted.moved = {"newer", "older", "link", "only", "only/here"};
        wanted.removed = {"extra/deep/file", "extra/deep", "extra"}; // Not the note.
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(told(compared("mirror")), "T:extra T:extra/note W:kind"_ba);
    }

    void removesNothingWhenSomethingWentWrong()
    {
        makeBoth("wrong");
        auto wanted = order("wrong", Way::Up);
        wanted.moved = {"kind"}; // A folder is in its way.
        wanted.removed = {"extra/note"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/wrong/extra/note"_s), "y\n"_ba);
    }
    void removesNothingOutside_data()
    {
        QTest::addColumn<Way>("way");
        QTest::newRow("there") << Way::Up;
        QTest::newRow("here") << Way::Down;
    }
    void removesNothingOutside()
    {
        QFETCH(Way, way);
        const auto name = way == Way::Up ? "outside1"_ba : "outside2"_ba;
        m_fixture.makeFolder(name);
        m_fixture.makeFolder(name + "-victim");
        m_fixture.makeFile(name + "-victim/file", "kept");
        m_fixture.makeLink(name + "/way", m_fixture.path(name + "-victim"));
        m_fixture.makeLink(name + "/gone", "nowhere");
        const auto script = u"mkdir /tmp/%1 /tmp/%1-victim && echo kept > /tmp/%1-victim/file\n"
                            "ln -s /tmp/%1-victim /tmp/%1/way; ln -s nowhere /tmp/%1/gone"_s;
        QCOMPARE(m_fixture.inSandbox(script.arg(QString::fromUtf8(name))), ""_ba);
        auto wanted = order(name, way);
        wanted.removed = {
            "way/file", "../" + name + "-victim/file", "/tmp/" + name + "-victim/file", "./../x", "gone"};
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY(outcome.isFinished);
        QVERIFY(!outcome.problems.isEmpty());
        const bool isHere = way == Way::Down;
        const auto victim = u"/tmp/%1-victim/file"_s.arg(QString::fromUtf8(name));
        QCOMPARE(m_fixture.inSandbox(u"cat "_s + victim), "kept\n"_ba);
        QVERIFY(QFile::exists(QString::fromUtf8(m_fixture.path(name + "-victim/file"))));
        // A link goes itself.
        const auto listed = isHere ? m_fixture.describeLocal(name) : m_fixture.describeRemote("/tmp/" + name);
        QVERIFY(!listed.contains("nowhere"));
        QVERIFY(listed.contains("way"));
    }
    void removesOddNames()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p '/tmp/odd 2/-d'"_s), ""_ba);
        auto wanted = order("odd 2", Way::Up);
        wanted.removed = {"-d/a\nb'\"", "-d/-rf", "-d/*", "-d"};
        for (const auto &path : wanted.removed.first(3)) {
            QCOMPARE(m_fixture.inSandbox(u": > "_s + shellQuoted("/tmp/odd 2/" + path)), ""_ba);
        }
        const auto outcome = outcomeOf(new FolderSync(m_fixture.sandbox(), wanted));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_fixture.inSandbox(u"ls -A '/tmp/odd 2'"_s), ""_ba);
    }
};

QTEST_GUILESS_MAIN(TestFolderSync)
#include "test_foldersync.moc"
