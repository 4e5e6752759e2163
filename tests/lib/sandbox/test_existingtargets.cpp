// SPDX-License-Identifier: Apache-2.0
#include "lib/executor/localshell.h"
#include "notebook.h"
#include "sandbox/existingfiles.h"
#include "sandbox/uploadscripts.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

enum class Way { Up, Down };

/// `name content seconds` of files, and `name -> target` of links.
using Tree = QList<QByteArray>;

const Tree sourceTree{"newer.txt source 2000",     "older.txt source 1000",     "same.txt same-content 1500",
                      "touched same-content 1700", "changed.tar.gz sourc 1500", "missing source 1000",
                      "sub/.newer source 2000",    "link -> newer.txt",         "blocked source 2000"};
const Tree targetTree{"newer.txt target 1500",     "older.txt target 1500",      "same.txt same-content 1500",
                      "touched same-content 1600", "changed.tar.gz targe 1600",  "sub/.newer target 1500",
                      "link -> older.txt",         "blocked/inside target 1500", "kept target 1500"};

QString makeScript(const QByteArray &folder, const Tree &tree)
{
    auto script = u"mkdir -p -- %1/t && cd %1/t || exit\n"_s.arg(shellQuoted(folder));
    for (const auto &line : tree) {
        const auto words = QString::fromLatin1(line).split(u' ');
        script += u"mkdir -p -- \"$(dirname %1)\" || exit\n"_s.arg(words[0]);
        script += words[1] == u"->"_s
                      ? u"ln -s %2 %1 || exit\n"_s.arg(words[0], words[2])
                      : u"printf %s %2 > %1 && touch -d @%3 %1 || exit\n"_s.arg(words[0], words[1], words[2]);
    }
    return script;
}

QString listScript(const QByteArray &folder)
{
    return u"cd %1/t && find . ! -type d | LC_ALL=C sort | while read -r f; do if [ -h \"$f\" ]; then "
           "printf '%s->%s|' \"${f#./}\" \"$(readlink \"$f\")\"; else "
           "printf '%s=%s|' \"${f#./}\" \"$(cat \"$f\")\"; fi; done"_s.arg(shellQuoted(folder));
}

} // namespace

Q_DECLARE_METATYPE(Way)

/// What becomes of targets that exist, in both directions and with a real local sandbox.
class TestExistingTargets : public QObject {
    Q_OBJECT

    TransferFixture m_fixture;

    std::unique_ptr<Transfer> transfer(
        Way way, const QByteArray &folder, const QByteArray &name, ExistingTarget existing)
    {
        auto &sandbox = m_fixture.sandbox();
        auto *made =
            way == Way::Up
                ? sandbox.upload(m_fixture.fsPath(folder + '/' + name), "/tmp/" + folder, existing, nullptr)
                : sandbox.download(
                      "/tmp/" + folder + '/' + name, m_fixture.fsPath(folder), existing, nullptr);
        return std::unique_ptr<Transfer>(made);
    }
    QByteArray here(const QString &script)
    {
        const auto result = LocalShell().run(script);
        return result.exitCode == 0 ? result.output : "failed: " + result.errors;
    }
    QByteArray atSource(Way way, const QString &script)
    {
        return way == Way::Up ? here(script) : m_fixture.inSandbox(script);
    }
    QByteArray atTarget(Way way, const QString &script)
    {
        return way == Way::Up ? m_fixture.inSandbox(script) : here(script);
    }
    [[nodiscard]] QByteArray sourceFolder(Way way, const QByteArray &folder) const
    {
        return way == Way::Up ? m_fixture.path(folder) : "/tmp/" + folder;
    }
    [[nodiscard]] QByteArray targetFolder(Way way, const QByteArray &folder) const
    {
        return way == Way::Up ? "/tmp/" + folder : m_fixture.path(folder);
    }
    void prepare(Way way, const QByteArray &folder, const Tree &source, const Tree &target)
    {
        QCOMPARE(atSource(way, makeScript(sourceFolder(way, folder), source)), ""_ba);
        QCOMPARE(atTarget(way, makeScript(targetFolder(way, folder), target)), ""_ba);
    }
    static void addWays()
    {
        QTest::addColumn<Way>("way");
        QTest::newRow("up") << Way::Up;
        QTest::newRow("down") << Way::Down;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }
    void cleanup() { m_fixture.useUsualTools(); }

    void keptNamesKeepTheirExtension_data()
    {
        QTest::addColumn<QByteArray>("kept");
        for (const auto &[name, kept] :
             {std::pair("a.txt", "a (2).txt"), std::pair("a", "a (2)"), std::pair(".bashrc", ".bashrc (2)"),
              std::pair(".a.b", ".a (2).b"), std::pair("a.tar.gz", "a (2).tar.gz"), std::pair("a.", "a. (2)"),
              std::pair("a b.c.d", "a b.c (2).d"), std::pair(".tar.gz", ".tar (2).gz"),
              std::pair("it's (1).x", "it's (1) (2).x"), std::pair("\xFF.\xFE", "\xFF (2).\xFE"),
              std::pair("a.tar.", "a.tar (2).")}) {
            QTest::newRow(name) << QByteArray(kept);
        }
    }
    void keptNamesKeepTheirExtension()
    {
        QFETCH(QByteArray, kept);
        const QByteArray name = QTest::currentDataTag();
        QCOMPARE(keptName(name, 2), kept);
        QCOMPARE(keptName(name, 1), name);
        // The sandbox does it in the same way.
        const ScratchFolder folder;
        const auto stage = UploadStage::beside(folder.path(), name, "stage");
        QCOMPARE(
            here(u"cd %1 && mkdir stage && echo new > stage/item && echo old > %2"_s.arg(
                shellQuoted(folder.path()), shellQuoted("./" + name))),
            ""_ba);
        QCOMPARE(here(commitScript(stage, UploadItem::Type::File, ExistingTarget::KeepBoth, {})), ""_ba);
        QCOMPARE(here(u"cat "_s + shellQuoted(folder.path(kept))), "new\n"_ba);
    }

    void foldersAreMergedAsOrdered_data()
    {
        QTest::addColumn<ExistingTarget>("existing");
        QTest::addColumn<QByteArray>("result");
        QTest::addColumn<int>("moved");
        QTest::addColumn<int>("leftOut");
        QTest::addColumn<int>("problems");
        QTest::newRow("overwrite")
            << ExistingTarget::Overwrite
            << "blocked/inside=target|changed.tar.gz=sourc|kept=target|link->newer.txt|missing=source|"
               "newer.txt=source|older.txt=source|same.txt=same-content|sub/.newer=source|"
               "touched=same-content|"_ba
            << 8 << 0 << 1;
        QTest::newRow("newer") << ExistingTarget::Newer
                               << "blocked/inside=target|changed.tar.gz=targe|kept=target|link->older.txt|"
                                  "missing=source|newer.txt=source|older.txt=target|same.txt=same-content|"
                                  "sub/.newer=source|touched=same-content|"_ba
                               << 5 << 3 << 1;
        QTest::newRow("different")
            << ExistingTarget::Different
            << "blocked/inside=target|changed.tar.gz=sourc|kept=target|link->newer.txt|missing=source|"
               "newer.txt=source|older.txt=source|same.txt=same-content|sub/.newer=source|"
               "touched=same-content|"_ba
            << 6 << 2 << 1;
        QTest::newRow("keep both")
            << ExistingTarget::KeepBoth
            << "blocked (2)=source|blocked/inside=target|changed (2).tar.gz=sourc|changed.tar.gz=targe|"
               "kept=target|link (2)->newer.txt|link->older.txt|missing=source|newer (2).txt=source|"
               "newer.txt=target|older (2).txt=source|older.txt=target|same (2).txt=same-content|"
               "same.txt=same-content|sub/.newer=target|sub/.newer (2)=source|touched=same-content|"
               "touched (2)=same-content|"_ba
            << 8 << 0 << 0;
        QTest::newRow("skip") << ExistingTarget::Skip
                              << "blocked/inside=target|changed.tar.gz=targe|kept=target|link->older.txt|"
                                 "missing=source|newer.txt=target|older.txt=target|same.txt=same-content|"
                                 "sub/.newer=target|touched=same-content|"_ba
                              << 1 << 8 << 0;
    }
    void foldersAreMergedAsOrdered()
    {
        QFETCH(ExistingTarget, existing);
        QFETCH(QByteArray, result);
        for (const auto &[way, prefix, isBusyBox] :
             {std::tuple(Way::Up, "up-"_ba, false), std::tuple(Way::Down, "down-"_ba, false),
              std::tuple(Way::Up, "busybox-up-"_ba, true), std::tuple(Way::Down, "busybox-down-"_ba, true)}) {
            if (isBusyBox) {
                m_fixture.useBusyBox();
            }
            const auto folder = prefix + QByteArray(QTest::currentDataTag()).replace(' ', '-');
            auto source = sourceTree;
            if (existing == ExistingTarget::Newer) {
                // Links have the time of now; the target's is made later.
                QVERIFY(source.removeOne("link -> newer.txt"));
            }
            prepare(way, folder, source, targetTree);
            const auto outcome = outcomeOf(transfer(way, folder, "t", existing).release());
            QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
            QByteArray found = atTarget(way, listScript(targetFolder(way, folder)));
            QCOMPARE(sorted(found), sorted(result));
            QTEST(int(outcome.problems.size()), "problems");
            QTEST(int(outcome.progress.leftOutFiles), "leftOut");
            QTEST(int(outcome.progress.doneFiles), "moved");
            QTRY_COMPARE(
                atTarget(
                    way, u"ls -d %1/.koyeb-part-* 2>/dev/null; true"_s.arg(
                             shellQuoted(targetFolder(way, folder)))),
                ""_ba);
        }
    }
    /// The order of sort depends on the locale's opinion of spaces.
    static QList<QByteArray> sorted(const QByteArray &listing)
    {
        auto lines = listing.split('|');
        std::sort(lines.begin(), lines.end());
        return lines;
    }

    void aFileAloneIsTreatedInTheSameWay_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<ExistingTarget>("existing");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("result");
        for (const auto way : {Way::Up, Way::Down}) {
            const auto row = [way](const char *text) -> QTestData & {
                return QTest::addRow("%s %s", way == Way::Up ? "up" : "down", text) << way;
            };
            row("older") << ExistingTarget::Newer << "older.txt"_ba
                         << "older.txt=target|"_ba;
            row("newer") << ExistingTarget::Newer << "newer.txt"_ba
                         << "newer.txt=source|"_ba;
            row("same") << ExistingTarget::Different << "touched"_ba
                        << "touched=same-content|"_ba;
            row("changed") << ExistingTarget::Different << "changed.tar.gz"_ba
                           << "changed.tar.gz=sourc|"_ba;
            row("both") << ExistingTarget::KeepBoth << "newer.txt"_ba
                        << "newer (2).txt=source|newer.txt=target|"_ba;
            row("both, a folder") << ExistingTarget::KeepBoth << "blocked"_ba
                                  << "blocked (2)=source|blocked/inside=target|"_ba;
            row("skipped") << ExistingTarget::Skip << "newer.txt"_ba
                           << "newer.txt=target|"_ba;
            row("skipped, a folder") << ExistingTarget::Skip << "blocked"_ba
                                     << "blocked/inside=target|"_ba;
            row("nothing there") << ExistingTarget::Skip << "missing"_ba
                                 << "missing=source|"_ba;
        }
    }
    void aFileAloneIsTreatedInTheSameWay()
    {
        QFETCH(Way, way);
        QFETCH(ExistingTarget, existing);
        QFETCH(QByteArray, name);
        const auto folder = "alone-" + QByteArray(QTest::currentDataTag()).replace(' ', '-');
        Tree source = sourceTree;
        source.removeIf([&](const QByteArray &line) { return !line.startsWith(name + ' '); });
        Tree target = targetTree;
        target.removeIf([&](const QByteArray &line) {
            return !line.startsWith(name + ' ') && !line.startsWith(name + '/');
        });
        prepare(way, folder, source, target);
        const auto outcome = outcomeOf(transfer(way, folder + "/t", name, existing).release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QFETCH(QByteArray, result);
        // Its temporary goes in the background.
        QTRY_COMPARE(atTarget(way, listScript(targetFolder(way, folder))), result);
        QVERIFY(outcome.problems.isEmpty());
    }

    void whatIsLeftOutIsNotSent()
    {
        m_fixture.makeFolder("unsent");
        m_fixture.makeFile("unsent/big", randomBytes(4'000'000));
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/unsent && echo old > /tmp/unsent/big"_s), ""_ba);
        const auto outcome = outcomeOf(transfer(Way::Up, "unsent", "big", ExistingTarget::Skip).release());
        QVERIFY(outcome.isFinished);
        QCOMPARE(outcome.progress.totalBytes, 0);
        QCOMPARE(outcome.progress.leftOutFiles, 1);
        QCOMPARE(m_fixture.inSandbox(u"ls -A /tmp/unsent; cat /tmp/unsent/big"_s), "big\nold\n"_ba);
    }

    void aTargetThatAppearsMeanwhileIsNotReplaced_data()
    {
        QTest::addColumn<ExistingTarget>("existing");
        QTest::newRow("skip") << ExistingTarget::Skip;
        QTest::newRow("newer") << ExistingTarget::Newer;
    }
    void aTargetThatAppearsMeanwhileIsNotReplaced()
    {
        QFETCH(ExistingTarget, existing);
        const QByteArray folder = QByteArray("late-") + QTest::currentDataTag();
        m_fixture.makeFolder(folder);
        m_fixture.makeFile(folder + "/late", "source");
        const auto target = QString::fromLatin1("/tmp/" + folder);
        QCOMPARE(m_fixture.inSandbox(u"mkdir "_s + target), ""_ba);
        // The target was looked at before anything is placed.
        m_fixture.intercept("chmod", u"echo meanwhile > %1/late"_s.arg(target));
        QVERIFY(outcomeOf(transfer(Way::Up, folder, "late", existing).release()).isFinished);
        QCOMPARE(m_fixture.inSandbox(u"cat %1/late"_s.arg(target)), "meanwhile\n"_ba);
    }

    // Without find and stat nothing can be compared; the end looks for itself.
    void imagesWithoutToolsToCompareKeepWhatIsThere()
    {
        m_fixture.makeFolder("bare");
        m_fixture.makeFile("bare/file", "source");
        QCOMPARE(m_fixture.inSandbox(u"mkdir /tmp/bare && echo old > /tmp/bare/file"_s), ""_ba);
        m_fixture.useBusyBox(
            {u"base64"_s, u"dd"_s, u"sha256sum"_s, u"mv"_s, u"mkdir"_s, u"rm"_s, u"ls"_s, u"chmod"_s,
             u"touch"_s, u"printf"_s, u"cut"_s, u"cat"_s});
        const auto outcome = outcomeOf(transfer(Way::Up, "bare", "file", ExistingTarget::Skip).release());
        QVERIFY2(outcome.isFinished, outcome.failure ? qPrintable(outcome.failure->message) : "no end");
        QCOMPARE(m_fixture.inSandbox(u"cat /tmp/bare/file"_s), "old\n"_ba);
    }

    // The answer to the commit is lost; without care the next attempt would keep all of it once more.
    void whatIsKeptBesideIsKeptOnce_data() { addWays(); }
    void whatIsKeptBesideIsKeptOnce()
    {
        QFETCH(Way, way);
        for (const auto &name : {"newer.txt"_ba, ""_ba}) {
            const auto folder = QByteArray("once-") + QTest::currentDataTag() + name;
            prepare(way, folder, {"newer.txt source 2000"}, {"newer.txt target 1500"});
            const auto parent = name.isEmpty() ? folder : folder + "/t";
            const auto item = name.isEmpty() ? "t"_ba : name;
            auto book = std::make_shared<Notebook>();
            TransferCheckpoint checkpoint;
            book->onNote = [&] {
                checkpoint = book->checkpoint();
            };
            auto first = transfer(way, parent, item, ExistingTarget::KeepBoth);
            first->setNotes(book);
            QVERIFY(outcomeOf(first.release()).isFinished);
            QVERIFY(checkpoint.isCommitting);
            const auto stage = shellQuoted(targetFolder(way, parent) + '/' + checkpoint.stage);
            QTRY_COMPARE(atTarget(way, u"ls -d %1 2>/dev/null; true"_s.arg(stage)), ""_ba);
            // The stage is gone with its end, or is still there and empty.
            for (const bool isStageThere : {false, true}) {
                if (isStageThere && !name.isEmpty()) {
                    QCOMPARE(atTarget(way, u"mkdir "_s + stage), ""_ba);
                } else if (isStageThere) {
                    QCOMPARE(atTarget(way, u"mkdir -p %1/item"_s.arg(stage)), ""_ba);
                } else if (name.isEmpty()) {
                    continue; // What of a folder was kept under another name is not searched for.
                }
                auto second = transfer(way, parent, item, ExistingTarget::KeepBoth);
                second->setNotes(std::make_shared<Notebook>());
                second->resumeFrom(checkpoint);
                QVERIFY(outcomeOf(second.release()).isFinished);
                QTRY_COMPARE(
                    atTarget(way, listScript(targetFolder(way, folder))),
                    "newer (2).txt=source|newer.txt=target|"_ba);
                QTRY_COMPARE(atTarget(way, u"ls -d %1 2>/dev/null; true"_s.arg(stage)), ""_ba);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestExistingTargets)
#include "test_existingtargets.moc"
