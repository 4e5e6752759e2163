// SPDX-License-Identifier: Apache-2.0
#include "transfer/transferjournal.h"

#include "transfer/journaldatabase.h"
#include "transfer/journalhistory.h"

#include <QDir>
#include <QFileInfo>

#include <future>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr std::chrono::seconds endTimeout{2};

} // namespace

/// Opens the file when it is first used, so that its opening is on the thread as well.
class TransferJournal::Store {
public:
    explicit Store(const QString &path) : m_path(path), m_lock(path + u".lock"_s)
    {
        // However old it is, it counts while its program runs.
        m_lock.setStaleLockTime(0);
    }

    /// Null when the file cannot be used.
    JournalDatabase *database()
    {
        if (!m_wasOpened) {
            m_wasOpened = true;
            open();
        }
        return m_database.get();
    }
    [[nodiscard]] const Error &error() const { return m_error; }

private:
    void open()
    {
        const auto folder = QFileInfo(m_path).absolutePath();
        if (!QDir().mkpath(folder)) {
            m_error = Error::of(ErrorKind::Local, u"The folder %1 could not be made."_s.arg(folder));
            return;
        }
        if (!m_lock.tryLock()) {
            m_error = Error::of(ErrorKind::Local, u"Another program uses it."_s);
            return;
        }
        auto opened = JournalDatabase::open(m_path);
        if (opened) {
            m_database = std::move(*opened);
        } else {
            m_error = opened.error();
        }
    }

    QString m_path;
    QLockFile m_lock; // Longer than the database.
    bool m_wasOpened = false;
    Error m_error;
    std::unique_ptr<JournalDatabase> m_database;
};

TransferJournal::TransferJournal(const QString &path) : m_store(std::make_shared<Store>(path)) {}

TransferJournal::~TransferJournal()
{
    // The database's connection belongs to the thread, so it ends there, after all that was still to be
    // written. That is waited for, since the program may end next and takes Qt's list of connections with it.
    const auto ended = std::make_shared<std::promise<void>>();
    auto end = ended->get_future();
    m_thread.post([held = std::make_shared<std::shared_ptr<Store>>(std::move(m_store)), ended] {
        held->reset();
        ended->set_value();
    });
    end.wait_for(endTimeout);
}

template<typename T>
QCoro::Task<Result<T>> TransferJournal::fetch(
    std::function<Result<T>(JournalDatabase &)> query, std::stop_token stop)
{
    std::function<Result<T>()> fetching = [store = m_store.get(), query = std::move(query)]() -> Result<T> {
        if (auto *database = store->database()) {
            return query(*database);
        }
        return failure(store->error());
    };
    return m_thread.run(std::move(fetching), std::move(stop));
}

QCoro::Task<Result<QList<JournalEntry>>> TransferJournal::load(std::stop_token stop)
{
    return fetch<QList<JournalEntry>>(
        [](JournalDatabase &database) { return database.load(); }, std::move(stop));
}

QCoro::Task<Result<QList<TransferHistoryEntry>>> TransferJournal::loadHistory(std::stop_token stop)
{
    return fetch<QList<TransferHistoryEntry>>(
        [](JournalDatabase &database) { return JournalHistory(database.connection()).load(); },
        std::move(stop));
}

QCoro::Task<Result<QList<TransferEvent>>> TransferJournal::loadEvents(quint64 id, std::stop_token stop)
{
    return fetch<QList<TransferEvent>>(
        [id](JournalDatabase &database) { return JournalHistory(database.connection()).eventsOf(id); },
        std::move(stop));
}

void TransferJournal::add(const JournalEntry &entry)
{
    post([entry](Store &store) { store.database()->add(entry); });
}

void TransferJournal::update(const JournalEntry &entry)
{
    post([entry](Store &store) { store.database()->update(entry); });
}

void TransferJournal::remove(quint64 id)
{
    post([id](Store &store) { store.database()->remove(id); });
}

void TransferJournal::setOrder(const QList<quint64> &ids)
{
    post([ids](Store &store) { store.database()->setOrder(ids); });
}

void TransferJournal::addEvent(quint64 id, const TransferEvent &event)
{
    post([id, event](Store &store) { JournalHistory(store.database()->connection()).addEvent(id, event); });
}

void TransferJournal::addHistory(const TransferHistoryEntry &entry, const QList<TransferEvent> &events)
{
    post([entry, events](Store &store) {
        JournalHistory(store.database()->connection()).add(entry, events, historySize);
    });
}

void TransferJournal::clearHistory()
{
    post([](Store &store) { JournalHistory(store.database()->connection()).clear(); });
}

QCoro::Task<Result<void>> TransferJournal::flush(std::stop_token stop)
{
    std::function<Result<void>()> nothing = []() -> Result<void> {
        return {};
    };
    return m_thread.run(std::move(nothing), std::move(stop));
}

void TransferJournal::post(std::function<void(Store &)> job)
{
    // The store ends on the thread, after this.
    m_thread.post([store = m_store.get(), job = std::move(job)] {
        if (store->database()) {
            job(*store);
        }
    });
}

void TransferRecorder::noteStage(const QByteArray &name)
{
    m_checkpoint = {};
    m_checkpoint.stage = name;
    if (m_journal) {
        m_journal->post([id = m_id](TransferJournal::Store &store) { store.database()->forgetFiles(id); });
    }
    writeState();
}

void TransferRecorder::noteFiles(const QHash<QByteArray, FileVersion> &arrived)
{
    m_checkpoint.files.insert(arrived);
    if (m_journal) {
        m_journal->post(
            [id = m_id, arrived](TransferJournal::Store &store) { store.database()->addFiles(id, arrived); });
    }
}

void TransferRecorder::notePartial(const QByteArray &path, const FileVersion &version, qint64 bytes)
{
    m_checkpoint.partialPath = path;
    m_checkpoint.partialVersion = version;
    m_checkpoint.partialBytes = bytes;
    writeState();
}

void TransferRecorder::noteCommitting(bool isCommitting)
{
    m_checkpoint.isCommitting = isCommitting;
    writeState();
}

void TransferRecorder::writeState()
{
    if (m_journal) {
        auto state = m_checkpoint;
        state.files.clear(); // They have a table of their own.
        m_journal->post(
            [id = m_id, state](TransferJournal::Store &store) { store.database()->setState(id, state); });
    }
}

} // namespace Koyeb
