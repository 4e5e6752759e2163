// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsession.h"
#include "fakelink.h"
#include "vt/selection.h"

#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using State = TerminalSession::State;

namespace {

[[nodiscard]] QString allText(const TerminalSession &session)
{
    const Vt::Terminal &terminal = session.terminal();
    QString text;
    Vt::Line line;
    for (auto number = terminal.firstLine(); number < terminal.endLine(); ++number) {
        terminal.readLine(number, line);
        text += QString::fromStdString(Vt::textOf(line, 0, terminal.size().columns)) + u'\n';
    }
    while (text.endsWith(QStringLiteral("\n\n"))) {
        text.chop(1);
    }
    return text;
}

constexpr Vt::Modifiers none{};

} // namespace

class TerminalSessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsWithTheSizeOfTheView();
    void isRunningOnceTheLinkIsOpenOrSpeaks();
    void passesKeysPastesAndAnswersOn();
    void givesNoAnswersToWhoDoesNotRead();
    void tellsTheLinkOfANewSizeOnlyOnce();
    void saysHowTheShellEnded_data();
    void saysHowTheShellEnded();
    void startsAgainOnEnterAndKeepsTheScrollback();
    void tidiesUpAfterAProgramThatWentAway();
    void interpretsAllOutputBeforeItEnds();
    void leavesAFloodAtItsSource();
    void letsTheEventLoopRunDuringAFlood();
    void tellsTitlesAndBells();
    void closesTheLinkWhenItGoes();
    void looksAtTheClockWhileAreasAreFilled();
};

void TerminalSessionTest::startsWithTheSizeOfTheView()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    QCOMPARE(session.state(), State::Idle);
    session.resize({100, 30});
    QVERIFY(links.made.isEmpty());
    session.start();
    QCOMPARE(session.state(), State::Connecting);
    QCOMPARE(links.last()->starts, (QList<Vt::Size>{{100, 30}}));
    session.start();
    QCOMPARE(links.made.size(), 1);
}

void TerminalSessionTest::isRunningOnceTheLinkIsOpenOrSpeaks()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    QSignalSpy states(&session, &TerminalSession::stateChanged);
    session.start();
    links.last()->print("$ ");
    QCOMPARE(session.state(), State::Running);
    Q_EMIT links.last()->opened();
    QCOMPARE(states.size(), 2);
}

void TerminalSessionTest::passesKeysPastesAndAnswersOn()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.typeText(QStringLiteral("lost"), none);
    session.start();
    session.typeText(QStringLiteral("é😀"), none);
    session.pressKey(Vt::Key::Enter, none);
    session.typeText(QStringLiteral("c"), {.control = true});
    session.paste(QStringLiteral("a\nb"));
    QCOMPARE(
        links.last()->input, QByteArray("é😀\r\x03"
                                        "a\rb"));
    links.last()->input.clear();
    links.last()->print("\x1B[6n");
    QTRY_COMPARE(links.last()->input, QByteArray("\x1B[1;1R"));
}

void TerminalSessionTest::givesNoAnswersToWhoDoesNotRead()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.start();
    Q_EMIT links.last()->opened();
    links.last()->unsent = 1'000'000;
    links.last()->print("\x1B[6n");
    QTRY_COMPARE(session.waitingBytes(), 0);
    QCOMPARE(links.last()->input, QByteArray());
    session.typeText(QStringLiteral("c"), {.control = true});
    QCOMPARE(links.last()->input, QByteArray("\x03"));
    links.last()->unsent = 0;
    links.last()->print("\x1B[6n");
    QTRY_COMPARE(links.last()->input, QByteArray("\x03\x1B[1;1R"));
}

void TerminalSessionTest::tellsTheLinkOfANewSizeOnlyOnce()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.start();
    session.resize({90, 20});
    session.resize({90, 20});
    QCOMPARE(links.last()->resizes, (QList<Vt::Size>{{90, 20}}));
}

void TerminalSessionTest::saysHowTheShellEnded_data()
{
    QTest::addColumn<int>("how"); // 0 and above: an exit code; -1 closed; -2 failed; -3 failed before it ran.
    QTest::addColumn<State>("state");
    QTest::addColumn<QString>("notice");
    QTest::newRow("exit code") << 3 << State::Ended
                               << QStringLiteral(
                                      "The shell ended with exit code 3. Press Enter to start again.");
    QTest::newRow("no exit code") << -1 << State::Ended
                                  << QStringLiteral("The shell ended. Press Enter to start again.");
    QTest::newRow("broken") << -2 << State::Failed
                            << QStringLiteral(
                                   "The connection to the sandbox was lost. Press Enter to start again.");
    QTest::newRow("not started") << -3 << State::Failed
                                 << QStringLiteral(
                                        "The shell could not be started. Press Enter to try again.");
}

void TerminalSessionTest::saysHowTheShellEnded()
{
    QFETCH(const int, how);
    QFETCH(const State, state);
    QFETCH(const QString, notice);
    FakeLinks links;
    TerminalSession session(links.factory());
    session.resize({100, 5});
    session.start();
    if (how != -3) {
        links.last()->print("$ exit");
    }
    const auto error = Error::of(ErrorKind::Offline, QStringLiteral("Connection reset."));
    if (how >= 0) {
        Q_EMIT links.last()->exited(how);
    } else if (how == -1) {
        Q_EMIT links.last()->ended();
    } else {
        Q_EMIT links.last()->failed(error);
    }
    QTRY_COMPARE(session.state(), state);
    QCOMPARE(allText(session), (how == -3 ? QString() : QStringLiteral("$ exit\n")) + notice + u'\n');
    QCOMPARE(session.exitCode(), how >= 0 ? std::optional(how) : std::nullopt);
    if (state == State::Failed) {
        QCOMPARE(session.error(), error);
    }
}

void TerminalSessionTest::startsAgainOnEnterAndKeepsTheScrollback()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.start();
    links.last()->print("first\r\n");
    Q_EMIT links.last()->exited(0);
    QTRY_COMPARE(session.state(), State::Ended);
    session.typeText(QStringLiteral("x"), none);
    session.pressKey(Vt::Key::Up, none);
    QCOMPARE(links.made.size(), 1);
    session.pressKey(Vt::Key::Enter, none);
    QCOMPARE(links.made.size(), 2);
    QCOMPARE(session.state(), State::Connecting);
    QCOMPARE(links.last()->input, QByteArray());
    links.last()->print("second");
    QTRY_VERIFY(allText(session).endsWith(QStringLiteral("again.\nsecond\n")));
    QVERIFY(allText(session).startsWith(QStringLiteral("first\n")));
    QTRY_VERIFY(links.made.first().isNull());
}

void TerminalSessionTest::tidiesUpAfterAProgramThatWentAway()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.resize({100, 5});
    session.start();
    links.last()->print(
        "shell\r\n\x1B[?1049h\x1B[?1003;1016h\x1B[?2004h\x1B[?1007l\x1B[?1h\x1B[?25l\x1B[5 q\x1B[5;5H"
        "\x1B]4;1;#123456\a\x1B]10;#123456\a\x1B]11;#123456\a\x1B]12;#123456\a\x1B[31meditor\x1B[12");
    Q_EMIT links.last()->failed(Error::of(ErrorKind::Offline, QStringLiteral("gone")));
    QTRY_COMPARE(session.state(), State::Failed);
    const Vt::Modes modes = session.terminal().modes();
    QVERIFY(!modes.alternateScreen);
    QVERIFY(!modes.applicationCursor);
    QVERIFY(!modes.bracketedPaste);
    QVERIFY(modes.mouse == Vt::MouseTracking::None);
    QVERIFY(modes.mouseEncoding == Vt::MouseEncoding::Bytes);
    QVERIFY(modes.alternateScroll);
    QVERIFY(session.terminal().cursor().visible);
    QVERIFY(session.terminal().cursor().shape == Vt::Cursor::Shape::Block);
    QVERIFY(session.terminal().colours() == Vt::Palette());
    QVERIFY(allText(session).startsWith(QStringLiteral("shell\nThe connection")));
}

void TerminalSessionTest::interpretsAllOutputBeforeItEnds()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.start();
    for (int i = 0; i < 200; ++i) {
        links.last()->print(QByteArray(10'000, 'x') + "\r\n");
    }
    links.last()->print("last words\r\n");
    Q_EMIT links.last()->exited(1);
    QCOMPARE(session.state(), State::Running);
    QTRY_COMPARE_WITH_TIMEOUT(session.state(), State::Ended, 30'000);
    QVERIFY(allText(session).contains(QStringLiteral("last words\nThe shell ended with exit code 1.")));
}

void TerminalSessionTest::leavesAFloodAtItsSource()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.start();
    const QByteArray piece(100'000, 'x');
    int pieces = 0;
    while (links.last()->pauses.isEmpty() && pieces < 100) {
        links.last()->print(piece);
        ++pieces;
    }
    QCOMPARE(links.last()->pauses, QList<bool>{true});
    QVERIFY2(session.waitingBytes() < 400'000, qPrintable(QString::number(session.waitingBytes())));
    QTRY_COMPARE_WITH_TIMEOUT(links.last()->pauses, (QList<bool>{true, false}), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(session.waitingBytes(), 0, 30'000);
}

void TerminalSessionTest::letsTheEventLoopRunDuringAFlood()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.start();
    int slices = 0;
    connect(&session, &TerminalSession::screenChanged, this, [&slices] { ++slices; });
    // Stands for everything else that a window does: it must get its turn between any two slices.
    int turns = 0;
    QTimer turn;
    turn.setInterval(0);
    connect(&turn, &QTimer::timeout, this, [&turns] { ++turns; });
    turn.start();

    constexpr int megabytes = 20;
    const QByteArray line = QByteArray(78, 'y') + "\r\n";
    const QByteArray piece = line.repeated(1024);
    qsizetype sent = 0;
    while (sent < megabytes * 1'000'000) {
        links.last()->print(piece);
        sent += piece.size();
        const bool isPaused = !links.last()->pauses.isEmpty() && links.last()->pauses.last();
        if (isPaused) {
            QTRY_VERIFY_WITH_TIMEOUT(!links.last()->pauses.last(), 60'000);
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(session.waitingBytes(), 0, 60'000);
    // No more than what makes it pause the link is interpreted without a pause, however fast that is.
    QVERIFY2(slices > megabytes / 2, qPrintable(QString::number(slices)));
    QVERIFY2(turns >= slices - 1, qPrintable(QStringLiteral("%1 turns in %2 slices").arg(turns).arg(slices)));
}

void TerminalSessionTest::tellsTitlesAndBells()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    QSignalSpy titles(&session, &TerminalSession::titleChanged);
    QSignalSpy bells(&session, &TerminalSession::bellRang);
    session.start();
    links.last()->print("\x1B]0;root@demo\x07\a\a\a");
    QTRY_COMPARE(titles.size(), 1);
    QCOMPARE(titles.first().first().toString(), QStringLiteral("root@demo"));
    QCOMPARE(bells.size(), 1);
    links.last()->print("\x1B]0;root@demo\x07");
    QTRY_COMPARE(session.waitingBytes(), 0);
    QCOMPARE(titles.size(), 1);
    QCOMPARE(bells.size(), 1);
}

void TerminalSessionTest::closesTheLinkWhenItGoes()
{
    FakeLinks links;
    QObject keeper;
    FakeLink *link = nullptr;
    {
        TerminalSession session([&](QObject *) {
            link = new FakeLink(&keeper);
            return link;
        });
        session.start();
        QVERIFY(!link->isClosed);
    }
    QVERIFY(link->isClosed);
}

/// Each sequence fills a screen of half a million cells.
void TerminalSessionTest::looksAtTheClockWhileAreasAreFilled()
{
    FakeLinks links;
    TerminalSession session(links.factory());
    session.resize(Vt::Terminal::largestSize);
    session.start();
    Q_EMIT links.last()->opened();
    const QByteArray sequence = "\x1B[65;1;1;500;1000$x";
    const QByteArray flood = sequence.repeated(64 * 1024 / sequence.size());
    const QSignalSpy slices(&session, &TerminalSession::screenChanged);
    links.last()->print(flood);
    QTRY_VERIFY(!slices.isEmpty());
    const qsizetype taken = flood.size() - session.waitingBytes();
    QVERIFY2(taken < 4096, qPrintable(QString::number(taken)));
}

QTEST_GUILESS_MAIN(TerminalSessionTest)
#include "terminalsessiontest.moc"
