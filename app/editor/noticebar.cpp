// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/noticebar.h"

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
}

NoticeBar::NoticeBar(QWidget *parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_choices(new QWidget(this)),
      m_buttons(new QHBoxLayout(m_choices))
{
    setAutoFillBackground(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_buttons->setContentsMargins({});
    m_buttons->setSpacing(Spacing::close);
    auto *dismiss = new QToolButton(this);
    dismiss->setAutoRaise(true);
    dismiss->setIcon(themedIcon(u"close"_s));
    dismiss->setToolTip(tr("Dismiss"));
    dismiss->setAccessibleName(tr("Dismiss"));
    connect(dismiss, &QToolButton::clicked, this, &QWidget::hide);

    auto *column = new QVBoxLayout;
    column->setSpacing(Spacing::close);
    column->addWidget(m_text);
    column->addWidget(m_choices, 0, Qt::AlignLeading);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::normal, Spacing::close, Spacing::close, Spacing::close);
    row->setSpacing(Spacing::normal);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(column, 1);
    row->addWidget(dismiss, 0, Qt::AlignTop);
    applyColours();
    hide();
}

void NoticeBar::ask(const QString &sentence, const QList<Choice> &choices)
{
    // Not at once: one of them may be what led here.
    const auto old = m_choices->findChildren<QPushButton *>(QString(), Qt::FindDirectChildrenOnly);
    for (QPushButton *button : old) {
        button->hide();
        m_buttons->removeWidget(button);
        button->deleteLater();
    }
    m_text->setText(sentence);
    for (const Choice &choice : choices) {
        addButton(choice);
    }
    m_choices->setVisible(!choices.isEmpty());
    setAccessibleName(sentence);
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void NoticeBar::addButton(const Choice &choice)
{
    auto *button = new QPushButton(choice.text, m_choices);
    m_buttons->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this, choice] {
        if (!choice.staysOpen) {
            hide();
        }
        if (choice.action) {
            choice.action();
        }
    });
    button->show();
}

QString NoticeBar::text() const
{
    return m_text->text();
}

void NoticeBar::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    // Not PaletteChange: setting our own colours causes that one.
    if (event->type() == QEvent::ApplicationPaletteChange) {
        applyColours();
    }
}

void NoticeBar::applyColours()
{
    auto colours = QGuiApplication::palette();
    colours.setColor(QPalette::Window, isDark(colours) ? QColor(0x45, 0x3a, 0x1e) : QColor(0xfd, 0xf3, 0xd8));
    setPalette(colours);
    m_icon->setPixmap(
        themedIcon(u"warning"_s, Tone::Warning).pixmap(QSize(iconSize, iconSize), devicePixelRatioF()));
}

} // namespace Koyeb::Desktop
