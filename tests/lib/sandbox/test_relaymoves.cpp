// SPDX-License-Identifier: Apache-2.0
#include "relayfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// What becomes of the source when something moves from one real sandbox into another.
class TestRelayMoves : public QObject, private RelayFixture {
    Q_OBJECT

    /// What transfers use of an image, but nothing that makes SHA-256.
    [[nodiscard]] static QStringList toolsWithoutHasher()
    {
        return u"base64 cat chmod cut dd find head ln ls mkdir mv readlink rm sleep stat tail tar touch wc xargs"_s
            .split(u' ');
    }
    /// Runs a first attempt of which the answer to the last step is lost, and maybe the step too.
    [[nodiscard]] TransferCheckpoint lostCommit(const RelayOrder &order, bool isPerformed)
    {
        auto *first = relay(order);
        auto book = std::make_shared<Notebook>();
        bool isLost = false;
        book->onNote = [&] {
            if (book->checkpoint().isCommitting && !std::exchange(isLost, true)) {
                const QJsonObject fault{
                    {u"part"_s, u"executor"_s},
                    {u"path"_s, u"/run"_s},
                    {u"status"_s, 502},
                    {u"perform"_s, isPerformed}};
                QVERIFY(m_to.engine().misbehave({{u"fault"_s, fault}}));
            }
        };
        first->setNotes(book);
        const auto outcome = outcomeOf(first);
        book->onNote = nullptr;
        return isLost && outcome.failure ? book->checkpoint() : TransferCheckpoint();
    }

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

    void removesASourceWhoseArrivalNobodyTold()
    {
        makeTree("/tmp/h/tree");
        makeTarget("/tmp/h");
        const auto before = m_from.describeRemote("/tmp/h/tree");
        auto wanted = order("/tmp/h/tree", "/tmp/h");
        wanted.movesSource = true;
        const auto outcome = resumed(wanted, lostCommit(wanted, true));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/h/tree"), before);
        QVERIFY(!isAtSource("/tmp/h/tree"));
    }
    void removesASourceOfWhichBothAreKept()
    {
        const auto make = u"mkdir -p /tmp/j; echo %1 > /tmp/j/file"_s;
        QCOMPARE(m_from.inSandbox(make.arg(u"new"_s)) + m_to.inSandbox(make.arg(u"old"_s)), ""_ba);
        auto wanted = order("/tmp/j/file", "/tmp/j");
        wanted.movesSource = true;
        wanted.existing = ExistingTarget::KeepBoth;
        const auto outcome = resumed(wanted, lostCommit(wanted, true));
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.inSandbox(u"cd /tmp/j; cat file 'file (2)'; ls | wc -l"_s), "old\nnew\n2\n"_ba);
        QVERIFY(!isAtSource("/tmp/j/file"));
    }
    void keepsASourceWhoseArrivalCannotBeShown_data()
    {
        QTest::addColumn<bool>("hashes");
        QTest::newRow("as the sandbox hashes it") << true;
        QTest::newRow("as it is read") << false;
    }
    /// At the target lies what looks as if it had arrived.
    void keepsASourceWhoseArrivalCannotBeShown()
    {
        QFETCH(bool, hashes);
        const auto make =
            u"rm -rf /tmp/i; mkdir -p /tmp/i/tree; head -c 2000000 /dev/urandom > /tmp/i/tree/file; "
            "touch -d @1000000000 /tmp/i/tree/file"_s;
        QCOMPARE(m_from.inSandbox(make) + m_to.inSandbox(make), ""_ba);
        if (!hashes) {
            m_to.useBusyBox(toolsWithoutHasher());
        }
        const auto older = m_to.describeRemote("/tmp/i/tree");
        auto wanted = order("/tmp/i/tree", "/tmp/i");
        wanted.movesSource = true;
        wanted.existing = ExistingTarget::Overwrite;
        const auto checkpoint = lostCommit(wanted, false);
        QVERIFY(checkpoint.isCommitting);
        QCOMPARE(m_to.inSandbox(u"rm -rf /tmp/i/.koyeb*"_s), ""_ba);
        const auto outcome = resumed(wanted, checkpoint);
        m_to.useUsualTools();
        QCOMPARE(m_to.describeRemote("/tmp/i/tree"), older);
        QVERIFY(outcome.isFinished);
        QVERIFY(isAtSource("/tmp/i/tree/file"));
        QCOMPARE(outcome.problems.size(), 1);
        QCOMPARE(outcome.problems.first().path, "/tmp/i/tree"_ba);
        QCOMPARE(outcome.problems.first().error.kind, ErrorKind::Integrity);
        QVERIFY(outcome.problems.first().isMoved);
    }
    void sendsOnceMoreWhatLooksOtherwise_data()
    {
        QTest::addColumn<QString>("older");
        QTest::newRow("a link that leads elsewhere") << u"mkdir sub; ln -s elsewhere link"_s;
        QTest::newRow("a file where a link belongs") << u"mkdir sub; echo file > link"_s;
    }
    void sendsOnceMoreWhatLooksOtherwise()
    {
        QFETCH(QString, older);
        const auto make = u"rm -rf /tmp/u; mkdir -p /tmp/u/tree; cd /tmp/u/tree; "_s;
        QCOMPARE(
            m_from.inSandbox(make + u"mkdir sub; ln -s there link"_s) + m_to.inSandbox(make + older), ""_ba);
        const auto before = m_from.describeRemote("/tmp/u/tree");
        auto wanted = order("/tmp/u/tree", "/tmp/u");
        wanted.movesSource = true;
        wanted.existing = ExistingTarget::Overwrite;
        const auto checkpoint = lostCommit(wanted, false);
        QCOMPARE(m_to.inSandbox(u"rm -rf /tmp/u/.koyeb*"_s), ""_ba);
        const auto outcome = resumed(wanted, checkpoint);
        QVERIFY(outcome.isFinished && outcome.problems.isEmpty());
        QCOMPARE(m_to.describeRemote("/tmp/u/tree"), before);
        QVERIFY(!isAtSource("/tmp/u/tree"));
    }

    void movesOutOfAnImageThatCannotHash_data()
    {
        QTest::addColumn<bool>("isChanged");
        QTest::newRow("what stays as it is") << false;
        QTest::newRow("what is changed within its second") << true;
    }
    void movesOutOfAnImageThatCannotHash()
    {
        QFETCH(bool, isChanged);
        QCOMPARE(m_from.inSandbox(u"rm -rf /tmp/s"_s) + m_to.inSandbox(u"rm -rf /tmp/s"_s), ""_ba);
        makeTree("/tmp/s/tree");
        makeTarget("/tmp/s");
        const auto before = m_from.describeRemote("/tmp/s/tree");
        m_from.useBusyBox(toolsWithoutHasher());
        auto wanted = order("/tmp/s/tree", "/tmp/s");
        wanted.movesSource = true;
        const auto change = u"cd /tmp/s/tree && printf S | dd of=odd* conv=notrunc 2>/dev/null; "
                            "touch -d @1234567890 odd*"_s;
        const auto outcome = outcomeWith(wanted, Moment::Committing, [&] {
            QCOMPARE(isChanged ? m_from.inSandbox(change) : ""_ba, ""_ba);
        });
        m_from.useUsualTools();
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.problems.size(), isChanged ? 1 : 0);
        QCOMPARE(m_to.describeRemote("/tmp/s/tree"), before);
        QCOMPARE(isAtSource("/tmp/s/tree"), isChanged);
    }
};

QTEST_GUILESS_MAIN(TestRelayMoves)
#include "test_relaymoves.moc"
