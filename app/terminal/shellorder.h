// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

namespace Koyeb::Desktop {

/// Which shell a terminal starts, and where.
struct ShellOrder {
    QString commandLine = {}; ///< Of a shell; empty: bash where there is one, else sh, as a login shell.
    QString directory = {};   ///< Empty, or not there: home.
    QMap<QString, QString> environment = {}; ///< On top of the sandbox's own. Not secret.
    /// The shell runs in tmux or screen under this name, and so outlives its connection: the next order of
    /// this name leads to it again. Letters, digits and dashes. Empty, or where neither is there: it does
    /// not.
    QString keptName = {};
    /// The line to print where the shell of keptName is begun, and not gone on with. May be empty.
    QString newShellNotice = {};

    bool operator==(const ShellOrder &) const = default;
};

/// What begins such a shell from the environment of a service, which was not made for people: it may lack a
/// terminal type, a home and a character set. bash is told to mark its prompts; PS0 and PROMPT_COMMAND of the
/// order's environment replace that. `mark` is the link's, see TerminalLink::mark().
[[nodiscard]] QStringList shellCommand(const ShellOrder &order, const QByteArray &mark);

/// A script that ends a kept shell, wherever it runs.
[[nodiscard]] QString endKeptShellScript(const QString &keptName);

/// A script that prints the name of what can keep a shell alive in this sandbox: `tmux`, `screen`, or
/// nothing.
[[nodiscard]] QString findKeeperScript();

} // namespace Koyeb::Desktop
