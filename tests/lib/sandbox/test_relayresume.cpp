// SPDX-License-Identifier: Apache-2.0
#include "relayfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Relays between real sandboxes that stop on their way, and those that follow them.
class TestRelayResume : public QObject, private RelayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(start()); }

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

QTEST_GUILESS_MAIN(TestRelayResume)
#include "test_relayresume.moc"
