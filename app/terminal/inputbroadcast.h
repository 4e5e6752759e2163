// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalsession.h"

#include <QHash>
#include <QObject>
#include <QStringList>

namespace Koyeb::Desktop {

/// Terminals of which each gets what a person types in any of them.
class InputBroadcast : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// `label` says whose terminal it is. Leaves by itself at its end.
    void add(TerminalSession *session, const QString &label);
    void remove(TerminalSession *session);
    void clear();

    [[nodiscard]] bool contains(const TerminalSession *session) const;
    [[nodiscard]] int count() const { return static_cast<int>(m_members.size()); }
    /// Each label once, sorted.
    [[nodiscard]] QStringList labels() const;

Q_SIGNALS:
    void membersChanged();

private:
    void pass(const TerminalSession *from, const TerminalSession::Input &input);

    QHash<TerminalSession *, QString> m_members;
};

} // namespace Koyeb::Desktop
