// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/consolecommand.h"

#include "executor/shellquote.h"

#include <algorithm>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

Command consoleCommand(
    const QString &line, const ConsoleState &before, const ShellOrder &order, const QString &boundary)
{
    // The trap runs also where the line says `exit`. Its own variables are not exported.
    const QString report =
        u"trap 'koyeb_code=$?; trap - EXIT; printf \"%s\\n\" %1; pwd; printf \"%s\\n\" %1; export -p; "
        "printf \"%s\\n\" %1; exit \"$koyeb_code\"' EXIT\n"_s.arg(boundary);
    Command command;
    if (before.isKnown()) {
        const QString script = "eval "_L1 + shellQuoted(before.exports) + "\ncd -- "_L1 +
                               shellQuoted(before.directory) + u'\n' + report + "eval "_L1 +
                               shellQuoted(line.toUtf8());
        // What the line before has taken out of the environment stays out.
        command.line = "exec env -i /bin/sh -c "_L1 + shellQuoted(script.toUtf8());
        return command;
    }
    command.environment = order.environment;
    QString home = u"[ -n \"$HOME\" ] || export HOME=/root\ncd \"$HOME\" 2>/dev/null || cd /\n"_s;
    if (!order.directory.isEmpty()) {
        home += "cd -- "_L1 + shellQuoted(order.directory.toUtf8()) + u'\n';
    }
    command.line = home + report + "eval "_L1 + shellQuoted(line.toUtf8());
    return command;
}

QByteArray ConsoleOutput::take(const QByteArray &bytes)
{
    if (!m_told.isEmpty()) {
        m_told += bytes;
        return {};
    }
    m_held += bytes;
    const qsizetype found = m_held.indexOf(m_boundary);
    if (found >= 0) {
        m_told = m_held.mid(found);
        return std::exchange(m_held, {}).left(found);
    }
    qsizetype kept = std::min(m_held.size(), m_boundary.size() - 1);
    while (kept > 0 && !m_boundary.startsWith(QByteArrayView(m_held).last(kept))) {
        --kept;
    }
    const QByteArray output = m_held.left(m_held.size() - kept);
    m_held = m_held.right(kept);
    return output;
}

QByteArray ConsoleOutput::rest()
{
    return std::exchange(m_held, {});
}

std::optional<ConsoleState> ConsoleOutput::state() const
{
    const QByteArray line = m_boundary + '\n';
    const qsizetype exports = m_told.indexOf(line, line.size());
    const qsizetype end = exports < 0 ? -1 : m_told.indexOf(line, exports + line.size());
    if (!m_told.startsWith(line) || end < 0) {
        return {};
    }
    ConsoleState state;
    state.directory = m_told.mid(line.size(), exports - line.size() - 1);
    state.exports = m_told.mid(exports + line.size(), end - exports - line.size());
    return state;
}

} // namespace Koyeb::Desktop
