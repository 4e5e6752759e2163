// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/headings.h"

#include "common/icons.h"

#include <QEvent>
#include <QGuiApplication>

namespace Koyeb::Desktop {

namespace {

constexpr qreal pageTitleScale = 1.6;
constexpr qreal sectionTitleScale = 1.1;

QLabel *createTitle(const QString &text, qreal scale, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    auto font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace

QLabel *createPageTitle(const QString &text, QWidget *parent)
{
    return createTitle(text, pageTitleScale, parent);
}

QLabel *createSectionTitle(const QString &text, QWidget *parent)
{
    return createTitle(text, sectionTitleScale, parent);
}

MutedLabel::MutedLabel(const QString &text, QWidget *parent) : QLabel(text, parent)
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    applyColours();
}

void MutedLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) {
        applyColours();
    }
}

void MutedLabel::applyColours()
{
    auto colours = QGuiApplication::palette();
    colours.setColor(QPalette::WindowText, toneColour(Tone::Muted, colours));
    setPalette(colours);
}

} // namespace Koyeb::Desktop
