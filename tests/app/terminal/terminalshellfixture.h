// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/execchannel.h"
#include "core/clock.h"
#include "localengine.h"
#include "terminal/execlink.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QInputMethodEvent>
#include <QPointer>
#include <QRegularExpression>
#include <QTest>

/// A real shell in a real sandbox of the local engine, used through the keyboard of a page, made anew for
/// each test.
class TerminalShellFixture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
        const QJsonObject sandbox = m_engine.createSandbox(QStringLiteral("terminal"));
        QVERIFY2(!sandbox.isEmpty(), qPrintable(m_engine.errorText()));
        m_serviceId = sandbox.value(QStringLiteral("service_id")).toString();
    }
    void init()
    {
        m_order = {};
        openPage();
    }
    void cleanup() { m_page.reset(); }

protected:
    static constexpr int patience = 30'000; ///< Milliseconds.

    void openPage()
    {
        Koyeb::Desktop::TerminalHost host;
        host.clock = &m_clock;
        host.makeLink = [this](const Koyeb::Desktop::ShellOrder &asked, QObject *parent) {
            auto order = m_order;
            order.directory = asked.directory;
            auto channel = std::make_unique<Koyeb::ExecChannel>(m_clock, m_engine.url(), m_engine.token());
            auto *const link = new Koyeb::Desktop::ExecLink(std::move(channel), m_serviceId, order, parent);
            m_link = link;
            return link;
        };
        m_page = std::make_unique<Koyeb::Desktop::TerminalPage>(host);
        m_page->resize(800, 480);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_view = m_page->findChild<Koyeb::Desktop::TerminalView *>();
        QVERIFY(m_view != nullptr);
        QVERIFY2(isSeen(QStringLiteral("[#$]$")), qPrintable(m_view->visibleText()));
    }
    void type(const QString &text) { QTest::keyClicks(m_view, text); }
    /// Text that the keys of a test cannot make.
    void commit(const QString &text)
    {
        QInputMethodEvent event;
        event.setCommitString(text);
        QCoreApplication::sendEvent(m_view, &event);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(m_view, key, modifiers); }
    void enter(const QString &command)
    {
        type(command);
        press(Qt::Key_Return);
    }
    /// Waits for it.
    [[nodiscard]] bool isSeen(const QString &pattern) const
    {
        const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
        return QTest::qWaitFor([&] { return expression.match(m_view->visibleText()).hasMatch(); }, patience);
    }

    Koyeb::SystemClock m_clock;
    Koyeb::Testing::LocalEngine m_engine;
    QString m_serviceId;
    std::unique_ptr<Koyeb::Desktop::TerminalPage> m_page;
    Koyeb::Desktop::TerminalView *m_view = nullptr;
    Koyeb::Desktop::ShellOrder m_order;
    QPointer<Koyeb::Desktop::ExecLink> m_link;
};
