// SPDX-License-Identifier: Apache-2.0
#include "localsandbox.h"
#include "support/await.h"

#include <QSignalSpy>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// Commands whose output is followed while they run, in a local sandbox.
class TestCommandStream : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    LocalSandbox m_sandbox;
    std::unique_ptr<ExecutorClient> m_executor;

    /// A stream and what it told.
    struct Observed {
        std::unique_ptr<CommandStream> stream;
        QByteArray output;
        QByteArray errors;
        std::optional<int> exitCode;
        std::optional<Error> failure;
    };

    std::unique_ptr<Observed> observe(const Command &command)
    {
        auto observed = std::make_unique<Observed>();
        auto *to = observed.get();
        to->stream.reset(m_executor->stream(command, nullptr));
        auto *stream = to->stream.get();
        connect(
            stream, &CommandStream::outputReceived, stream, [to](const auto &bytes) { to->output += bytes; });
        connect(
            stream, &CommandStream::errorReceived, stream, [to](const auto &bytes) { to->errors += bytes; });
        connect(stream, &CommandStream::completed, stream, [to](int code) { to->exitCode = code; });
        connect(stream, &CommandStream::failed, stream, [to](const Error &error) { to->failure = error; });
        stream->start();
        return observed;
    }

    bool isAlive(const QByteArray &pid)
    {
        const auto line = u"kill -0 "_s + QString::fromLatin1(pid);
        const auto result = await(m_executor->run({line, {}, {}, {}}, {}));
        return result && *result && (*result)->exitCode == 0;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.start(), qPrintable(m_sandbox.engine().errorText()));
        m_executor = std::make_unique<ExecutorClient>(m_clock, m_sandbox.endpoint());
    }

    void bytesOfBothStreamsArriveAndTheCodeEndsIt()
    {
        const auto seen = observe({u"echo one; echo two >&2; echo; printf three; exit 7"_s, {}, {}, {}});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(*seen->exitCode, 7);
        QCOMPARE(seen->output, "one\n\nthree"_ba);
        QCOMPARE(seen->errors, "two\n"_ba);
        QVERIFY(!seen->failure);
    }

    void outputArrivesWhileTheCommandRunsWithoutANewlineToo()
    {
        const auto seen = observe(
            {u"printf 'name? '; until [ -e /tmp/go ]; do sleep 0.05; done; echo second"_s, {}, {}, {}});
        QTRY_COMPARE(seen->output, "name? "_ba);
        QVERIFY(!seen->exitCode);
        QVERIFY(await(m_executor->writeFile(u"/tmp/go"_s, {}, {})).value());
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(seen->output, "name? second\n"_ba);
    }

    void everyByteArrives()
    {
        const auto seen =
            observe({u"printf ' 10%%\\r 20%%\\r\\n\\377\\000\\n'; printf '\\376\\r' >&2"_s, {}, {}, {}});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(seen->output, QByteArray(" 10%\r 20%\r\n\xFF\0\n", 14));
        QCOMPARE(seen->errors, "\xFE\r"_ba);
    }

    void aLongLineArrives()
    {
        const auto seen = observe({u"head -c 20000000 /dev/zero | tr '\\0' x"_s, {}, {}, {}});
        QTRY_VERIFY_WITH_TIMEOUT(seen->exitCode, 60'000);
        QCOMPARE(seen->output.size(), 20'000'000);
        QCOMPARE(seen->output.count('x'), 20'000'000);
    }

    void loudStderrFlows()
    {
        const auto seen = observe({u"seq 1 40000 >&2"_s, {}, {}, {}});
        QTRY_VERIFY_WITH_TIMEOUT(seen->exitCode, 30'000);
        QCOMPARE(seen->errors.count('\n'), 40'000);
    }

    void aSilentCommandEnds()
    {
        const auto seen = observe({u"exit 5"_s, {}, {}, {}});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(*seen->exitCode, 5);
        QVERIFY(seen->output.isEmpty() && seen->errors.isEmpty());
    }

    void aLongCommandIsStreamedToo()
    {
        const auto seen =
            observe({u": '"_s + QString(200'000, u'x') + u"'; echo fine; exit 2"_s, {}, {}, {}});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(*seen->exitCode, 2);
        QCOMPARE(seen->output, "fine\n"_ba);
    }

    void directoryVariablesWordsAndInputAreTheCommands()
    {
        const auto seen = observe(
            {u"pwd; echo \"$A\"; cat; printf %s"_s, u"/usr"_s, {{u"A"_s, u"b c"_s}}, 60s, {u"$x"_s}, "in\n"});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(seen->output, "/usr\nb c\nin\n$x"_ba);
    }

    void aMissingDirectoryFails()
    {
        const auto seen = observe({u"pwd"_s, u"/no/such/dir"_s, {}, {}});
        QTRY_VERIFY(seen->failure);
        QCOMPARE(seen->failure->kind, ErrorKind::NotFound);
    }

    void aTimeoutFailsAndEndsTheGroup()
    {
        const auto seen = observe({u"sleep 1000 & echo $!; wait"_s, {}, {}, 1s});
        QTRY_VERIFY_WITH_TIMEOUT(seen->failure, 20'000);
        QCOMPARE(seen->failure->kind, ErrorKind::Timeout);
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(seen->output), 20'000);
    }

    void cancellingEndsTheCommandAndItsChildrenSilently()
    {
        const auto seen = observe({u"sleep 1000 & echo $!; wait"_s, {}, {}, {}});
        QTRY_VERIFY(seen->output.endsWith('\n'));
        seen->stream->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(seen->output), 20'000);
        QVERIFY(!seen->exitCode);
        QVERIFY(!seen->failure);
    }

    void destroyingAStreamEndsItsCommand()
    {
        const auto seen = observe({u"sleep 1000 & echo $!; wait"_s, {}, {}, {}});
        QTRY_VERIFY(seen->output.endsWith('\n'));
        seen->stream.reset();
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(seen->output), 20'000);
    }

    void whatIsMadeForACommandIsRemovedWhateverComes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("directory");
        QTest::addColumn<bool>("isLimited");
        QTest::newRow("refused") << u"true"_s << u"/no/such/dir"_s << false;
        QTest::newRow("out of time") << u"sleep 1000"_s << QString() << true;
        QTest::newRow("its shell is killed") << u"kill -9 $PPID"_s << QString() << false;
        QTest::newRow("cancelled") << u"echo up; sleep 1000"_s << QString() << false;
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
        const auto seen = observe(command);
        QTRY_VERIFY_WITH_TIMEOUT(seen->failure || seen->exitCode || seen->output == "up\n", 20'000);
        seen->stream->cancel();
        const auto left = [this] {
            const auto listed = await(m_executor->run({u"ls -d /tmp/.koyeb-command-*"_s, {}, {}, {}}, {}));
            return listed && *listed ? (*listed)->standardOutput : "no answer"_ba;
        };
        QTRY_COMPARE_WITH_TIMEOUT(left(), ""_ba, 20'000);
    }
};

QTEST_GUILESS_MAIN(TestCommandStream)
#include "test_commandstream.moc"
