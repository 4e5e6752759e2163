// SPDX-License-Identifier: Apache-2.0
#include "pump.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 20'000;
/// How often the clock is turned while nothing is asked for: two pings would have been missed.
constexpr int maximumTurns = 10;
/// How many requests of others go their whole way before the clock is turned.
constexpr int roundsOfRest = 8;
/// The same where Qt may have to notice a reset; these are requests on a connection that is there.
constexpr int roundsOfReset = 200;
constexpr int refusalMs = 30;

void waitForEvents()
{
    QTimer guard;
    guard.setSingleShot(true);
    guard.start(50);
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

template<typename Visit> void forEachEntry(const RequestLog &log, Visit visit)
{
    for (quint64 number = log.firstNumber(); const auto *entry = log.entry(number); ++number) {
        visit(*entry);
    }
}

} // namespace

Pump::Pump(Cell &cell, const Target &target, const Fault &fault, int patience)
    : m_cell(cell), m_target(target), m_fault(fault), m_patience(patience)
{
    const auto change = [this] {
        m_hasChanged = true;
    };
    QObject::connect(cell.log.get(), &RequestLog::entryAdded, &m_context, change);
    QObject::connect(cell.log.get(), &RequestLog::entryChanged, &m_context, change);
}

Pump::~Pump() = default;

void Pump::arm()
{
    if (m_fault.place == Fault::Place::Port) {
        m_cell.bench.instruct(
            {{u"refuse_connections"_s, QJsonObject{{u"for_ms"_s, refusalMs * m_patience}}}});
        return;
    }
    auto rule = m_fault.instruction;
    rule.insert(u"path"_s, m_target.path);
    rule.insert(u"method"_s, QString::fromLatin1(m_target.method));
    rule.insert(u"times"_s, m_fault.isAlways ? 0 : 1);
    m_cell.bench.instruct({{u"fault"_s, rule}});
}

bool Pump::isTarget(const RequestLogEntry &entry) const
{
    return entry.method == QLatin1String(m_target.method) && QUrl(entry.url).path().startsWith(m_target.path);
}

int Pump::attempts() const
{
    int count = 0;
    forEachEntry(*m_cell.log, [&](const auto &entry) { count += isTarget(entry) ? 1 : 0; });
    return count;
}

bool Pump::mayBeSilent() const
{
    return m_fault.isSilent || m_fault.place == Fault::Place::Connection;
}

/// Whether an answer comes that is only to be waited for; of an open stream none does.
bool Pump::isAnswerDue() const
{
    bool isDue = false;
    forEachEntry(*m_cell.log, [&](const auto &entry) {
        const bool isOpen = entry.kind == RequestLogEntry::Kind::Socket && entry.status != 0;
        const bool isSilent = mayBeSilent() && (isTarget(entry) || m_fault.place == Fault::Place::Connection);
        isDue = isDue || (entry.state == RequestLogEntry::State::Running && !isOpen && !isSilent);
    });
    return isDue;
}

void Pump::letWork()
{
    if (m_fault.place == Fault::Place::Connection) {
        m_cell.bench.letEngineWork(); // Another connection would be the one that is reset.
        QCoreApplication::processEvents();
    } else if (m_fault.place == Fault::Place::Port) {
        m_cell.bench.letEngineWork();
    } else {
        m_cell.bench.letNetworkWork();
    }
}

void Pump::turnClock()
{
    while (m_fault.place == Fault::Place::Port && !m_cell.bench.controlPlane().isReachable()) {
    }
    if (m_cell.clock.pendingCalls() > 0) {
        m_cell.clock.advance(std::max(m_cell.clock.untilNextCall(), std::chrono::milliseconds(0)));
    } else {
        waitForEvents();
    }
}

bool Pump::until(const std::function<bool()> &isReached)
{
    QElapsedTimer guard;
    guard.start();
    int turns = 0;
    int quietRounds = 0;
    const int rounds = m_fault.place == Fault::Place::Connection ? roundsOfReset : roundsOfRest;
    while (!isReached()) {
        if (turns > maximumTurns || guard.elapsed() > patienceMs * m_patience) {
            return false;
        }
        QCoreApplication::processEvents();
        if (std::exchange(m_hasChanged, false)) {
            quietRounds = 0;
            turns = 0;
        } else if (isReached()) {
            return true;
        } else if (isAnswerDue()) {
            waitForEvents();
        } else if (++quietRounds <= rounds * m_patience) {
            letWork();
        } else {
            quietRounds = 0;
            ++turns;
            turnClock();
        }
    }
    return true;
}

void Pump::rest()
{
    for (int round = 0; round < roundsOfRest; ++round) {
        letWork();
        QCoreApplication::processEvents();
    }
}

} // namespace Koyeb::Reliability
