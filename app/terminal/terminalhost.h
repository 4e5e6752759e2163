// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "terminal/shellorder.h"

#include <functional>

class QObject;
class QSettings;

namespace Koyeb::Desktop {

class InputBroadcast;
class TerminalLink;

/// What the terminals of one sandbox are given from outside. All of it outlives them.
struct TerminalHost {
    Clock *clock = nullptr;
    /// Makes the other end of a terminal, not started, owned by `parent`.
    std::function<TerminalLink *(const ShellOrder &order, QObject *parent)> makeLink;
    QString sandboxId = {};           ///< By which the layout is kept.
    QSettings *settings = nullptr;    ///< Null: nothing is kept from one run of the program to the next.
    InputBroadcast *shared = nullptr; ///< Of the terminals of several sandboxes; null: there is none.
    /// What a person knows the sandbox by, now.
    std::function<QString()> sandboxName = {};
    /// Runs a script in the sandbox and calls `done` with what it prints, not at once; never when that fails
    /// or `context` is gone. May be empty.
    std::function<void(const QString &script, QObject *context, std::function<void(QByteArray)> done)>
        runScript = {};
};

} // namespace Koyeb::Desktop
