// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/errorbanner.h"

#include "common/errortext.h"
#include "common/icons.h"
#include "common/spacing.h"

#include <QAccessible>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int iconSize = 20;

/// Server texts are shown as they are, never as markup, and may be selected to be reported.
QLabel *createTextLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    return label;
}

} // namespace

ErrorBanner::ErrorBanner(QWidget *parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(createTextLabel(this)),
      m_detail(createTextLabel(this)),
      m_retry(new QPushButton(tr("Retry"), this)),
      m_dismiss(new QToolButton(this))
{
    setObjectName(u"errorBanner"_s);
    setAutoFillBackground(true);
    m_dismiss->setAutoRaise(true);
    m_dismiss->setIcon(themedIcon(u"close"_s));
    m_dismiss->setToolTip(tr("Dismiss"));
    m_dismiss->setAccessibleName(tr("Dismiss"));

    auto *texts = new QVBoxLayout;
    texts->setSpacing(Spacing::tight);
    texts->addWidget(m_text);
    texts->addWidget(m_detail);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::normal, Spacing::close, Spacing::close, Spacing::close);
    row->setSpacing(Spacing::normal);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_retry, 0, Qt::AlignTop);
    row->addWidget(m_dismiss, 0, Qt::AlignTop);

    connect(m_retry, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT retryRequested();
    });
    connect(m_dismiss, &QToolButton::clicked, this, &QWidget::hide);
    applyColours();
    hide();
}

void ErrorBanner::showError(const QString &what, const Error &error)
{
    if (error.isCancelled()) {
        return;
    }
    m_retry->setVisible(m_retryOffered && isWorthRetrying(error));
    present(errorSentence(error, what), errorText(error).detail);
}

void ErrorBanner::showMessage(const QString &sentence)
{
    m_retry->hide();
    present(sentence, {});
}

QString ErrorBanner::text() const
{
    return m_text->text();
}

void ErrorBanner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    // Not PaletteChange: setting our own colours causes that one.
    if (event->type() == QEvent::ApplicationPaletteChange) {
        applyColours();
    }
}

void ErrorBanner::present(const QString &sentence, const QString &detail)
{
    m_text->setText(sentence);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    setAccessibleName(sentence);
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void ErrorBanner::applyColours()
{
    const auto application = QGuiApplication::palette();
    auto colours = application;
    colours.setColor(
        QPalette::Window, isDark(application) ? QColor(0x4a, 0x2b, 0x2b) : QColor(0xfb, 0xe9, 0xe7));
    setPalette(colours);
    auto muted = colours;
    muted.setColor(QPalette::WindowText, toneColour(Tone::Muted, colours));
    m_detail->setPalette(muted);
    m_icon->setPixmap(
        themedIcon(u"error"_s, Tone::Bad).pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
}

} // namespace Koyeb::Desktop
