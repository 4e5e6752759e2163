// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transferjournal.h"

class QSqlQuery;

namespace Koyeb {

/// The SQLite file of a TransferJournal. Blocks; made, used and destroyed on one thread.
class JournalDatabase {
public:
    /// Local, with SQLite's words, when it cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<JournalDatabase>> open(const QString &path);
    ~JournalDatabase();
    JournalDatabase(const JournalDatabase &) = delete;
    JournalDatabase &operator=(const JournalDatabase &) = delete;

    [[nodiscard]] Result<QList<JournalEntry>> load();
    void add(const JournalEntry &entry);
    void update(const JournalEntry &entry);
    void remove(quint64 id);
    /// Everything of the checkpoint but its files.
    void setState(quint64 id, const TransferCheckpoint &checkpoint);
    void addFiles(quint64 id, const QHash<QByteArray, FileVersion> &files);
    void forgetFiles(quint64 id);
    /// These in this order, before those that are added later.
    void setOrder(const QList<quint64> &ids);

    /// The name of its connection, for a JournalHistory.
    [[nodiscard]] const QString &connection() const { return m_connection; }

private:
    explicit JournalDatabase(const QString &connection) : m_connection(connection) {}

    [[nodiscard]] Result<void> prepare(const QString &path);
    [[nodiscard]] Result<void> makeTables(int fromVersion);
    [[nodiscard]] Result<void> loadFiles(QList<JournalEntry> &entries);
    void run(const QString &statement, const QVariantList &values);

    QString m_connection;
};

} // namespace Koyeb
