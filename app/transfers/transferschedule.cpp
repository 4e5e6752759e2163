// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferschedule.h"

#include <algorithm>
#include <tuple>

namespace Koyeb::Desktop {

void TransferSchedule::remove(const QList<quint64> &ids)
{
    const QSet<quint64> removed(ids.begin(), ids.end());
    m_order.removeIf([&removed](quint64 id) { return removed.contains(id); });
    m_urgent.subtract(removed);
}

bool TransferSchedule::move(const QList<quint64> &ids, quint64 before)
{
    const QSet<quint64> moved(ids.begin(), ids.end());
    QList<quint64> front;
    QList<quint64> block;
    QList<quint64> back;
    bool isBehind = false;
    for (const quint64 id : std::as_const(m_order)) {
        isBehind = isBehind || id == before;
        auto &part = moved.contains(id) ? block : isBehind ? back : front;
        part.append(id);
    }
    const auto order = front + block + back;
    if (order == m_order) {
        return false;
    }
    m_order = order;
    return true;
}

std::optional<quint64> TransferSchedule::placeAbove(const QList<quint64> &ids) const
{
    const auto first =
        std::find_if(m_order.begin(), m_order.end(), [&ids](quint64 id) { return ids.contains(id); });
    if (first == m_order.begin() || first == m_order.end()) {
        return std::nullopt;
    }
    return *std::prev(first);
}

std::optional<quint64> TransferSchedule::placeBelow(const QList<quint64> &ids) const
{
    const auto last =
        std::find_if(m_order.rbegin(), m_order.rend(), [&ids](quint64 id) { return ids.contains(id); });
    if (last == m_order.rbegin() || last == m_order.rend()) {
        return std::nullopt;
    }
    const auto next = std::prev(last); // The one behind it.
    return next == m_order.rbegin() ? 0 : *std::prev(next);
}

quint64 TransferSchedule::next(const QList<Candidate> &waiting, const QList<Candidate> &running) const
{
    QHash<QString, int> counts;
    for (const auto &candidate : running) {
        ++counts[candidate.sandboxId];
    }
    const auto rank = [&](const Candidate &candidate) {
        return std::tuple(counts.value(candidate.sandboxId), m_turns.value(candidate.sandboxId));
    };
    const auto best = std::min_element(
        waiting.begin(), waiting.end(),
        [&rank](const Candidate &one, const Candidate &other) { return rank(one) < rank(other); });
    return best == waiting.end() ? 0 : best->id;
}

quint64 TransferSchedule::surplus(
    const QList<Candidate> &waiting, const QList<Candidate> &running, int places)
{
    if (running.size() < places || running.size() < 2) {
        return 0;
    }
    const QString &holder = running.first().sandboxId;
    const bool hasAll = std::all_of(running.begin(), running.end(), [&holder](const Candidate &candidate) {
        return candidate.sandboxId == holder;
    });
    const bool isWanted = std::any_of(waiting.begin(), waiting.end(), [&holder](const Candidate &candidate) {
        return candidate.sandboxId != holder;
    });
    return hasAll && isWanted ? running.last().id : 0;
}

quint64 TransferSchedule::behindUrgent(const QList<Candidate> &waiting, const QList<Candidate> &running) const
{
    for (const auto &urgent : waiting) {
        if (!m_urgent.contains(urgent.id)) {
            continue;
        }
        const auto place = m_order.indexOf(urgent.id);
        const auto last = std::find_if(running.rbegin(), running.rend(), [&](const Candidate &candidate) {
            return candidate.sandboxId == urgent.sandboxId && m_order.indexOf(candidate.id) > place;
        });
        if (last != running.rend()) {
            return last->id;
        }
    }
    return 0;
}

} // namespace Koyeb::Desktop
