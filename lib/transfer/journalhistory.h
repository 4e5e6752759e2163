// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "transfer/transferhistory.h"

namespace Koyeb {

/// The transfers of a journal's database that are over, and the logs of all. Blocks; on the connection's
/// thread.
class JournalHistory {
public:
    /// An open connection whose tables are there.
    explicit JournalHistory(const QString &connection) : m_connection(connection) {}

    void addEvent(quint64 id, const TransferEvent &event) const;
    [[nodiscard]] Result<QList<TransferEvent>> eventsOf(quint64 id) const;
    /// In place of all that is known of it; keeps the last `maximum`.
    void add(const TransferHistoryEntry &entry, const QList<TransferEvent> &events, int maximum) const;
    /// The last first.
    [[nodiscard]] Result<QList<TransferHistoryEntry>> load() const;
    void clear() const;

private:
    QString m_connection;
};

} // namespace Koyeb
