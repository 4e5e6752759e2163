// SPDX-License-Identifier: Apache-2.0
#include "localsandbox.h"
#include "support/await.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// The executor's calls and traps, against the one of a local sandbox.
class TestExecutorClient : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    LocalSandbox m_sandbox;
    std::unique_ptr<ExecutorClient> m_executor;

    Result<CommandResult> run(const Command &command)
    {
        return await(m_executor->run(command, {}))
            .value_or(failure(ErrorKind::Timeout, u"The test gave up."_s));
    }
    Result<CommandResult> run(const QString &line) { return run(Command{line, {}, {}, {}}); }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.start(), qPrintable(m_sandbox.engine().errorText()));
        m_executor = std::make_unique<ExecutorClient>(m_clock, m_sandbox.endpoint());
    }

    void healthAnswers() { QVERIFY(await(m_executor->health(5s, {})).value()); }

    void aWrongSecretIsUnauthorized()
    {
        auto endpoint = m_sandbox.endpoint();
        endpoint.secret = u"not-the-secret"_s;
        ExecutorClient stranger(m_clock, endpoint);
        const auto result = await(stranger.processes({}));
        QVERIFY(result && !*result);
        QCOMPARE(result->error().kind, ErrorKind::Unauthorized);
        QVERIFY(!result->error().message.contains(endpoint.secret));
    }

    void runGivesBothStreamsAndTheCode()
    {
        const auto result = run(u"echo hello; echo oops >&2; exit 3"_s);
        QVERIFY(result);
        QCOMPARE(result->standardOutput, "hello\n"_ba);
        QCOMPARE(result->standardError, "oops\n"_ba);
        QCOMPARE(result->exitCode, 3);
    }

    void loudStderrDoesNotHang()
    {
        const auto result = run(u"head -c 2000000 /dev/zero | tr '\\0' e >&2; echo done"_s);
        QVERIFY(result);
        QCOMPARE(result->standardOutput, "done\n"_ba);
        QCOMPARE(result->standardError, QByteArray(2'000'000, 'e'));
    }

    void everyByteOfTheOutputSurvives()
    {
        QByteArray bytes;
        for (int byte = 0; byte < 256; ++byte) {
            bytes += static_cast<char>(byte);
        }
        QString octal;
        for (const char byte : bytes) {
            octal += u"\\%1"_s.arg(static_cast<unsigned char>(byte), 3, 8, QChar(u'0'));
        }
        const auto result = run(u"printf '%1'; printf '%1' >&2"_s.arg(octal));
        QVERIFY(result);
        QCOMPARE(result->standardOutput, bytes);
        QCOMPARE(result->standardError, bytes);
        QVERIFY(result->bytesAreExact);
    }

    void aCommandMayBeLongerThanAnArgument()
    {
        const auto result = run(u"echo '"_s + QString(400'000, u'é') + u"' | wc -c; exit 6"_s);
        QVERIFY(result);
        QCOMPARE(result->standardOutput.trimmed(), "800001"_ba);
        QCOMPARE(result->exitCode, 6);
        QCOMPARE(run(u"ls -d /tmp/.koyeb-command-*"_s)->standardOutput, QByteArray());
    }

    void directoryAndEnvironmentAreTheCommands()
    {
        const auto result =
            run({u"pwd; echo \"$GREETING\""_s, u"/usr"_s, {{u"GREETING"_s, u"salut 'é'"_s}}, {}});
        QVERIFY(result);
        QCOMPARE(result->standardOutput, "/usr\nsalut 'é'\n"_ba);
    }

    void aMissingDirectoryIsNotFoundAndNamed()
    {
        const auto result = run({u"pwd"_s, u"/no/such/dir"_s, {}, {}});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::NotFound);
        QVERIFY(result.error().message.contains("/no/such/dir"_L1));
    }

    void aTimeoutEndsTheCommandInTheSandbox()
    {
        const auto result = run({u"echo $$ > /tmp/timed; sleep 1000"_s, {}, {}, 1s});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        const auto alive = run(u"kill -0 $(cat /tmp/timed)"_s);
        QVERIFY(alive);
        QVERIFY(alive->exitCode != 0);
    }

    void aTimeoutEndsTheCommandsChildrenToo()
    {
        const auto result = run(
            {u"sh -c \"trap '' TERM; while :; do sleep 1; done\" & echo $! > /tmp/child; wait"_s,
             {},
             {},
             1s});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        const auto alive = run(u"kill -0 $(cat /tmp/child)"_s);
        QVERIFY(alive);
        QVERIFY(alive->exitCode != 0);
    }

    void wordsAndInputReachTheCommandAsTheyAre()
    {
        const QByteArray input("line\n\0\xFF", 7);
        const auto result = run({u"printf '%s|'"_s, {}, {}, {}, {u"a b"_s, u"$HOME"_s, u"'"_s}});
        QVERIFY(result);
        QCOMPARE(result->standardOutput, "a b|$HOME|'|"_ba);
        QCOMPARE(result->command, u"printf '%s|'"_s);
        QCOMPARE(result->arguments.size(), 3);
        const auto echoed = run({u"cat; exit 3"_s, {}, {}, 60s, {}, input});
        QVERIFY(echoed);
        QCOMPARE(echoed->standardOutput, input);
        QCOMPARE(echoed->exitCode, 3);
        QCOMPARE(echoed->status(), CommandStatus::Failed);
        QCOMPARE(result->status(), CommandStatus::Finished);
        QCOMPARE(run(u"ls -d /tmp/.koyeb-command-*"_s)->standardOutput, QByteArray());
    }

    void whatIsMadeForACommandIsRemovedWhateverComes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("directory");
        QTest::addColumn<bool>("isLimited");
        QTest::newRow("refused") << u"true"_s << u"/no/such/dir"_s << false;
        QTest::newRow("out of time") << u"sleep 1000"_s << QString() << true;
        QTest::newRow("its shell is killed") << u"kill -9 $PPID"_s << QString() << false;
    }
    void whatIsMadeForACommandIsRemovedWhateverComes()
    {
        QFETCH(const QString, line);
        QFETCH(const QString, directory);
        QFETCH(const bool, isLimited);
        Command command{line, directory, {}, {}, {}, "a secret"};
        if (isLimited) {
            command.timeout = 1s;
        }
        const auto result = run(command);
        QVERIFY(!result || result->exitCode > 128);
        QTRY_COMPARE(run(u"ls -d /tmp/.koyeb-command-*"_s)->standardOutput, QByteArray());
    }

    void aRemovedCommandDoesNotRunLater()
    {
        const Command command{u"echo ran"_s, {}, {}, {}, {}, "input"};
        const auto invocation = await(m_executor->invocationOf(command, {}));
        QVERIFY(invocation && *invocation);
        QVERIFY(run((*invocation)->removal));
        const auto late = run((*invocation)->words);
        QVERIFY(late);
        QCOMPARE(late->standardOutput, QByteArray());
        QVERIFY(late->exitCode != 0);
        QCOMPARE(run(u"ls -d /tmp/.koyeb-command-*"_s)->standardOutput, QByteArray());
    }

    void aCommandThatRunsIsNotRemoved()
    {
        const Command command{
            u"mkfifo /tmp/claim; read -r x < /tmp/claim; cat; rm /tmp/claim"_s, {}, {}, {}, {}, "input"};
        const auto invocation = await(m_executor->invocationOf(command, {}));
        QVERIFY(invocation && *invocation);
        Command background;
        background.line = (*invocation)->words + u" > /tmp/claimed"_s;
        QVERIFY(await(m_executor->startProcess(background, {})).value());
        QTRY_VERIFY(run(u"test -p /tmp/claim"_s)->exitCode == 0);
        QVERIFY(run((*invocation)->removal));
        QVERIFY(run(u"ls -d /tmp/.koyeb-command-*/script"_s)->exitCode == 0);
        QVERIFY(run(u"echo > /tmp/claim"_s));
        QTRY_COMPARE(run(u"cat /tmp/claimed"_s)->standardOutput, "input"_ba);
        QTRY_COMPARE(run(u"ls -d /tmp/.koyeb-command-*"_s)->standardOutput, QByteArray());
    }

    void aSignalIsReportedAsShellsDo() { QCOMPARE(run(u"kill -9 $$"_s)->exitCode, 128 + 9); }

    void processesAreStartedListedAndKilled()
    {
        const auto started = await(m_executor->startProcess({u"sleep 1000"_s, {}, {}, {}}, {}));
        QVERIFY(started && *started);
        QVERIFY((*started)->pid > 0);
        const auto statusOf = [this](const QString &id) {
            const auto processes = await(m_executor->processes({}));
            for (const auto &process : processes->value()) {
                if (process.id == id) {
                    return process.status;
                }
            }
            return QString();
        };
        const auto id = (*started)->id;
        QCOMPARE(statusOf(id), u"running"_s);
        QVERIFY(await(m_executor->killProcess(id, {})).value());
        QTRY_COMPARE(statusOf(id), u"killed"_s);
        const auto again = await(m_executor->killProcess(id, {}));
        QCOMPARE(again->error().kind, ErrorKind::Conflict);
        QVERIFY2(again->error().message.contains("not running"_L1), qPrintable(again->error().message));
    }

    void filesAreWrittenReadListedAndDeleted()
    {
        const auto text = u"héllo\n\0world\n"_s;
        QVERIFY(await(m_executor->makeDirectory(u"/tmp/files/deep"_s, {})).value());
        QVERIFY(await(m_executor->writeFile(u"/tmp/files/a b"_s, text, {})).value());
        QVERIFY(await(m_executor->writePlainFile(u"/tmp/files/plain"_s, "QUJD", {}, {})).value());
        QCOMPARE(await(m_executor->readFile(u"/tmp/files/a b"_s, {}))->value(), text);
        QCOMPARE(await(m_executor->readFile(u"/tmp/files/plain"_s, {}))->value(), u"QUJD"_s);
        const QStringList names{u"a b"_s, u"deep"_s, u"plain"_s};
        QCOMPARE(await(m_executor->listDirectory(u"/tmp/files"_s, {}))->value(), names);
        QVERIFY(await(m_executor->deleteFile(u"/tmp/files/plain"_s, {})).value());
        QCOMPARE(await(m_executor->deleteFile(u"/tmp/files"_s, {}))->error().kind, ErrorKind::Conflict);
        QVERIFY(await(m_executor->deleteDirectory(u"/tmp/files"_s, {})).value());
        QCOMPARE(await(m_executor->readFile(u"/tmp/files/a b"_s, {}))->error().kind, ErrorKind::NotFound);
    }

    void aSecondPortIsAConflictThatNamesTheFirst()
    {
        QVERIFY(await(m_executor->unbindPort({})).value());
        QVERIFY(await(m_executor->bindPort(8080, {})).value());
        QVERIFY(await(m_executor->bindPort(8080, {})).value());
        const auto second = await(m_executor->bindPort(9090, {}));
        QCOMPARE(second->error().kind, ErrorKind::Conflict);
        QVERIFY2(second->error().message.contains("8080"_L1), qPrintable(second->error().message));
        QVERIFY(await(m_executor->unbindPort({})).value());
        QVERIFY(await(m_executor->bindPort(9090, {})).value());
    }
};

QTEST_GUILESS_MAIN(TestExecutorClient)
#include "test_executorclient.moc"
