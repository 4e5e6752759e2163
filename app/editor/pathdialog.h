// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <functional>

class QWidget;

namespace Koyeb::Desktop {

/// Asks where in the sandbox a text shall be saved; `take` gets an absolute path. Does not wait.
void askForRemotePath(QWidget *parent, const QByteArray &proposal, std::function<void(QByteArray)> take);

/// Asks for a line from 1 to `lineCount`. Does not wait.
void askForLine(QWidget *parent, int current, int lineCount, std::function<void(int)> take);

} // namespace Koyeb::Desktop
