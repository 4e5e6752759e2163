// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/shellorder.h"

#include "executor/shellquote.h"
#include "terminal/terminallink.h"

#include <QRegularExpression>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] QString quoted(const QString &text)
{
    return shellQuoted(text.toUtf8());
}

[[nodiscard]] QString assignments(const QMap<QString, QString> &environment)
{
    static const QRegularExpression name(u"\\A[A-Za-z_][A-Za-z0-9_]*\\z"_s);
    QString script;
    for (auto variable = environment.begin(); variable != environment.end(); ++variable) {
        if (name.match(variable.key()).hasMatch()) {
            script += "export "_L1 + variable.key() + u'=' + quoted(variable.value()) + "; "_L1;
        }
    }
    return script;
}

/// Has bash tell where its prompts, the output of commands and its directory are (OSC 133 and 7), so that one
/// can jump between prompts, copy an output and split in the same place. Other shells take no notice of it,
/// and a profile's own variables come after it.
[[nodiscard]] QString promptMarks()
{
    // What comes behind it in the same variable sees how the last command ended, too.
    return u"export PS0='\\e]133;C\\a' "
           "PROMPT_COMMAND='koyeb_status=$?; printf \"\\033]133;D;%s\\a\" \"$koyeb_status\"; "
           "case $PWD in *[[:cntrl:]]*) ;; "
           "*) printf \"\\033]7;file://%s\\a\" \"${PWD//%/%25}\" ;; esac; "
           "printf \"\\033]133;A\\a\"; (exit \"$koyeb_status\")'\"${PROMPT_COMMAND:+; $PROMPT_COMMAND}\"; "_s;
}

/// A server of tmux of its own for each name: what runs in it has the environment of this terminal. Without
/// the alternate screen and the status line, what the shell prints goes through our own scrollback; what was
/// on the screen before is moved there, since tmux begins with an empty one.
[[nodiscard]] QString keeping(const ShellOrder &order, const QString &shell)
{
    const QString notice =
        order.newShellNotice.isEmpty() ? u":"_s : "printf '%s\\n' "_L1 + quoted(order.newShellNotice);
    return u"koyeb_blank() { r=$(stty size 2>/dev/null); r=${r%% *}; "
           "while [ \"${r:-0}\" -gt 1 ]; do echo; r=$((r-1)); done; }; "
           "if command -v tmux >/dev/null 2>&1; then "
           "tmux -L %1 has-session -t =%1 2>/dev/null || %2; koyeb_blank; "
           "exec tmux -L %1 start-server \\; set -ga terminal-overrides ',xterm*:smcup@:rmcup@' \\; "
           "set -g status off \\; set -g history-limit 10000 \\; set -g set-titles on \\; "
           "set -g set-titles-string '#T' \\; set -sg escape-time 20 \\; new-session -A -s %1 %3; fi; "
           "if command -v screen >/dev/null 2>&1; then "
           "screen -ls %1 2>/dev/null | grep -q '[.]%1' || %2; koyeb_blank; "
           "exec screen -D -R -S %1 sh -c %3; fi; "_s.arg(order.keptName, notice, quoted(shell));
}

} // namespace

QStringList shellCommand(const ShellOrder &order, const QByteArray &mark)
{
    const QString shell = order.commandLine.isEmpty()
                              ? u"command -v bash >/dev/null 2>&1 && exec bash -il; exec sh -il"_s
                              : "exec "_L1 + order.commandLine;
    QString script = "export "_L1 + QLatin1StringView(TerminalLink::environmentName) + u'=' +
                     QString::fromLatin1(mark) + " TERM=xterm-256color COLORTERM=truecolor; "_L1 +
                     "[ -n \"$HOME\" ] || export HOME=/root; "
                     "[ -n \"$LC_ALL$LC_CTYPE$LANG\" ] || export LANG=C.UTF-8; "_L1 +
                     promptMarks() + assignments(order.environment) + "cd \"$HOME\" 2>/dev/null || cd /; "_L1;
    if (!order.directory.isEmpty()) {
        script += "cd -- "_L1 + quoted(order.directory) + "; "_L1;
    }
    if (!order.keptName.isEmpty()) {
        script += keeping(order, shell);
    }
    return {u"/bin/sh"_s, u"-c"_s, script + shell};
}

QString endKeptShellScript(const QString &keptName)
{
    return u"tmux -L %1 kill-server 2>/dev/null; screen -S %1 -X quit >/dev/null 2>&1; :"_s.arg(keptName);
}

QString findKeeperScript()
{
    // Where the sandbox's root may not give a terminal to the group of terminals, screen is there and ends at
    // once: only what it has run shows that it can.
    return u"if command -v tmux >/dev/null 2>&1; then echo tmux; "
           "elif command -v screen >/dev/null 2>&1; then p=${HOME:-/root}/.koyeb-screen-$$; "
           "screen -D -m sh -c ': > \"$0\"' \"$p\" </dev/null >/dev/null 2>&1; "
           "[ -e \"$p\" ] && rm -f \"$p\" && echo screen; fi; :"_s;
}

} // namespace Koyeb::Desktop
