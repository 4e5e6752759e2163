// SPDX-License-Identifier: Apache-2.0
#include "sandbox/processfollower.h"
#include "transferfixture.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// Background processes of a real local sandbox.
class TestProcesses : public QObject {
    Q_OBJECT

    using Status = SandboxProcess::Status;

    TransferFixture m_fixture;

    Processes &processes() { return m_fixture.sandbox().processes(); }
    SandboxProcess launch(const QString &line)
    {
        const auto process = await(processes().launch({line, {}, {}, {}}, {}));
        return process ? process->value_or(SandboxProcess()) : SandboxProcess();
    }
    std::optional<SandboxProcess> find(const QString &id)
    {
        const auto all = await(processes().list({}));
        if (!all || !*all) {
            return {};
        }
        const auto found = std::find_if(
            (*all)->cbegin(), (*all)->cend(), [&](const auto &process) { return process.id == id; });
        return found == (*all)->cend() ? std::nullopt : std::optional(*found);
    }
    Status statusOf(const QString &id)
    {
        const auto process = find(id);
        return process ? process->status : Status::Lost;
    }
    QByteArray directoryOf(const QByteArray &value)
    {
        const auto found = await(processes().sessionDirectory("MARK", value, {}));
        if (!found || (!*found && (*found).error().kind != ErrorKind::NotFound)) {
            return "no answer";
        }
        return found->value_or("none");
    }
    bool isAlive(const QByteArray &pid)
    {
        return m_fixture.inSandbox(u"kill -0 %1 2>/dev/null && echo yes"_s.arg(QString::fromLatin1(pid))) ==
               "yes\n"_ba;
    }
    /// What a follower told, from its start to its end.
    struct Followed {
        QByteArray output;
        QByteArray errors;
        std::optional<SandboxProcess> process;
        std::optional<Error> failure;
    };
    Followed follow(const QString &id, const ProcessOutputPosition &from = {})
    {
        Followed told;
        const std::unique_ptr<ProcessFollower> follower(processes().follow(id, from, nullptr));
        connect(
            follower.get(), &ProcessFollower::outputReceived, this, [&](const auto &b) { told.output += b; });
        connect(
            follower.get(), &ProcessFollower::errorReceived, this, [&](const auto &b) { told.errors += b; });
        connect(follower.get(), &ProcessFollower::ended, this, [&](const auto &p) { told.process = p; });
        connect(follower.get(), &ProcessFollower::failed, this, [&](const auto &e) { told.failure = e; });
        follower->start();
        (void)QTest::qWaitFor([&] { return told.process || told.failure; }, 60'000);
        return told;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void aSessionIsFoundByItsEnvironment()
    {
        QCOMPARE(directoryOf("nobody"), QByteArray("none"));
        // What the session's first process starts elsewhere has the same in its environment.
        QCOMPARE(
            m_fixture.inSandbox(u"mkdir -p '/tmp/odd )\nplace' && cd '/tmp/odd )\nplace' && "
                                "MARK=mine setsid sh -c '(cd / && sleep 4711) & sleep 4711' >&- 2>&- & "
                                "sleep 0"_s),
            QByteArray());
        QTRY_COMPARE_WITH_TIMEOUT(directoryOf("mine"), QByteArray("/tmp/odd )\nplace"), 30'000);
        QCOMPARE(m_fixture.inSandbox(u"pkill -x -f 'sleep 4711'; true"_s), QByteArray());
        QTRY_COMPARE_WITH_TIMEOUT(directoryOf("mine"), QByteArray("none"), 30'000);
    }
    void nothingIsEndedWhereNothingWasStarted()
    {
        QCOMPARE(await(processes().killAll(Processes::defaultGrace, {}))->value(), 0);
    }

    void aProcessIsLaunchedListedAndEnds()
    {
        const auto launched =
            launch(u"echo hello; echo oops >&2; until [ -e /tmp/go ]; do sleep 0.05; done; exit 3"_s);
        QVERIFY(!launched.id.isEmpty());
        QVERIFY(launched.pid > 1);
        QCOMPARE(launched.status, Status::Running);
        QVERIFY(launched.startedAt.isValid());
        QVERIFY(!launched.exitCode);
        QVERIFY(launched.command.startsWith("echo hello"_L1));
        QCOMPARE(statusOf(launched.id), Status::Running);
        QCOMPARE(m_fixture.inSandbox(u": > /tmp/go"_s), ""_ba);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(launched.id), Status::Failed, 20'000);
        const auto ended = find(launched.id);
        QCOMPARE(ended->exitCode, 3);
        QVERIFY(ended->completedAt >= ended->startedAt);
        QCOMPARE(ended->outputBytes, 6);
        QCOMPARE(ended->errorBytes, 5);
        const auto done = launch(u"true"_s);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(done.id), Status::Completed, 20'000);
    }

    void directoryVariablesAndWordsAreTheProcesses()
    {
        const auto process = await(processes().launch(
            {u"pwd; printf '%s\\n' \"$A\""_s, u"/usr"_s, {{u"A"_s, u"b 'c'"_s}}, {}, {u"$x y"_s}}, {}));
        QVERIFY(process && *process);
        const auto told = follow((*process)->id);
        QVERIFY(told.process);
        QCOMPARE(told.output, "/usr\nb 'c'\n$x y\n"_ba);
    }

    void aCommandMayBeLongerThanAnArgument()
    {
        const auto process = launch(u"printf %s '"_s + QString(300'000, u'x') + u"' | wc -c"_s);
        const auto told = follow(process.id);
        QCOMPARE(told.output.trimmed(), "300000"_ba);
        QVERIFY(process.command.size() < 10'000);
    }

    void whatIsMadeForACommandGoesWithTheProcess()
    {
        const auto left = u"ls -d /tmp/.koyeb-command-* 2>/dev/null || true"_s;
        const auto process = await(processes().launch({u"sleep 1000"_s, {}, {}, {}, {}, "a secret"}, {}));
        QVERIFY(process && *process);
        QVERIFY(!m_fixture.inSandbox(left).isEmpty());
        QVERIFY(await(processes().kill((*process)->id, Processes::defaultGrace, {}))->has_value());
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture.inSandbox(left), ""_ba, 20'000);
    }

    void aMissingDirectoryIsNotFoundAndLeavesNothing()
    {
        const auto count = u"{ ls /tmp/.koyeb-processes; ls -d /tmp/.koyeb-command-*; } 2>&1 | wc -l"_s;
        const auto before = m_fixture.inSandbox(count);
        const auto process =
            await(processes().launch({u"pwd"_s, u"/no/such/dir"_s, {}, {}, {}, "a secret"}, {}));
        QCOMPARE(process->error().kind, ErrorKind::NotFound);
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture.inSandbox(count), before, 20'000);
    }

    void killingTakesTheChildrenAlong()
    {
        const auto process = launch(u"sleep 1000 & echo $!; sleep 1000 & echo $!; wait"_s);
        QByteArray output;
        const auto hasOutput = [&] {
            output = await(processes().read(process.id, {}, 1000, {}))->value().output;
            return output.count('\n') == 2;
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasOutput(), 20'000);
        QVERIFY(await(processes().kill(process.id, Processes::defaultGrace, {}))->has_value());
        for (const auto &child : output.trimmed().split('\n')) {
            QVERIFY(!isAlive(child));
        }
        QCOMPARE(statusOf(process.id), Status::Killed);
        QCOMPARE(find(process.id)->exitCode, 128 + 15);
        const auto again = await(processes().kill(process.id, Processes::defaultGrace, {}));
        QCOMPARE(again->error().kind, ErrorKind::Conflict);
        const auto unknown = await(processes().kill(u"nobody"_s, Processes::defaultGrace, {}));
        QCOMPARE(unknown->error().kind, ErrorKind::NotFound);
    }

    void whatIsAskedMayTidyUpFirst()
    {
        const auto process =
            launch(u"trap 'echo tidy; exit 4' TERM; echo up; while :; do sleep 0.05; done"_s);
        QTRY_VERIFY_WITH_TIMEOUT(find(process.id)->outputBytes > 0, 20'000);
        QVERIFY(await(processes().kill(process.id, 60s, {}), 60'000)->has_value());
        const auto told = follow(process.id);
        QCOMPARE(told.output, "up\ntidy\n"_ba);
        QCOMPARE(told.process->exitCode, 4);
    }

    void whatIgnoresTheEndIsKilled()
    {
        const auto process = launch(
            u"trap '' TERM; sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 0.05; done\" & while :; do sleep 0.05; done"_s);
        QTRY_VERIFY_WITH_TIMEOUT(find(process.id)->outputBytes > 0, 20'000);
        const auto child = await(processes().read(process.id, {}, 1000, {}))->value().output.trimmed();
        QVERIFY(await(processes().kill(process.id, 300ms, {}))->has_value());
        QVERIFY(!isAlive(child));
        QCOMPARE(find(process.id)->exitCode, 128 + 9);
    }

    void everythingIsKilledAndCounted()
    {
        (void)await(processes().killAll(0ms, {}));
        const auto first = launch(u"sleep 1000"_s);
        const auto second = launch(u"sleep 1000 & wait"_s);
        const auto strange =
            await(m_fixture.sandbox().executor().startProcess({u"sleep 1000"_s, {}, {}, {}}, {}));
        const auto known = find((*strange)->id);
        QVERIFY(known);
        QVERIFY(!known->isSupervised);
        QCOMPARE(known->command, u"sleep 1000"_s);
        QCOMPARE(await(processes().killAll(Processes::defaultGrace, {}), 60'000)->value(), 3);
        QCOMPARE(statusOf(first.id), Status::Killed);
        QCOMPARE(statusOf(second.id), Status::Killed);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf((*strange)->id), Status::Killed, 20'000);
        QCOMPARE(await(processes().killAll(Processes::defaultGrace, {}), 60'000)->value(), 0);
    }

    void aProcessOfSomebodyElseIsKilled()
    {
        const auto strange =
            await(m_fixture.sandbox().executor().startProcess({u"exec sleep 1000"_s, {}, {}, {}}, {}));
        QVERIFY(await(processes().kill((*strange)->id, 0ms, {}))->has_value());
        QTRY_COMPARE_WITH_TIMEOUT(statusOf((*strange)->id), Status::Killed, 20'000);
        const auto output = await(processes().read((*strange)->id, {}, 1000, {}));
        QCOMPARE(output->error().kind, ErrorKind::NotFound);
    }

    void theOutputOfAnEndedProcessIsCompleteHoweverLong()
    {
        // Ten times what ends an executor that is asked for the log itself.
        const auto process = launch(
            u"head -c 300000000 /dev/zero | tr '\\0' x | fold -w 3000; printf 'end\\377\\r'; seq 100000 >&2"_s);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(process.id), Status::Completed, 60'000);
        const auto size = find(process.id)->outputBytes;
        QCOMPARE(size, 300'000'000 + 100'000 + 5 - 1);
        // From anywhere.
        const auto told = follow(process.id, {size - 3'000'005, 0});
        QCOMPARE(told.output.size(), 3'000'005);
        QVERIFY(told.output.endsWith("xend\xFF\r"));
        QVERIFY(told.errors.endsWith("99999\n100000\n"));
        QCOMPARE(told.process->status, Status::Completed);
        QVERIFY(await(m_fixture.sandbox().executor().health(5s, {}))->has_value());
        QVERIFY(await(processes().forget(process.id, {}))->has_value());
    }

    void outputIsFollowedWhileItIsWritten()
    {
        const auto process =
            launch(u"printf 'one '; until [ -e /tmp/more ]; do sleep 0.05; done; printf two"_s);
        const std::unique_ptr<ProcessFollower> follower(processes().follow(process.id, {}, nullptr));
        QByteArray output;
        QSignalSpy ended(follower.get(), &ProcessFollower::ended);
        connect(follower.get(), &ProcessFollower::outputReceived, this, [&](const auto &bytes) {
            output += bytes;
        });
        follower->start();
        QTRY_COMPARE_WITH_TIMEOUT(output, "one "_ba, 20'000);
        QCOMPARE(ended.size(), 0);
        QCOMPARE(m_fixture.inSandbox(u": > /tmp/more"_s), ""_ba);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20'000);
        QCOMPARE(output, "one two"_ba);
        QCOMPARE(follower->position().output, 7);
    }

    void aFollowerIsSilentOnceStopped()
    {
        const auto process = launch(u"yes"_s);
        const std::unique_ptr<ProcessFollower> follower(processes().follow(process.id, {}, nullptr));
        QSignalSpy received(follower.get(), &ProcessFollower::outputReceived);
        follower->start();
        QTRY_VERIFY_WITH_TIMEOUT(!received.isEmpty(), 20'000);
        follower->stop();
        const auto count = received.size();
        QVERIFY(await(processes().kill(process.id, 0ms, {}))->has_value());
        QCOMPARE(received.size(), count);
        QVERIFY(await(processes().forget(process.id, {}))->has_value());
    }

    void anotherProgramSeesTheSame()
    {
        const auto process = launch(u"sleep 1000"_s);
        SystemClock clock;
        Sandbox other(clock, m_fixture.sandbox().access());
        const auto seen = await(other.processes().list({}));
        QVERIFY(std::any_of(
            (*seen)->cbegin(), (*seen)->cend(), [&](const auto &entry) { return entry == process; }));
        QVERIFY(await(other.processes().kill(process.id, 0ms, {}))->has_value());
        QCOMPARE(statusOf(process.id), Status::Killed);
    }

    void aProcessIsForgottenOnceItHasEnded()
    {
        const auto process = launch(u"sleep 1000"_s);
        QCOMPARE(await(processes().forget(process.id, {}))->error().kind, ErrorKind::Conflict);
        QVERIFY(await(processes().kill(process.id, 0ms, {}))->has_value());
        QVERIFY(await(processes().forget(process.id, {}))->has_value());
        QVERIFY(!find(process.id));
        QCOMPARE(await(processes().read(process.id, {}, 10, {}))->error().kind, ErrorKind::NotFound);
        QCOMPARE(await(processes().forget(process.id, {}))->error().kind, ErrorKind::NotFound);
    }

    void aLostAnswerIsLookedInto_data()
    {
        QTest::addColumn<bool>("happened");
        QTest::newRow("it happened") << true;
        QTest::newRow("it did not") << false;
    }
    void aLostAnswerIsLookedInto()
    {
        QFETCH(bool, happened);
        QJsonObject fault{{u"part"_s, u"executor"_s}, {u"path"_s, u"/start_process"_s}};
        // What is cut is carried out, what is refused is not.
        fault.insert(happened ? u"cut_after_bytes"_s : u"status"_s, happened ? 0 : 502);
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, fault}}));
        const auto mark = u"mark-%1"_s.arg(happened);
        const auto process =
            await(processes().launch({u"echo x >> /tmp/%1; sleep 1000"_s.arg(mark), {}, {}, {}}, {}), 60'000);
        QVERIFY(process);
        QCOMPARE(process->has_value(), happened);
        if (happened) {
            QTRY_COMPARE_WITH_TIMEOUT(m_fixture.inSandbox(u"cat /tmp/"_s + mark), "x\n"_ba, 20'000);
            QVERIFY(await(processes().kill((*process)->id, 0ms, {}))->has_value());
        } else {
            QCOMPARE(process->error().kind, ErrorKind::Server);
        }
    }

    void aProcessThatNobodySawEndIsLost()
    {
        const auto process = launch(u"exec sleep 1000"_s);
        // Its supervisor goes first, as when the sandbox is restarted.
        QCOMPARE(
            m_fixture.inSandbox(
                u"kill -9 $(cut -d' ' -f3 /tmp/.koyeb-processes/%1/started | head -n1) %2"_s.arg(process.id)
                    .arg(process.pid)),
            ""_ba);
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(process.id), Status::Lost, 20'000);
        QVERIFY(await(processes().forget(process.id, {}))->has_value());
    }
};

QTEST_GUILESS_MAIN(TestProcesses)
#include "test_processes.moc"
