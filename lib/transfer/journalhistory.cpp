// SPDX-License-Identifier: Apache-2.0
#include "transfer/journalhistory.h"

#include "core/logging.h"
#include "transfer/journalstatements.h"

#include <QSqlDatabase>
#include <QSqlQuery>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of what another version of the program has written.
TransferEvent::Kind kindOf(int number)
{
    const bool isKnown = number >= 0 && number <= static_cast<int>(TransferEvent::Kind::Problem);
    return isKnown ? static_cast<TransferEvent::Kind>(number) : TransferEvent::Kind::Problem;
}

Error errorOf(const QVariant &kind, const QVariant &message)
{
    Error error;
    const auto name = kind.toString();
    for (int number = 0; number <= static_cast<int>(ErrorKind::Unsupported); ++number) {
        if (errorKindName(static_cast<ErrorKind>(number)) == name) {
            error.kind = static_cast<ErrorKind>(number);
        }
    }
    error.message = message.toString();
    return error;
}

void deleteLostEvents(const QString &connection)
{
    runStatement(
        connection,
        u"DELETE FROM event WHERE transfer NOT IN (SELECT id FROM history UNION SELECT id FROM transfer)"_s,
        {});
}

} // namespace

void runStatement(const QString &connection, const QString &statement, const QVariantList &values)
{
    QSqlQuery query(QSqlDatabase::database(connection));
    bool done = query.prepare(statement);
    for (const auto &value : values) {
        query.addBindValue(value);
    }
    done = done && query.exec();
    if (!done) {
        qCWarning(logSandbox) << "The transfer journal could not be written:" << query.lastError().text();
    }
}

void JournalHistory::addEvent(quint64 id, const TransferEvent &event) const
{
    runStatement(
        m_connection,
        u"INSERT INTO event (transfer, kind, at, bytes, error, message, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"_s,
        {number(id), static_cast<int>(event.kind), static_cast<qlonglong>(event.at),
         static_cast<qlonglong>(event.bytes), errorKindName(event.error.kind), text(event.error.message),
         blob(event.detail)});
}

Result<QList<TransferEvent>> JournalHistory::eventsOf(quint64 id) const
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    query.prepare(
        u"SELECT kind, at, bytes, error, message, detail FROM event WHERE transfer = ? ORDER BY rowid"_s);
    query.addBindValue(number(id));
    if (!query.exec()) {
        return broken(query.lastError());
    }
    QList<TransferEvent> events;
    while (query.next()) {
        events.append(
            {kindOf(query.value(0).toInt()), query.value(1).toLongLong(), query.value(2).toLongLong(),
             errorOf(query.value(3), query.value(4)), query.value(5).toByteArray()});
    }
    return events;
}

void JournalHistory::add(
    const TransferHistoryEntry &entry, const QList<TransferEvent> &events, int maximum) const
{
    auto database = QSqlDatabase::database(m_connection);
    database.transaction();
    runStatement(
        m_connection,
        u"INSERT OR REPLACE INTO history (id, direction, sandbox_name, source, target_directory, end, "
        u"ended_at,"
        " bytes, files, problems, error, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        {number(entry.id), static_cast<int>(entry.direction), text(entry.sandboxName), blob(entry.source),
         blob(entry.targetDirectory), static_cast<int>(entry.end), static_cast<qlonglong>(entry.endedAt),
         static_cast<qlonglong>(entry.bytes), static_cast<qlonglong>(entry.files), entry.problems,
         errorKindName(entry.error.kind), text(entry.error.message)});
    runStatement(m_connection, u"DELETE FROM event WHERE transfer = ?"_s, {number(entry.id)});
    for (const auto &event : events) {
        addEvent(entry.id, event);
    }
    QSqlQuery count(u"SELECT COUNT(*) FROM history"_s, database);
    if (count.next() && count.value(0).toInt() > maximum) {
        runStatement(
            m_connection,
            u"DELETE FROM history WHERE id NOT IN"
            " (SELECT id FROM history ORDER BY ended_at DESC, id DESC LIMIT ?)"_s,
            {maximum});
        deleteLostEvents(m_connection);
    }
    count.finish();
    database.commit();
}

Result<QList<TransferHistoryEntry>> JournalHistory::load() const
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    if (!query.exec(
            u"SELECT id, direction, sandbox_name, source, target_directory, end, ended_at, bytes, files,"
            " problems, error, message FROM history ORDER BY ended_at DESC, id DESC"_s)) {
        return broken(query.lastError());
    }
    QList<TransferHistoryEntry> entries;
    while (query.next()) {
        TransferHistoryEntry entry;
        int column = 0;
        const auto next = [&] {
            return query.value(column++);
        };
        entry.id = static_cast<quint64>(next().toLongLong());
        entry.direction = directionOf(next().toInt());
        entry.sandboxName = next().toString();
        entry.source = next().toByteArray();
        entry.targetDirectory = next().toByteArray();
        entry.end = kindOf(next().toInt());
        entry.endedAt = next().toLongLong();
        entry.bytes = next().toLongLong();
        entry.files = next().toLongLong();
        entry.problems = next().toInt();
        const auto kind = next();
        entry.error = errorOf(kind, next());
        entries.append(entry);
    }
    return entries;
}

void JournalHistory::clear() const
{
    runStatement(m_connection, u"DELETE FROM history"_s, {});
    deleteLostEvents(m_connection);
}

} // namespace Koyeb
