// SPDX-License-Identifier: Apache-2.0
#include "api/execchannel.h"
#include "core/sha256.h"
#include "net/requestlog.h"
#include "transferfixture.h"

#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What a transfer uses of an image.
QStringList allTools()
{
    return u"base64 cat chmod cut dd find head ln ls mkdir mv readlink rm sha256sum sleep stat tail tar touch wc xargs"_s
        .split(u' ');
}

QStringList without(const QStringList &missing)
{
    auto tools = allTools();
    for (const auto &tool : missing) {
        tools.removeAll(tool);
    }
    return tools;
}

} // namespace

/// Transfers with images that lack tools which others have.
class TestPoorImages : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    TransferFixture m_fixture;

    /// Both ways are open, or only the executor's.
    void useTools(const QStringList &tools, bool hasExec)
    {
        m_fixture.useBusyBox(tools);
        if (hasExec) {
            m_fixture.sandbox().setExecRoad([this] {
                return std::make_unique<ExecChannel>(
                    m_clock, m_fixture.engine().url(), m_fixture.engine().token());
            });
        }
    }
    void makeTree()
    {
        m_fixture.makeFolder("tree");
        m_fixture.makeFolder("tree/in it", 0750);
        m_fixture.makeFolder("tree/empty", 0555);
        m_fixture.makeFile("tree/large", randomBytes(7'000'001), 0755);
        // Around what one script prints.
        for (const auto size : {1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1}) {
            m_fixture.makeFile("tree/size-" + QByteArray::number(size), randomBytes(size));
        }
        QByteArray everyByte;
        for (int byte = 0; byte < 256; ++byte) {
            everyByte += static_cast<char>(byte);
        }
        m_fixture.makeFile("tree/every byte", everyByte.repeated(10));
        m_fixture.makeFile("tree/-n 'one'", "-n %s\\n\\0101'\"%%\\");
        m_fixture.makeFile("tree/log", QByteArray("the same line\n").repeated(700'000));
        m_fixture.makeFile("tree/in it/\xFF\n$(x)", randomBytes(100'000), 0400);
        m_fixture.makeFile("tree/in it/nothing", {});
        m_fixture.makeLink("tree/link", "in it/nowhere\xFF");
        QCOMPARE(::chmod(m_fixture.path("tree").constData(), 0711), 0);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void whatIsMissingHasAnotherWay_data()
    {
        QTest::addColumn<QString>("missing");
        QTest::addColumn<QString>("others"); ///< Of BusyBox.
        QTest::addColumn<bool>("hasOpenSsl");
        QTest::addColumn<bool>("hasExec");
        QTest::newRow("nothing") << u""_s << u""_s << false << true;
        QTest::newRow("base64, but there is the exec channel") << u"base64"_s << u""_s << false << true;
        QTest::newRow("base64, but there is openssl") << u"base64"_s << u""_s << true << false;
        QTest::newRow("base64, but there is od") << u"base64"_s << u"od"_s << false << false;
        QTest::newRow("base64, but there are od and tr") << u"base64"_s << u"od tr"_s << false << false;
        QTest::newRow("base64, but there is hexdump") << u"base64"_s << u"hexdump"_s << false << false;
        QTest::newRow("base64, but there is xxd") << u"base64"_s << u"xxd"_s << false << false;
        QTest::newRow("tar") << u"tar"_s << u""_s << false << true;
        QTest::newRow("sha256sum, but there is openssl") << u"sha256sum"_s << u""_s << true << true;
        QTest::newRow("all that hashes") << u"sha256sum"_s << u""_s << false << false;
        QTest::newRow("dd") << u"dd"_s << u""_s << false << false;
        QTest::newRow("tail") << u"tail"_s << u""_s << false << false;
        QTest::newRow("xargs") << u"xargs"_s << u""_s << false << false;
        QTest::newRow("base64 and tar") << u"base64 tar"_s << u""_s << false << true;
        QTest::newRow("nearly all") << u"base64 tar dd sha256sum xargs find cut"_s << u"od"_s << false
                                    << false;
    }
    void whatIsMissingHasAnotherWay()
    {
        QFETCH(QString, missing);
        QFETCH(QString, others);
        QFETCH(bool, hasOpenSsl);
        QFETCH(bool, hasExec);
        const auto split = Qt::SkipEmptyParts;
        useTools(without(missing.split(u' ', split)) + others.split(u' ', split), hasExec);
        if (hasOpenSsl) {
            m_fixture.install("openssl");
        }
        QCOMPARE(m_fixture.inSandbox(u"rm -rf /tmp/there && mkdir /tmp/there"_s), QByteArray());
        (void)QProcess::execute(
            u"/bin/sh"_s, {u"-c"_s, u"cd %1 && chmod -R u+rwx . && rm -rf tree back && mkdir back"_s.arg(
                                        QString::fromUtf8(m_fixture.path()))});
        makeTree();
        const auto original = m_fixture.describeLocal("tree");
        const auto sent = outcomeOf(m_fixture.sandbox().upload(
            m_fixture.fsPath("tree"), "/tmp/there", ExistingTarget::Refuse, nullptr));
        QVERIFY2(sent.isFinished, qPrintable(sent.failure ? sent.failure->message : u"it hangs"_s));
        QVERIFY2(sent.problems.isEmpty(), qPrintable(sent.problems.value(0).error.message));
        QCOMPARE(m_fixture.describeRemote("/tmp/there/tree"), original);
        const auto fetched = outcomeOf(m_fixture.sandbox().download(
            "/tmp/there/tree", m_fixture.fsPath("back"), ExistingTarget::Refuse, nullptr));
        QVERIFY2(fetched.isFinished, qPrintable(fetched.failure ? fetched.failure->message : u"it hangs"_s));
        QVERIFY2(fetched.problems.isEmpty(), qPrintable(fetched.problems.value(0).error.message));
        QCOMPARE(m_fixture.describeLocal("back/tree"), original);
        QTRY_COMPARE(m_fixture.inSandbox(u"find /tmp -name '.koyeb-part*'; true"_s), QByteArray());
    }

    void whereThereIsNoStatAnotherToolTells_data()
    {
        QTest::addColumn<QByteArray>("tool");
        QTest::newRow("ls") << QByteArray();
        QTest::newRow("BusyBox, without a link of its name") << "busybox"_ba;
        QTest::newRow("GNU find") << "find"_ba;
        QTest::newRow("perl") << "perl"_ba;
        QTest::newRow("python3") << "python3"_ba;
    }
    void whereThereIsNoStatAnotherToolTells()
    {
        QFETCH(QByteArray, tool);
        useTools(without({u"stat"_s, u"find"_s}), false);
        if (!tool.isEmpty()) {
            m_fixture.install(tool);
        }
        QCOMPARE(m_fixture.inSandbox(u"rm -rf /tmp/there && mkdir /tmp/there"_s), ""_ba);
        (void)QProcess::execute(
            u"/bin/sh"_s, {u"-c"_s, u"cd %1 && chmod -R u+rwx . && rm -rf tree back && mkdir back"_s.arg(
                                        QString::fromUtf8(m_fixture.path()))});
        makeTree();
        const auto original = m_fixture.describeLocal("tree");
        auto &box = m_fixture.sandbox();
        // The second time over what is there.
        for (const auto existing : {ExistingTarget::Refuse, ExistingTarget::Overwrite}) {
            const auto sent =
                outcomeOf(box.upload(m_fixture.fsPath("tree"), "/tmp/there", existing, nullptr));
            QVERIFY2(sent.isFinished, qPrintable(sent.failure ? sent.failure->message : u"it hangs"_s));
            QVERIFY2(sent.problems.isEmpty(), qPrintable(sent.problems.value(0).error.message));
            QCOMPARE(m_fixture.describeRemote("/tmp/there/tree"), original);
        }
        const auto listed = await(box.files().list("/tmp/there/tree", {}));
        QVERIFY2(*listed, qPrintable(*listed ? QString() : listed->error().message));
        QHash<QByteArray, RemoteEntry> entries;
        for (const auto &entry : **listed) {
            entries.insert(entry.name, entry);
        }
        QCOMPARE(entries.size(), 10);
        const auto large = entries.value("large");
        QCOMPARE(large.sizeBytes, 7'000'001);
        QCOMPARE(large.mode, 0755U);
        QCOMPARE(large.modifiedAt.toSecsSinceEpoch(), 1'234'567'890);
        QCOMPARE(entries.value("link").linkTarget, "in it/nowhere\xFF"_ba);
        const auto fetched = outcomeOf(
            box.download("/tmp/there/tree", m_fixture.fsPath("back"), ExistingTarget::Refuse, nullptr));
        QVERIFY2(fetched.isFinished, qPrintable(fetched.failure ? fetched.failure->message : u"it hangs"_s));
        QVERIFY2(fetched.problems.isEmpty(), qPrintable(fetched.problems.value(0).error.message));
        QCOMPARE(m_fixture.describeLocal("back/tree"), original);
        // As an editor does, which keeps the mode of what it replaces.
        const auto written = await(box.files().write("/tmp/there/tree/large", "new", {}));
        QVERIFY2(*written, qPrintable(*written ? QString() : written->error().message));
        QCOMPARE(m_fixture.inSandbox(u"stat -c '%a %s' /tmp/there/tree/large"_s), "755 3\n"_ba);
    }

    void gzipPacksWhereThereIsNoZstd()
    {
        m_fixture.useBusyBox(allTools() + QStringList{u"gzip"_s});
        m_fixture.intercept("gzip", u"echo $1 >> /tmp/gzip-calls"_s);
        QCOMPARE(
            m_fixture.inSandbox(u"rm -rf /tmp/packed /tmp/gzip-calls; mkdir /tmp/packed"_s), QByteArray());
        const auto log = QByteArray("the same line\n").repeated(1'000'000);
        m_fixture.makeFile("log", log);
        m_fixture.makeFolder("logs");
        m_fixture.makeFile("logs/one", log.first(100'000));
        m_fixture.makeFolder("unpacked");
        for (const auto *name : {"log", "logs"}) {
            const auto sent = outcomeOf(m_fixture.sandbox().upload(
                m_fixture.fsPath(name), "/tmp/packed", ExistingTarget::Refuse, nullptr));
            QVERIFY2(sent.isFinished, qPrintable(sent.failure ? sent.failure->message : u"it hangs"_s));
        }
        // The way up unpacks in the sandbox, the way down packs there.
        QCOMPARE(m_fixture.inSandbox(u"sort -u /tmp/gzip-calls; rm /tmp/gzip-calls"_s), QByteArray("-dc\n"));
        for (const auto *name : {"log", "logs"}) {
            const auto fetched = outcomeOf(m_fixture.sandbox().download(
                QByteArray("/tmp/packed/") + name, m_fixture.fsPath("unpacked"), ExistingTarget::Refuse,
                nullptr));
            QVERIFY2(
                fetched.isFinished, qPrintable(fetched.failure ? fetched.failure->message : u"it hangs"_s));
            QCOMPARE(m_fixture.describeLocal(QByteArray("unpacked/") + name), m_fixture.describeLocal(name));
        }
        QCOMPARE(m_fixture.inSandbox(u"sort -u /tmp/gzip-calls"_s), QByteArray("-1c\n"));
    }

    /// Where nothing packs, text goes as it is: less than base64 on the wire, and nothing to undo.
    void textGoesAsItIs_data()
    {
        QTest::addColumn<QStringList>("tools");
        QTest::newRow("with base64") << allTools();
        QTest::newRow("without") << without({u"base64"_s}) + QStringList{u"od"_s};
        QTest::newRow("without dd") << without({u"dd"_s});
    }
    void textGoesAsItIs()
    {
        QFETCH(QStringList, tools);
        useTools(tools, false);
        QCOMPARE(m_fixture.inSandbox(u"rm -rf /tmp/text; mkdir /tmp/text"_s), QByteArray());
        // Characters of three bytes, which lie across all ends of parts.
        const auto characters = "\uFEFF\r\n" + QByteArray("\u20AC").repeated(2'500'000) +
                                QByteArray("\0\uFFFD \"\\\t\u2028\uFFFF😀\r\n", 20);
        m_fixture.makeFile("characters", characters);
        m_fixture.makeFile("surrogates", QByteArray("\xED\xA0\x80 text\n").repeated(100'000));
        m_fixture.makeFile("cut off", characters.first(4'000'000));
        RequestLog log(m_clock);
        SandboxAccess access;
        access.serviceId = m_fixture.serviceId();
        access.executor = m_fixture.endpoint();
        access.executor.network.log = std::shared_ptr<RequestLog>(&log, [](RequestLog *) {});
        Sandbox box(m_clock, access);
        for (const auto *name : {"surrogates", "cut off", "characters"}) {
            log.clear();
            const auto sent =
                outcomeOf(box.upload(m_fixture.fsPath(name), "/tmp/text", ExistingTarget::Refuse, nullptr));
            QVERIFY2(sent.isFinished, qPrintable(sent.failure ? sent.failure->message : u"it hangs"_s));
        }
        const auto hashes = u"cd /tmp/text && sha256sum characters surrogates 'cut off' | cut -c1-64"_s;
        QByteArray expected;
        for (const auto *name : {"characters", "surrogates", "cut off"}) {
            QFile file(QString::fromUtf8(m_fixture.path(name)));
            QVERIFY(file.open(QIODevice::ReadOnly));
            expected += Sha256::hexOf(file.readAll()) + '\n';
        }
        QCOMPARE(m_fixture.inSandbox(hashes), expected);
        // Of the last one; the scripts are small.
        qint64 sentBytes = 0;
        for (auto number = log.firstNumber(); const auto *entry = log.entry(number); ++number) {
            sentBytes += entry->bytesSent;
        }
        QVERIFY2(sentBytes > characters.size(), qPrintable(QString::number(sentBytes)));
        QVERIFY2(sentBytes < characters.size() + 64 * 1024, qPrintable(QString::number(sentBytes)));
    }

    /// As an editor does it.
    void wholeContentsAreWrittenAndRead_data()
    {
        QTest::addColumn<QStringList>("tools");
        QTest::newRow("without base64") << without({u"base64"_s}) + QStringList{u"od"_s};
        QTest::newRow("without base64, dd and what hashes")
            << without({u"base64"_s, u"dd"_s, u"sha256sum"_s}) + QStringList{u"xxd"_s};
    }
    void wholeContentsAreWrittenAndRead()
    {
        QFETCH(QStringList, tools);
        useTools(tools, false);
        auto &files = m_fixture.sandbox().files();
        QCOMPARE(m_fixture.inSandbox(u"rm -rf /tmp/whole; mkdir /tmp/whole"_s), QByteArray());
        for (const auto size : {0, 24 * 1024, 24 * 1024 + 1, 1024 * 1024 + 1}) {
            const auto content = randomBytes(size);
            const auto written = await(files.write("/tmp/whole/it's", content, {}));
            QVERIFY2(*written, qPrintable(*written ? QString() : written->error().message));
            QCOMPARE(await(files.read("/tmp/whole/it's", {}))->value_or("nothing"), content);
            const auto other = content + "\n";
            const ExpectedFile expected{ExpectedFile::Kind::Content, Sha256::hexOf(content)};
            const auto replaced = await(files.replace("/tmp/whole/it's", other, expected, {}));
            QVERIFY2(*replaced, qPrintable(*replaced ? QString() : replaced->error().message));
            QCOMPARE(**replaced, Replacement::Done);
            QCOMPARE(await(files.read("/tmp/whole/it's", {}))->value_or("nothing"), other);
        }
    }

    void whatHasNoOtherWayIsSaid_data()
    {
        QTest::addColumn<QStringList>("tools");
        QTest::addColumn<QString>("up"); ///< Alternatives with commas between them.
        QTest::addColumn<QString>("down");
        QTest::newRow("base64 and all like it")
            << without({u"base64"_s}) << u""_s << u"base64,openssl,od,hexdump,xxd"_s;
        QTest::newRow("mv") << without({u"mv"_s}) << u"mv"_s << u""_s;
        QTest::newRow("dd and what would do instead")
            << without({u"dd"_s, u"tail"_s, u"wc"_s}) << u"dd,wc"_s << u"dd,tail"_s;
        QTest::newRow("stat and all that stands in for it")
            << without({u"stat"_s, u"find"_s, u"ls"_s}) << u"ls"_s << u"stat"_s;
        QTest::newRow("what hashes and what reads back")
            << without({u"sha256sum"_s, u"base64"_s}) << u"sha256sum,openssl,shasum"_s
            << u"base64,openssl,od,hexdump,xxd"_s;
        QTest::newRow("all but the shell")
            << QStringList{u"printf"_s} << u"chmod ls mkdir mv rm touch dd,wc cat sha256sum,openssl,shasum"_s
            << u"base64,openssl,od,hexdump,xxd head dd,tail stat"_s;
    }
    /// Fails when a transfer does not end as `missing` says.
    static void compareMissing(const TransferOutcome &outcome, const QString &missing)
    {
        if (missing.isEmpty()) {
            QVERIFY2(outcome.isFinished, qPrintable(outcome.failure.value_or(Error()).message));
            return;
        }
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, ErrorKind::Unsupported);
        QStringList groups;
        for (const auto &group : outcome.failure->missingTools) {
            groups.append(group.join(u','));
        }
        QCOMPARE(groups.join(u' '), missing);
    }
    void whatHasNoOtherWayIsSaid()
    {
        QFETCH(QStringList, tools);
        QFETCH(QString, up);
        QFETCH(QString, down);
        useTools(tools, false);
        m_fixture.makeFile("file", "content");
        (void)QFile::remove(QString::fromUtf8(m_fixture.path("remote")));
        QCOMPARE(
            m_fixture.inSandbox(u"rm -rf /tmp/there; mkdir /tmp/there; echo x > /tmp/there/remote"_s),
            QByteArray());
        auto &box = m_fixture.sandbox();
        compareMissing(
            outcomeOf(box.upload(m_fixture.fsPath("file"), "/tmp/there", ExistingTarget::Refuse, nullptr)),
            up);
        compareMissing(
            outcomeOf(box.download("/tmp/there/remote", m_fixture.fsPath(), ExistingTarget::Refuse, nullptr)),
            down);
        const QByteArray there = up.isEmpty() ? "file\nremote\n" : "remote\n";
        QTRY_COMPARE(m_fixture.inSandbox(u"ls -A /tmp/there"_s), there);
        const auto told =
            await(box.executor().run({u"printf 'a\\nb'; printf c >&2; exit 3"_s, {}, {}, {}}, {}));
        QVERIFY(told && *told);
        QCOMPARE((*told)->standardOutput, QByteArray("a\nb"));
        QCOMPARE((*told)->standardError, QByteArray("c"));
        QCOMPARE((*told)->exitCode, 3);
        // Text at least can be written and read, by the executor itself.
        QVERIFY(await(box.files().writeText("/tmp/there/text", u"schön\n"_s, {}))->has_value());
        QCOMPARE(await(box.files().readText("/tmp/there/text", {}))->value_or(QString()), u"schön\n"_s);
        // What is there already is replaced as a whole, or not at all.
        QCOMPARE(m_fixture.inSandbox(u"cd /tmp/there && chmod 640 text && ln text before"_s), QByteArray());
        const auto replaced = await(box.files().writeText("/tmp/there/text", u"neu\n"_s, {}));
        const bool keepsModes = tools.contains(u"stat"_s) || tools.contains(u"ls"_s);
        QCOMPARE(replaced->has_value(), tools.contains(u"mv"_s) && keepsModes);
        QVERIFY(*replaced || !replaced->error().missingTools.isEmpty());
        QCOMPARE(
            m_fixture.inSandbox(u"cd /tmp/there && cat text before && stat -c %a text && ls -A"_s),
            (*replaced ? "neu\n"_ba : "schön\n"_ba) + "schön\n" +
                (tools.contains(u"stat"_s) || !*replaced ? "640"_ba : "644"_ba) + "\nbefore\n" +
                (up.isEmpty() ? "file\n"_ba : ""_ba) + "remote\ntext\n");
    }

    void anExecChannelGivesItsOutputAndItsErrors()
    {
        ExecRoad road(
            [this] {
                return std::make_unique<ExecChannel>(
                    m_clock, m_fixture.engine().url(), m_fixture.engine().token());
            },
            m_fixture.serviceId());
        const QByteArray bytes = randomBytes(3'000'000);
        QCOMPARE(await(road.run(u"cat"_s, bytes, bytes.size(), {}))->value_or("?"), bytes);
        const auto tooMuch = await(road.run(u"cat"_s, bytes, 1000, {}));
        QVERIFY(!*tooMuch && tooMuch->error().kind == ErrorKind::Protocol);
        const auto failed = await(road.run(u"cat /nowhere"_s, {}, 1000, {}));
        QVERIFY(!*failed && failed->error().kind == ErrorKind::NotFound);
        std::stop_source stop;
        QTimer::singleShot(50, this, [&stop] { stop.request_stop(); });
        const auto stopped = await(road.run(u"sleep 600"_s, {}, 1000, stop.get_token()));
        QVERIFY(!*stopped && stopped->error().isCancelled());
        ExecRoad closed([] { return nullptr; }, m_fixture.serviceId());
        const auto gone = await(closed.run(u"true"_s, {}, 0, {}));
        QVERIFY(!*gone && gone->error().kind == ErrorKind::Offline);
    }
};

QTEST_GUILESS_MAIN(TestPoorImages)
#include "test_poorimages.moc"
