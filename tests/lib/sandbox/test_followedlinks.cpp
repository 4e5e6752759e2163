// SPDX-License-Identifier: Apache-2.0
#include "notebook.h"
#include "sandbox/transferselection.h"
#include "transferfixture.h"

#include <QTest>

#include <cerrno>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

enum class Way { Up, Down };

const TransferOptions following{true, true, true, Links::Followed};

} // namespace

Q_DECLARE_METATYPE(Way)

/// Transfers that move what symbolic links lead to, to and from a real local sandbox.
class TestFollowedLinks : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    /// Where the source of a transfer lies.
    QString topOf(Way way, const QByteArray &name)
    {
        return way == Way::Up ? QString::fromUtf8(m_fixture.path(name))
                              : u"/tmp/"_s + QString::fromUtf8(name);
    }
    /// Makes the source by a script, on the side where it is.
    void make(Way way, const QByteArray &name, const QString &script)
    {
        const auto line = u"mkdir %1 && cd %1 && "_s.arg(topOf(way, name)) + script;
        if (way == Way::Up) {
            QCOMPARE(QProcess::execute(u"/bin/sh"_s, {u"-c"_s, line}), 0);
            QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/"_s + QString::fromUtf8(name)), QByteArray());
        } else {
            QCOMPARE(m_fixture.inSandbox(line), QByteArray());
            m_fixture.makeFolder(name);
        }
    }
    std::unique_ptr<Transfer> transfer(
        Way way, const QByteArray &name, const QByteArray &item,
        const std::shared_ptr<const TransferSelection> &selection = nullptr,
        const TransferOptions &options = following)
    {
        auto &sandbox = m_fixture.sandbox();
        auto *made = way == Way::Up ? sandbox.upload(
                                          m_fixture.fsPath(name + '/' + item), "/tmp/" + name,
                                          ExistingTarget::Refuse, nullptr, {}, selection, options)
                                    : sandbox.download(
                                          "/tmp/" + name + '/' + item, m_fixture.fsPath(name),
                                          ExistingTarget::Refuse, nullptr, {}, selection, options);
        return std::unique_ptr<Transfer>(made);
    }
    /// What `find` says in a folder of the target.
    QByteArray findThere(Way way, const QByteArray &name, const QString &arguments)
    {
        const auto line = u"cd %1 && find %2 | LC_ALL=C sort"_s;
        if (way == Way::Up) {
            return m_fixture.inSandbox(line.arg(u"/tmp/"_s + QString::fromUtf8(name), arguments));
        }
        QProcess process;
        process.start(u"/bin/sh"_s, {u"-c"_s, line.arg(QString::fromUtf8(m_fixture.path(name)), arguments)});
        process.waitForFinished(-1);
        return process.readAllStandardOutput();
    }
    static void wayRows()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<bool>("isBusyBox");
        QTest::newRow("up") << Way::Up << false;
        QTest::newRow("up, BusyBox") << Way::Up << true;
        QTest::newRow("down") << Way::Down << false;
        QTest::newRow("down, BusyBox") << Way::Down << true;
    }
    QByteArray nameFor(const char *what) const
    {
        return QByteArray(what) + '-' + QByteArray(QTest::currentDataTag()).replace(", ", "-");
    }
    /// By name at the source, which of the links could not be followed, and why.
    static QMap<QByteArray, int> reasonsOf(const TransferOutcome &outcome)
    {
        QMap<QByteArray, int> reasons;
        for (const auto &problem : outcome.problems) {
            const auto name = problem.path.mid(problem.path.indexOf("/tree/") + 6);
            reasons.insert(name, problem.error.kind == ErrorKind::Invalid ? problem.error.systemError : -1);
        }
        return reasons;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }
    void cleanup() { m_fixture.useUsualTools(); }

    void whatLinksLeadToIsMovedInTheirPlace_data() { wayRows(); }
    void whatLinksLeadToIsMovedInTheirPlace()
    {
        QFETCH(Way, way);
        QFETCH(bool, isBusyBox);
        const auto name = nameFor("plain");
        make(
            way, name,
            u"mkdir -p tree/sub away/deep && echo small > away/small && chmod 640 away/small && "
            "head -c 700000 /dev/zero > away/large && head -c 9000000 /dev/urandom > away/huge && "
            "echo in > away/deep/in && ln -s ../small away/deep/again && "
            "touch -d @1234567890 away/small away/large away/huge away/deep/in && "
            "ln -s ../away/small \"$(printf 'tree/odd \\n\\377 '\"'\")\" && ln -s ../away/large tree/large "
            "&& "
            "ln -s ../../away/huge tree/sub/huge && ln -s ../../away/deep tree/sub/deep && "
            "ln -s sub tree/twice && ln -s plain tree/chain && ln -s ../away/small tree/plain && "
            "cp -RL --preserve=mode,timestamps tree expected"_s);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        const auto outcome = outcomeOf(transfer(way, name, "tree").release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QVERIFY2(
            outcome.problems.isEmpty(),
            outcome.problems.isEmpty() ? "" : qPrintable(outcome.problems.first().error.message));
        QCOMPARE(outcome.progress.doneFiles, outcome.progress.totalFiles);
        QCOMPARE(outcome.progress.doneBytes, outcome.progress.totalBytes);
        m_fixture.useUsualTools();
        const auto here = m_fixture.describeLocal(name + (way == Way::Up ? "/expected" : "/tree"));
        const auto there =
            m_fixture.describeRemote("/tmp/" + name + (way == Way::Up ? "/tree" : "/expected"));
        QCOMPARE(here, there);
        QCOMPARE(here.count("\nf "), 10); // And none before the first line, which is a folder's.
        QVERIFY(!here.contains("\nl "));
    }

    void whatCannotBeFollowedIsNamed_data() { wayRows(); }
    void whatCannotBeFollowedIsNamed()
    {
        QFETCH(Way, way);
        QFETCH(bool, isBusyBox);
        const auto name = nameFor("bad");
        make(
            way, name,
            u"mkdir -p tree/sub/deep away && echo file > tree/sub/file && ln -s nothing tree/broken && "
            "ln -s self tree/self && ln -s . tree/here && ln -s ../.. tree/sub/deep/up && "
            "ln -s ../away tree/away && ln -s ../tree away/back && mkfifo away/pipe && "
            "ln -s ../away/pipe tree/pipe && ln -s \"$PWD/tree/sub\" tree/absolute"_s);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        const auto outcome = outcomeOf(transfer(way, name, "tree").release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        const int self = way == Way::Up ? ELOOP : ENOENT; // In a sandbox that cannot be told.
        const QMap<QByteArray, int> expected{
            {"broken", ENOENT},          {"self", self},       {"here", ELOOP},  {"sub/deep/up", ELOOP},
            {"absolute/deep/up", ELOOP}, {"away/back", ELOOP}, {"away/pipe", 0}, {"pipe", 0}};
        QCOMPARE(reasonsOf(outcome), expected);
        QCOMPARE(
            findThere(way, name, u"tree -type f -o -type l"_s), "tree/absolute/file\ntree/sub/file\n"_ba);
    }

    void theItemItselfMayBeALink_data() { wayRows(); }
    void theItemItselfMayBeALink()
    {
        QFETCH(Way, way);
        QFETCH(bool, isBusyBox);
        const auto name = nameFor("top");
        make(
            way, name,
            u"mkdir away && echo in > away/in && ln -s away tree && ln -s away/in file && ln -s away/none none"_s);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        QVERIFY(outcomeOf(transfer(way, name, "tree").release()).isFinished);
        QVERIFY(outcomeOf(transfer(way, name, "file").release()).isFinished);
        const auto failed = outcomeOf(transfer(way, name, "none").release());
        QVERIFY(failed.failure);
        QCOMPARE(findThere(way, name, u"tree file -type f -size 3c"_s), "file\ntree/in\n"_ba);
    }

    void whatIsLeftOutIsNotFollowed_data() { wayRows(); }
    void whatIsLeftOutIsNotFollowed()
    {
        QFETCH(Way, way);
        QFETCH(bool, isBusyBox);
        const auto name = nameFor("left");
        make(
            way, name,
            u"mkdir -p tree/out away && echo in > away/in && echo no > away/no && ln -s gone tree/out/broken "
            u"&& "
            "ln -s .. tree/out/up && ln -s ../away tree/away && ln -s gone tree/broken.o"_s);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        const auto selection =
            std::make_shared<const TransferSelection>(IgnorePatterns("out/\n*.o\n/away/no\n"));
        const auto outcome = outcomeOf(transfer(way, name, "tree", selection).release());
        QVERIFY(outcome.isFinished);
        QVERIFY(outcome.problems.isEmpty());
        QCOMPARE(findThere(way, name, u"tree -mindepth 1"_s), "tree/away\ntree/away/in\n"_ba);
    }

    /// Folders full of links to each other would make more of it than there are atoms.
    void linksToEachOtherComeToAnEnd_data() { wayRows(); }
    void linksToEachOtherComeToAnEnd()
    {
        QFETCH(Way, way);
        QFETCH(bool, isBusyBox);
        const auto name = nameFor("full");
        make(
            way, name,
            u"mkdir tree && cd tree && for i in 1 2 3; do mkdir $i; echo $i > $i/file; "
            "for j in 1 2 3; do ln -s ../$j $i/to$j; done; done"_s);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        const auto outcome = outcomeOf(transfer(way, name, "tree").release());
        QVERIFY(outcome.isFinished);
        // Each way through the three folders once: 3 + 6 + 6 files, and each that would go back is a problem.
        QCOMPARE(findThere(way, name, u"tree -type f"_s).count('\n'), 15);
        QCOMPARE(outcome.problems.size(), 3 + 12 + 18);
        QVERIFY(findThere(way, name, u"tree -type l"_s).isEmpty());
    }

    void goesOnFromWhereItStopped_data() { wayRows(); }
    void goesOnFromWhereItStopped()
    {
        QFETCH(Way, way);
        QFETCH(bool, isBusyBox);
        const auto name = nameFor("resumed");
        make(
            way, name,
            u"mkdir tree away && echo small > away/small && head -c 20000000 /dev/urandom > away/large && "
            "touch -d @1234567890 away/* && ln -s ../away tree/away"_s);
        if (isBusyBox) {
            m_fixture.useBusyBox();
        }
        auto first = transfer(way, name, "tree");
        auto book = std::make_shared<Notebook>();
        first->setNotes(book);
        QEventLoop loop;
        book->onNote = [&] {
            if (book->checkpoint().partialBytes > 0) {
                loop.quit();
            }
        };
        QTimer::singleShot(patienceMs, &loop, &QEventLoop::quit);
        first->start();
        loop.exec();
        QVERIFY(book->checkpoint().partialBytes > 0);
        first->pause();
        QTRY_VERIFY_WITH_TIMEOUT(!first->isCleaningUp(), patienceMs);
        auto second = transfer(way, name, "tree");
        second->setNotes(std::make_shared<Notebook>());
        second->resumeFrom(book->checkpoint());
        const auto outcome = outcomeOf(second.release());
        QVERIFY(outcome.isFinished);
        QVERIFY(outcome.problems.isEmpty());
        QVERIFY(outcome.progress.keptBytes > 0);
        m_fixture.useUsualTools();
        QCOMPARE(
            m_fixture.describeLocal(name + (way == Way::Up ? "/away" : "/tree/away")),
            m_fixture.describeRemote("/tmp/" + name + (way == Way::Up ? "/tree/away" : "/away")));
    }

    /// Nor does it write through a link that stands at its target.
    void aDownloadWritesOnlyBelowItsTarget()
    {
        make(Way::Down, "inside", u"mkdir tree away && echo theirs > away/file && ln -s ../away tree/link"_s);
        m_fixture.makeFolder("outside");
        m_fixture.makeFolder("inside/tree");
        m_fixture.makeLink("inside/tree/link", m_fixture.path("outside"));
        const auto outcome = outcomeOf(m_fixture.sandbox().download(
            "/tmp/inside/tree", m_fixture.fsPath("inside"), ExistingTarget::Overwrite, nullptr, {}, nullptr,
            following));
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.problems.size(), 1); // A link stands where a folder belongs.
        QVERIFY(m_fixture.describeLocal("outside").isEmpty());
    }

    void betweenSandboxesOnlyCopiesFollow()
    {
        make(
            Way::Down, "relayed",
            u"mkdir tree copied moved && echo away > away && ln -s ../away tree/link"_s);
        RelayOrder order;
        order.source = "/tmp/relayed/tree";
        order.targetDirectory = "/tmp/relayed/copied";
        order.spool = m_fixture.fsPath("spool");
        order.options = following;
        auto &sandbox = m_fixture.sandbox();
        QVERIFY(outcomeOf(sandbox.copyTo(sandbox, order, nullptr)).isFinished);
        order.targetDirectory = "/tmp/relayed/moved";
        order.movesSource = true;
        QVERIFY(outcomeOf(sandbox.copyTo(sandbox, order, nullptr)).isFinished);
        QCOMPARE(
            m_fixture.inSandbox(u"cd /tmp/relayed && stat -c '%F' */tree/link && cat away && ls"_s),
            "regular file\nsymbolic link\naway\naway\ncopied\nmoved\n"_ba);
    }

    /// The sandbox decides what comes by way of this computer, but never what of it.
    void aRelayTakesNothingOfThisComputer()
    {
        m_fixture.makeFile("private", "private");
        make(
            Way::Down, "lured",
            u"mkdir tree target && ln -s %1 tree/lure"_s.arg(QString::fromUtf8(m_fixture.path("private"))));
        RelayOrder order;
        order.source = "/tmp/lured/tree";
        order.targetDirectory = "/tmp/lured/target";
        order.spool = m_fixture.fsPath("spool");
        order.options = following;
        auto &sandbox = m_fixture.sandbox();
        const auto outcome = outcomeOf(sandbox.copyTo(sandbox, order, nullptr));
        QVERIFY(outcome.isFinished);
        QCOMPARE(reasonsOf(outcome), (QMap<QByteArray, int>{{"lure", ENOENT}}));
        QCOMPARE(m_fixture.inSandbox(u"ls -A /tmp/lured/target/tree"_s), ""_ba);
    }
};

QTEST_GUILESS_MAIN(TestFollowedLinks)
#include "test_followedlinks.moc"
