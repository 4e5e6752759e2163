// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpane.h"

#include "common/errortext.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "terminal/reconnection.h"
#include "terminal/replaylink.h"
#include "terminal/terminalview.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QShowEvent>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto connectingDelay = 400ms;

/// Lies above a pane, so that the terminal keeps its size.
class BroadcastFrame : public QWidget {
public:
    explicit BroadcastFrame(QWidget *parent) : QWidget(parent)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
        hide();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        constexpr int thickness = 3;
        QPainter painter(this);
        painter.setPen(QPen(
            toneColour(Tone::Warning, palette()), thickness, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.drawRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5));
    }
};

} // namespace

TerminalPane::TerminalPane(const TerminalHost &host, const Setup &setup, QWidget *parent)
    : QWidget(parent),
      m_host(host),
      m_setup(setup),
      m_session(new TerminalSession([this](QObject *owner) { return makeLink(owner); }, setup.screen, this)),
      m_reconnection(new Reconnection(*host.clock, *m_session, this)),
      m_view(new TerminalView(m_session, this)),
      m_broadcastFrame(new BroadcastFrame(this)),
      m_card(new QFrame(this)),
      m_cardText(new QLabel(m_card)),
      m_startButton(new QPushButton(tr("Start again"), m_card)),
      m_wakeButton(new QPushButton(tr("Wake"), m_card)),
      m_nowButton(new QPushButton(tr("Reconnect now"), m_card)),
      m_stopButton(new QPushButton(tr("Stop"), m_card)),
      m_connectingNote(new QLabel(tr("Connecting to the sandbox…"), this))
{
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_card);
    if (!setup.fontFamily.isEmpty()) {
        QFont font(setup.fontFamily);
        font.setPointSize(setup.fontSize);
        m_view->setOwnFont(font);
    }
    setFocusProxy(m_view);
    createCard();
    createConnectingNote();
    connect(m_session, &TerminalSession::stateChanged, this, &TerminalPane::describeState);
    connect(m_reconnection, &Reconnection::changed, this, &TerminalPane::describeState);
}

TerminalPane::~TerminalPane()
{
    // They look at the session until their own end.
    delete m_view;
    delete m_reconnection;
}

void TerminalPane::createCard()
{
    m_card->setFrameShape(QFrame::StyledPanel);
    m_card->setAutoFillBackground(true);
    m_cardText->setTextFormat(Qt::PlainText);
    m_cardText->setWordWrap(true);
    m_wakeButton->setToolTip(tr("Wake the sandbox and start the terminal in it"));
    m_stopButton->setToolTip(tr("Do not try to reconnect"));
    auto *const layout = new QHBoxLayout(m_card);
    layout->setContentsMargins(Spacing::normal, Spacing::close, Spacing::close, Spacing::close);
    layout->setSpacing(Spacing::close);
    layout->addStrut(m_startButton->sizeHint().height()); // As high without buttons: the view keeps its size.
    layout->addWidget(m_cardText, 1);
    for (QPushButton *const button : {m_startButton, m_wakeButton, m_nowButton, m_stopButton}) {
        button->setAutoDefault(false);
        layout->addWidget(button);
    }
    m_card->hide();
    connect(m_startButton, &QPushButton::clicked, m_session, &TerminalSession::start);
    connect(m_nowButton, &QPushButton::clicked, m_reconnection, &Reconnection::tryNow);
    connect(m_wakeButton, &QPushButton::clicked, this, [this] {
        m_startsOnceAwake = true;
        m_view->setFocus();
        Q_EMIT wakeRequested();
    });
    connect(m_stopButton, &QPushButton::clicked, this, [this] {
        m_reconnection->stop();
        m_view->setFocus();
    });
}

void TerminalPane::createConnectingNote()
{
    m_connectingNote->setFrameShape(QFrame::StyledPanel);
    m_connectingNote->setAutoFillBackground(true);
    m_connectingNote->setContentsMargins(Spacing::normal, Spacing::close, Spacing::normal, Spacing::close);
    m_connectingNote->hide();
    m_connectingTimer.setSingleShot(true);
    m_connectingTimer.setInterval(connectingDelay);
    connect(&m_connectingTimer, &QTimer::timeout, this, [this] {
        placeConnectingNote();
        m_connectingNote->show();
        m_connectingNote->raise();
    });
}

TerminalLink *TerminalPane::makeLink(QObject *parent) const
{
    if (m_setup.recording) {
        return new ReplayLink(*m_host.clock, *m_setup.recording, parent);
    }
    ShellOrder order = m_setup.order;
    if (m_session->hasLostProcess()) {
        order.newShellNotice = tr("This is a new shell. The one that was kept alive is gone.");
    }
    return m_host.makeLink(order, parent);
}

void TerminalPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_session->state() == TerminalSession::State::Idle) {
        // After the layouts around this one have given the view its size.
        QTimer::singleShot(0, this, &TerminalPane::startFirst);
    }
}

/// Not while the sandbox sleeps: nobody asked that it wakes.
void TerminalPane::startFirst()
{
    const bool canStart = isSandboxAwake() || m_setup.recording;
    if (canStart && isVisible() && m_session->state() == TerminalSession::State::Idle) {
        m_startsOnceAwake = false;
        m_session->resize(m_view->gridSize());
        m_session->start();
    }
}

void TerminalPane::setSandboxSleep(SandboxSleep sleep)
{
    if (m_sleep == sleep) {
        return; // Else a note that is about to come begins to wait anew.
    }
    if (m_sleep == SandboxSleep::Waking && sleep == SandboxSleep::Asleep) {
        m_startsOnceAwake = false; // It was in vain.
    }
    m_sleep = sleep;
    m_reconnection->setHeldBack(!isSandboxAwake());
    const bool isIdle = m_session->state() == TerminalSession::State::Idle;
    if (isSandboxAwake() && !isIdle && std::exchange(m_startsOnceAwake, false)) {
        m_session->start(); // Which does nothing where the reconnection has begun.
    }
    describeState();
    if (isSandboxAwake() && isIdle) {
        QTimer::singleShot(0, this, &TerminalPane::startFirst); // After the card has given its room back.
    }
}

void TerminalPane::setBroadcastShown(bool shown)
{
    m_broadcastFrame->setVisible(shown);
    m_broadcastFrame->raise();
}

void TerminalPane::describeState()
{
    m_connectingTimer.stop();
    m_connectingNote->hide();
    m_wakeButton->setVisible(
        m_session->isStartable() && m_sleep == SandboxSleep::Asleep && !m_setup.recording);
    if (m_reconnection->isPending()) {
        describeReconnection();
        return;
    }
    m_nowButton->hide();
    m_stopButton->hide();
    const bool isIdle = m_session->state() == TerminalSession::State::Idle; // It begins by itself.
    m_startButton->setVisible(m_session->isStartable() && isSandboxAwake() && !isIdle);
    switch (m_session->state()) {
    case TerminalSession::State::Idle:
        if (isSandboxAwake() || m_setup.recording) {
            hideCard();
        } else {
            showCard(sleepText());
        }
        break;
    case TerminalSession::State::Running:
        hideCard();
        break;
    case TerminalSession::State::Connecting:
        showConnecting();
        break;
    case TerminalSession::State::Ended:
        if (m_setup.recording) {
            hideCard(); // Its line says it all.
            break;
        }
        showCard(
            m_session->exitCode() ? tr("The shell ended with exit code %1.").arg(*m_session->exitCode())
                                  : tr("The shell ended."));
        break;
    case TerminalSession::State::Failed:
        showCard(
            isSandboxAwake()
                ? errorSentence(m_session->error(), tr("The terminal has no connection to the sandbox."))
                : sleepText());
        break;
    }
}

QString TerminalPane::sleepText() const
{
    return m_sleep == SandboxSleep::Asleep ? tr("The sandbox is asleep.") : tr("The sandbox is waking up…");
}

void TerminalPane::describeReconnection()
{
    m_startButton->hide();
    m_nowButton->setVisible(isSandboxAwake());
    m_stopButton->show();
    switch (m_sleep) {
    case SandboxSleep::Awake:
        showCard(
            tr("The connection was lost. Reconnecting in %n second(s)…", nullptr,
               m_reconnection->secondsLeft()));
        break;
    case SandboxSleep::Asleep:
        showCard(tr("The connection was lost, and the sandbox is asleep. The terminal reconnects once it is "
                    "awake."));
        break;
    case SandboxSleep::Waking:
        showCard(tr("The sandbox is waking up. The terminal reconnects then."));
        break;
    }
}

void TerminalPane::showConnecting()
{
    if (m_session->hasLostProcess()) {
        showCard(tr("Reconnecting…")); // The card stays, so that the view keeps its size.
    } else {
        hideCard();
        m_connectingTimer.start();
    }
}

void TerminalPane::showCard(const QString &text)
{
    m_cardText->setText(text);
    m_card->show();
    m_broadcastFrame->raise();
}

void TerminalPane::hideCard()
{
    if (m_card->isAncestorOf(focusWidget())) {
        m_view->setFocus(); // Not where a button was that is hidden now.
    }
    m_card->hide();
}

void TerminalPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_broadcastFrame->setGeometry(rect());
    placeConnectingNote();
}

void TerminalPane::placeConnectingNote()
{
    // In the upper right corner, whatever the direction around it: a terminal's lines begin at the left.
    const QRect view(m_view->viewport()->mapTo(this, QPoint()), m_view->viewport()->size());
    const QSize size = m_connectingNote->sizeHint().boundedTo(view.size());
    m_connectingNote->setGeometry(
        QRect(view.topRight() - QPoint(size.width() + Spacing::close - 1, -Spacing::close), size));
}

} // namespace Koyeb::Desktop
