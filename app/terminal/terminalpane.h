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

/// One terminal with its state: while it connects, while it waits to connect again, and after it ended, a
/// small card says so above the view, without taking room from it. The process is started when the pane is
/// first shown, with the size that the view has then.
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

    /// The sandbox sleeps, or is on its way: a connection that was lost is made again when it is awake.
    void setSandboxAsleep(bool asleep);
    /// A coloured frame: what is typed here goes elsewhere too, or comes from there.
    void setBroadcastShown(bool shown);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] TerminalLink *makeLink(QObject *parent) const;
    void createCard();
    void startFirst();
    void describeState();
    void describeReconnection();
    void showCard(const QString &text);
    void placeCard();

    TerminalHost m_host;
    Setup m_setup;
    TerminalSession *m_session;
    Reconnection *m_reconnection;
    TerminalView *m_view;
    QWidget *m_broadcastFrame;
    QFrame *m_card;
    QLabel *m_cardText;
    QPushButton *m_startButton;
    QPushButton *m_nowButton;
    QPushButton *m_stopButton;
    QTimer m_connectingTimer; ///< What connects at once is not worth a word.
};

} // namespace Koyeb::Desktop
