// SPDX-License-Identifier: Apache-2.0
#include "executor/commandscript.h"
#include "localshell.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestCommandScript : public QObject {
    Q_OBJECT

    static inline const QString boundary = u"5eed5eed5eed5eed"_s;

    static Result<CommandResult> captured(const LocalShell &shell, const QString &line)
    {
        const auto ran = shell.run(capturingScript(invocationOfLine(line), {}, boundary));
        return parseCaptured(ran.output, boundary);
    }

private Q_SLOTS:
    void outputAndExitCodeComeBackExactly_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<QByteArray>("errors");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("nothing") << u"true"_s << ""_ba
                                 << ""_ba << 0;
        QTest::newRow("both streams") << u"echo out; echo err >&2; exit 3"_s << "out\n"_ba
                                      << "err\n"_ba << 3;
        QTest::newRow("bytes") << u"printf '\\377\\000\\n\\n'; printf '\\376\\n\\n' >&2"_s
                               << QByteArray("\xFF\0\n\n", 4) << "\xFE\n\n"_ba << 0;
        QTest::newRow("killed") << u"kill -9 $$"_s << ""_ba
                                << ""_ba << 137;
        QTest::newRow("a comment at the end") << u"echo a # b"_s << "a\n"_ba
                                              << ""_ba << 0;
        QTest::newRow("a closing brace") << u"echo }"_s << "}\n"_ba
                                         << ""_ba << 0;
        QTest::newRow("a here-document") << u"cat <<E\nx\nE"_s << "x\n"_ba
                                         << ""_ba << 0;
        QTest::newRow("an imitation of the end") << u"printf '\\n5eed 0\\n'"_s << "\n5eed 0\n"_ba
                                                 << ""_ba << 0;
        QTest::newRow("its own placeholder")
            << u"echo @boundary @invocation"_s << "@boundary @invocation\n"_ba
            << ""_ba << 0;
    }
    void outputAndExitCodeComeBackExactly()
    {
        QFETCH(QString, line);
        const auto result = captured(LocalShell(), line);
        QVERIFY(result);
        QTEST(result->standardOutput, "output");
        QTEST(result->standardError, "errors");
        QTEST(result->exitCode, "exitCode");
        QVERIFY(result->bytesAreExact);
    }

    void busyBoxDoesTheSame()
    {
        LocalShell shell;
        if (!LocalShell::hasBusyBox()) {
            QSKIP("BusyBox is not installed.");
        }
        QVERIFY(shell.useBusyBox());
        const auto result = captured(shell, u"printf '\\377\\000'; head -c 300000 /dev/zero >&2; exit 5"_s);
        QVERIFY(result);
        QCOMPARE(result->standardOutput, QByteArray("\xFF\0", 2));
        QCOMPARE(result->standardError, QByteArray(300'000, '\0'));
        QCOMPARE(result->exitCode, 5);
    }

    void withoutBase64TheTextComesAndSaysSo()
    {
        LocalShell shell;
        QVERIFY(shell.useOnly({u"cat"_s, u"sh"_s}));
        const auto result = captured(shell, u"echo out; echo err >&2; exit 4"_s);
        QVERIFY(result);
        QCOMPARE(result->standardOutput, "out\n"_ba);
        QCOMPARE(result->standardError, "err\n"_ba);
        QCOMPARE(result->exitCode, 4);
        QVERIFY(!result->bytesAreExact);
    }

    void syntaxErrorsStayInsideTheCommand()
    {
        const auto result = captured(LocalShell(), u"echo ) ; }"_s);
        QVERIFY(result);
        QCOMPARE(result->exitCode, 2);
        QVERIFY(result->standardError.contains("yntax error"));
    }

    void aMissingEndIsNoResult_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << ""_ba;
        QTest::newRow("only the encoding") << "base64\n"_ba;
        QTest::newRow("no end") << "base64\n"_ba + "output"_ba.toBase64();
        QTest::newRow("damaged") << "base64\n=a="_ba;
        QTest::newRow("no code") << "cat\nout\n5eed5eed5eed5eed\nerrors"_ba;
    }
    void aMissingEndIsNoResult()
    {
        QFETCH(QByteArray, text);
        const auto result = parseCaptured(text, boundary);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Rejected);
    }

    void aStreamCarriesBytesWhereTheImageCanEncode_data()
    {
        QTest::addColumn<QString>("tools");
        QTest::addColumn<QByteArray>("output");
        const QByteArray exact("a\rb\xFF\0\r\nend", 10);
        QTest::newRow("the usual") << QString() << exact;
        QTest::newRow("BusyBox") << u"busybox"_s << exact;
        // By lines, as the executor reads them.
        QTest::newRow("no base64") << u"sh cat printf"_s << exact + '\n';
    }
    void aStreamCarriesBytesWhereTheImageCanEncode()
    {
        QFETCH(QString, tools);
        LocalShell shell;
        if (tools == "busybox"_L1 && !LocalShell::hasBusyBox()) {
            QSKIP("BusyBox is not installed.");
        }
        QVERIFY(
            tools.isEmpty() ||
            (tools == "busybox"_L1 ? shell.useBusyBox() : shell.useOnly(tools.split(u' '))));
        const auto line = u"printf 'a\\rb\\377\\000\\r\\nend'; printf err >&2; exit 6"_s;
        const auto ran = shell.run(streamingScript(invocationOfLine(line), {}, boundary));
        const auto decoded = [](const QByteArray &text, CommandStreamDecoder &decoder) {
            QByteArray bytes;
            const auto lines = text.endsWith('\n') ? text.chopped(1).split('\n') : text.split('\n');
            for (const auto &part : lines) {
                bytes += decoder.take(part).value();
            }
            return bytes;
        };
        CommandStreamDecoder output(boundary);
        CommandStreamDecoder errors(boundary);
        QTEST(decoded(ran.output, output), "output");
        QCOMPARE(decoded(ran.errors, errors).trimmed(), "err"_ba);
        QVERIFY(output.group() > 1);
        QCOMPARE(ran.exitCode, 6);
    }

    void aDamagedPartOfAStreamIsAnError()
    {
        CommandStreamDecoder decoder(boundary);
        QVERIFY(decoder.take((boundary + u" base64"_s).toLatin1()).value().isEmpty());
        QCOMPARE(decoder.take("YWJj").value(), "abc"_ba);
        QCOMPARE(decoder.take("=a=").error().kind, ErrorKind::Protocol);
    }

    void aTimeoutEndsTheWholeGroup_data()
    {
        QTest::addColumn<QString>("tools");
        QTest::newRow("the usual") << QString();
        QTest::newRow("BusyBox") << u"busybox"_s;
        QTest::newRow("no setsid") << u"sh cat base64 timeout sleep"_s;
    }
    void aTimeoutEndsTheWholeGroup()
    {
        QFETCH(QString, tools);
        LocalShell shell;
        if (tools == "busybox"_L1 && !LocalShell::hasBusyBox()) {
            QSKIP("BusyBox is not installed.");
        }
        QVERIFY(
            tools.isEmpty() ||
            (tools == "busybox"_L1 ? shell.useBusyBox() : shell.useOnly(tools.split(u' '))));
        // Output ends only when everybody who could write has ended.
        const auto line = u"sleep 1000 & sleep 1000 & wait"_s;
        const auto ran = shell.run(capturingScript(invocationOfLine(line), 1s, boundary));
        const auto result = parseCaptured(ran.output, boundary);
        QVERIFY(result);
        QCOMPARE(result->exitCode, 124);
    }

    void whatIgnoresTheEndIsKilled()
    {
        const auto line = u"trap '' TERM; sh -c \"trap '' TERM; while :; do sleep 1; done\" & wait; wait"_s;
        const auto ran = LocalShell().run(capturingScript(invocationOfLine(line), 1s, boundary));
        const auto result = parseCaptured(ran.output, boundary);
        QVERIFY(result);
        QCOMPARE(result->exitCode, 124);
    }

    void aCommandInTimeKeepsItsOwnCodeAndOutput()
    {
        const auto line = u"echo out; echo err >&2; kill -9 $$"_s;
        const auto ran = LocalShell().run(capturingScript(invocationOfLine(line), 60s, boundary));
        const auto result = parseCaptured(ran.output, boundary);
        QVERIFY(result);
        QCOMPARE(result->standardOutput, "out\n"_ba);
        QCOMPARE(result->standardError, "err\n"_ba);
        QCOMPARE(result->exitCode, 128 + 9);
    }

    void ownScriptsAreCutShortOnStderrOnly()
    {
        const auto ran = LocalShell().run(quietScript(
            u"head -c 300000 /dev/zero | tr '\\0' e >&2\nhead -c 300000 /dev/zero | tr '\\0' o\nexit 7"_s));
        QCOMPARE(ran.output, QByteArray(300'000, 'o'));
        QCOMPARE(ran.errors, QByteArray(2000, 'e'));
        QCOMPARE(ran.exitCode, 7);
    }

    void aTimeoutIsToldFromACodeOfTheCommandsOwn()
    {
        QVERIFY(hasTimedOut(124, 1s, 1s));
        QVERIFY(hasTimedOut(137, 3s, 1s));
        QVERIFY(!hasTimedOut(124, 500ms, 1s));
        QVERIFY(!hasTimedOut(124, 5s, {}));
        QVERIFY(!hasTimedOut(1, 5s, 1s));
    }
};

QTEST_GUILESS_MAIN(TestCommandScript)
#include "test_commandscript.moc"
