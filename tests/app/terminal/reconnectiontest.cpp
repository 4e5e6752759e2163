// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/reconnection.h"
#include "core/manualclock.h"
#include "fakelink.h"
#include "terminal/terminalsession.h"
#include "vt/selection.h"

#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace std::chrono_literals;
using State = TerminalSession::State;

namespace {

[[nodiscard]] Error offline()
{
    return Error::of(ErrorKind::Offline, QStringLiteral("Connection reset."));
}

[[nodiscard]] QString screenText(const TerminalSession &session)
{
    QString text;
    Vt::Line line;
    for (auto number = session.terminal().firstLine(); number < session.terminal().endLine(); ++number) {
        session.terminal().readLine(number, line);
        text += QString::fromStdString(Vt::textOf(line, 0, session.terminal().size().columns)) + u'\n';
    }
    return text.trimmed();
}

} // namespace

class ReconnectionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void triesAgainLessAndLessOften();
    void countsDown();
    void beginsAnewAfterAGoodConnection();
    void canBeHurriedAndStopped();
    void leavesOtherEndsAlone_data();
    void leavesOtherEndsAlone();
    void givesUpOnWhatTimeDoesNotHeal();
    void waitsAsLongAsTheServerAsks();
    void waitsForASandboxThatSleeps();
    void saysThatTheShellIsANewOne();
    void saysNothingOfAShellThatWasKept();

private:
    void lose(const Error &error = offline())
    {
        Q_EMIT m_links.last()->failed(error);
        QTRY_COMPARE(m_session->state(), State::Failed);
    }
    void speak(const QByteArray &text = "$ ")
    {
        m_links.last()->print(text);
        QTRY_COMPARE(m_session->waitingBytes(), 0);
    }

    ManualClock m_clock;
    FakeLinks m_links;
    std::unique_ptr<TerminalSession> m_session;
    std::unique_ptr<Reconnection> m_reconnection;
};

void ReconnectionTest::init()
{
    m_links = {};
    m_session = std::make_unique<TerminalSession>(m_links.factory());
    m_reconnection = std::make_unique<Reconnection>(m_clock, *m_session);
    m_session->start();
}

void ReconnectionTest::cleanup()
{
    m_reconnection.reset();
    m_session.reset();
}

void ReconnectionTest::triesAgainLessAndLessOften()
{
    speak();
    for (const auto delay : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        lose();
        QVERIFY(m_reconnection->isPending());
        const auto attempts = m_links.made.size();
        m_clock.advance(delay - 1ms);
        QCOMPARE(m_links.made.size(), attempts);
        m_clock.advance(1ms);
        QCOMPARE(m_links.made.size(), attempts + 1);
        QVERIFY(!m_reconnection->isPending());
    }
    QCOMPARE(screenText(*m_session).count(QStringLiteral("was lost")), 1);
    QVERIFY(!screenText(*m_session).contains(QStringLiteral("could not be started")));
}

void ReconnectionTest::countsDown()
{
    speak();
    lose();
    m_clock.advance(1s);
    lose();
    m_clock.advance(2s);
    lose();
    QList<int> seconds{m_reconnection->secondsLeft()};
    connect(m_reconnection.get(), &Reconnection::changed, this, [&] {
        if (m_reconnection->isPending()) {
            seconds.append(m_reconnection->secondsLeft());
        }
    });
    m_clock.advance(3'900ms);
    QCOMPARE(seconds, (QList<int>{4, 3, 2, 1}));
}

void ReconnectionTest::beginsAnewAfterAGoodConnection()
{
    speak();
    lose();
    m_clock.advance(1s);
    lose();
    m_clock.advance(2s);
    speak();
    m_clock.advance(Reconnection::goodTime);
    lose();
    QCOMPARE(m_reconnection->secondsLeft(), 1);

    // One that breaks at once is no good one.
    m_clock.advance(1s);
    speak();
    lose();
    QCOMPARE(m_reconnection->secondsLeft(), 2);
}

void ReconnectionTest::canBeHurriedAndStopped()
{
    speak();
    lose();
    m_reconnection->tryNow();
    QCOMPARE(m_links.made.size(), 2);
    lose();
    m_session->pressKey(Vt::Key::Enter, {});
    QCOMPARE(m_links.made.size(), 3);
    QVERIFY(!m_reconnection->isPending());
    lose();
    m_reconnection->stop();
    QVERIFY(!m_reconnection->isPending());
    m_clock.advance(10min);
    QCOMPARE(m_links.made.size(), 3);
    QCOMPARE(m_clock.pendingCalls(), 0);
    m_session->pressKey(Vt::Key::Enter, {});
    QCOMPARE(m_links.made.size(), 4);
}

void ReconnectionTest::leavesOtherEndsAlone_data()
{
    QTest::addColumn<bool>("speaks");
    QTest::addColumn<bool>("exits");
    QTest::newRow("exited") << true << true;
    QTest::newRow("never began") << false << false;
}

void ReconnectionTest::leavesOtherEndsAlone()
{
    QFETCH(const bool, speaks);
    QFETCH(const bool, exits);
    if (speaks) {
        speak();
    }
    if (exits) {
        Q_EMIT m_links.last()->exited(0);
        QTRY_COMPARE(m_session->state(), State::Ended);
    } else {
        lose();
    }
    QVERIFY(!m_reconnection->isPending());
    QCOMPARE(m_clock.pendingCalls(), 0);
}

void ReconnectionTest::givesUpOnWhatTimeDoesNotHeal()
{
    speak();
    lose();
    m_clock.advance(1s);
    lose(Error::of(ErrorKind::Unauthorized, QStringLiteral("The token is not accepted.")));
    QVERIFY(!m_reconnection->isPending());
    QCOMPARE(m_session->error().kind, ErrorKind::Unauthorized);
}

void ReconnectionTest::waitsAsLongAsTheServerAsks()
{
    speak();
    Error error = Error::of(ErrorKind::RateLimited, QStringLiteral("Slow down."));
    error.retryAfter = 45s;
    lose(error);
    QCOMPARE(m_reconnection->secondsLeft(), 45);
}

void ReconnectionTest::waitsForASandboxThatSleeps()
{
    speak();
    lose();
    m_reconnection->setHeldBack(true);
    QVERIFY(m_reconnection->isHeldBack());
    m_clock.advance(10min);
    QCOMPARE(m_links.made.size(), 1);
    m_reconnection->setHeldBack(false);
    QCOMPARE(m_links.made.size(), 2);
}

void ReconnectionTest::saysThatTheShellIsANewOne()
{
    speak("old$ ");
    lose();
    m_clock.advance(1s);
    Q_EMIT m_links.last()->opened();
    QVERIFY(!screenText(*m_session).contains(QStringLiteral("new shell")));
    speak("new$ ");
    QCOMPARE(
        screenText(*m_session),
        QStringLiteral("old$\n"
                       "The connection to the sandbox was lost. Press Enter to start again.\n"
                       "This is a new shell. The one before ended with its connection.\n"
                       "new$"));
}

void ReconnectionTest::saysNothingOfAShellThatWasKept()
{
    speak("old$ ");
    lose();
    m_clock.advance(1s);
    m_links.last()->keepsProcess = true;
    speak("old$ ");
    QVERIFY(!screenText(*m_session).contains(QStringLiteral("new shell")));
}

QTEST_GUILESS_MAIN(ReconnectionTest)
#include "reconnectiontest.moc"
