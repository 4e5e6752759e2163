// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "lib/executor/localsandbox.h"
#include "sandbox/sandbox.h"
#include "support/await.h"
#include "transfer/folderwatch.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using State = FolderWatch::State;

namespace {
constexpr int patienceMs = 60'000;
} // namespace

/// A folder of this computer that a folder of a real sandbox keeps step with.
class TestFolderWatch : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    LocalSandbox m_local;
    std::shared_ptr<Sandbox> m_sandbox;
    std::unique_ptr<QTemporaryDir> m_folder;
    int m_number = 0;

    [[nodiscard]] std::shared_ptr<Sandbox> reach(bool reachable = true)
    {
        SandboxAccess access;
        access.executor = m_local.endpoint();
        access.publicUrl = m_local.publicUrl();
        if (!reachable) {
            access.executor.baseUrl.setPort(1);
        }
        return std::make_shared<Sandbox>(m_clock, access);
    }
    [[nodiscard]] QString remote() const { return u"/tmp/watch%1"_s.arg(m_number); }
    [[nodiscard]] FolderWatchOrder order(bool removes = false)
    {
        FolderWatchOrder order;
        order.sandbox = m_sandbox;
        order.local = m_folder->path().toStdString();
        order.remote = remote().toUtf8();
        order.removes = removes;
        return order;
    }
    void here(const QString &script) const
    {
        QProcess shell;
        shell.setWorkingDirectory(m_folder->path());
        shell.start(u"/bin/sh"_s, {u"-e"_s, u"-c"_s, script});
        QVERIFY(shell.waitForFinished(-1));
        QCOMPARE(shell.exitCode(), 0);
    }
    /// Of a command in the folder of the sandbox.
    [[nodiscard]] QByteArray there(const QString &line)
    {
        const auto command = u"cd %1 2>/dev/null || exit 0; "_s.arg(remote()) + line;
        const auto result = await(m_sandbox->executor().run({command, {}, {}, {}}, {}));
        return result && *result ? (*result)->standardOutput : QByteArray("no result");
    }
    [[nodiscard]] QByteArray listed()
    {
        // Without what is on its way.
        return there(
            u"find . -mindepth 1 -name '.koyeb-part-*' -prune -o -print | grep -vx . | LC_ALL=C sort "
            "| tr '\\n' ' '"_s);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_local.start());
        m_sandbox = reach();
    }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        ++m_number;
    }

    void sendsWhatIsThereAndWhatChanges()
    {
        here(u"mkdir sub; echo one > sub/file; echo temporary > x.tmp"_s);
        FolderWatch watch(m_clock, order());
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(listed(), "./sub ./sub/file "_ba);
        here(u"echo two > sub/file; mkdir -p new/deep; echo three > new/deep/other; echo > y.tmp"_s);
        QTRY_COMPARE_WITH_TIMEOUT(there(u"cat sub/file new/deep/other"_s), "two\nthree\n"_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(listed(), "./new ./new/deep ./new/deep/other ./sub ./sub/file "_ba);
        QVERIFY(watch.problems().isEmpty());
        QVERIFY(watch.sentFiles() >= 3);
    }

    /// But for the moment in which the watcher gathers a batch, see TestFolderWatcher.
    void aChangeIsSentWithoutAPause()
    {
        ManualClock stopped; // Nothing of the watch may wait for it.
        here(u"echo one > file"_s);
        FolderWatch watch(stopped, order());
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        here(u"echo two > file; echo three > other"_s);
        QTRY_COMPARE_WITH_TIMEOUT(there(u"cat file other"_s), "two\nthree\n"_ba, patienceMs);
    }

    void removesOnlyWhereThatIsChosen()
    {
        here(u"mkdir sub; echo > sub/a; echo > sub/b; echo > c"_s);
        {
            FolderWatch watch(m_clock, order());
            watch.start();
            QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
            here(u"rm c; echo > d"_s);
            QTRY_VERIFY_WITH_TIMEOUT(listed().contains("./d "), patienceMs);
            QVERIFY(listed().contains("./c "));
        }
        FolderWatch watch(m_clock, order(true));
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QVERIFY(listed().contains("./c ")); // It has never seen it here.
        QCOMPARE(there(u"echo > sub/theirs"_s), ""_ba);
        here(u"rm -r sub; rm d"_s);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./c ./sub ./sub/theirs "_ba, patienceMs);
    }
    void whatWasChangedThereIsNotRemoved()
    {
        here(u"mkdir sub; echo a > sub/a; echo b > b; echo c > c; ln -s c link; ln -s c other"_s);
        FolderWatch watch(m_clock, order(true));
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        here(u"echo changed > c"_s);
        QTRY_COMPARE_WITH_TIMEOUT(there(u"cat c"_s), "changed\n"_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"echo theirs > sub/a; rm link; echo theirs > link"_s), ""_ba);
        here(u"rm -r sub b c link other"_s);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./link ./sub ./sub/a "_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"cat sub/a link"_s), "theirs\ntheirs\n"_ba);
        here(u"echo > later"_s); // A comparison, after what went wrong, sees it so, too.
        QTRY_VERIFY_WITH_TIMEOUT(listed().contains("./later "), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(watch.problems().isEmpty(), patienceMs);
        QCOMPARE(listed(), "./later ./link ./sub ./sub/a "_ba);
    }
    void whatWasChangedThereDuringAPauseIsNotRemoved()
    {
        here(u"echo a > a; echo b > b"_s);
        FolderWatch watch(m_clock, order(true));
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        watch.pause();
        QCOMPARE(there(u"echo theirs > a"_s), ""_ba);
        here(u"rm a b"_s);
        watch.resume();
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./a "_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"cat a"_s), "theirs\n"_ba);
        QVERIFY(watch.problems().isEmpty());
    }
    void whatWasSentBesideAProblemIsKnown()
    {
        here(u"echo a > a"_s);
        FolderWatch watch(m_clock, order(true));
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"mkdir d"_s), ""_ba);
        here(u"echo d > d; echo f > f; echo g > g"_s);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./a ./d ./f ./g "_ba, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!watch.problems().isEmpty(), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"echo theirs > f"_s), ""_ba);
        here(u"rm d f g"_s);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./a ./d ./f "_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"cat f"_s), "theirs\n"_ba);
    }
    void aRenamedFolderIsRenamedThere()
    {
        here(u"mkdir -p old/in; echo x > old/in/file"_s);
        FolderWatch watch(m_clock, order(true));
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        here(u"mv old new"_s);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./new ./new/in ./new/in/file "_ba, patienceMs);
    }
    void leavesAloneWhatIsNewerThere()
    {
        here(u"echo old > file; touch -d 2001-01-01 file"_s);
        QCOMPARE(
            await(m_sandbox->executor().run({u"mkdir -p "_s + remote(), {}, {}, {}}, {}))->has_value(), true);
        QCOMPARE(there(u"echo theirs > file"_s), ""_ba);
        FolderWatch watch(m_clock, order());
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(there(u"cat file"_s), "theirs\n"_ba);
        here(u"echo mine > file"_s);
        QTRY_COMPARE_WITH_TIMEOUT(there(u"cat file"_s), "mine\n"_ba, patienceMs);
    }
    void goesOnAfterTheWayWasLost()
    {
        here(u"echo > a"_s);
        FolderWatch watch(m_clock, order(true));
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        watch.setSandbox(reach(false));
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Interrupted, patienceMs);
        QCOMPARE(watch.error().kind, ErrorKind::Offline);
        here(u"echo > b; rm a"_s);
        watch.setSandbox(nullptr);
        QCOMPARE(watch.state(), State::Unreachable);
        here(u"echo > c"_s);
        watch.setSandbox(m_sandbox);
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./b ./c "_ba, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        // Nothing of what was on its way stays.
        QTRY_COMPARE_WITH_TIMEOUT(there(u"find /tmp -name '.koyeb-part-*'"_s), ""_ba, patienceMs);
    }
    void sendsNothingWhilePaused()
    {
        FolderWatch watch(m_clock, order());
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        watch.pause();
        QCOMPARE(watch.state(), State::Paused);
        here(u"echo > later"_s);
        QCOMPARE(listed(), ""_ba);
        watch.resume();
        QTRY_COMPARE_WITH_TIMEOUT(listed(), "./later "_ba, patienceMs);
    }
    void ofAFolderThatIsReplacedNothingIsGone()
    {
        here(u"mkdir mounted; echo > mounted/a; echo > mounted/b"_s);
        auto wanted = order(true);
        wanted.local /= "mounted";
        FolderWatch watch(m_clock, wanted);
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(listed(), "./a ./b "_ba);
        watch.pause();
        here(u"mv mounted away; mkdir mounted; echo > mounted/c"_s); // As when a disk is not there.
        watch.resume();
        QTRY_VERIFY_WITH_TIMEOUT(listed().contains("./c "), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QCOMPARE(listed(), "./a ./b ./c "_ba);
    }
    void aFolderThatGoesIsTold()
    {
        FolderWatch watch(m_clock, order());
        watch.start();
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Watching, patienceMs);
        QVERIFY(QDir(m_folder->path()).removeRecursively());
        QTRY_COMPARE_WITH_TIMEOUT(watch.state(), State::Failed, patienceMs);
        QCOMPARE(watch.error().kind, ErrorKind::NotFound);
    }
    void mayEndWhileItSends()
    {
        QFile file(m_folder->filePath(u"large"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(50'000'000));
        auto watch = std::make_unique<FolderWatch>(m_clock, order());
        watch->start();
        QTRY_COMPARE_WITH_TIMEOUT(watch->state(), State::Sending, patienceMs);
        watch.reset();
        const auto left = [&] {
            const QString line = u"ls -d /tmp/.koyeb-part-* 2>/dev/null; true"_s;
            const auto result = await(m_sandbox->executor().run({line, {}, {}, {}}, {}));
            return result && *result ? (*result)->standardOutput : QByteArray("no result");
        };
        QTRY_COMPARE_WITH_TIMEOUT(left(), ""_ba, patienceMs);
    }
};

QTEST_GUILESS_MAIN(TestFolderWatch)
#include "test_folderwatch.moc"
