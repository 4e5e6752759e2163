// SPDX-License-Identifier: Apache-2.0
#include "relayfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// What becomes of the source when something moves from one real sandbox into another.
class TestRelayMoves : public QObject, private RelayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(start()); }

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
};

QTEST_GUILESS_MAIN(TestRelayMoves)
#include "test_relaymoves.moc"
