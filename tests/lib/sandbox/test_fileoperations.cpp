// SPDX-License-Identifier: Apache-2.0
#include "transferfixture.h"

#include <QCryptographicHash>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Everything that makes names hard: quotes, a line break at the end, bytes that are not text, and what the
/// library's own scripts could take for something to be filled in.
const QByteArray oddName = "-odd '\"$(id)` %1 @s @t \xFF\n";

} // namespace

/// What is done to files within a sandbox: copies, moves, permissions, checksums. Each with the tools of GNU
/// and of BusyBox.
class TestFileOperations : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    Files &files() { return m_fixture.sandbox().files(); }
    QByteArray shell(const QString &script)
    {
        return m_fixture.inSandbox(u"cd /tmp/ops || exit\n"_s + script);
    }
    void prepare(const QString &script)
    {
        QCOMPARE(
            m_fixture.inSandbox(u"rm -rf /tmp/ops && mkdir /tmp/ops && cd /tmp/ops || exit\n"_s + script),
            ""_ba);
    }
    /// The problems of copying or moving; a problem for all of it as one with an empty placement.
    QList<PlacementProblem> copy(
        const QList<FilePlacement> &placements, ExistingTarget existing = ExistingTarget::Refuse)
    {
        const auto result = await(files().copy(placements, {}, existing), patienceMs);
        return problemsOf(result);
    }
    QList<PlacementProblem> move(
        const QList<FilePlacement> &placements, ExistingTarget existing = ExistingTarget::Refuse)
    {
        const auto result = await(files().move(placements, {}, existing), patienceMs);
        return problemsOf(result);
    }
    static QList<PlacementProblem> problemsOf(const std::optional<Result<QList<PlacementProblem>>> &result)
    {
        if (!result) {
            return {{{}, Error::of(ErrorKind::Timeout, u"nothing came"_s)}};
        }
        return *result ? **result : QList<PlacementProblem>{{{}, result->error()}};
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }
    void cleanup() { m_fixture.useUsualTools(); }

    void copiesAreWhatTheyAreOf_data()
    {
        QTest::addColumn<bool>("busyBox");
        QTest::newRow("GNU") << false;
        QTest::newRow("BusyBox") << true;
    }
    void copiesAreWhatTheyAreOf()
    {
        QFETCH(bool, busyBox);
        prepare(u"mkdir -p d/in e; printf 'a\\0b' > d/f; chmod 4750 d/f; ln -s nowhere d/l; ln -s d dl\n"
                "touch -d 2001-02-03T04:05:06 d/f d/in; chmod 700 d/in"_s);
        if (busyBox) {
            m_fixture.useBusyBox();
        }
        QVERIFY(copy({{"/tmp/ops/d", "/tmp/ops/e/new"}, {"/tmp/ops/dl", "/tmp/ops/e/dl"}}).isEmpty());
        m_fixture.useUsualTools();
        // BusyBox leaves the times of links.
        const auto listing = u"{ find . -mindepth 1 -printf '%P %y %m %s %l\\n'; "
                             "find . -mindepth 1 ! -type l -printf '%P %Ts\\n'; } | sort"_s;
        QCOMPARE(shell(u"cd e/new && "_s + listing), shell(u"cd d && "_s + listing));
        QCOMPARE(shell(u"cmp d/f e/new/f; readlink e/dl; ls -A e"_s), "d\ndl\nnew\n"_ba);
    }

    void namesAreBytes_data() { copiesAreWhatTheyAreOf_data(); }
    void namesAreBytes()
    {
        QFETCH(bool, busyBox);
        prepare(u"mkdir to"_s);
        if (busyBox) {
            m_fixture.useBusyBox();
        }
        const QByteArray from = "/tmp/ops/" + oddName;
        QVERIFY(await(files().makeDirectory(from, {}))->has_value());
        QVERIFY(copy({{from, "/tmp/ops/to/" + oddName}}).isEmpty());
        // Already there: told with the names it was asked for by.
        const auto problems = copy({{from, "/tmp/ops/to/" + oddName}});
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0].placement, (FilePlacement{from, "/tmp/ops/to/" + oddName}));
        QCOMPARE(problems[0].error.kind, ErrorKind::Conflict);
        QVERIFY(move({{from, from + "moved"}}).isEmpty());
        QVERIFY(await(files().changeMode({from + "moved"}, {.set = 0, .clear = 077}, {}))->has_value());
        const auto listed = await(files().list("/tmp/ops", {}));
        QVERIFY(listed->has_value());
        const auto found = std::find_if((*listed)->begin(), (*listed)->end(), [](const RemoteEntry &entry) {
            return entry.name == oddName + "moved";
        });
        QVERIFY(found != (*listed)->end());
        QCOMPARE(found->mode.value_or(0), 0700U);
    }

    void theRestGoesOnAfterAProblem()
    {
        prepare(u"echo 1 > a; echo 2 > b; echo 3 > c; mkdir to; echo old > to/b"_s);
        const QList<FilePlacement> placements{
            {"/tmp/ops/a", "/tmp/ops/to/a"},
            {"/tmp/ops/b", "/tmp/ops/to/b"},
            {"/tmp/ops/gone", "/tmp/ops/to/gone"},
            {"/tmp/ops/c", "/tmp/ops/to/c"}};
        const auto copied = copy(placements);
        QCOMPARE(copied.size(), 2);
        QCOMPARE(copied[0].placement, placements[1]);
        QCOMPARE(copied[0].error.kind, ErrorKind::Conflict);
        QVERIFY(copied[0].targetExists && !copied[1].targetExists);
        QCOMPARE(copied[1].placement, placements[2]);
        QCOMPARE(copied[1].error.kind, ErrorKind::NotFound);
        QCOMPARE(shell(u"cat a b c to/*; ls -A to"_s), "1\n2\n3\n1\nold\n3\na\nb\nc\n"_ba);

        const auto moved = move({placements[1], {"/tmp/ops/c", "/tmp/ops/to/c2"}});
        QCOMPARE(moved.size(), 1);
        QCOMPARE(moved[0].placement, placements[1]);
        QVERIFY(moved[0].targetExists);
        const auto nowhere = copy({{"/tmp/ops/a", "/tmp/ops/b/a"}}); // A file is in the place of its folder.
        QCOMPARE(nowhere.size(), 1);
        QVERIFY(!nowhere[0].targetExists);
        QCOMPARE(shell(u"ls -A . to"_s), ".:\na\nb\nto\n\nto:\na\nb\nc\nc2\n"_ba);
    }

    void filesAreReplacedOnlyWhenAskedForAndDirectoriesNever()
    {
        prepare(u"echo new > f; mkdir d to to/d; echo kept > to/d/x; echo old > to/f; echo w > '@s'"_s);
        QVERIFY(copy({{"/tmp/ops/f", "/tmp/ops/to/f"}}, ExistingTarget::Overwrite).isEmpty());
        QCOMPARE(
            copy({{"/tmp/ops/d", "/tmp/ops/to/d"}}, ExistingTarget::Overwrite).value(0).error.kind,
            ErrorKind::Conflict);
        QCOMPARE(
            copy({{"/tmp/ops/f", "/tmp/ops/to/d"}}, ExistingTarget::Overwrite).value(0).error.kind,
            ErrorKind::Conflict);
        QCOMPARE(shell(u"cat to/f to/d/x; ls -A to d"_s), "new\nkept\nd:\n\nto:\nd\nf\n"_ba);
        // Names that look like a place to be filled in.
        QVERIFY(move({{"/tmp/ops/f", "/tmp/ops/@s"}}, ExistingTarget::Overwrite).isEmpty());
        QCOMPARE(shell(u"cat '@s'"_s), "new\n"_ba);
    }

    void aFolderIsNotCopiedIntoItself_data() { copiesAreWhatTheyAreOf_data(); }
    void aFolderIsNotCopiedIntoItself()
    {
        QFETCH(bool, busyBox);
        prepare(u"mkdir -p d/in dd; echo x > d/f; ln -s d/in way"_s);
        if (busyBox) {
            m_fixture.useBusyBox();
        }
        for (const QByteArray target : {"/tmp/ops/d/in/d", "/tmp/ops/d/d", "/tmp/ops/way/d"}) {
            const auto problems = copy({{"/tmp/ops/d", target}});
            QCOMPARE(problems.size(), 1);
            QCOMPARE(problems[0].error.kind, ErrorKind::Invalid);
            QCOMPARE(move({{"/tmp/ops/d", target}}).size(), 1);
        }
        // Only its name begins like the other's.
        QVERIFY(copy({{"/tmp/ops/d", "/tmp/ops/dd/d"}}).isEmpty());
        QCOMPARE(shell(u"find d | sort"_s), "d\nd/f\nd/in\n"_ba);
    }

    void whatCannotBeFinishedLeavesNothing()
    {
        prepare(u"mkdir d to; echo 1 > d/a; echo 2 > d/b"_s);
        // A copy that breaks off in the middle.
        m_fixture.intercept(
            "cp", u"for last; do :; done; mkdir \"$last\"; echo half > \"$last\"/a; "
                  "echo 'cp: No space left on device' >&2; exit 1"_s);
        const auto problems = copy({{"/tmp/ops/d", "/tmp/ops/to/d"}});
        QCOMPARE(problems.size(), 1);
        QCOMPARE(problems[0].error.kind, ErrorKind::Rejected);
        QVERIFY(problems[0].error.message.contains("No space left"_L1));
        QCOMPARE(shell(u"ls -A to"_s), ""_ba);
    }

    void moreIsCopiedThanFitsIntoACommand()
    {
        prepare(u"mkdir many to; cd many; seq -f '%0100g' 1 1000 | xargs touch"_s);
        const auto listed = await(files().list("/tmp/ops/many", {}), patienceMs);
        QList<FilePlacement> placements;
        for (const auto &entry : **listed) {
            placements.append({"/tmp/ops/many/" + entry.name, "/tmp/ops/to/" + entry.name});
        }
        QCOMPARE(placements.size(), 1000);
        QVERIFY(copy(placements).isEmpty());
        QCOMPARE(shell(u"ls -A to | wc -l"_s), "1000\n"_ba);
    }

    void permissionsChangeOnlyWhatIsAskedFor_data() { copiesAreWhatTheyAreOf_data(); }
    void permissionsChangeOnlyWhatIsAskedFor()
    {
        QFETCH(bool, busyBox);
        prepare(u"mkdir d; touch d/plain d/program; chmod 600 d/plain; chmod 700 d/program; chmod 700 d"_s);
        if (busyBox) {
            m_fixture.useBusyBox();
        }
        QVERIFY(
            await(files().changeMode({"/tmp/ops/d/plain"}, {.set = 04044, .clear = 0200}, {}))->has_value());
        QVERIFY(await(files().changeMode({"/tmp/ops/d/program"}, {}, {}))->has_value());
        QCOMPARE(
            await(files().changeMode({"/tmp/ops/gone"}, {.set = 0400}, {}))->error().kind,
            ErrorKind::NotFound);
        m_fixture.useUsualTools();
        QCOMPARE(shell(u"stat -c %a d d/plain d/program"_s), "700\n4444\n700\n"_ba);
        if (busyBox) {
            m_fixture.useBusyBox();
        }
        const ModeChange open{.set = 0055, .clear = 04000, .recursive = true};
        QVERIFY(await(files().changeMode({"/tmp/ops/d"}, open, {}))->has_value());
        m_fixture.useUsualTools();
        QCOMPARE(shell(u"stat -c %a d d/plain d/program"_s), "755\n444\n755\n"_ba);
    }

    void checksumsAreOfTheContent_data() { copiesAreWhatTheyAreOf_data(); }
    void checksumsAreOfTheContent()
    {
        QFETCH(bool, busyBox);
        prepare(u"printf 'a\\377' > f; ln -s f l; mkdir d; mkfifo p; cp f \"$(printf 'x\\ny\\\\')\""_s);
        if (busyBox) {
            m_fixture.useBusyBox();
        }
        const auto expected = QCryptographicHash::hash("a\xFF", QCryptographicHash::Sha256).toHex();
        for (const QByteArray name : {"f", "l", "x\ny\\"}) {
            QCOMPARE(await(files().checksum("/tmp/ops/" + name, {}))->value_or(""), expected);
        }
        QCOMPARE(await(files().checksum("/tmp/ops/d", {}))->error().kind, ErrorKind::Conflict);
        QCOMPARE(await(files().checksum("/tmp/ops/gone", {}))->error().kind, ErrorKind::NotFound);
        QCOMPARE(await(files().checksum("/tmp/ops/p", {}))->error().kind, ErrorKind::Rejected);
    }

    void withoutTheToolThereIsNoChecksum()
    {
        prepare(u"touch f"_s);
        m_fixture.useBusyBox({u"cat"_s, u"ls"_s});
        QCOMPARE(await(files().checksum("/tmp/ops/f", {}))->error().kind, ErrorKind::Unsupported);
    }

    void relativePathsAreRefused()
    {
        QCOMPARE(copy({{"tmp", "/tmp/x"}}).value(0).error.kind, ErrorKind::Invalid);
        QCOMPARE(move({{"/tmp/x", "x"}}).value(0).error.kind, ErrorKind::Invalid);
        QCOMPARE(await(files().checksum("x", {}))->error().kind, ErrorKind::Invalid);
        QCOMPARE(await(files().changeMode({"x"}, {.set = 1}, {}))->error().kind, ErrorKind::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestFileOperations)
#include "test_fileoperations.moc"
