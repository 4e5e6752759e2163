// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsession.h"

#include "executor/shellquote.h"
#include "terminal/terminallink.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <utility>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

/// What waits here stands between a key and its echo: a few milliseconds of work.
constexpr qsizetype pauseAbove = 256 * 1024;
constexpr qsizetype resumeBelow = 64 * 1024;
/// Answers to a program are given while less than this waits to be sent to it.
constexpr qint64 mostUnsentBytes = 256 * 1024;
/// Leaves three quarters of a frame to everything else.
constexpr auto sliceDuration = 4ms;
/// Between two looks at the clock. Four bytes may ask for a whole screen to be filled: where that takes long,
/// the clock is looked at more often.
constexpr qsizetype largestPiece = 512;
constexpr qsizetype smallestPiece = 16;
constexpr auto longPiece = 500us;

/// Takes back what a program that went away may have left: an unfinished sequence, its modes, the form of its
/// cursor, its colours.
constexpr std::string_view tidyUp =
    "\x18\x1B F\x1B[!p\x1B[?1;5l\x1B[?1000;1002;1003;1004;1005;1006;1015;1016;2004l\x1B[?7;25;1007h"
    "\x1B[20l\x1B[0 q\x1B[0m\x1B]104\a\x1B]110\a\x1B]111\a\x1B]112\a";
/// Only where it applies: elsewhere it would move the cursor.
constexpr std::string_view leaveAlternateScreen = "\x18\x1B[?1049l";

[[nodiscard]] std::string_view viewOf(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

/// A path as one word for a shell, to be typed: control characters would act as keys, so that the shell makes
/// them. What needs no quotes gets none.
[[nodiscard]] QString typedWord(const QByteArray &path)
{
    const auto isControl = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    };
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/._-+@%,:").find(c) != std::string_view::npos;
    };
    if (std::all_of(path.begin(), path.end(), isPlain)) {
        return QString::fromLatin1(path);
    }
    if (std::none_of(path.begin(), path.end(), isControl)) {
        return shellQuoted(path);
    }
    QString octal;
    for (const char byte : path) {
        octal += QStringLiteral("\\%1").arg(static_cast<unsigned char>(byte), 3, 8, QLatin1Char('0'));
    }
    return QStringLiteral("\"$(printf '%1')\"").arg(octal);
}

} // namespace

TerminalSession::TerminalSession(LinkFactory makeLink, QObject *parent)
    : TerminalSession(std::move(makeLink), Vt::Terminal::Options{}, parent)
{
}

TerminalSession::TerminalSession(LinkFactory makeLink, const Vt::Terminal::Options &options, QObject *parent)
    : QObject(parent),
      m_makeLink(std::move(makeLink)),
      m_terminal(Vt::Size{}, options),
      m_pieceBytes(largestPiece)
{
    m_sliceTimer.setSingleShot(true);
    m_sliceTimer.setInterval(0);
    connect(&m_sliceTimer, &QTimer::timeout, this, &TerminalSession::interpretSlice);
}

TerminalSession::~TerminalSession()
{
    detachLink();
}

void TerminalSession::start()
{
    if (!isStartable()) {
        return;
    }
    if (m_terminal.cursor().column != 0) {
        interpret("\r\n");
    }
    m_exitCode.reset();
    m_error = {};
    m_hasSpoken = false;
    m_link = m_makeLink(this);
    connect(m_link, &TerminalLink::opened, this, [this] { setState(State::Running); });
    connect(m_link, &TerminalLink::outputReceived, this, &TerminalSession::takeOutput);
    connect(m_link, &TerminalLink::exited, this, [this](int exitCode) {
        m_exitCode = exitCode;
        conclude(State::Ended);
    });
    connect(m_link, &TerminalLink::ended, this, [this] { conclude(State::Ended); });
    connect(m_link, &TerminalLink::failed, this, [this](const Error &error) {
        m_error = error;
        conclude(State::Failed);
    });
    setState(State::Connecting);
    m_link->start(m_terminal.size());
}

void TerminalSession::resize(Vt::Size size)
{
    const Vt::Size before = m_terminal.size();
    m_terminal.resize(size);
    if (m_terminal.size() == before) {
        return;
    }
    if (m_link != nullptr) {
        m_link->resize(m_terminal.size());
    }
    Q_EMIT resized(m_terminal.size());
    Q_EMIT screenChanged();
}

void TerminalSession::takeOutput(const QByteArray &bytes)
{
    if (m_state == State::Connecting) {
        setState(State::Running);
    }
    noteProcess();
    Q_EMIT outputReceived(bytes);
    m_waiting.append(bytes);
    if (!m_readPaused && waitingBytes() > pauseAbove) {
        m_readPaused = true;
        m_link->setReadPaused(true);
    }
    if (!m_sliceTimer.isActive()) {
        m_sliceTimer.start();
    }
}

/// What is asked for is not there until it speaks: a refusal comes after the connection is open.
void TerminalSession::noteProcess()
{
    if (std::exchange(m_hasSpoken, true)) {
        return;
    }
    if (std::exchange(m_hasLostProcess, false) && !m_link->outlivesConnection()) {
        showNotice(tr("This is a new shell. The one before ended with its connection."));
        interpret("\r\n");
    }
}

void TerminalSession::interpretSlice()
{
    const QDeadlineTimer deadline(sliceDuration, Qt::PreciseTimer);
    auto left = deadline.remainingTimeAsDuration();
    do {
        const qsizetype count = std::min(waitingBytes(), m_pieceBytes);
        m_terminal.feed(viewOf(QByteArrayView(m_waiting).sliced(m_waitingStart, count)));
        m_waitingStart += count;
        const auto before = std::exchange(left, deadline.remainingTimeAsDuration());
        m_pieceBytes = before - left > longPiece ? std::max(m_pieceBytes / 4, smallestPiece)
                                                 : std::min(m_pieceBytes * 2, largestPiece);
    } while (waitingBytes() > 0 && left > left.zero());

    if (waitingBytes() > 0) {
        // Moving the rest to the front costs as much as it is long: only when as much was used up.
        if (m_waitingStart > m_waiting.size() / 2) {
            m_waiting.remove(0, m_waitingStart);
            m_waitingStart = 0;
        }
        m_sliceTimer.start();
    } else {
        m_waiting.clear();
        m_waitingStart = 0;
    }
    if (m_readPaused && waitingBytes() < resumeBelow) {
        m_readPaused = false;
        if (m_link != nullptr) {
            m_link->setReadPaused(false);
        }
    }
    if (m_link != nullptr && m_link->unsentBytes() > mostUnsentBytes) {
        // A program asks and asks, and reads no answer: they would gather here, and keys behind them.
        (void)m_terminal.takeOutput();
    } else {
        sendTerminalOutput();
    }
    announceTitleAndBell();
    Q_EMIT screenChanged();
    if (m_conclusion && waitingBytes() == 0) {
        conclude(*m_conclusion);
    }
}

void TerminalSession::interpret(QByteArrayView bytes)
{
    m_terminal.feed(viewOf(bytes));
    Q_EMIT screenChanged();
}

void TerminalSession::conclude(State state)
{
    if (waitingBytes() > 0) {
        m_conclusion = state;
        return;
    }
    m_conclusion.reset();
    m_wasReplay = m_link != nullptr && m_link->isReplay();
    detachLink();
    if (m_terminal.modes().alternateScreen) {
        m_terminal.feed(leaveAlternateScreen);
    }
    m_terminal.feed(tidyUp);
    // Of all the attempts to get a lost process back, one line is enough.
    if (state == State::Ended || !m_hasLostProcess) {
        showNotice(endNotice(state));
    }
    m_hasLostProcess = state == State::Failed && (m_hasSpoken || m_hasLostProcess);
    setState(state);
}

QString TerminalSession::endNotice(State state) const
{
    if (m_wasReplay) {
        return tr("The recording is over. Press Enter to play it again.");
    }
    if (state == State::Failed) {
        return m_hasSpoken ? tr("The connection to the sandbox was lost. Press Enter to start again.")
                           : tr("The shell could not be started. Press Enter to try again.");
    }
    if (m_exitCode) {
        return tr("The shell ended with exit code %1. Press Enter to start again.").arg(*m_exitCode);
    }
    return tr("The shell ended. Press Enter to start again.");
}

void TerminalSession::showNotice(const QString &notice)
{
    // On a line of its own, which is this one if nothing stands on it.
    const bool isLineStart = m_terminal.cursor().column == 0;
    const auto line = QStringLiteral("\x1B[3m%1\x1B[0m").arg(notice).toUtf8();
    interpret(isLineStart ? line : "\r\n" + line);
}

void TerminalSession::detachLink()
{
    if (m_link == nullptr) {
        return;
    }
    m_link->disconnect(this);
    m_link->close();
    m_link->deleteLater(); // We may be in one of its signals.
    m_link = nullptr;
    m_readPaused = false;
}

void TerminalSession::sendTerminalOutput()
{
    const std::string output = m_terminal.takeOutput();
    if (m_link != nullptr && !output.empty()) {
        m_link->sendInput(QByteArray::fromStdString(output));
    }
}

void TerminalSession::setState(State state)
{
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged(state);
    }
}

void TerminalSession::announceTitleAndBell()
{
    const auto title = QString::fromStdString(m_terminal.title());
    if (m_title != title) {
        m_title = title;
        Q_EMIT titleChanged(m_title);
    }
    // However many bells came in a slice, a person hears one.
    if (std::exchange(m_bellCount, m_terminal.bellCount()) != m_terminal.bellCount()) {
        Q_EMIT bellRang();
    }
}

void TerminalSession::pressKey(Vt::Key key, Vt::Modifiers modifiers)
{
    Vt::KeyEvent event;
    event.key = key;
    event.modifiers = modifiers;
    handleKey(event);
}

void TerminalSession::handleKey(const Vt::KeyEvent &event)
{
    if (m_link == nullptr) {
        const bool isEnter = event.key == Vt::Key::Enter || event.key == Vt::Key::KeypadEnter;
        if (isEnter && event.action == Vt::KeyEvent::Action::Press) {
            start();
        }
        return;
    }
    giveInput([event](Vt::Terminal &terminal) { terminal.handleKey(event); });
}

void TerminalSession::typeText(const QString &text, Vt::Modifiers modifiers)
{
    if (!modifiers.isAny()) {
        Vt::KeyEvent event; // Which keys it came from is not known: there may have been several.
        event.text = text.toStdString();
        giveInput([event](Vt::Terminal &terminal) { terminal.handleKey(event); });
        return;
    }
    giveInput([characters = text.toUcs4(), modifiers](Vt::Terminal &terminal) {
        for (const uint character : characters) {
            terminal.typeCharacter(static_cast<char32_t>(character), modifiers);
        }
    });
}

void TerminalSession::paste(const QString &text)
{
    giveInput([utf8 = text.toStdString()](Vt::Terminal &terminal) { terminal.paste(utf8); });
}

void TerminalSession::giveInput(const Input &input)
{
    if (m_link != nullptr) {
        takeInput(input);
        Q_EMIT inputGiven(input);
    }
}

void TerminalSession::takeInput(const Input &input)
{
    if (m_link != nullptr) {
        input(m_terminal);
        sendTerminalOutput();
    }
}

QByteArray TerminalSession::processMark() const
{
    return m_link != nullptr ? m_link->mark() : QByteArray();
}

void TerminalSession::insertPaths(const QList<QByteArray> &paths)
{
    QString words;
    for (const QByteArray &path : paths) {
        words += typedWord(path) + u' ';
    }
    paste(words);
}

void TerminalSession::handleMouse(const Vt::MouseEvent &event)
{
    if (m_link != nullptr) {
        m_terminal.handleMouse(event);
        sendTerminalOutput();
    }
}

void TerminalSession::setFocused(bool focused)
{
    if (m_link != nullptr) {
        m_terminal.setFocused(focused);
        sendTerminalOutput();
    }
}

void TerminalSession::clear()
{
    m_terminal.clear();
    Q_EMIT screenChanged();
}

} // namespace Koyeb::Desktop
