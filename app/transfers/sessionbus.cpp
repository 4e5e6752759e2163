// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/sessionbus.h"

#include <QFileInfo>
#include <QString>

namespace Koyeb::Desktop {

bool hasSessionBus()
{
    return !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") ||
           QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus"));
}

} // namespace Koyeb::Desktop
