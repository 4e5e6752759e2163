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
        QList<QByteArray> output;
        QList<QByteArray> errors;
        std::optional<int> exitCode;
        std::optional<Error> failure;
    };

    std::unique_ptr<Observed> observe(const Command &command)
    {
        auto observed = std::make_unique<Observed>();
        auto *to = observed.get();
        to->stream.reset(m_executor->stream(command, nullptr));
        auto *stream = to->stream.get();
        connect(stream, &CommandStream::outputLine, stream, [to](const auto &line) { to->output += line; });
        connect(stream, &CommandStream::errorLine, stream, [to](const auto &line) { to->errors += line; });
        connect(stream, &CommandStream::completed, stream, [to](int code) { to->exitCode = code; });
        connect(stream, &CommandStream::failed, stream, [to](const Error &error) { to->failure = error; });
        stream->start();
        return observed;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.start(), qPrintable(m_sandbox.engine().errorText()));
        m_executor = std::make_unique<ExecutorClient>(m_clock, m_sandbox.endpoint());
    }

    void linesOfBothStreamsArriveAndTheCodeEndsIt()
    {
        const auto seen = observe({u"echo one; echo two >&2; echo; printf three; exit 7"_s, {}, {}, {}});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(*seen->exitCode, 7);
        QCOMPARE(seen->output, (QList<QByteArray>{"one", "", "three"}));
        QCOMPARE(seen->errors, (QList<QByteArray>{"two"}));
        QVERIFY(!seen->failure);
    }

    void linesArriveWhileTheCommandRuns()
    {
        const auto seen =
            observe({u"echo first; until [ -e /tmp/go ]; do sleep 0.05; done; echo second"_s, {}, {}, {}});
        QTRY_COMPARE(seen->output.size(), 1);
        QVERIFY(!seen->exitCode);
        QVERIFY(await(m_executor->writeFile(u"/tmp/go"_s, {}, {})).value());
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(seen->output.size(), 2);
    }

    void loudStderrFlows()
    {
        const auto seen = observe({u"seq 1 40000 >&2"_s, {}, {}, {}});
        QTRY_VERIFY_WITH_TIMEOUT(seen->exitCode, 30'000);
        QCOMPARE(seen->errors.size(), 40'000);
    }

    void aLongCommandIsStreamedToo()
    {
        const auto seen =
            observe({u": '"_s + QString(200'000, u'x') + u"'; echo fine; exit 2"_s, {}, {}, {}});
        QTRY_VERIFY(seen->exitCode);
        QCOMPARE(*seen->exitCode, 2);
        QCOMPARE(seen->output, (QList<QByteArray>{"fine"}));
    }

    void aMissingDirectoryFails()
    {
        const auto seen = observe({u"pwd"_s, u"/no/such/dir"_s, {}, {}});
        QTRY_VERIFY(seen->failure);
        QCOMPARE(seen->failure->kind, ErrorKind::NotFound);
    }

    void aTimeoutFails()
    {
        const auto seen = observe({u"echo begun; sleep 1000"_s, {}, {}, 1s});
        QTRY_VERIFY_WITH_TIMEOUT(seen->failure, 20'000);
        QCOMPARE(seen->failure->kind, ErrorKind::Timeout);
        QCOMPARE(seen->output.size(), 1);
    }

    void cancellingEndsTheCommandSilently()
    {
        const auto seen = observe({u"echo $$; while :; do :; done"_s, {}, {}, {}});
        QTRY_COMPARE(seen->output.size(), 1);
        const auto pid = QString::fromLatin1(seen->output.first());
        seen->stream->cancel();
        const auto isAlive = [&] {
            const auto result = await(m_executor->run({u"kill -0 "_s + pid, {}, {}, {}}, {}));
            return result && *result && (*result)->exitCode == 0;
        };
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(), 20'000);
        QVERIFY(!seen->exitCode);
        QVERIFY(!seen->failure);
    }
};

QTEST_GUILESS_MAIN(TestCommandStream)
#include "test_commandstream.moc"
