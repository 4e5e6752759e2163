// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalsearchbar.h"

#include "common/spacing.h"
#include "terminal/terminalsearch.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

TerminalSearchBar::TerminalSearchBar(TerminalSearch *search, QWidget *parent)
    : QFrame(parent), m_search(search), m_edit(new QLineEdit(this)), m_count(new QLabel(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_edit->setPlaceholderText(tr("Find in terminal"));
    m_edit->setAccessibleName(tr("Find in terminal"));
    m_edit->setClearButtonEnabled(true);
    m_edit->installEventFilter(this);
    m_count->setTextFormat(Qt::PlainText);

    auto *const layout = new QHBoxLayout(this);
    layout->setContentsMargins(Spacing::close, Spacing::close, Spacing::close, Spacing::close);
    layout->setSpacing(Spacing::close);
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_count);
    m_case = addButton(u"Aa"_s, tr("Capital and small letters differ"));
    m_regex = addButton(u".*"_s, tr("Regular expression"));
    for (QToolButton *const option : {m_case, m_regex}) {
        option->setCheckable(true);
        connect(option, &QToolButton::toggled, this, &TerminalSearchBar::sendQuery);
    }
    connect(
        addButton(u"↑"_s, tr("Previous match (Shift+Enter)")), &QToolButton::clicked, m_search,
        &TerminalSearch::goToPrevious);
    connect(
        addButton(u"↓"_s, tr("Next match (Enter)")), &QToolButton::clicked, m_search,
        &TerminalSearch::goToNext);
    connect(
        addButton(u"✕"_s, tr("Close (Escape)")), &QToolButton::clicked, this, &TerminalSearchBar::dismiss);
    connect(m_edit, &QLineEdit::textChanged, this, &TerminalSearchBar::sendQuery);
    connect(m_search, &TerminalSearch::changed, this, &TerminalSearchBar::describe);
    hide();
}

QToolButton *TerminalSearchBar::addButton(const QString &text, const QString &explanation)
{
    auto *const button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(explanation);
    button->setAccessibleName(explanation);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    layout()->addWidget(button);
    return button;
}

void TerminalSearchBar::open(const QString &text)
{
    show();
    if (!text.isEmpty()) {
        m_edit->setText(text);
    }
    m_edit->selectAll();
    m_edit->setFocus(Qt::ShortcutFocusReason);
    sendQuery();
}

void TerminalSearchBar::dismiss()
{
    hide();
    Q_EMIT closed();
}

void TerminalSearchBar::sendQuery()
{
    Q_EMIT queryChanged(m_edit->text(), m_regex->isChecked(), m_case->isChecked());
}

void TerminalSearchBar::describe()
{
    const auto total = static_cast<qulonglong>(m_search->matches().size());
    const QString shownTotal = QLocale().toString(total) + (m_search->isRunning() ? u"…"_s : QString());
    m_count->setToolTip(m_search->problem());
    if (m_edit->text().isEmpty()) {
        m_count->clear();
    } else if (!m_search->problem().isEmpty()) {
        m_count->setText(tr("Not a regular expression"));
    } else if (total == 0) {
        m_count->setText(m_search->isRunning() ? tr("Searching…") : tr("Not found"));
    } else {
        const auto number = static_cast<qulonglong>(m_search->currentNumber());
        //: %1 is the number of a match, %2 how many there are.
        m_count->setText(tr("%1 of %2").arg(QLocale().toString(number), shownTotal));
    }
}

bool TerminalSearchBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        if (key.key() == Qt::Key_Escape) {
            dismiss();
            return true;
        }
        if (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) {
            if (key.modifiers().testFlag(Qt::ShiftModifier)) {
                m_search->goToPrevious();
            } else {
                m_search->goToNext();
            }
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace Koyeb::Desktop
