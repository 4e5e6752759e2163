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
constexpr int widestText = 420; ///< Of the card, before it wraps.

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
      m_nowButton(new QPushButton(tr("Reconnect now"), m_card)),
      m_stopButton(new QPushButton(tr("Stop"), m_card))
{
    auto *const layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_view);
    if (!setup.fontFamily.isEmpty()) {
        QFont font(setup.fontFamily);
        font.setPointSize(setup.fontSize);
        m_view->setOwnFont(font);
    }
    setFocusProxy(m_view);
    createCard();
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
    m_stopButton->setToolTip(tr("Do not try to reconnect"));
    auto *const layout = new QHBoxLayout(m_card);
    layout->setContentsMargins(Spacing::normal, Spacing::close, Spacing::close, Spacing::close);
    layout->setSpacing(Spacing::close);
    layout->addWidget(m_cardText, 1);
    for (QPushButton *const button : {m_startButton, m_nowButton, m_stopButton}) {
        layout->addWidget(button);
    }
    m_card->hide();
    m_connectingTimer.setSingleShot(true);
    m_connectingTimer.setInterval(connectingDelay);
    connect(&m_connectingTimer, &QTimer::timeout, this, [this] {
        m_startButton->hide();
        showCard(m_session->hasLostProcess() ? tr("Reconnecting…") : tr("Connecting to the sandbox…"));
    });
    connect(m_startButton, &QPushButton::clicked, m_session, &TerminalSession::start);
    connect(m_nowButton, &QPushButton::clicked, m_reconnection, &Reconnection::tryNow);
    connect(m_stopButton, &QPushButton::clicked, this, [this] {
        m_reconnection->stop();
        m_view->setFocus();
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

void TerminalPane::startFirst()
{
    if (isVisible() && m_session->state() == TerminalSession::State::Idle) {
        m_session->resize(m_view->gridSize());
        m_session->start();
    }
}

void TerminalPane::setSandboxAsleep(bool asleep)
{
    m_reconnection->setHeldBack(asleep);
}

void TerminalPane::setBroadcastShown(bool shown)
{
    m_broadcastFrame->setVisible(shown);
    m_broadcastFrame->raise();
}

void TerminalPane::describeState()
{
    m_connectingTimer.stop();
    if (m_reconnection->isPending()) {
        describeReconnection();
        return;
    }
    m_nowButton->hide();
    m_stopButton->hide();
    m_startButton->setVisible(m_session->isStartable());
    switch (m_session->state()) {
    case TerminalSession::State::Idle:
    case TerminalSession::State::Running:
        m_card->hide();
        break;
    case TerminalSession::State::Connecting:
        m_connectingTimer.start();
        if (m_card->isAncestorOf(focusWidget())) {
            m_view->setFocus(); // Not where a button was that is hidden now.
        }
        m_card->hide();
        break;
    case TerminalSession::State::Ended:
        if (m_setup.recording) {
            m_card->hide(); // Its line says it all.
            break;
        }
        showCard(
            m_session->exitCode() ? tr("The shell ended with exit code %1.").arg(*m_session->exitCode())
                                  : tr("The shell ended."));
        break;
    case TerminalSession::State::Failed:
        showCard(errorSentence(m_session->error(), tr("The terminal has no connection to the sandbox.")));
        break;
    }
}

void TerminalPane::describeReconnection()
{
    m_startButton->hide();
    m_nowButton->setVisible(!m_reconnection->isHeldBack());
    m_stopButton->show();
    showCard(
        m_reconnection->isHeldBack()
            ? tr("The connection was lost. The terminal reconnects once the sandbox is awake.")
            : tr("The connection was lost. Reconnecting in %n second(s)…", nullptr,
                 m_reconnection->secondsLeft()));
}

void TerminalPane::showCard(const QString &text)
{
    m_cardText->setText(text);
    m_card->show();
    m_card->raise();
    placeCard();
}

void TerminalPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_broadcastFrame->setGeometry(rect());
    placeCard();
}

void TerminalPane::placeCard()
{
    // In the upper right corner, where the end of the output is not, whatever the direction around it: a
    // terminal's lines begin at the left.
    const int room = m_view->viewport()->width() - 2 * Spacing::close;
    const int text = m_cardText->fontMetrics().horizontalAdvance(m_cardText->text()) + Spacing::section;
    const int others = m_card->sizeHint().width() - m_cardText->sizeHint().width();
    const int width = std::min(room, std::min(text, widestText) + others);
    const int height = std::max(m_card->heightForWidth(width), m_card->minimumSizeHint().height());
    const QRect view(m_view->viewport()->mapTo(this, QPoint()), m_view->viewport()->size());
    const int left = view.left() + view.width() - Spacing::close - width;
    m_card->setGeometry(left, Spacing::close, width, height);
}

} // namespace Koyeb::Desktop
