// SPDX-License-Identifier: Apache-2.0
#include "lib/executor/localshell.h"
#include "sandbox/filelisting.h"
#include "sandbox/statfunctions.h"
#include "scratchfolder.h"

#include <QTest>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

/// Listings by real shells and tools of this computer.
class TestFileListing : public QObject {
    Q_OBJECT

    enum class Tools { Gnu, BusyBox };

    static void makeFile(const QByteArray &path, const QByteArray &content = {})
    {
        const int file = ::open(path.constData(), O_WRONLY | O_CREAT, 0640);
        QCOMPARE(::write(file, content.constData(), static_cast<size_t>(content.size())), content.size());
        ::close(file);
    }

    static Result<QList<RemoteEntry>> list(Tools tools, const QByteArray &directory)
    {
        LocalShell shell;
        if (tools == Tools::BusyBox && !shell.useBusyBox()) {
            return failure(ErrorKind::Local, u"No BusyBox."_s);
        }
        const auto ran = shell.run(
            tools == Tools::Gnu ? findListingScript(directory, ListingDepth::Directory)
                                : statListingScript(directory));
        if (ran.exitCode != 0) {
            return failure(ErrorKind::Rejected, QString::fromUtf8(ran.errors));
        }
        auto entries = tools == Tools::Gnu ? parseFindListing(ran.output) : parseStatListing(ran.output);
        if (entries) {
            std::sort(entries->begin(), entries->end(), [](const auto &left, const auto &right) {
                return left.name < right.name;
            });
        }
        return entries;
    }

    static void addTools()
    {
        QTest::addColumn<Tools>("tools");
        QTest::newRow("GNU") << Tools::Gnu;
        if (LocalShell::hasBusyBox()) {
            QTest::newRow("BusyBox") << Tools::BusyBox;
        } else {
            qWarning("BusyBox is not installed; its listings are not tested.");
        }
    }

private Q_SLOTS:
    void whatStandsInForStatTellsTheSame_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<Tools>("tools");
        QTest::newRow("BusyBox") << 0 << Tools::Gnu;
        QTest::newRow("GNU find") << 1 << Tools::Gnu;
        QTest::newRow("perl") << 2 << Tools::Gnu;
        QTest::newRow("python3") << 3 << Tools::Gnu;
        QTest::newRow("GNU ls") << 4 << Tools::Gnu;
        QTest::newRow("BusyBox's ls") << 4 << Tools::BusyBox;
    }
    void whatStandsInForStatTellsTheSame()
    {
        QFETCH(int, number);
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        const QList<QByteArray> names{"plain",   " ",     "new\nline", "bad\xFF", "-n",
                                      "* 1 2 3", "%s\\n", "'",         "a -> b",  "i%i)"};
        const QList<mode_t> modes{0, 0644, 04755, 02711, 01777, 07777, 06000, 0421, 0567, 0100};
        // Before and after leap days, before 1970, in this century and the next one, the ends of a year.
        const QList<time_t> times{0,          -1,         951782399,   951782400,  4107542400,
                                  1735689599, 1735689600, -2208988800, 1709251199, 1'234'567'890};
        for (qsizetype index = 0; index < names.size(); ++index) {
            const auto path = folder.path(names[index]);
            makeFile(path, QByteArray(index * 100, 'x'));
            QCOMPARE(::chmod(path.constData(), modes[index]), 0);
            const timespec both[2]{{0, 0}, {times[index], 250'000'000}};
            QCOMPARE(::utimensat(AT_FDCWD, path.constData(), both, 0), 0);
        }
        QCOMPARE(::mkdir(folder.path("folder").constData(), 0750), 0);
        QCOMPARE(::mkfifo(folder.path("fifo").constData(), 0600), 0);
        QCOMPARE(::symlink("folder", folder.path("link").constData()), 0);
        QCOMPARE(::symlink("no where\n\xFF -> x'", folder.path("dangling").constData()), 0);
        LocalShell usual;
        LocalShell shell;
        QVERIFY(tools == Tools::Gnu || shell.useBusyBox());
        const auto function = statFunctionIn({"stat-function " + QByteArray::number(number)});
        QVERIFY(!function.isEmpty());
        const auto changing = u"cd %1 || exit\n"_s.arg(QString::fromLocal8Bit(folder.path()));
        QStringList formats{u"%f %s %Y"_s, u"%a"_s, u"%u:%g"_s, u"%s %Y"_s, u"%Y"_s};
        if (number != 4) {
            formats.append(u"%f %s %Y %d:%i"_s);
        }
        for (const auto &format : formats) {
            for (const auto *options : {u"", u"-L "}) {
                // The last one is a device.
                const auto line =
                    u"stat %1-c '%2' -- ./[!d]* -n /dev/null"_s.arg(QStringView(options), format);
                const auto expected = usual.run(changing + line);
                const auto told = shell.run(function + changing + line);
                if (format.startsWith(u"%f") || format.startsWith(u"%s")) {
                    QVERIFY(expected.output.count('\n') > 12);
                }
                QCOMPARE(told.errors, ""_ba);
                QCOMPARE(told.output, expected.output);
            }
        }
        const auto missing = shell.run(function + changing + u"stat -L -c '%f %s %Y' -- ./dangling"_s);
        QVERIFY(missing.exitCode != 0);
        QVERIFY2(missing.errors.contains("No such file"), missing.errors.constData());
        QCOMPARE(missing.output, ""_ba);
        const auto identities =
            shell.run(function + changing + u"stat -L -c '%f %s %Y %d:%i' folder link . | cut -d ' ' -f 4-"_s)
                .output.split('\n');
        QCOMPARE(identities.size(), 4);
        QCOMPARE(identities[0], identities[1]);
        QVERIFY(identities[0] != identities[2]);
        // All at once, as a listing asks.
        const auto ran = shell.run(u"stat_is_function=1\n"_s + function + statListingScript(folder.path()));
        const auto listed = parseStatListing(ran.output);
        QVERIFY(listed);
        QCOMPARE(listed->size(), names.size() + 4);
        const auto dangling = std::find_if(
            listed->begin(), listed->end(), [](const auto &entry) { return entry.name == "dangling"; });
        QVERIFY(dangling != listed->end());
        QCOMPARE(dangling->linkTarget, "no where\n\xFF -> x'"_ba);
    }

    void everyNameSurvives_data() { addTools(); }
    void everyNameSurvives()
    {
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        QList<QByteArray> names{
            " ",
            "a b",
            "new\nline",
            "bad\xFF",
            ".hidden",
            "..two",
            "-n",
            "--",
            "'q'",
            "\"",
            "$HOME",
            "a -> b",
            "81a4 0 1 root root x",
            "\\",
            "x\\n",
            "' -> '",
            "\x1b[31m",
            "é",
            "*",
            "\n",
            "~",
            "trailing\n"};
        for (const auto &name : names) {
            makeFile(folder.path(name));
        }
        const auto entries = list(tools, folder.path());
        QVERIFY2(entries, entries ? "" : qPrintable(entries.error().message));
        QList<QByteArray> listed;
        for (const auto &entry : *entries) {
            listed.append(entry.name);
            QCOMPARE(entry.type, Type::File);
        }
        std::sort(names.begin(), names.end());
        QCOMPARE(listed, names);
    }

    void metadataIsRead_data() { addTools(); }
    void metadataIsRead()
    {
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        makeFile(folder.path("file"), "12345");
        QCOMPARE(::chmod(folder.path("file").constData(), 04711), 0);
        const timespec times[2]{{0, 0}, {1'234'567'890, 250'000'000}};
        QCOMPARE(::utimensat(AT_FDCWD, folder.path("file").constData(), times, 0), 0);
        const auto entries = list(tools, folder.path());
        QVERIFY(entries);
        QCOMPARE(entries->size(), 1);
        const auto entry = entries->first();
        QCOMPARE(entry.sizeBytes, 5);
        QCOMPARE(entry.mode, 04711U);
        QCOMPARE(entry.modifiedAt.toSecsSinceEpoch(), 1'234'567'890);
        QCOMPARE(entry.modifiedAt.timeSpec(), Qt::UTC);
        QVERIFY(!entry.owner.isEmpty());
        QVERIFY(!entry.group.isEmpty());
    }

    void typesAndLinksAreTold_data() { addTools(); }
    void typesAndLinksAreTold()
    {
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        QCOMPARE(::mkdir(folder.path("a directory").constData(), 0700), 0);
        QCOMPARE(::mkfifo(folder.path("b fifo").constData(), 0600), 0);
        QCOMPARE(::symlink("a directory", folder.path("c link").constData()), 0);
        QCOMPARE(::symlink("nowhere\n' -> 'x\xFF", folder.path("d broken").constData()), 0);
        QCOMPARE(::symlink("e loop", folder.path("e loop").constData()), 0);
        const auto entries = list(tools, folder.path());
        QVERIFY(entries);
        QCOMPARE(entries->size(), 5);
        QCOMPARE(entries->at(0).type, Type::Directory);
        QCOMPARE(entries->at(1).type, Type::Fifo);
        QCOMPARE(entries->at(2).type, Type::SymbolicLink);
        QCOMPARE(entries->at(2).linkTarget, "a directory"_ba);
        QVERIFY(entries->at(2).opensAsDirectory());
        QCOMPARE(entries->at(3).linkTarget, "nowhere\n' -> 'x\xFF"_ba);
        QVERIFY(!entries->at(3).opensAsDirectory());
        QVERIFY(!entries->at(4).opensAsDirectory());
    }

    void anEmptyDirectoryIsNoError_data() { addTools(); }
    void anEmptyDirectoryIsNoError()
    {
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        const auto entries = list(tools, folder.path());
        QVERIFY(entries);
        QVERIFY(entries->isEmpty());
    }

    void whatIsNoDirectoryFailsWithTheReason_data() { addTools(); }
    void whatIsNoDirectoryFailsWithTheReason()
    {
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        makeFile(folder.path("file"));
        const auto missing = list(tools, folder.path("missing"));
        QVERIFY(!missing);
        QVERIFY2(missing.error().message.contains("No such file"_L1), qPrintable(missing.error().message));
        const auto file = list(tools, folder.path("file"));
        QVERIFY(!file);
        QVERIFY2(file.error().message.contains("ot a directory"_L1), qPrintable(file.error().message));
    }

    void aLinkToADirectoryIsListed_data() { addTools(); }
    void aLinkToADirectoryIsListed()
    {
        QFETCH(Tools, tools);
        const ScratchFolder folder;
        QCOMPARE(::mkdir(folder.path("real").constData(), 0700), 0);
        makeFile(folder.path("real/inside"));
        QCOMPARE(::symlink("real", folder.path("link").constData()), 0);
        const auto entries = list(tools, folder.path("link"));
        QVERIFY(entries);
        QCOMPARE(entries->size(), 1);
    }

    void aWholeTreeComesWithRelativePaths()
    {
        const ScratchFolder folder;
        QCOMPARE(::mkdir(folder.path("a").constData(), 0700), 0);
        makeFile(folder.path("a/b"));
        const auto ran = LocalShell().run(findListingScript(folder.path(), ListingDepth::WholeTree));
        const auto entries = parseFindListing(ran.output);
        QVERIFY(entries);
        QCOMPARE(entries->size(), 2);
        QCOMPARE(entries->at(0).name, "a"_ba);
        QCOMPARE(entries->at(1).name, "a/b"_ba);
    }

    void aTreeThatCouldNotBeReadAsAWholeSaysSo()
    {
        const ScratchFolder folder;
        makeFile(folder.path("a"));
        // As root reads everything, find just says that it could not.
        const auto script = u"find() { command find \"$@\"; return 1; }\n"_s +
                            findListingScript(folder.path(), ListingDepth::WholeTree);
        const auto entries = parseFindListing(LocalShell().run(script).output);
        QVERIFY(entries);
        QCOMPARE(entries->size(), 2);
        QCOMPARE(entries->at(0).name, "a"_ba);
        QVERIFY(entries->at(1).name.isEmpty());
    }

    void damagedListingsAreRefused_data()
    {
        QTest::addColumn<Tools>("tools");
        QTest::addColumn<QByteArray>("output");
        // With | for NUL.
        QTest::newRow("find, cut") << Tools::Gnu << "name|ff|1"_ba;
        QTest::newRow("find, no name") << Tools::Gnu << "|ff|1|2|3|a|b||"_ba;
        QTest::newRow("stat, cut") << Tools::BusyBox << "./a||"_ba;
        QTest::newRow("stat, stranger") << Tools::BusyBox << "./a||81a4 1 2 r r ./b\n||"_ba;
        QTest::newRow("stat, no name") << Tools::BusyBox << "./||81a4 1 2 r r ./\n||"_ba;
        QTest::newRow("stat, other directory") << Tools::BusyBox << "/etc||81a4 1 2 r r /etc\n||"_ba;
        QTest::newRow("stat, link cut") << Tools::BusyBox << "./a||a1ff 1 2 r r './a' -> '|./a||"_ba;
        QTest::newRow("stat, link to nothing") << Tools::BusyBox << "./a||a1ff 1 2 r r './a' -> '\n||"_ba;
        QTest::newRow("stat, nothing") << Tools::BusyBox << ""_ba;
    }
    void damagedListingsAreRefused()
    {
        QFETCH(Tools, tools);
        QFETCH(QByteArray, output);
        output.replace('|', '\0');
        const auto entries = tools == Tools::Gnu ? parseFindListing(output) : parseStatListing(output);
        QVERIFY(!entries);
        QCOMPARE(entries.error().kind, ErrorKind::Protocol);
    }

    void timesBeyondReasonAreLeftUnset()
    {
        for (const auto &time : {"9223372036854775807"_ba, "-9223372036854775808"_ba, "x"_ba}) {
            const auto entries =
                parseFindListing(QByteArray("a|ff|1|" + time + "|644|r|r||").replace('|', '\0'));
            QVERIFY(entries);
            QVERIFY(!entries->at(0).modifiedAt.isValid());
        }
    }

    void anEntryThatVanishedMeanwhileIsLeftOut()
    {
        const QByteArray output = "./a|./b||81a4 1 2 r r ./b\n||"_ba.replace('|', '\0');
        const auto entries = parseStatListing(output);
        QVERIFY(entries);
        QCOMPARE(entries->size(), 1);
        QCOMPARE(entries->first().name, "b"_ba);
    }

    void namesForPeopleHideNothing_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << "a é 😀"_ba << u"a é 😀"_s;
        QTest::newRow("newline") << "a\nb"_ba << u"a\u240Ab"_s;
        QTest::newRow("escape") << "\x1b[31m"_ba << u"\u241B[31m"_s;
        QTest::newRow("delete") << "\x7f"_ba << u"\u2421"_s;
        QTest::newRow("bytes") << "a\xFF\xFE"_ba << u"a\uFFFD\uFFFD"_s;
        QTest::newRow("right to left override") << "gpj.\u202Eexe"_ba << u"gpj.\uFFFDexe"_s;
        QTest::newRow("zero width") << "a\u200Bb"_ba << u"a\uFFFDb"_s;
    }
    void namesForPeopleHideNothing()
    {
        QFETCH(QByteArray, name);
        QTEST(displayName(name), "shown");
    }

    void pathsAreJoinedAndTakenApart()
    {
        QCOMPARE(joinRemotePath("/", "a"), "/a"_ba);
        QCOMPARE(joinRemotePath("/b", "a"), "/b/a"_ba);
        QCOMPARE(joinRemotePath("/b/", "a"), "/b/a"_ba);
        QCOMPARE(remoteParent("/"), "/"_ba);
        QCOMPARE(remoteParent("/a"), "/"_ba);
        QCOMPARE(remoteParent("/a/b/"), "/a"_ba);
        QCOMPARE(remoteName("/a/b/"), "b"_ba);
        QCOMPARE(remoteName("/"), ""_ba);
    }
};

QTEST_GUILESS_MAIN(TestFileListing)
#include "test_filelisting.moc"
