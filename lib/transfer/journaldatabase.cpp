// SPDX-License-Identifier: Apache-2.0
#include "transfer/journaldatabase.h"

#include "core/logging.h"
#include "transfer/journalhistory.h"
#include "transfer/journalstatements.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <atomic>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Kept in the file. An older one is brought up to date; one of a later version is not touched.
constexpr int schemaVersion = 5;

/// What is not known is asked for once more.
ExistingTarget existingOf(int number)
{
    const bool isKnown = number >= 0 && number <= static_cast<int>(ExistingTarget::Skip);
    return isKnown ? static_cast<ExistingTarget>(number) : ExistingTarget::Refuse;
}

JournalEntry entryOf(const QSqlQuery &row)
{
    int column = 0;
    const auto next = [&] {
        return row.value(column++);
    };
    JournalEntry entry;
    entry.id = static_cast<quint64>(next().toLongLong());
    entry.direction = directionOf(next().toInt());
    entry.sandboxId = next().toString();
    entry.sandboxName = next().toString();
    entry.source = next().toByteArray();
    entry.targetDirectory = next().toByteArray();
    entry.existing = existingOf(next().toInt());
    entry.isPaused = next().toBool();
    entry.isAbandoned = next().toBool();
    auto &checkpoint = entry.checkpoint;
    checkpoint.stage = next().toByteArray();
    checkpoint.partialPath = next().toByteArray();
    checkpoint.partialVersion.sizeBytes = next().toLongLong();
    checkpoint.partialVersion.modifiedNanoseconds = next().toLongLong();
    checkpoint.partialBytes = next().toLongLong();
    checkpoint.isCommitting = next().toBool();
    entry.sourceSandboxId = next().toString();
    entry.movesSource = next().toBool();
    entry.options.keepsModes = next().toBool();
    entry.options.keepsTimes = next().toBool();
    entry.options.movesHidden = next().toBool();
    entry.leftOut = next().toByteArray();
    entry.options.links = next().toBool() ? Links::Followed : Links::Kept;
    return entry;
}

} // namespace

Result<std::unique_ptr<JournalDatabase>> JournalDatabase::open(const QString &path)
{
    // Connections have names for the whole program.
    static std::atomic<int> count{0};
    auto database = std::unique_ptr<JournalDatabase>(
        new JournalDatabase(u"koyeb-transfer-journal-"_s + QString::number(++count)));
    if (auto prepared = database->prepare(path); !prepared) {
        return failure(prepared.error());
    }
    return database;
}

JournalDatabase::~JournalDatabase()
{
    QSqlDatabase::removeDatabase(m_connection);
}

Result<void> JournalDatabase::prepare(const QString &path)
{
    auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    database.setDatabaseName(path);
    if (!database.open()) {
        return broken(database.lastError());
    }
    QSqlQuery query(database);
    // The log survives a killed program; what the last moment before a power failure noted may be lost, and
    // is moved again then.
    for (const auto &statement :
         {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = NORMAL"_s, u"PRAGMA foreign_keys = ON"_s,
          u"PRAGMA user_version"_s}) {
        if (!query.exec(statement)) {
            return broken(query.lastError());
        }
    }
    const int version = query.next() ? query.value(0).toInt() : -1;
    query.finish();
    if (version < 0 || version > schemaVersion) {
        return failure(ErrorKind::Local, u"Another version of the program has written it."_s);
    }
    return version < schemaVersion ? makeTables(version) : Result<void>();
}

Result<void> JournalDatabase::makeTables(int fromVersion)
{
    const QStringList first{
        u"CREATE TABLE transfer (id INTEGER PRIMARY KEY, direction INTEGER NOT NULL, sandbox TEXT NOT NULL,"
        " sandbox_name TEXT NOT NULL, source BLOB NOT NULL, target_directory BLOB NOT NULL,"
        " existing INTEGER NOT NULL, paused INTEGER NOT NULL, abandoned INTEGER NOT NULL,"
        " stage BLOB NOT NULL DEFAULT x'', partial_path BLOB NOT NULL DEFAULT x'',"
        " partial_size INTEGER NOT NULL DEFAULT 0, partial_modified INTEGER NOT NULL DEFAULT 0,"
        " partial_bytes INTEGER NOT NULL DEFAULT 0, committing INTEGER NOT NULL DEFAULT 0)"_s,
        u"CREATE TABLE arrived (transfer INTEGER NOT NULL REFERENCES transfer(id) ON DELETE CASCADE,"
        " path BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,"
        " PRIMARY KEY (transfer, path)) WITHOUT ROWID"_s};
    const QStringList second{
        // NULL is behind all that a person has put in an order.
        u"ALTER TABLE transfer ADD COLUMN position INTEGER"_s,
        u"CREATE TABLE history (id INTEGER PRIMARY KEY, direction INTEGER NOT NULL,"
        " sandbox_name TEXT NOT NULL, source BLOB NOT NULL, target_directory BLOB NOT NULL,"
        " end INTEGER NOT NULL, ended_at INTEGER NOT NULL, bytes INTEGER NOT NULL, files INTEGER NOT NULL,"
        " problems INTEGER NOT NULL, error TEXT NOT NULL, message TEXT NOT NULL)"_s,
        // Of open transfers, and of those in the history.
        u"CREATE TABLE event (transfer INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL,"
        " bytes INTEGER NOT NULL, error TEXT NOT NULL, message TEXT NOT NULL, detail BLOB NOT NULL)"_s,
        u"CREATE INDEX event_of ON event (transfer)"_s};
    const QStringList third{
        u"ALTER TABLE transfer ADD COLUMN source_sandbox TEXT NOT NULL DEFAULT ''"_s,
        u"ALTER TABLE transfer ADD COLUMN moves_source INTEGER NOT NULL DEFAULT 0"_s};
    const QStringList fourth{
        u"ALTER TABLE transfer ADD COLUMN keeps_modes INTEGER NOT NULL DEFAULT 1"_s,
        u"ALTER TABLE transfer ADD COLUMN keeps_times INTEGER NOT NULL DEFAULT 1"_s,
        u"ALTER TABLE transfer ADD COLUMN moves_hidden INTEGER NOT NULL DEFAULT 1"_s,
        u"ALTER TABLE transfer ADD COLUMN left_out BLOB NOT NULL DEFAULT x''"_s};
    const QStringList fifth{u"ALTER TABLE transfer ADD COLUMN follows_links INTEGER NOT NULL DEFAULT 0"_s};
    const QList<QStringList> steps{first, second, third, fourth, fifth};
    QStringList statements;
    for (const auto &step : steps.mid(fromVersion)) {
        statements += step;
    }
    statements.append(u"PRAGMA user_version = %1"_s.arg(schemaVersion));
    auto database = QSqlDatabase::database(m_connection);
    QSqlQuery query(database);
    database.transaction();
    for (const auto &statement : std::as_const(statements)) {
        if (!query.exec(statement)) {
            auto result = broken(query.lastError());
            database.rollback();
            return result;
        }
    }
    return database.commit() ? Result<void>() : broken(database.lastError());
}

Result<QList<JournalEntry>> JournalDatabase::load()
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    if (!query.exec(
            u"SELECT id, direction, sandbox, sandbox_name, source, target_directory, existing, paused,"
            " abandoned, stage, partial_path, partial_size, partial_modified, partial_bytes, committing,"
            " source_sandbox, moves_source, keeps_modes, keeps_times, moves_hidden, left_out,"
            " follows_links FROM transfer ORDER BY position IS NULL, position, id"_s)) {
        return broken(query.lastError());
    }
    QList<JournalEntry> entries;
    while (query.next()) {
        entries.append(entryOf(query));
    }
    if (auto loaded = loadFiles(entries); !loaded) {
        return failure(loaded.error());
    }
    const JournalHistory history(m_connection);
    for (auto &entry : entries) {
        auto events = history.eventsOf(entry.id);
        if (!events) {
            return failure(events.error());
        }
        entry.events = std::move(*events);
    }
    return entries;
}

Result<void> JournalDatabase::loadFiles(QList<JournalEntry> &entries)
{
    QHash<quint64, JournalEntry *> byId;
    for (auto &entry : entries) {
        byId.insert(entry.id, &entry);
    }
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    if (!query.exec(u"SELECT transfer, path, size, modified FROM arrived"_s)) {
        return broken(query.lastError());
    }
    while (query.next()) {
        if (auto *entry = byId.value(static_cast<quint64>(query.value(0).toLongLong()))) {
            entry->checkpoint.files.insert(
                query.value(1).toByteArray(), {query.value(2).toLongLong(), query.value(3).toLongLong()});
        }
    }
    return {};
}

void JournalDatabase::add(const JournalEntry &entry)
{
    run(u"INSERT OR REPLACE INTO transfer (id, direction, sandbox, sandbox_name, source, target_directory,"
        " existing, paused, abandoned, source_sandbox, moves_source, keeps_modes, keeps_times, moves_hidden,"
        " left_out, follows_links) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        {number(entry.id), static_cast<int>(entry.direction), text(entry.sandboxId), text(entry.sandboxName),
         blob(entry.source), blob(entry.targetDirectory), static_cast<int>(entry.existing), entry.isPaused,
         entry.isAbandoned, text(entry.sourceSandboxId), entry.movesSource, entry.options.keepsModes,
         entry.options.keepsTimes, entry.options.movesHidden, blob(entry.leftOut),
         entry.options.links == Links::Followed});
}

void JournalDatabase::update(const JournalEntry &entry)
{
    run(u"UPDATE transfer SET existing = ?, paused = ?, abandoned = ? WHERE id = ?"_s,
        {static_cast<int>(entry.existing), entry.isPaused, entry.isAbandoned, number(entry.id)});
}

void JournalDatabase::remove(quint64 id)
{
    run(u"DELETE FROM transfer WHERE id = ?"_s, {number(id)});
    run(u"DELETE FROM event WHERE transfer = ? AND transfer NOT IN (SELECT id FROM history)"_s, {number(id)});
}

void JournalDatabase::setOrder(const QList<quint64> &ids)
{
    auto database = QSqlDatabase::database(m_connection);
    database.transaction();
    for (qsizetype index = 0; index < ids.size(); ++index) {
        run(u"UPDATE transfer SET position = ? WHERE id = ?"_s,
            {static_cast<qlonglong>(index), number(ids[index])});
    }
    database.commit();
}

void JournalDatabase::setState(quint64 id, const TransferCheckpoint &checkpoint)
{
    run(u"UPDATE transfer SET stage = ?, partial_path = ?, partial_size = ?, partial_modified = ?,"
        " partial_bytes = ?, committing = ? WHERE id = ?"_s,
        {blob(checkpoint.stage), blob(checkpoint.partialPath),
         static_cast<qlonglong>(checkpoint.partialVersion.sizeBytes),
         static_cast<qlonglong>(checkpoint.partialVersion.modifiedNanoseconds),
         static_cast<qlonglong>(checkpoint.partialBytes), checkpoint.isCommitting, number(id)});
}

void JournalDatabase::addFiles(quint64 id, const QHash<QByteArray, FileVersion> &files)
{
    auto database = QSqlDatabase::database(m_connection);
    database.transaction();
    QSqlQuery query(database);
    // A transfer that is over meanwhile has no row any more, and gets no files either.
    query.prepare(u"INSERT OR REPLACE INTO arrived (transfer, path, size, modified)"
                  " SELECT id, ?, ?, ? FROM transfer WHERE id = ?"_s);
    for (auto file = files.cbegin(); file != files.cend(); ++file) {
        query.bindValue(0, blob(file.key()));
        query.bindValue(1, static_cast<qlonglong>(file->sizeBytes));
        query.bindValue(2, static_cast<qlonglong>(file->modifiedNanoseconds));
        query.bindValue(3, number(id));
        if (!query.exec()) {
            qCWarning(logSandbox) << "A transfer's progress could not be noted:" << query.lastError().text();
            break;
        }
    }
    database.commit();
}

void JournalDatabase::forgetFiles(quint64 id)
{
    run(u"DELETE FROM arrived WHERE transfer = ?"_s, {number(id)});
}

void JournalDatabase::run(const QString &statement, const QVariantList &values)
{
    runStatement(m_connection, statement, values);
}

} // namespace Koyeb
