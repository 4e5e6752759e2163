// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QSet>
#include <QString>

#include <optional>

namespace Koyeb::Desktop {

/// In which order transfers get their turn: that of the list, which a person can change, and fair between
/// sandboxes.
class TransferSchedule {
public:
    struct Candidate {
        quint64 id = 0;
        QString sandboxId;
    };

    /// All, in the order of the list.
    [[nodiscard]] const QList<quint64> &order() const { return m_order; }
    void append(quint64 id) { m_order.append(id); }
    void remove(const QList<quint64> &ids);
    /// Puts them, in the order of the list, in front of another one, or at the end where that is 0. True when
    /// that changed anything.
    bool move(const QList<quint64> &ids, quint64 before);
    /// Before which one to move them so that they go one up or down; empty where they are at that end.
    [[nodiscard]] std::optional<quint64> placeAbove(const QList<quint64> &ids) const;
    [[nodiscard]] std::optional<quint64> placeBelow(const QList<quint64> &ids) const;

    /// Whose turn it is among those that wait, which are in the order of the list: the sandbox with the
    /// fewest running comes first, and of two with as many the one that has waited longer for its turn.
    /// 0 when none waits.
    [[nodiscard]] quint64 next(const QList<Candidate> &waiting, const QList<Candidate> &running) const;
    /// Which one has to make room, because a sandbox has all places while something waits for another: the
    /// last of it in the list. 0 when none has to.
    [[nodiscard]] static quint64 surplus(
        const QList<Candidate> &waiting, const QList<Candidate> &running, int places);
    /// A person wants these before others: they need not wait for one of their sandbox that runs already.
    void hurry(const QList<quint64> &ids) { m_urgent.unite({ids.begin(), ids.end()}); }
    /// Which one has to make room for one of those: the last of its sandbox that stands behind it. 0 when
    /// none has to.
    [[nodiscard]] quint64 behindUrgent(
        const QList<Candidate> &waiting, const QList<Candidate> &running) const;
    /// This one has got its turn.
    void noteTurn(const Candidate &candidate)
    {
        m_turns[candidate.sandboxId] = ++m_lastTurn;
        m_urgent.remove(candidate.id);
    }

private:
    QList<quint64> m_order;
    QHash<QString, quint64> m_turns; // By sandbox, ascending in time.
    quint64 m_lastTurn = 0;
    QSet<quint64> m_urgent; ///< Until they have had their turn.
};

} // namespace Koyeb::Desktop
