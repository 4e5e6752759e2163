// SPDX-License-Identifier: Apache-2.0
#include "net/requestlog.h"

#include "core/redaction.h"

#include <algorithm>
#include <utility>

namespace Koyeb {

namespace {

// The server's words, which may quote anything back.
QString harmless(const QString &text)
{
    QString shown = redact(text.left(200));
    shown.removeIf([](QChar c) { return c.unicode() < 0x21 || c.unicode() > 0x7e; });
    return shown.left(100);
}

} // namespace

RequestLog::RequestLog(Clock &clock, int capacity, QObject *parent)
    : QObject(parent), m_clock(clock), m_capacity(std::max(1, capacity))
{
}

RequestLog::~RequestLog() = default;

quint64 RequestLog::firstNumber() const
{
    const auto capacity = static_cast<quint64>(m_capacity);
    const quint64 overwritten = m_lastNumber > capacity ? m_lastNumber - capacity : 0;
    return std::max(overwritten, m_forgottenNumber) + 1;
}

int RequestLog::size() const
{
    return static_cast<int>(m_lastNumber + 1 - firstNumber());
}

const RequestLogEntry *RequestLog::entry(quint64 number) const
{
    if (number < firstNumber() || number > m_lastNumber) {
        return nullptr;
    }
    return &m_ring[(number - 1) % static_cast<quint64>(m_capacity)];
}

RequestLogEntry *RequestLog::find(quint64 number)
{
    return const_cast<RequestLogEntry *>(std::as_const(*this).entry(number));
}

void RequestLog::clear()
{
    m_forgottenNumber = m_lastNumber;
    Q_EMIT cleared();
}

quint64 RequestLog::begin(RequestLogEntry entry)
{
    entry.number = ++m_lastNumber;
    entry.startedAt = m_clock.utc();
    const auto place = static_cast<size_t>((entry.number - 1) % static_cast<quint64>(m_capacity));
    if (place >= m_ring.size()) {
        m_ring.resize(place + 1);
    }
    m_ring[place] = entry;
    Q_EMIT entryAdded(entry);
    return entry.number;
}

void RequestLog::finish(quint64 number, Clock::TimePoint startedAt)
{
    if (auto *entry = find(number)) {
        entry->state = RequestLogEntry::State::Finished;
        entry->duration = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - startedAt);
        const auto copy = *entry; // Who is told may cause the next request.
        Q_EMIT entryChanged(copy);
    }
}

RequestNote::RequestNote(std::shared_ptr<RequestLog> log, const Start &start) : m_log(std::move(log))
{
    if (m_log) {
        RequestLogEntry entry;
        entry.kind = start.kind;
        entry.method = QString::fromLatin1(start.method);
        entry.url = redact(start.url);
        entry.attempt = start.attempt;
        entry.waited = start.waited;
        m_startedAt = m_log->m_clock.now();
        m_number = m_log->begin(entry);
    }
}

RequestNote::~RequestNote()
{
    finish(Error::cancelled());
}

RequestNote::RequestNote(RequestNote &&other) noexcept
    : m_log(std::move(other.m_log)), m_number(other.m_number), m_startedAt(other.m_startedAt)
{
}

RequestNote &RequestNote::operator=(RequestNote &&other) noexcept
{
    if (this != &other) {
        finish(Error::cancelled());
        m_log = std::move(other.m_log);
        m_number = other.m_number;
        m_startedAt = other.m_startedAt;
    }
    return *this;
}

void RequestNote::addSent(qint64 bytes)
{
    if (auto *entry = m_log ? m_log->find(m_number) : nullptr) {
        entry->bytesSent += bytes;
    }
}

void RequestNote::addReceived(qint64 bytes)
{
    if (auto *entry = m_log ? m_log->find(m_number) : nullptr) {
        entry->bytesReceived += bytes;
    }
}

void RequestNote::setStatus(int status)
{
    if (auto *entry = m_log ? m_log->find(m_number) : nullptr) {
        const bool isNews = std::exchange(entry->status, status) != status;
        if (isNews && entry->kind != RequestLogEntry::Kind::Call) {
            const auto copy = *entry;
            Q_EMIT m_log->entryChanged(copy);
        }
    }
}

void RequestNote::setRequestId(const QString &id)
{
    if (auto *entry = m_log ? m_log->find(m_number) : nullptr) {
        entry->requestId = harmless(id);
    }
}

void RequestNote::finish(const std::optional<Error> &error)
{
    const auto log = std::exchange(m_log, nullptr);
    if (!log) {
        return;
    }
    if (auto *entry = log->find(m_number); entry && error) {
        entry->error = error->kind;
        if (entry->status == 0) {
            entry->status = error->httpStatus;
        }
        if (entry->requestId.isEmpty()) {
            entry->requestId = harmless(error->requestId);
        }
    }
    log->finish(m_number, m_startedAt);
}

} // namespace Koyeb
