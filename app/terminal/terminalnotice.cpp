// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalnotice.h"

#include "common/spacing.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace Koyeb::Desktop {

TerminalNotice::TerminalNotice(QWidget *parent)
    : QFrame(parent),
      m_label(new QLabel(this)),
      m_action(new QPushButton(this)),
      m_close(new QPushButton(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setWordWrap(true);
    for (QPushButton *const button : {m_action, m_close}) {
        button->setFocusPolicy(Qt::TabFocus); // A click leaves the keyboard with the terminal.
        button->setAutoDefault(false);
    }
    auto *const layout = new QHBoxLayout(this);
    layout->setContentsMargins(Spacing::normal, Spacing::close, Spacing::close, Spacing::close);
    layout->setSpacing(Spacing::close);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT accepted();
    });
    connect(m_close, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT dismissed();
    });
    hide();
}

void TerminalNotice::tell(const QString &text)
{
    m_action->hide();
    m_close->setText(tr("Close"));
    present(text);
}

void TerminalNotice::ask(const QString &question, const QString &actionText)
{
    m_action->setText(actionText);
    m_action->show();
    m_close->setText(tr("Do not allow"));
    present(question);
}

void TerminalNotice::present(const QString &text)
{
    m_label->setText(text);
    setAccessibleName(text);
    show();
}

QString TerminalNotice::text() const
{
    return m_label->text();
}

QString TerminalNotice::excerpt(const QString &text, qsizetype longest)
{
    QString line = text.left(4 * longest).simplified();
    line.removeIf([](QChar character) {
        // Controls, and those that turn the direction of what is around them.
        return character.category() == QChar::Other_Control || character.category() == QChar::Other_Format;
    });
    return line.size() > longest || text.size() > 4 * longest ? line.left(longest) + u'…' : line;
}

} // namespace Koyeb::Desktop
