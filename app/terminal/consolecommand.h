// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "executor/executorvalues.h"
#include "terminal/shellorder.h"

#include <QByteArray>

#include <optional>

namespace Koyeb::Desktop {

/// What one line of a console leaves to the next.
struct ConsoleState {
    QByteArray directory;
    QByteArray exports; ///< What `export -p` printed: a shell reads it again.

    [[nodiscard]] bool isKnown() const { return !exports.isEmpty(); }
};

/// The command that runs `line` where `before` left off and then tells where it leaves off, after `boundary`.
[[nodiscard]] Command consoleCommand(
    const QString &line, const ConsoleState &before, const ShellOrder &order, const QString &boundary);

/// Takes what a consoleCommand() told out of its output.
class ConsoleOutput {
public:
    explicit ConsoleOutput(const QString &boundary) : m_boundary(boundary.toLatin1()) {}

    /// What is output of the command itself. Bytes with which the boundary may begin are kept back.
    [[nodiscard]] QByteArray take(const QByteArray &bytes);
    /// What was kept back, at the end.
    [[nodiscard]] QByteArray rest();
    /// Where the command left off; nothing when something ended it before.
    [[nodiscard]] std::optional<ConsoleState> state() const;

private:
    QByteArray m_boundary;
    QByteArray m_held;
    QByteArray m_told; ///< From the boundary on.
};

} // namespace Koyeb::Desktop
