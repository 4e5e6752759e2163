// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/sleepcover.h"

#include "common/emptystate.h"

#include <QApplication>
#include <QFocusEvent>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

SleepCover::SleepCover(QWidget *page, QWidget *parent)
    : QStackedWidget(parent), m_page(page), m_face(new EmptyState(this))
{
    addWidget(m_page);
    addWidget(m_face);
    connect(m_face, &EmptyState::actionRequested, this, &SleepCover::wakeRequested);
}

void SleepCover::showPage()
{
    const bool hadFocus = holdsFocus();
    setCurrentWidget(m_page);
    if (hadFocus) {
        m_page->setFocus();
    }
}

void SleepCover::showAsleep()
{
    m_face->setContent(
        {u"status-asleep"_s, tr("The sandbox is asleep"),
         tr("It fell asleep after a time without requests. Waking it takes some seconds. From deep sleep it "
            "starts "
            "anew: what was made or changed in it is gone."),
         tr("Wake")});
    setCurrentWidget(m_face);
}

void SleepCover::showWaking()
{
    const bool hadFocus = holdsFocus();
    m_face->setBusy(
        u"status-moving"_s, tr("The sandbox is waking up…"),
        tr("This page comes back as soon as the sandbox answers."));
    setCurrentWidget(m_face);
    if (hadFocus) {
        setFocus(); // The button that was pressed is gone; whoever pressed it goes on in the page.
    }
}

bool SleepCover::holdsFocus() const
{
    const auto *focused = QApplication::focusWidget();
    return focused == this || isAncestorOf(focused);
}

// One comes to this tab for what it shows.
void SleepCover::focusInEvent(QFocusEvent *event)
{
    QStackedWidget::focusInEvent(event);
    currentWidget()->setFocus(event->reason());
}

} // namespace Koyeb::Desktop
