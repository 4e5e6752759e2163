// SPDX-License-Identifier: Apache-2.0
#include "core/sha256.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Open files and the content of files in a real local sandbox.
class TestRemoteFile : public QObject {
    Q_OBJECT

    using Mode = RemoteFile::Mode;

    TransferFixture m_fixture;

    Files &files() { return m_fixture.sandbox().files(); }
    ErrorKind openingFails(const QByteArray &path, Mode mode)
    {
        const auto file = files().file(path, mode);
        const auto opened = await(file->open({}));
        return opened && !*opened ? opened->error().kind : ErrorKind::Protocol;
    }
    /// What lies in a directory of the test's own.
    QByteArray listing(const QString &directory) { return m_fixture.inSandbox(u"ls -A "_s + directory); }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void everyByteIsWrittenAndRead_data()
    {
        QTest::addColumn<QByteArray>("content");
        QByteArray all;
        for (int byte = 0; byte < 256; ++byte) {
            all += static_cast<char>(byte);
        }
        QTest::newRow("nothing") << ""_ba;
        QTest::newRow("every byte") << all;
        QTest::newRow("newlines at the end") << "a\n\n"_ba;
        QTest::newRow("in parts") << randomBytes(2'500'001);
    }
    void everyByteIsWrittenAndRead()
    {
        QFETCH(QByteArray, content);
        const QByteArray path = "/tmp/written \xFF";
        QVERIFY(await(files().write(path, content, {}), 60'000)->has_value());
        QCOMPARE(await(files().read(path, {}), 60'000)->value(), content);
    }

    void textIsWrittenAndReadAsUtf8()
    {
        QVERIFY(await(files().writeText("/tmp/text", u"żółw 🐢\n"_s, {}))->has_value());
        QCOMPARE(await(files().readText("/tmp/text", {}))->value(), u"żółw 🐢\n"_s);
        QVERIFY(await(files().write("/tmp/text", "\xFF", {}))->has_value());
        QCOMPARE(await(files().readText("/tmp/text", {}))->error().kind, ErrorKind::Integrity);
    }

    void onlyWhatIsAsExpectedIsReplaced_data()
    {
        QTest::addColumn<QStringList>("tools");
        QTest::newRow("all tools") << QStringList();
        QTest::newRow("no hasher") << QStringList{
            u"sh"_s,   u"cat"_s,   u"ls"_s,     u"dd"_s,       u"base64"_s, u"tail"_s,
            u"head"_s, u"wc"_s,    u"mkdir"_s,  u"mv"_s,       u"chmod"_s,  u"rm"_s,
            u"stat"_s, u"chown"_s, u"printf"_s, u"readlink"_s, u"tr"_s};
        QTest::newRow("text only") << QStringList{u"cat"_s,  u"ls"_s,    u"mv"_s,
                                                  u"stat"_s, u"chmod"_s, u"chown"_s};
    }
    void onlyWhatIsAsExpectedIsReplaced()
    {
        QFETCH(QStringList, tools);
        using Kind = ExpectedFile::Kind;
        QCOMPARE(
            m_fixture.inSandbox(
                u"rm -rf /tmp/re; mkdir /tmp/re; cd /tmp/re; printf old > f; chmod 751 f; ln -s f link"_s),
            ""_ba);
        if (!tools.isEmpty()) {
            m_fixture.useBusyBox(tools);
        }
        const auto replace =
            [this](const QByteArray &path, const QByteArray &content, ExpectedFile expected) {
                return await(files().replace(path, content, expected, {}), 60'000);
            };
        const ExpectedFile old{Kind::Content, Sha256::hexOf("old")};
        // Where there is little more than a shell, what a link leads to is not looked for.
        const bool leadsOn = tools.isEmpty() || tools.contains(u"dd"_s);
        const auto path = leadsOn ? "/tmp/re/link"_ba : "/tmp/re/f"_ba;
        QVERIFY(leadsOn || !replace("/tmp/re/link", "new", old)->has_value());
        QCOMPARE(replace(path, "new", old)->value(), Replacement::Done);
        // As after a reply that was lost; where nothing can be hashed it cannot be told.
        QCOMPARE(
            replace(path, "new", old)->value(), tools.isEmpty() ? Replacement::Done : Replacement::Changed);
        QCOMPARE(replace(path, "newer", old)->value(), Replacement::Changed);
        QCOMPARE(replace("/tmp/re/gone", "new", old)->value(), Replacement::Missing);
        QCOMPARE(replace("/tmp/re/f", "new", {Kind::Nothing, {}})->value(), Replacement::Changed);
        QCOMPARE(replace("/tmp/re/made", "made", {Kind::Nothing, {}})->value(), Replacement::Done);
        QCOMPARE(replace("/tmp/re/made", "anything", {})->value(), Replacement::Done);
        m_fixture.useUsualTools();
        QCOMPARE(
            m_fixture.inSandbox(
                u"cd /tmp/re; cat f made; stat -c %a f; [ -h link ] && rm f made link; ls -A"_s),
            "newanything751\n"_ba);
    }

    void whatArrivesDamagedReplacesNothing()
    {
        QCOMPARE(m_fixture.inSandbox(u"printf old > /tmp/kept"_s), ""_ba);
        // The last tool that works on the temporary before it is hashed.
        m_fixture.intercept(
            "wc", u"for f in /tmp/.*/item; do [ -f \"$f\" ] && [ -s \"$f\" ] && "
                  "printf OOO > \"$f\"; done"_s);
        const auto replaced =
            await(files().replace("/tmp/kept", "new", {ExpectedFile::Kind::Anything, {}}, {}), 60'000);
        m_fixture.useUsualTools();
        QCOMPARE(replaced->error().kind, ErrorKind::Integrity);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/kept"_s), "old"_ba);
    }

    void othersSeeTheOldContentUntilTheFileIsClosed()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p /tmp/old; cd /tmp/old; echo old > f; chmod 640 f"_s), ""_ba);
        const auto file = files().file("/tmp/old/f", Mode::Write);
        QVERIFY(await(file->open({}))->has_value());
        QVERIFY(await(file->write("new ", {}))->has_value());
        QVERIFY(await(file->writeText(u"content"_s, {}))->has_value());
        QCOMPARE(file->position(), 11);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/old/f"_s), "old\n"_ba);
        QVERIFY(await(file->close({}))->has_value());
        QVERIFY(!file->isOpen());
        QCOMPARE(m_fixture.inSandbox(u"cd /tmp/old; cat f; stat -c ' %a' f"_s), "new content 640\n"_ba);
        QCOMPARE(listing(u"/tmp/old"_s), "f\n"_ba);
        QCOMPARE(await(file->write("more", {}))->error().kind, ErrorKind::Invalid);
    }

    void aFileThatIsNotClosedLeavesNoTrace()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p /tmp/gone"_s), ""_ba);
        {
            const auto file = files().file("/tmp/gone/f", Mode::Write);
            QVERIFY(await(file->open({}))->has_value());
            QVERIFY(await(file->write("lost", {}))->has_value());
            QVERIFY(!listing(u"/tmp/gone"_s).isEmpty());
        }
        QTRY_COMPARE_WITH_TIMEOUT(listing(u"/tmp/gone"_s), ""_ba, 20'000);
    }

    void appendingAddsToWhatIsThere()
    {
        QCOMPARE(m_fixture.inSandbox(u"printf one > /tmp/log"_s), ""_ba);
        const auto added = randomBytes(150'000);
        const auto file = files().file("/tmp/log", Mode::Append);
        QVERIFY(await(file->open({}))->has_value());
        QVERIFY(await(file->write(added, {}))->has_value());
        QCOMPARE(await(files().read("/tmp/log", {}))->value(), "one" + added);
        QVERIFY(await(file->close({}))->has_value());
        const auto fresh = files().file("/tmp/fresh log", Mode::Append);
        QVERIFY(await(fresh->open({}))->has_value());
        QCOMPARE(await(files().read("/tmp/fresh log", {}))->value(), ""_ba);
    }

    void creatingReplacesNothing()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p /tmp/new; echo mine > /tmp/new/f"_s), ""_ba);
        QCOMPARE(openingFails("/tmp/new/f", Mode::Create), ErrorKind::Conflict);
        const auto file = files().file("/tmp/new/g", Mode::Create);
        QVERIFY(await(file->open({}))->has_value());
        QVERIFY(await(file->write("late", {}))->has_value());
        QCOMPARE(m_fixture.inSandbox(u"echo first > /tmp/new/g"_s), ""_ba);
        QCOMPARE(await(file->close({}))->error().kind, ErrorKind::Conflict);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/new/f /tmp/new/g"_s), "mine\nfirst\n"_ba);
    }

    void partsAreReadFromAnywhere()
    {
        const auto content = randomBytes(200'000);
        QVERIFY(await(files().write("/tmp/parts", content, {}))->has_value());
        const auto file = files().file("/tmp/parts", Mode::Read);
        QVERIFY(await(file->open({}))->has_value());
        for (const auto &[offset, count] :
             {std::pair(0, 1), std::pair(65'535, 2), std::pair(65'536, 65'536), std::pair(199'990, 100),
              std::pair(200'000, 5), std::pair(999'999, 5), std::pair(7, 0)}) {
            QCOMPARE(await(file->readAt(offset, count, {}))->value(), content.mid(offset, count));
        }
        QCOMPARE(await(file->readAt(-1, 5, {}))->error().kind, ErrorKind::Invalid);
        QCOMPARE(await(file->read(70'000, {}))->value(), content.left(70'000));
        QCOMPARE(await(file->read(70'000, {}))->value(), content.mid(70'000, 70'000));
        QCOMPARE(await(file->readAll({}))->value(), content.mid(140'000));
        QCOMPARE(await(file->read(10, {}))->value(), ""_ba);
        QCOMPARE(file->position(), 200'000);
        QCOMPARE(await(file->write("x", {}))->error().kind, ErrorKind::Invalid);
        QVERIFY(await(file->close({}))->has_value());
        QCOMPARE(await(file->read(10, {}))->error().kind, ErrorKind::Invalid);
    }

    void aFileLargerThanMemoryIsReadByParts()
    {
        // Sparse: it takes no room, only a size.
        QCOMPARE(m_fixture.inSandbox(u"cd /tmp; truncate -s 20G large; printf end >> large"_s), ""_ba);
        const auto file = files().file("/tmp/large", Mode::Read);
        QVERIFY(await(file->open({}))->has_value());
        const qint64 size = 20LL * 1024 * 1024 * 1024;
        QCOMPARE(await(file->readAt(size - 2, 100, {}))->value(), QByteArray("\0\0end", 5));
        QCOMPARE(await(file->readAt(size / 2, 3, {}))->value(), QByteArray(3, '\0'));
    }

    void filesOfTheKernelAreReadThoughTheyClaimNoSize()
    {
        const auto version = await(files().read("/proc/version", {}));
        QVERIFY(version && *version);
        QVERIFY((*version)->startsWith("Linux"));
    }

    void aLinkIsFollowed()
    {
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir -p /tmp/ln/to; cd /tmp/ln; echo old > to/f; ln -s to/f link"_s),
            ""_ba);
        QVERIFY(await(files().write("/tmp/ln/link", "new", {}))->has_value());
        QCOMPARE(m_fixture.inSandbox(u"cd /tmp/ln; cat to/f; readlink link"_s), "newto/f\n"_ba);
    }

    void whatIsNoFileIsNotOpened()
    {
        QCOMPARE(
            m_fixture.inSandbox(
                u"mkdir -p /tmp/kinds/d; mkfifo /tmp/kinds/p; ln -s nowhere /tmp/kinds/broken"_s),
            ""_ba);
        for (const auto mode : {Mode::Read, Mode::Write, Mode::Append, Mode::Create}) {
            QCOMPARE(openingFails("/tmp/kinds/d", mode), ErrorKind::Conflict);
            QCOMPARE(openingFails("/tmp/kinds/p", mode), ErrorKind::Conflict);
            QCOMPARE(openingFails("relative", mode), ErrorKind::Invalid);
        }
        QCOMPARE(openingFails("/tmp/kinds/nothing", Mode::Read), ErrorKind::NotFound);
        QCOMPARE(openingFails("/tmp/kinds/no/dir", Mode::Write), ErrorKind::NotFound);
        QCOMPARE(openingFails("/tmp/kinds/no/dir", Mode::Append), ErrorKind::NotFound);
        QCOMPARE(await(files().kindOf("/tmp/kinds/d", {}))->value(), RemotePathKind::Directory);
        QCOMPARE(await(files().kindOf("/tmp/kinds/p", {}))->value(), RemotePathKind::Other);
        QVERIFY(await(files().isDirectory("/tmp/kinds/d", {}))->value());
        QVERIFY(!await(files().isFile("/tmp/kinds/d", {}))->value());
        QVERIFY(await(files().isFile("/etc/passwd", {}))->value());
        QVERIFY(await(files().exists("/tmp/kinds/p", {}))->value());
        QVERIFY(!await(files().exists("/tmp/kinds/broken", {}))->value());
        QVERIFY(!await(files().exists("/etc/passwd/below", {}))->value());
        QVERIFY(!await(files().exists("/tmp/kinds/nothing", {}))->value());
    }

    void severalFilesAreWrittenAndWhatFailsIsTold()
    {
        const auto problems = await(files().writeFiles(
            {{"/tmp/several-a", "A"}, {"/tmp/no/dir/b", "B"}, {"/tmp/several-c", "\xFF"}}, {}));
        QCOMPARE(problems->value().size(), 1);
        QCOMPARE(problems->value()[0].path, "/tmp/no/dir/b"_ba);
        QCOMPARE(problems->value()[0].error.kind, ErrorKind::NotFound);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/several-a /tmp/several-c"_s), "A\xFF"_ba);
    }

    void directoriesAreMadeWithThoseAbove()
    {
        QVERIFY(await(files().makePath("/tmp/deep/a/b", {}))->has_value());
        QVERIFY(await(files().makePath("/tmp/deep/a/b", {}))->has_value());
        QVERIFY(await(files().isDirectory("/tmp/deep/a/b", {}))->value());
        const auto below = await(files().makePath("/etc/passwd/x", {}));
        QVERIFY2(below->error().kind == ErrorKind::Conflict, qPrintable(below->error().message));
    }

    void movingMayReplaceAFile()
    {
        QCOMPARE(
            m_fixture.inSandbox(
                u"mkdir -p /tmp/mv/d /tmp/mv/e; cd /tmp/mv; echo a > a; echo b > b; ln -s d l"_s),
            ""_ba);
        const auto move = [this](const QByteArray &from, const QByteArray &to) {
            return *await(files().rename("/tmp/mv/" + from, "/tmp/mv/" + to, {}, ExistingTarget::Overwrite));
        };
        QVERIFY(move("a", "b"));
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/mv/b; ls /tmp/mv"_s), "a\nb\nd\ne\nl\n"_ba);
        QCOMPARE(move("b", "d").error().kind, ErrorKind::Conflict);
        QCOMPARE(move("d", "b").error().kind, ErrorKind::Conflict);
        QCOMPARE(move("nothing", "x").error().kind, ErrorKind::NotFound);
        QVERIFY(move("b", "l")); // In place of the link, not into what it leads to.
        QVERIFY(move("e", "f"));
        QCOMPARE(
            m_fixture.inSandbox(u"cat /tmp/mv/l; ls /tmp/mv /tmp/mv/d"_s),
            "a\n/tmp/mv:\nd\nf\nl\n\n/tmp/mv/d:\n"_ba);
    }

    void aSingleFileIsRemoved()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p /tmp/rm/d; touch /tmp/rm/-f"_s), ""_ba);
        QVERIFY(await(files().removeFile("/tmp/rm/-f", {}))->has_value());
        QCOMPARE(await(files().removeFile("/tmp/rm/-f", {}))->error().kind, ErrorKind::NotFound);
        QCOMPARE(await(files().removeFile("/tmp/rm/d", {}))->error().kind, ErrorKind::Conflict);
    }
};

QTEST_GUILESS_MAIN(TestRemoteFile)
#include "test_remotefile.moc"
