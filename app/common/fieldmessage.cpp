// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/fieldmessage.h"

#include "common/icons.h"

#include <QEvent>
#include <QGuiApplication>

namespace Koyeb::Desktop {

FieldMessage::FieldMessage(QWidget *field, QWidget *parent) : QLabel(parent), m_field(field)
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    hide();
}

void FieldMessage::showProblem(const QString &sentence)
{
    m_isProblem = !sentence.isEmpty();
    present(sentence);
}

void FieldMessage::showHint(const QString &sentence)
{
    m_isProblem = false;
    present(sentence);
}

void FieldMessage::present(const QString &sentence)
{
    setText(sentence);
    setVisible(!sentence.isEmpty());
    m_field->setAccessibleDescription(sentence);
    applyColours();
}

void FieldMessage::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) {
        applyColours();
    }
}

void FieldMessage::applyColours()
{
    auto colours = QGuiApplication::palette();
    colours.setColor(QPalette::WindowText, toneColour(m_isProblem ? Tone::Bad : Tone::Muted, colours));
    setPalette(colours);
}

} // namespace Koyeb::Desktop
