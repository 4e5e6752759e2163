// SPDX-License-Identifier: Apache-2.0
#include "notebook.h"
#include "transferfixture.h"

#include <QCryptographicHash>
#include <QDir>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

enum class Way { Up, Down };

/// How the first attempt ends.
enum class End {
    Paused,
    Failed, ///< The network goes away.
    Killed  ///< Nothing is told to anybody any more, as when the program is killed.
};

constexpr qint64 mebibyte = 1024 * 1024;

bool isInLargeFile(const TransferCheckpoint &checkpoint)
{
    return checkpoint.partialBytes > 0 && !checkpoint.files.contains(checkpoint.partialPath);
}

} // namespace

Q_DECLARE_METATYPE(Way)
Q_DECLARE_METATYPE(End)

/// Transfers that go on from where another stopped, to and from a real local sandbox.
class TestResume : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    std::unique_ptr<Transfer> transfer(
        Way way, const QByteArray &name, const QByteArray &remote, const QByteArray &local,
        ExistingTarget existing = ExistingTarget::Refuse)
    {
        auto &sandbox = m_fixture.sandbox();
        auto *made = way == Way::Up
                         ? sandbox.upload(m_fixture.fsPath(local + '/' + name), remote, existing, nullptr)
                         : sandbox.download(remote + '/' + name, m_fixture.fsPath(local), existing, nullptr);
        return std::unique_ptr<Transfer>(made);
    }
    /// A folder with small files, a large one, and more small ones behind it.
    void makeTree(const QByteArray &folder)
    {
        m_fixture.makeFolder(folder);
        m_fixture.makeFolder(folder + "/tree");
        m_fixture.makeFolder(folder + "/tree/sub");
        for (int i = 0; i < 12; ++i) {
            m_fixture.makeFile(
                folder + "/tree/small-" + QByteArray::number(i), randomBytes(100'000 + i),
                i % 2 ? 0600 : 0444);
        }
        m_fixture.makeFile(folder + "/tree/sub/large", randomBytes(25 * mebibyte + 5));
        m_fixture.makeFile(folder + "/tree/sub/odd '\n\xFF", "odd");
        m_fixture.makeLink(folder + "/tree/link", "sub/large");
        QCOMPARE(::chmod(m_fixture.path(folder + "/tree/sub").constData(), 0555), 0);
    }
    /// What is moved is on the side from which it is moved, and nothing on the other.
    void prepare(Way way, const QByteArray &remote, const QByteArray &local)
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p -- "_s + shellQuoted(remote)), ""_ba);
        makeTree(local);
        if (way == Way::Down) {
            const auto outcome = outcomeOf(transfer(Way::Up, "tree", remote, local).release());
            QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
            m_fixture.makeFolder(local + "-down");
        }
    }
    static QByteArray target(Way way, const QByteArray &local)
    {
        return way == Way::Up ? local : local + "-down";
    }

    using Moment = std::function<bool(const TransferCheckpoint &)>;

    static Moment afterNotes(int notes)
    {
        return [left = std::make_shared<int>(notes)](const auto &) {
            return --*left == 0;
        };
    }
    /// Runs a first attempt until it has noted what makes up the moment; where it stopped.
    TransferCheckpoint interrupted(std::unique_ptr<Transfer> first, const Moment &moment, End end)
    {
        auto book = std::make_shared<Notebook>();
        first->setNotes(book);
        QEventLoop loop;
        bool isOver = false;
        TransferCheckpoint asOfKill;
        book->onNote = [&] {
            if (!isOver && moment(book->checkpoint())) {
                isOver = true;
                if (end == End::Failed) {
                    // Here, for the transfer does not come to its end while it waits for us.
                    breakExecutor();
                }
                loop.quit();
            }
        };
        bool hasFailed = false;
        connect(first.get(), &Transfer::failed, &loop, [&] {
            hasFailed = true;
            loop.quit();
        });
        first->start();
        if (!isOver) {
            QTimer::singleShot(patienceMs, &loop, &QEventLoop::quit);
            loop.exec();
        }
        if (!isOver) {
            return {};
        }
        if (end == End::Failed) {
            [&] {
                QTRY_VERIFY_WITH_TIMEOUT(hasFailed, patienceMs);
            }();
            (void)m_fixture.engine().misbehave({{u"clear"_s, true}});
            first.reset();
        } else {
            asOfKill = book->checkpoint(); // With what it has come to since then, and acted on.
            first->pause();
            waitUntilClean(*first);
            first.reset();
        }
        return end == End::Killed ? asOfKill : book->checkpoint();
    }
    void breakExecutor()
    {
        const QJsonObject fault{
            {u"part"_s, u"executor"_s}, {u"path"_s, u"/run"_s}, {u"status"_s, 401}, {u"times"_s, 0}};
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, fault}}));
    }
    static void waitUntilClean(Transfer &transfer)
    {
        QTRY_VERIFY_WITH_TIMEOUT(!transfer.isCleaningUp(), patienceMs);
    }
    QByteArray describeTarget(Way way, const QByteArray &remote, const QByteArray &local)
    {
        return way == Way::Up ? m_fixture.describeRemote(remote + "/tree")
                              : m_fixture.describeLocal(local + "-down/tree");
    }
    QByteArray leftovers(Way way, const QByteArray &remote, const QByteArray &local)
    {
        if (way == Way::Up) {
            return m_fixture.inSandbox(
                u"cd "_s + shellQuoted(remote) + u" && ls -d .koyeb-part-* 2>/dev/null; true"_s);
        }
        const QDir folder(QString::fromUtf8(m_fixture.path(local + "-down")));
        return folder.entryList({u".koyeb-part-*"_s}, QDir::AllEntries | QDir::Hidden).join(u' ').toUtf8();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void goesOnFromWhereItStopped_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<End>("end");
        QTest::addColumn<int>("notes");
        QTest::addColumn<bool>("isBusyBox");
        QTest::addRow("up, BusyBox, killed after 2") << Way::Up << End::Killed << 2 << true;
        QTest::addRow("down, BusyBox, killed after 2") << Way::Down << End::Killed << 2 << true;
        for (const auto way : {Way::Up, Way::Down}) {
            const auto *name = way == Way::Up ? "up" : "down";
            // Small files come first, then three parts of the large one, then its end, the rest and the
            // commit.
            for (const int notes : {1, 2, 4}) {
                QTest::addRow("%s, paused after %d", name, notes) << way << End::Paused << notes << false;
                QTest::addRow("%s, killed after %d", name, notes) << way << End::Killed << notes << false;
            }
            QTest::addRow("%s, failed in a large file", name) << way << End::Failed << 0 << false;
        }
    }
    void goesOnFromWhereItStopped()
    {
        QFETCH(Way, way);
        QFETCH(End, end);
        QFETCH(int, notes);
        QFETCH(bool, isBusyBox);
        isBusyBox ? m_fixture.useBusyBox() : m_fixture.useUsualTools();
        const QByteArray local =
            QByteArray("run-") + QByteArray(QTest::currentDataTag()).replace(", ", "-").replace(' ', '-');
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        // What fails needs something more from the sandbox then.
        const auto moment = end == End::Failed ? Moment(isInLargeFile) : afterNotes(notes);
        const auto checkpoint = interrupted(transfer(way, "tree", remote, target(way, local)), moment, end);
        QVERIFY(!checkpoint.stage.isEmpty());

        auto second = transfer(way, "tree", remote, target(way, local));
        auto book = std::make_shared<Notebook>();
        second->setNotes(book);
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second.release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(describeTarget(way, remote, local), m_fixture.describeLocal(local + "/tree"));
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        QCOMPARE(outcome.progress.doneFiles, outcome.progress.totalFiles);
        QVERIFY2(outcome.progress.keptBytes > 0, "everything was moved once more");
        QTRY_COMPARE(leftovers(way, remote, local), ""_ba);
        QTRY_COMPARE(book->checkpoint().stage, ""_ba);
    }

    void whatChangedMeanwhileIsMovedAnew_data()
    {
        QTest::addColumn<Way>("way");
        QTest::newRow("up") << Way::Up;
        QTest::newRow("down") << Way::Down;
    }
    void whatChangedMeanwhileIsMovedAnew()
    {
        QFETCH(Way, way);
        const QByteArray local = way == Way::Up ? "changed-up" : "changed-down";
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        const auto checkpoint =
            interrupted(transfer(way, "tree", remote, target(way, local)), isInLargeFile, End::Paused);
        // One has another content of the same size, one is gone, one has become a folder, and one is new; the
        // large one, of which a part has arrived, is another.
        const auto change =
            u"cd %1 && printf %s new-content-of-0 | dd of=small-0 conv=notrunc status=none && "
            "rm small-1 small-2 && mkdir small-2 && echo in > small-2/in && echo fresh > fresh && "
            "printf x | dd of=sub/large conv=notrunc status=none"_s;
        const auto where = way == Way::Up ? m_fixture.path(local + "/tree") : remote + "/tree";
        const auto line = change.arg(shellQuoted(where));
        if (way == Way::Up) {
            QCOMPARE(QProcess::execute(u"/bin/sh"_s, {u"-c"_s, line}), 0);
        } else {
            QCOMPARE(m_fixture.inSandbox(line), ""_ba);
        }
        auto second = transfer(way, "tree", remote, target(way, local));
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second.release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        const auto expected = way == Way::Up ? m_fixture.describeLocal(local + "/tree")
                                             : m_fixture.describeRemote(remote + "/tree");
        QCOMPARE(describeTarget(way, remote, local), expected);
        QVERIFY(expected.contains("/fresh") && expected.contains("/small-2/in"));
        QTRY_COMPARE(leftovers(way, remote, local), ""_ba);
    }

    void aPartThatWasTamperedWithIsMovedAnew_data() { whatChangedMeanwhileIsMovedAnew_data(); }
    void aPartThatWasTamperedWithIsMovedAnew()
    {
        QFETCH(Way, way);
        const QByteArray local = way == Way::Up ? "tampered-up" : "tampered-down";
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        const auto checkpoint =
            interrupted(transfer(way, "tree", remote, target(way, local)), isInLargeFile, End::Paused);
        QCOMPARE(checkpoint.partialPath, "sub/large"_ba);
        const auto line = u"printf x | dd of=%1/item/sub/large conv=notrunc status=none"_s;
        if (way == Way::Up) {
            QCOMPARE(m_fixture.inSandbox(line.arg(shellQuoted(remote + '/' + checkpoint.stage))), ""_ba);
        } else {
            const auto stage = m_fixture.path(local + "-down/" + checkpoint.stage);
            QCOMPARE(QProcess::execute(u"/bin/sh"_s, {u"-c"_s, line.arg(shellQuoted(stage))}), 0);
        }
        auto second = transfer(way, "tree", remote, target(way, local));
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second.release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(describeTarget(way, remote, local), m_fixture.describeLocal(local + "/tree"));
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
    }

    void withoutItsStageItBeginsAnew_data() { whatChangedMeanwhileIsMovedAnew_data(); }
    void withoutItsStageItBeginsAnew()
    {
        QFETCH(Way, way);
        const QByteArray local = way == Way::Up ? "gone-up" : "gone-down";
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        TransferCheckpoint checkpoint;
        checkpoint.stage = ".koyeb-part-0123456789abcdef0123456789abcdef";
        checkpoint.files.insert("small-0", {100'000, 1'234'567'890'000'000'000});
        auto second = transfer(way, "tree", remote, target(way, local));
        second->resumeFrom(checkpoint);
        const auto outcome = outcomeOf(second.release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(outcome.progress.keptBytes, 0);
        QCOMPARE(describeTarget(way, remote, local), m_fixture.describeLocal(local + "/tree"));
    }

    void cancellingInsteadOfGoingOnLeavesNothing_data() { whatChangedMeanwhileIsMovedAnew_data(); }
    void cancellingInsteadOfGoingOnLeavesNothing()
    {
        QFETCH(Way, way);
        const QByteArray local = way == Way::Up ? "left-up" : "left-down";
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        const auto checkpoint =
            interrupted(transfer(way, "tree", remote, target(way, local)), afterNotes(2), End::Paused);
        QCOMPARE(leftovers(way, remote, local).trimmed(), checkpoint.stage);
        auto second = transfer(way, "tree", remote, target(way, local));
        second->resumeFrom(checkpoint);
        second->cancel();
        waitUntilClean(*second);
        QCOMPARE(leftovers(way, remote, local), ""_ba);
        QCOMPARE(describeTarget(way, remote, local), ""_ba);
    }

    void cancellingAtOnceLeavesNothing_data() { whatChangedMeanwhileIsMovedAnew_data(); }
    void cancellingAtOnceLeavesNothing()
    {
        QFETCH(Way, way);
        const QByteArray local = way == Way::Up ? "once-up" : "once-down";
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        const auto checkpoint =
            interrupted(transfer(way, "tree", remote, target(way, local)), afterNotes(2), End::Paused);
        auto second = transfer(way, "tree", remote, target(way, local));
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(checkpoint);
        second->start();
        second->cancel();
        waitUntilClean(*second);
        QVERIFY(!second->hasLeftSomething());
        QTRY_COMPARE(leftovers(way, remote, local), ""_ba);
    }

    void whatCannotBeRemovedIsTold()
    {
        const QByteArray remote = "/tmp/not-removed";
        prepare(Way::Up, remote, "not-removed");
        const auto checkpoint =
            interrupted(transfer(Way::Up, "tree", remote, "not-removed"), afterNotes(2), End::Paused);
        auto second = transfer(Way::Up, "tree", remote, "not-removed");
        auto book = std::make_shared<Notebook>();
        book->noteStage(checkpoint.stage);
        second->setNotes(book);
        second->resumeFrom(checkpoint);
        breakExecutor();
        second->cancel();
        waitUntilClean(*second);
        QVERIFY(m_fixture.engine().misbehave({{u"clear"_s, true}}));
        QVERIFY(second->hasLeftSomething());
        QCOMPARE(book->checkpoint().stage, checkpoint.stage);
    }

    void aCommitWhoseAnswerWasLostIsRecognised_data() { whatChangedMeanwhileIsMovedAnew_data(); }
    void aCommitWhoseAnswerWasLostIsRecognised()
    {
        QFETCH(Way, way);
        const QByteArray local = way == Way::Up ? "done-up" : "done-down";
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        auto book = std::make_shared<Notebook>();
        auto first = transfer(way, "tree", remote, target(way, local));
        first->setNotes(book);
        TransferCheckpoint committing;
        book->onNote = [&] {
            committing = book->checkpoint();
        };
        QVERIFY(outcomeOf(first.release()).isFinished);
        QVERIFY(committing.isCommitting);
        QTRY_COMPARE(leftovers(way, remote, local), ""_ba);
        auto second = transfer(way, "tree", remote, target(way, local));
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(committing);
        const auto outcome = outcomeOf(second.release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(describeTarget(way, remote, local), m_fixture.describeLocal(local + "/tree"));
    }

    /// Then files in the target are not as old as the ones that they came from.
    void aCommitWithoutTimesIsRecognised_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<QString>("name");
        QTest::newRow("upload of a folder") << Way::Up << u"tree"_s;
        QTest::newRow("upload of a file") << Way::Up << u"alone"_s;
        QTest::newRow("download of a folder") << Way::Down << u"tree"_s;
        QTest::newRow("download of a file") << Way::Down << u"alone"_s;
    }
    void aCommitWithoutTimesIsRecognised()
    {
        QFETCH(Way, way);
        QFETCH(QString, name);
        const QByteArray local = "untimed-" + name.toUtf8() + (way == Way::Up ? "-up" : "-down");
        const QByteArray remote = "/tmp/" + local;
        prepare(way, remote, local);
        m_fixture.makeFile(local + "/alone", "alone");
        QCOMPARE(
            m_fixture.inSandbox(
                u"cd %1 || mkdir %1 && cd %1 && printf alone > from && touch -d @1234567890 from"_s.arg(
                    QString::fromUtf8(remote))),
            QByteArray());
        TransferOptions options;
        options.keepsTimes = false;
        const auto make = [&] {
            auto &sandbox = m_fixture.sandbox();
            auto *made = way == Way::Up ? sandbox.upload(
                                              m_fixture.fsPath(local + '/' + name.toUtf8()), remote,
                                              ExistingTarget::Refuse, nullptr, {}, nullptr, options)
                                        : sandbox.download(
                                              remote + (name == "tree"_L1 ? "/tree" : "/from"),
                                              m_fixture.fsPath(local + "-down"), ExistingTarget::Refuse,
                                              nullptr, {}, nullptr, options);
            return std::unique_ptr<Transfer>(made);
        };
        auto book = std::make_shared<Notebook>();
        auto first = make();
        first->setNotes(book);
        TransferCheckpoint committing;
        book->onNote = [&] {
            committing = book->checkpoint();
        };
        QVERIFY(outcomeOf(first.release()).isFinished);
        QVERIFY(committing.isCommitting);
        QTRY_COMPARE(leftovers(way, remote, local), ""_ba);
        auto second = make();
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(committing);
        const auto outcome = outcomeOf(second.release()); // Refused if it began anew.
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
    }

    /// Files have got new times already, and nothing has been moved to its place yet.
    void aDownloadWithoutTimesGoesOnFromItsLastMoment_data()
    {
        QTest::addColumn<bool>("isTouched");
        QTest::newRow("as it was left") << false;
        QTest::newRow("touched since") << true;
    }
    void aDownloadWithoutTimesGoesOnFromItsLastMoment()
    {
        QFETCH(bool, isTouched);
        const QByteArray local = isTouched ? "last-touched" : "last-moment";
        const QByteArray remote = "/tmp/" + local;
        prepare(Way::Down, remote, local);
        TransferOptions options;
        options.keepsTimes = false;
        const auto make = [&](const QByteArray &folder) {
            return std::unique_ptr<Transfer>(m_fixture.sandbox().download(
                remote + "/tree", m_fixture.fsPath(local + folder), ExistingTarget::Refuse, nullptr, {},
                nullptr, options));
        };
        auto book = std::make_shared<Notebook>();
        auto first = make("-down");
        first->setNotes(book);
        TransferCheckpoint committing;
        // What a program leaves that is killed then is what is there then.
        book->onNote = [&] {
            if (book->checkpoint().isCommitting && committing.stage.isEmpty()) {
                committing = book->checkpoint();
                const auto from = QString::fromUtf8(m_fixture.path(local + "-down"));
                const auto to = QString::fromUtf8(m_fixture.path(local + "-killed"));
                QCOMPARE(QProcess::execute(u"cp"_s, {u"-a"_s, from, to}), 0);
            }
        };
        QVERIFY(outcomeOf(first.release()).isFinished);
        QVERIFY(committing.isCommitting);
        const auto stage = local + "-killed/" + committing.stage;
        if (isTouched) {
            const auto file = QString::fromUtf8(m_fixture.path(stage + "/item/small-1"));
            QCOMPARE(QProcess::execute(u"touch"_s, {u"-d"_s, u"2001-01-01"_s, file}), 0);
        }
        auto second = make("-killed");
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(committing);
        const auto outcome = outcomeOf(second.release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        QCOMPARE(outcome.progress.keptBytes, outcome.progress.totalBytes - (isTouched ? 100'001 : 0));
        const auto lines = m_fixture.describeLocal(local + "-killed/tree").split('\n');
        QCOMPARE(lines.size(), m_fixture.describeLocal(local + "-down/tree").split('\n').size());
        for (const auto &line : lines) {
            QVERIFY2(!line.contains(" 1234567890 "), line.constData()); // It has a new time again.
        }
        QCOMPARE(m_fixture.describeLocal(local + "-killed").count(".koyeb-part"), 0);
    }
};

QTEST_GUILESS_MAIN(TestResume)
#include "test_resume.moc"
