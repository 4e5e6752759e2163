// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/asciicast.h"
#include "terminal/terminalhost.h"
#include "terminal/terminalsession.h"

#include <QWidget>

#include <memory>

class QFrame;
class QLabel;
class QPushButton;

namespace Koyeb::Desktop {

class Reconnection;
class TerminalView;

/// Whether a sandbox can be reached.
enum class SandboxSleep {
    Awake,
    Asleep, ///< Until somebody wakes it.
    Waking, ///< On its way.
};

/// One terminal with its state. After its process ended, or while it waits to connect again, a card below the
/// view says so and takes its room from it, so that nothing is hidden; while it first connects, a small one
/// lies above the view, where nothing is yet. The process is started when the pane is first shown while the
/// sandbox is awake, with the size that the view has then.
class TerminalPane : public QWidget {
    Q_OBJECT

public:
    /// What a pane is made of, and made again of.
    struct Setup {
        QString profileId = {};                          ///< For whoever keeps layouts.
        ShellOrder order = {};                           ///< Its newShellNotice is ours.
        Vt::Terminal::Options screen = {};               ///< How much is remembered.
        QString fontFamily = {};                         ///< Empty: the font of all terminals.
        int fontSize = 0;                                ///< In points, of fontFamily.
        std::shared_ptr<const Asciicast> recording = {}; ///< Is played instead of a shell.
    };

    TerminalPane(const TerminalHost &host, const Setup &setup, QWidget *parent = nullptr);
    ~TerminalPane() override;

    [[nodiscard]] TerminalSession &session() { return *m_session; }
    [[nodiscard]] TerminalView &view() { return *m_view; }
    [[nodiscard]] const Setup &setup() const { return m_setup; }

    /// A connection that was lost is made again when the sandbox is awake.
    void setSandboxSleep(SandboxSleep sleep);
    /// A coloured frame: what is typed here goes elsewhere too, or comes from there.
    void setBroadcastShown(bool shown);

Q_SIGNALS:
    /// The sandbox is to be woken: a person wants this terminal.
    void wakeRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] TerminalLink *makeLink(QObject *parent) const;
    void createCard();
    void createConnectingNote();
    [[nodiscard]] bool isSandboxAwake() const { return m_sleep == SandboxSleep::Awake; }
    void startFirst();
    void describeState();
    void describeReconnection();
    [[nodiscard]] QString sleepText() const;
    void showCard(const QString &text);
    void hideCard();
    void showConnecting();
    void placeConnectingNote();

    TerminalHost m_host;
    Setup m_setup;
    TerminalSession *m_session;
    Reconnection *m_reconnection;
    TerminalView *m_view;
    QWidget *m_broadcastFrame;
    QFrame *m_card;
    QLabel *m_cardText;
    QPushButton *m_startButton;
    QPushButton *m_wakeButton;
    QPushButton *m_nowButton;
    QPushButton *m_stopButton;
    QLabel *m_connectingNote;
    SandboxSleep m_sleep = SandboxSleep::Awake;
    bool m_startsOnceAwake = false; ///< A person woke the sandbox for it.
    QTimer m_connectingTimer;       ///< What connects at once is not worth a word.
};

} // namespace Koyeb::Desktop
