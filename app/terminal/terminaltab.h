// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalsession.h"

#include <QWidget>

class QFrame;
class QLabel;
class QPushButton;

namespace Koyeb::Desktop {

class TerminalView;

/// One terminal with its state: while it connects, and after it ended, a small card says so above the view,
/// without taking room from it. The process is started when the tab is first shown, with the size that the
/// view has then.
class TerminalTab : public QWidget {
    Q_OBJECT

public:
    explicit TerminalTab(TerminalSession::LinkFactory makeLink, QWidget *parent = nullptr);
    ~TerminalTab() override;

    [[nodiscard]] TerminalSession &session() { return *m_session; }
    [[nodiscard]] TerminalView &view() { return *m_view; }

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void startFirst();
    void describeState(TerminalSession::State state);
    void showCard(const QString &text);
    void placeCard();

    TerminalSession *m_session;
    TerminalView *m_view;
    QFrame *m_card;
    QLabel *m_cardText;
    QPushButton *m_startButton;
    QTimer m_connectingTimer; ///< What connects at once is not worth a word.
};

} // namespace Koyeb::Desktop
