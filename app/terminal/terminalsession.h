// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "vt/terminal.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>

namespace Koyeb::Desktop {

class TerminalLink;

/// A terminal and the process at its other end. The process may end and be started again; the terminal with
/// its scrollback stays.
///
/// Output is interpreted in slices of a few milliseconds, between which the event loop runs, and is left at
/// its source while more of it waits than a quarter of a megabyte: a flood costs neither memory nor the
/// liveliness of the window, and a key's echo waits for little of it.
class TerminalSession : public QObject {
    Q_OBJECT

public:
    /// Makes the other end of a terminal, not started, owned by `parent`.
    using LinkFactory = std::function<TerminalLink *(QObject *parent)>;
    /// Something that a person does to a terminal. What bytes it becomes depends on the terminal's modes.
    using Input = std::function<void(Vt::Terminal &terminal)>;

    enum class State {
        Idle,       ///< Never started.
        Connecting, ///< Asked for, nothing heard yet.
        Running,
        Ended,  ///< The process ended, see exitCode().
        Failed, ///< The process could not be started, or the connection broke; see error().
    };

    explicit TerminalSession(LinkFactory makeLink, QObject *parent = nullptr);
    TerminalSession(LinkFactory makeLink, const Vt::Terminal::Options &options, QObject *parent = nullptr);
    ~TerminalSession() override;

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isStartable() const
    {
        return m_state != State::Connecting && m_state != State::Running;
    }
    /// Of an Ended session; nothing when the other side did not say.
    [[nodiscard]] std::optional<int> exitCode() const { return m_exitCode; }
    [[nodiscard]] bool hasProcess() const { return m_link != nullptr; }
    /// TerminalLink::mark() of the process; empty without one.
    [[nodiscard]] QByteArray processMark() const;
    /// Of a Failed session.
    [[nodiscard]] const Error &error() const { return m_error; }
    /// The last process that spoke was lost with its connection, and none has spoken since.
    [[nodiscard]] bool hasLostProcess() const { return m_hasLostProcess; }
    [[nodiscard]] const Vt::Terminal &terminal() const { return m_terminal; }
    /// What changed on the screen since the last call. There is one reader: the view.
    [[nodiscard]] Vt::Damage takeDamage() { return m_terminal.takeDamage(); }
    /// See Vt::Terminal: what the view is for.
    void endSynchronizedUpdate() { m_terminal.endSynchronizedUpdate(); }
    void setCellPixels(int width, int height) { m_terminal.setCellPixels(width, height); }
    void setDefaultColours(const Vt::Palette &colours) { m_terminal.setDefaultColours(colours); }
    [[nodiscard]] auto takeClipboardRequest() { return m_terminal.takeClipboardRequest(); }
    [[nodiscard]] auto takeNotifications() { return m_terminal.takeNotifications(); }
    /// Received and not yet interpreted.
    [[nodiscard]] qsizetype waitingBytes() const { return m_waiting.size() - m_waitingStart; }

    /// Starts the process, or starts it again; the size is the one last given to resize().
    void start();
    void resize(Vt::Size size);

    // What the user does; without a process, Enter starts it again and the rest is dropped.
    void pressKey(Vt::Key key, Vt::Modifiers modifiers);
    void handleKey(const Vt::KeyEvent &event);
    void typeText(const QString &text, Vt::Modifiers modifiers);
    void paste(const QString &text);
    /// Types paths as words of a shell's command, each with a blank behind it. Does nothing without a
    /// process.
    void insertPaths(const QList<QByteArray> &paths);
    void handleMouse(const Vt::MouseEvent &event);
    void setFocused(bool focused);
    void clear();
    /// The same for what a person did in another terminal: not told by inputGiven(), and nothing without a
    /// process.
    void takeInput(const Input &input);

Q_SIGNALS:
    void stateChanged(Koyeb::Desktop::TerminalSession::State state);
    /// There is damage to take. Once for each slice of output.
    void screenChanged();
    void titleChanged(const QString &title);
    void bellRang();
    /// A person typed or pasted something here, which the process was given.
    void inputGiven(const Koyeb::Desktop::TerminalSession::Input &input);
    /// The next bytes of the process, before they are interpreted.
    void outputReceived(const QByteArray &bytes);
    void resized(Koyeb::Vt::Size size);

private:
    void takeOutput(const QByteArray &bytes);
    void interpretSlice();
    void interpret(QByteArrayView bytes);
    void conclude(State state);
    void giveInput(const Input &input);
    void noteProcess();
    [[nodiscard]] QString endNotice(State state) const;
    void showNotice(const QString &notice);
    void sendTerminalOutput();
    void setState(State state);
    void announceTitleAndBell();
    void detachLink();

    LinkFactory m_makeLink;
    Vt::Terminal m_terminal;
    TerminalLink *m_link = nullptr; ///< Our child; null without a process.
    State m_state = State::Idle;
    bool m_hasSpoken = false; ///< Since the last start.
    bool m_hasLostProcess = false;
    bool m_wasReplay = false; ///< What ended last.
    std::optional<int> m_exitCode;
    Error m_error;

    QByteArray m_waiting; ///< Output from m_waitingStart on is still to be interpreted.
    qsizetype m_waitingStart = 0;
    qsizetype m_pieceBytes; ///< To be interpreted before the next look at the clock.
    bool m_readPaused = false;
    std::optional<State> m_conclusion; ///< The link is done; takes effect after the output that came before.
    QTimer m_sliceTimer;

    QString m_title;
    std::uint64_t m_bellCount = 0;
};

} // namespace Koyeb::Desktop
