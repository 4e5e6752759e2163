// SPDX-License-Identifier: Apache-2.0
#include "net/requestlog.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Files and ports of a real local sandbox.
class TestFiles : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    Files &files() { return m_fixture.sandbox().files(); }
    Ports &ports() { return m_fixture.sandbox().ports(); }
    QList<RemoteEntry> entriesOf(const QByteArray &directory)
    {
        const auto listed = await(files().list(directory, {}), 60'000);
        return listed ? listed->value_or(QList<RemoteEntry>()) : QList<RemoteEntry>();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void homeIsTheSandboxes() { QCOMPARE(await(files().homeDirectory({}))->value(), "/root"_ba); }

    void foldersOfAnyNameAreMadeListedRenamedAndRemoved()
    {
        const QByteArray odd = "/tmp/odd '\xFF\n";
        QVERIFY(await(files().makeDirectory(odd, {}))->has_value());
        QCOMPARE(await(files().makeDirectory(odd, {}))->error().kind, ErrorKind::Conflict);
        QVERIFY(await(files().makeDirectory(odd + "/-in \xFE", {}))->has_value());
        const auto listed = entriesOf(odd);
        QCOMPARE(listed.size(), 1);
        QCOMPARE(listed[0].name, "-in \xFE"_ba);
        QCOMPARE(listed[0].type, RemoteEntry::Type::Directory);
        QCOMPARE(listed[0].owner, u"root"_s);
        QVERIFY(await(files().rename(odd + "/-in \xFE", odd + "/new\xFD", {}))->has_value());
        QCOMPARE(entriesOf(odd).value(0).name, "new\xFD"_ba);
        QVERIFY(await(files().remove({odd, "/tmp/never there"}, {}))->has_value());
        QCOMPARE(await(files().list(odd, {}))->error().kind, ErrorKind::NotFound);
    }

    void renamingReplacesNothing_data()
    {
        QTest::addColumn<QString>("existing");
        QTest::newRow("file") << u"echo old > to"_s;
        QTest::newRow("folder") << u"mkdir to"_s;
        QTest::newRow("broken link") << u"ln -s nowhere to"_s;
    }
    void renamingReplacesNothing()
    {
        QFETCH(QString, existing);
        QCOMPARE(
            m_fixture.inSandbox(
                u"rm -rf /tmp/ren && mkdir /tmp/ren && cd /tmp/ren && echo new > from && "_s + existing),
            ""_ba);
        const auto renamed = await(files().rename("/tmp/ren/from", "/tmp/ren/to", {}));
        QCOMPARE(renamed->error().kind, ErrorKind::Conflict);
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/ren/from; ls -A /tmp/ren"_s), "new\nfrom\nto\n"_ba);
    }

    void renamingWhatIsNotThereIsNotFound()
    {
        QCOMPARE(await(files().rename("/tmp/nothing", "/tmp/else", {}))->error().kind, ErrorKind::NotFound);
    }

    void removingALinkKeepsItsTarget()
    {
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/real; touch /tmp/real/kept; ln -s real /tmp/link"_s), ""_ba);
        QVERIFY(await(files().remove({"/tmp/link"}, {}))->has_value());
        QCOMPARE(m_fixture.inSandbox(u"ls /tmp/real"_s), "kept\n"_ba);
    }

    void moreIsRemovedThanFitsIntoACommand()
    {
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir /tmp/many; cd /tmp/many; seq -f '%0100g' 1 3000 | xargs touch"_s),
            ""_ba);
        QList<QByteArray> paths;
        const auto listed = entriesOf("/tmp/many");
        for (const auto &entry : listed) {
            paths.append("/tmp/many/" + entry.name);
        }
        QCOMPARE(paths.size(), 3000);
        QVERIFY(await(files().remove(paths, {}))->has_value());
        QVERIFY(entriesOf("/tmp/many").isEmpty());
    }

    void aHundredThousandEntriesAreListed()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/huge; cd /tmp/huge; seq 1 100000 | xargs touch"_s), ""_ba);
        QCOMPARE(entriesOf("/tmp/huge").size(), 100'000);
    }

    void aListingIsOneRequestOnceTheToolsAreKnown()
    {
        SystemClock clock;
        const auto log = std::make_shared<RequestLog>(clock);
        SandboxAccess access;
        access.executor = m_fixture.endpoint();
        access.executor.network.log = log;
        Sandbox sandbox(clock, access);
        const auto first = await(sandbox.files().list("/etc", {}));
        QVERIFY(first && *first);
        const int before = log->size();
        QVERIFY(before > 1); // It had to find out what there is.
        for (const QByteArray directory : {"/etc", "/usr", "/tmp/huge"}) {
            const auto listed = await(sandbox.files().list(directory, {}));
            QVERIFY(listed && *listed && !(*listed)->isEmpty());
        }
        QCOMPARE(log->size(), before + 3);
    }

    void withoutToolsTheNamesAreListed()
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/bare; cd /tmp/bare; touch a .b; mkdir 'c d'"_s), ""_ba);
        m_fixture.useBusyBox({u"cat"_s}); // With ls, looks were known, too.
        auto entries = entriesOf("/tmp/bare");
        const auto missing = await(files().list("/tmp/missing", {}));
        m_fixture.useUsualTools();
        QCOMPARE(missing->error().kind, ErrorKind::NotFound);
        QCOMPARE(entries.size(), 3);
        QList<QByteArray> names;
        for (const auto &entry : entries) {
            names.append(entry.name);
            QCOMPARE(entry.type, RemoteEntry::Type::Unknown);
            QVERIFY(!entry.sizeBytes && !entry.mode && !entry.modifiedAt.isValid());
        }
        QCOMPARE(names, (QList<QByteArray>{".b", "a", "c d"}));
    }

    void relativePathsAreRefused()
    {
        QCOMPARE(await(files().list("tmp", {}))->error().kind, ErrorKind::Invalid);
        QCOMPARE(await(files().remove({QByteArray("/tmp/a\0b", 8)}, {}))->error().kind, ErrorKind::Invalid);
    }

    void whatListensIsFoundExposedAndAnswers()
    {
        QVERIFY(await(ports().listening({}))->value_or(QList<ListeningPort>{ListeningPort()}).isEmpty());
        const auto server = u"cd /usr/share && exec python3 -m http.server 8123 --bind 127.0.0.1"_s;
        QVERIFY(await(m_fixture.sandbox().executor().startProcess({server, {}, {}, {}}, {}))->has_value());
        QList<ListeningPort> found;
        const auto isFound = [&] {
            found = await(ports().listening({}))->value_or(QList<ListeningPort>());
            return !found.isEmpty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(isFound(), 20'000);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found[0].port, 8123);
        QCOMPARE(found[0].addresses, QStringList{u"127.0.0.1"_s});
        QVERIFY(found[0].pid > 0);
        QVERIFY2(found[0].process.contains("http.server 8123"_L1), qPrintable(found[0].process));

        // Nothing is there yet, then something else than before.
        const auto silent = await(ports().expose(8124, {}));
        QVERIFY(silent->has_value());
        const auto unanswered = await(ports().waitUntilAnswering(std::chrono::milliseconds(300), {}));
        QCOMPARE(unanswered->error().kind, ErrorKind::Timeout);
        QVERIFY(await(ports().expose(8123, {}))->has_value());
        QCOMPARE(ports().exposedPort(), 8123);
        QVERIFY(await(ports().waitUntilAnswering(std::chrono::seconds(10), {}))->has_value());
        QVERIFY(await(ports().unexpose({}))->has_value());
        QCOMPARE(ports().exposedPort(), 0);
    }
};

QTEST_GUILESS_MAIN(TestFiles)
#include "test_files.moc"
