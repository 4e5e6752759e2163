// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminaltab.h"

#include "common/errortext.h"
#include "common/spacing.h"
#include "terminal/terminallink.h"
#include "terminal/terminalview.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QShowEvent>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto connectingDelay = 400ms;

} // namespace

TerminalTab::TerminalTab(TerminalSession::LinkFactory makeLink, QWidget *parent)
    : QWidget(parent),
      m_session(new TerminalSession(std::move(makeLink), this)),
      m_view(new TerminalView(m_session, this)),
      m_card(new QFrame(this)),
      m_cardText(new QLabel(m_card)),
      m_startButton(new QPushButton(tr("Start Again"), m_card))
{
    auto *const layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_view);
    setFocusProxy(m_view);

    m_card->setFrameShape(QFrame::StyledPanel);
    m_card->setAutoFillBackground(true);
    m_cardText->setTextFormat(Qt::PlainText);
    m_cardText->setWordWrap(true);
    auto *const cardLayout = new QHBoxLayout(m_card);
    cardLayout->setContentsMargins(Spacing::normal, Spacing::close, Spacing::close, Spacing::close);
    cardLayout->setSpacing(Spacing::normal);
    cardLayout->addWidget(m_cardText, 1);
    cardLayout->addWidget(m_startButton);
    m_card->hide();

    m_connectingTimer.setSingleShot(true);
    m_connectingTimer.setInterval(connectingDelay);
    connect(
        &m_connectingTimer, &QTimer::timeout, this, [this] { showCard(tr("Connecting to the sandbox…")); });
    connect(m_startButton, &QPushButton::clicked, m_session, &TerminalSession::start);
    connect(m_session, &TerminalSession::stateChanged, this, &TerminalTab::describeState);
}

TerminalTab::~TerminalTab()
{
    // The view looks at the session until its own end.
    delete m_view;
}

void TerminalTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_session->state() == TerminalSession::State::Idle) {
        // After the layouts around this one have given the view its size.
        QTimer::singleShot(0, this, &TerminalTab::startFirst);
    }
}

void TerminalTab::startFirst()
{
    if (isVisible() && m_session->state() == TerminalSession::State::Idle) {
        m_session->resize(m_view->gridSize());
        m_session->start();
    }
}

void TerminalTab::describeState(TerminalSession::State state)
{
    m_connectingTimer.stop();
    m_startButton->setVisible(m_session->isStartable());
    switch (state) {
    case TerminalSession::State::Idle:
    case TerminalSession::State::Running:
        m_card->hide();
        break;
    case TerminalSession::State::Connecting:
        m_card->hide();
        m_connectingTimer.start();
        m_view->setFocus();
        break;
    case TerminalSession::State::Ended:
        showCard(
            m_session->exitCode() ? tr("The shell ended with exit code %1.").arg(*m_session->exitCode())
                                  : tr("The shell ended."));
        break;
    case TerminalSession::State::Failed:
        showCard(errorSentence(m_session->error(), tr("The terminal has no connection to the sandbox.")));
        break;
    }
}

void TerminalTab::showCard(const QString &text)
{
    m_cardText->setText(text);
    m_card->show();
    m_card->raise();
    placeCard();
}

void TerminalTab::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeCard();
}

void TerminalTab::placeCard()
{
    // In the upper right corner, where the end of the output is not.
    const int room = m_view->viewport()->width() - 2 * Spacing::close;
    const int text = m_cardText->fontMetrics().horizontalAdvance(m_cardText->text()) + Spacing::section;
    const int others = m_card->sizeHint().width() - m_cardText->sizeHint().width();
    const int width = std::min(room, std::min(text, 420) + others);
    const int height = std::max(m_card->heightForWidth(width), m_card->minimumSizeHint().height());
    const int left = layoutDirection() == Qt::RightToLeft
                         ? m_view->viewport()->mapTo(this, QPoint(Spacing::close, 0)).x()
                         : m_view->viewport()->mapTo(this, QPoint(0, 0)).x() + m_view->viewport()->width() -
                               Spacing::close - width;
    m_card->setGeometry(left, Spacing::close, width, height);
}

} // namespace Koyeb::Desktop
