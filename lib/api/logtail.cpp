// SPDX-License-Identifier: Apache-2.0
#include "api/logtail.h"

#include "api/logsapi.h"
#include "api/outcome.h"
#include "api/streamerror.h"
#include "net/jsonsocket.h"

#include <QPointer>

#include <algorithm>
#include <limits>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

// What the server repeats at most when a stream begins in the past.
constexpr qsizetype largestReplay = 1000;
constexpr std::chrono::milliseconds firstDelay = std::chrono::seconds(1);
constexpr std::chrono::milliseconds longestDelay = std::chrono::seconds(30);

[[nodiscard]] QUrl tailUrl(const ApiTransport &transport, const LogFilter &filter, LogTime start)
{
    QUrl url = transport.url({u"streams"_s, u"logs"_s, u"tail"_s});
    url.setScheme(url.scheme() == "http"_L1 ? u"ws"_s : u"wss"_s);
    filterBy(url, filter);
    addQueryItem(url, u"start"_s, logTimeText(start));
    addQueryItem(url, u"limit"_s, QString::number(largestReplay));
    return url;
}

/// What `completion` is completed with, or that the wait was stopped.
template<typename T> QCoro::Task<Result<T>> resultOf(Completion<Result<T>> completion, std::stop_token stop)
{
    const std::stop_callback onStop(
        stop, [completion]() mutable { completion.complete(failure(Error::cancelled())); });
    co_return co_await completion;
}

} // namespace

LogTail::LogTail(const ApiTransport &transport, const QString &token, QObject *parent)
    : QObject(parent), m_transport(transport), m_token(token)
{
}

LogTail::~LogTail()
{
    close();
}

void LogTail::start(const Start &start)
{
    if (m_state != State::Idle) {
        return;
    }
    m_start = start;
    const LogTime now = logTimeFrom(m_transport.http().clock().utc());
    // Where history is wanted and there is none, nothing since its beginning is known; then the server's
    // clock may be behind ours without a line being lost.
    const LogTime span = std::chrono::nanoseconds(start.historySpan).count();
    m_overlap.beginAt(start.history > 0 ? now - span : now);
    run(m_scope.token());
}

void LogTail::close()
{
    m_state = State::Ended;
    m_scope.restart();
    dropSocket();
    m_held.clear();
}

QCoro::Task<void> LogTail::run(std::stop_token stop)
{
    auto delay = firstDelay;
    for (;;) {
        const auto outcome = co_await follow(stop);
        if (stop.stop_requested()) {
            co_return;
        }
        dropSocket();
        if (outcome || !mayPass(outcome.error())) {
            conclude(outcome, stop);
            co_return;
        }
        // Lines that were not handed on yet are queried again; kept, they would become ever more.
        m_held.clear();
        delay = m_state == State::Live ? firstDelay : delay;
        setState(State::Waiting);
        if (!stop.stop_requested()) {
            Q_EMIT interrupted(outcome.error());
        }
        if (stop.stop_requested()) {
            co_return;
        }
        const bool waited = co_await m_transport.http().clock().sleepFor(delay, stop);
        if (!waited) {
            co_return;
        }
        delay = std::min(2 * delay, longestDelay);
    }
}

void LogTail::conclude(const Result<void> &outcome, const std::stop_token &stop)
{
    if (!m_holding) {
        deliver(std::exchange(m_held, {})); // Also while paused: there is no later.
    }
    if (!stop.stop_requested()) {
        setState(State::Ended);
    }
    if (stop.stop_requested()) {
        return;
    }
    if (outcome) {
        Q_EMIT ended();
    } else {
        Q_EMIT failed(outcome.error());
    }
}

/// One connection, from what was missed to its end. Success: the log is over.
QCoro::Task<Result<void>> LogTail::follow(std::stop_token stop)
{
    setState(State::Connecting);
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    // Queries come first: they say what is wrong where a socket only says that it was refused.
    Result<void> before;
    if (m_hasHistory) {
        before = co_await catchUp(stop);
    } else {
        before = co_await readHistory(stop);
    }
    if (!before) {
        co_return before;
    }
    openSocket();
    const auto opened = co_await resultOf(m_opened, stop);
    if (!opened) {
        co_return opened;
    }
    // From here on new lines come by themselves; those between the query and now are queried once more.
    const auto between = co_await catchUp(stop);
    if (!between) {
        co_return between;
    }
    setState(State::Live);
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    m_overlap.beginRepetition(largestReplay);
    m_holding = false;
    flush();
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    m_socket->setReadPaused(m_paused);
    co_return co_await resultOf(m_closed, stop);
}

QCoro::Task<Result<void>> LogTail::readHistory(std::stop_token stop)
{
    const auto lines =
        co_await LogsApi(m_transport).lastLines(m_start.filter, m_overlap.resumeAt(), m_start.history, stop);
    if (!lines) {
        co_return failure(lines.error());
    }
    m_hasHistory = true;
    if (!lines->isEmpty() && lines->size() == m_start.history) {
        m_overlap.beginAt(lines->first().createdAt); // What is older was not asked for.
    }
    deliver(*lines);
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    co_return {};
}

QCoro::Task<Result<void>> LogTail::catchUp(std::stop_token stop)
{
    LogQuery query;
    query.filter = m_start.filter;
    query.start = m_overlap.resumeAt();
    query.order = LogOrder::OldestFirst;
    for (;;) {
        const bool goesOn = co_await waitWhilePaused(stop);
        if (!goesOn) {
            co_return failure(Error::cancelled());
        }
        const auto page = co_await LogsApi(m_transport).query(query, stop);
        if (!page) {
            co_return failure(page.error());
        }
        // Anew for every page: it may begin with the last lines of the one before.
        m_overlap.beginRepetition(std::numeric_limits<qsizetype>::max());
        deliver(page->entries);
        if (stop.stop_requested()) {
            co_return failure(Error::cancelled());
        }
        if (!page->hasMore) {
            co_return {};
        }
        const LogQuery next = nextQuery(query, *page);
        if (next == query) {
            co_return failure(ErrorKind::Protocol, u"The log repeats the same page."_s);
        }
        query = next;
    }
}

QCoro::Task<bool> LogTail::waitWhilePaused(std::stop_token stop)
{
    if (!m_paused) {
        co_return true;
    }
    Completion<bool> resumed = m_resumed;
    const std::stop_callback onStop(stop, [resumed]() mutable { resumed.complete(false); });
    co_return co_await resumed;
}

void LogTail::setPaused(bool paused)
{
    if (m_paused == paused) {
        return;
    }
    m_paused = paused;
    if (m_socket && !m_holding) {
        m_socket->setReadPaused(paused);
    }
    if (paused) {
        m_resumed = {};
        return;
    }
    const QPointer<LogTail> alive(this);
    Completion<bool> resumed = m_resumed;
    resumed.complete(true);
    if (alive) {
        flush();
    }
}

void LogTail::openSocket()
{
    m_opened = {};
    m_closed = {};
    m_holding = true;
    m_socket = std::make_unique<JsonSocket>(m_transport.http().clock());
    m_socket->setNetwork(m_transport.http().network());
    connect(m_socket.get(), &JsonSocket::opened, this, [this] {
        // What comes now waits with the server, but for a little.
        m_socket->setReadPaused(true);
        Completion<Result<void>> opened = m_opened;
        opened.complete({});
    });
    connect(m_socket.get(), &JsonSocket::received, this, &LogTail::take);
    connect(m_socket.get(), &JsonSocket::closed, this, [this](bool normally) {
        Completion<Result<void>> closed = m_closed;
        Result<void> outcome;
        if (!normally) {
            outcome = failure(ErrorKind::Offline, u"The connection to the log was lost."_s);
        }
        closed.complete(outcome);
    });
    connect(m_socket.get(), &JsonSocket::failed, this, [this](const Error &error) {
        Completion<Result<void>> opened = m_opened;
        Completion<Result<void>> closed = m_closed;
        const QPointer<LogTail> alive(this);
        opened.complete(failure(error));
        if (alive) {
            closed.complete(failure(error));
        }
    });
    m_socket->open(tailUrl(m_transport, m_start.filter, m_overlap.newest()), m_token);
}

void LogTail::dropSocket()
{
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->close();
        // It may be the one whose signal is being handled.
        m_socket.release()->deleteLater();
    }
}

void LogTail::take(const QJsonObject &frame)
{
    const JsonReader reader(frame);
    Completion<Result<void>> closed = m_closed;
    if (reader.has("error"_L1)) {
        closed.complete(failure(readStreamError(reader.object("error"_L1))));
        return;
    }
    const auto entry = reader.result(readLogEntry(reader.object("result"_L1)));
    if (!entry) {
        closed.complete(failure(entry.error()));
        return;
    }
    if (entry->createdAt == 0) {
        return; // The server begins with an empty entry when there is nothing yet.
    }
    m_held.append(*entry);
    if (!m_holding && !m_flushScheduled) {
        m_flushScheduled = true;
        QMetaObject::invokeMethod(this, &LogTail::flush, Qt::QueuedConnection);
    }
}

void LogTail::flush()
{
    m_flushScheduled = false;
    if (!m_holding && !m_paused) {
        deliver(std::exchange(m_held, {}));
    }
}

void LogTail::deliver(const QList<LogEntry> &lines)
{
    QList<LogEntry> fresh;
    for (const auto &line : lines) {
        if (m_overlap.take(line)) {
            fresh.append(line);
        }
    }
    if (!fresh.isEmpty()) {
        Q_EMIT linesReceived(fresh);
    }
}

void LogTail::setState(State state)
{
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged(state);
    }
}

} // namespace Koyeb
