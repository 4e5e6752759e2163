// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakelink.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QApplication>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

/// A view on a running session, in a window and with the keyboard, made anew for each test.
class TerminalViewFixture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_links = {};
        m_session = std::make_unique<Koyeb::Desktop::TerminalSession>(m_links.factory());
        m_window = std::make_unique<QWidget>();
        m_view = new Koyeb::Desktop::TerminalView(m_session.get());
        auto *const layout = new QVBoxLayout(m_window.get());
        layout->addWidget(m_view);
        m_window->resize(700, 400);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_view->setFocus();
        m_session->start();
        Q_EMIT m_links.last()->opened();
    }

    void cleanup()
    {
        m_window.reset();
        m_session.reset();
    }

protected:
    void print(const QByteArray &bytes)
    {
        m_links.last()->print(bytes);
        QTRY_COMPARE(m_session->waitingBytes(), 0);
    }
    [[nodiscard]] QByteArray takeInput() { return std::exchange(m_links.last()->input, {}); }
    [[nodiscard]] QImage grab() { return m_view->viewport()->grab().toImage(); }
    [[nodiscard]] QPoint middleOf(int row, int column) const
    {
        return m_view->cellRect(row, column).center();
    }
    [[nodiscard]] QPoint leftOf(int row, int column) const
    {
        const QRect cell = m_view->cellRect(row, column);
        return {cell.left() + 1, cell.center().y()};
    }
    [[nodiscard]] QVariant query(Qt::InputMethodQuery what) const
    {
        QInputMethodQueryEvent event(what);
        QApplication::sendEvent(m_view, &event);
        return event.value(what);
    }
    void wheel(int steps) { turnWheel({0, steps * 120}); }
    void turnWheel(QPoint angle, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        const QPointF at = middleOf(1, 2);
        QWheelEvent event(
            at, m_view->viewport()->mapToGlobal(at), {}, angle, Qt::NoButton, modifiers, Qt::NoScrollPhase,
            false);
        QApplication::sendEvent(m_view->viewport(), &event);
    }

    FakeLinks m_links;
    std::unique_ptr<Koyeb::Desktop::TerminalSession> m_session;
    std::unique_ptr<QWidget> m_window;
    Koyeb::Desktop::TerminalView *m_view = nullptr; ///< In the window.
};
