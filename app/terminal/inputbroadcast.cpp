// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/inputbroadcast.h"

namespace Koyeb::Desktop {

void InputBroadcast::add(TerminalSession *session, const QString &label)
{
    if (m_members.contains(session)) {
        return;
    }
    m_members.insert(session, label);
    connect(session, &TerminalSession::inputGiven, this, [this, session](const auto &input) {
        pass(session, input);
    });
    connect(session, &QObject::destroyed, this, [this, session] {
        if (m_members.remove(session)) {
            Q_EMIT membersChanged();
        }
    });
    Q_EMIT membersChanged();
}

void InputBroadcast::remove(TerminalSession *session)
{
    if (m_members.remove(session)) {
        session->disconnect(this);
        Q_EMIT membersChanged();
    }
}

void InputBroadcast::clear()
{
    for (auto *const session : m_members.keys()) {
        session->disconnect(this);
    }
    m_members.clear();
    Q_EMIT membersChanged();
}

bool InputBroadcast::contains(const TerminalSession *session) const
{
    return m_members.contains(const_cast<TerminalSession *>(session)); // NOLINT: only its address is used.
}

QStringList InputBroadcast::labels() const
{
    QStringList labels = m_members.values();
    labels.removeDuplicates();
    labels.sort();
    return labels;
}

void InputBroadcast::pass(const TerminalSession *from, const TerminalSession::Input &input)
{
    for (auto *const session : m_members.keys()) {
        if (session != from) {
            session->takeInput(input);
        }
    }
}

} // namespace Koyeb::Desktop
