// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/desktopnotifications.h"

#include "transfers/sessionbus.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

const auto service = u"org.freedesktop.Notifications"_s;
const auto path = u"/org/freedesktop/Notifications"_s;
const auto defaultAction = u"default"_s; // What a click on the message itself means.

} // namespace

void FreedesktopNotifications::show(const QString &title, const QString &text)
{
    if (!hasSessionBus()) {
        return;
    }
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    listen();
    auto call = QDBusMessage::createMethodCall(service, path, service, u"Notify"_s);
    QVariantMap hints{{u"desktop-entry"_s, QGuiApplication::desktopFileName()}};
    if (!m_category.isEmpty()) {
        hints.insert(u"category"_s, m_category);
    }
    // The text may have markup by the specification, the title not.
    call << QGuiApplication::applicationDisplayName() << m_id << QGuiApplication::desktopFileName() << title
         << text.toHtmlEscaped() << QStringList{defaultAction, tr("Show", "what a message is about")} << hints
         << -1;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<uint> reply = *watcher;
        m_id = reply.isError() ? 0 : reply.value(); // Nobody may be there to show it.
        watcher->deleteLater();
    });
}

void FreedesktopNotifications::listen()
{
    if (!m_isListening) {
        m_isListening = QDBusConnection::sessionBus().connect(
            service, path, service, u"ActionInvoked"_s, this, SLOT(takeAction(uint, QString)));
    }
}

void FreedesktopNotifications::takeAction(uint id, const QString &action)
{
    if (id != 0 && id == m_id && action == defaultAction) {
        Q_EMIT activated();
    }
}

} // namespace Koyeb::Desktop
