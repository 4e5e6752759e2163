// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/emptystate.h"

#include "common/icons.h"
#include "common/spacing.h"

#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace Koyeb::Desktop {

namespace {

constexpr int iconSize = 48;
constexpr int textWidth = 420;
constexpr int progressWidth = 180;
constexpr qreal titleScale = 1.3;

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent),
      m_icon(new QLabel(this)),
      m_title(new QLabel(this)),
      m_explanation(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_action(new QPushButton(this))
{
    auto titleFont = font();
    titleFont.setPointSizeF(titleFont.pointSizeF() * titleScale);
    titleFont.setWeight(QFont::DemiBold);
    m_title->setFont(titleFont);
    for (auto *label : {m_title, m_explanation}) {
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
        label->setFixedWidth(textWidth);
    }
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(progressWidth);
    m_progress->hide();
    m_action->hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Spacing::page, Spacing::page, Spacing::page, Spacing::page);
    column->setSpacing(Spacing::normal);
    column->addStretch(2);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    column->addWidget(m_explanation, 0, Qt::AlignHCenter);
    column->addSpacing(Spacing::tight);
    column->addWidget(m_progress, 0, Qt::AlignHCenter);
    column->addWidget(m_action, 0, Qt::AlignHCenter);
    column->addStretch(3);

    setFocusProxy(m_action);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
    applyColours();
}

void EmptyState::setContent(const Content &content)
{
    m_progress->hide();
    present(content);
}

void EmptyState::setBusy(const QString &iconName, const QString &title, const QString &explanation)
{
    m_progress->show();
    m_progress->setAccessibleName(title);
    present({iconName, title, explanation, {}});
}

void EmptyState::present(const Content &content)
{
    m_iconName = content.iconName;
    m_title->setText(content.title);
    m_explanation->setText(content.explanation);
    m_explanation->setVisible(!content.explanation.isEmpty());
    for (auto *label : {m_title, m_explanation}) {
        // The layout centres the labels, and then does not ask for the height that their width needs.
        label->setMinimumHeight(label->heightForWidth(textWidth));
    }
    m_action->setText(content.actionText);
    m_action->setVisible(!content.actionText.isEmpty());
    setAccessibleName(content.title);
    setAccessibleDescription(content.explanation);
    applyColours();
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) {
        applyColours();
    }
}

void EmptyState::applyColours()
{
    auto muted = QGuiApplication::palette();
    muted.setColor(QPalette::WindowText, toneColour(Tone::Muted, muted));
    m_explanation->setPalette(muted);
    const auto icon = m_iconName.isEmpty() ? QIcon() : themedIcon(m_iconName, Tone::Muted);
    m_icon->setPixmap(icon.pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
    m_icon->setVisible(!icon.isNull());
}

} // namespace Koyeb::Desktop
