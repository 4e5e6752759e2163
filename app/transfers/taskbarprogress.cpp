// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/taskbarprogress.h"

#include "transfers/sessionbus.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QGuiApplication>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

void TaskbarProgress::show(std::optional<double> progress)
{
    if (progress == m_shown || !hasSessionBus()) {
        return;
    }
    m_shown = progress;
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    auto signal = QDBusMessage::createSignal(
        u"/com/koyeb/desktop"_s, u"com.canonical.Unity.LauncherEntry"_s, u"Update"_s);
    signal << u"application://%1.desktop"_s.arg(QGuiApplication::desktopFileName())
           << QVariantMap{
                  {u"progress"_s, progress.value_or(0.0)}, {u"progress-visible"_s, progress.has_value()}};
    bus.send(signal);
}

} // namespace Koyeb::Desktop
