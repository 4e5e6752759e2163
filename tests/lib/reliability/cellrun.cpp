// SPDX-License-Identifier: Apache-2.0
#include "cellrun.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using End = Expectation::End;

/// Longer than anything takes that ends at all.
constexpr int patienceMs = 30'000;
/// How many requests of others go their whole way before the engine is taken to be silent.
constexpr int roundsOfSilence = 6;
/// The same for a connection that was reset; these are requests on a connection that is there.
constexpr int roundsOfReset = 200;
/// The same before the clock is turned while nothing is asked: who looks again and again until the engine has
/// done something would else have looked too often.
constexpr int roundsOfRest = 10;
/// How long the answer to a request may take that the engine is not silent about; see runCell().
constexpr int answerMs = 1'000;
/// How long a port is closed; see runCell() for when this is too short.
constexpr int refusalMs = 30;
constexpr int teapot = 418;

/// Whether the fault cannot be met without an assumption on how fast the machine is.
bool isTimely(const Fault &fault)
{
    return fault.isSilent || fault.place != Fault::Place::Request;
}

struct Observation {
    std::optional<End> end; ///< Unset: it did not come to one.
    ErrorKind kind = ErrorKind::Protocol;
    QString message;
    int attempts = 0; ///< As the request log has them.
};

QString textOf(const Observation &seen)
{
    if (!seen.end) {
        return u"it came to no end (%1 requests by the log)"_s.arg(seen.attempts);
    }
    const auto attempts = u" (requests by the log: %1)"_s.arg(seen.attempts);
    switch (*seen.end) {
    case End::Succeeds:
        return u"it succeeded"_s + attempts;
    case End::Fails:
        return u"it failed with %1: %2"_s.arg(errorKindName(seen.kind), seen.message) + attempts;
    case End::Waits:
        return u"it waited for ever"_s + attempts;
    }
    return {};
}

QString textOf(const Expectation &expected)
{
    const auto requests = expected.requests == 0 ? QString() : u" after %1 requests"_s.arg(expected.requests);
    switch (expected.end) {
    case End::Succeeds:
        return u"success"_s + requests;
    case End::Fails:
        return errorKindName(expected.kind) + requests;
    case End::Waits:
        return u"waiting"_s + requests;
    }
    return {};
}

/// One try at a cell.
class CellRun {
public:
    /// `patience` multiplies what depends on how fast the machine is.
    CellRun(Bench &bench, const Operation &operation, const Fault &fault, int patience)
        : m_bench(bench),
          m_operation(operation),
          m_fault(fault),
          m_patience(patience),
          m_expected(expectationOf(operation, fault)),
          m_cell(bench)
    {
    }

    [[nodiscard]] QString run();

private:
    void arm();
    void addRule(QJsonObject rule, int times);
    void watch();
    [[nodiscard]] Observation drive();
    void takeStep();
    void waitForEvents();
    [[nodiscard]] bool isOver() const { return m_guard.elapsed() > limitMs(); }
    [[nodiscard]] int limitMs() const { return isTimely(m_fault) ? answerMs * m_patience : patienceMs; }
    [[nodiscard]] bool isTarget(const RequestLogEntry &entry) const;
    [[nodiscard]] const RequestLogEntry *runningRequest() const;
    [[nodiscard]] bool isSilentNow() const;
    [[nodiscard]] bool isOneOfManySilent() const;
    [[nodiscard]] int attempts() const;
    [[nodiscard]] bool isCounted() const;
    [[nodiscard]] int cleanUps() const;
    [[nodiscard]] bool isGivenUp() const;
    [[nodiscard]] bool isInSandbox() const { return m_operation.part != u"control-plane"_s; }
    [[nodiscard]] bool isReachable()
    {
        return (isInSandbox() ? m_bench.gateway() : m_bench.controlPlane()).isReachable();
    }
    [[nodiscard]] QString verify();
    [[nodiscard]] int requestsRead();
    [[nodiscard]] QString judge(const Observation &seen);

    Bench &m_bench;
    const Operation &m_operation;
    const Fault &m_fault;
    int m_patience;
    Expectation m_expected;
    Cell m_cell;
    Call m_call;
    std::stop_source m_stop;
    std::optional<Result<void>> m_result;
    bool m_hasWaitedForEver = false;
    bool m_hasChanged = false;
    int m_quietRounds = 0;
    int m_rules = 0; ///< Before the one that the test itself is to meet.
    int m_read = 0;  ///< Requests that the engine is to read.
    QElapsedTimer m_guard;
};

void CellRun::addRule(QJsonObject rule, int times)
{
    rule.insert(u"part"_s, m_operation.part);
    rule.insert(u"path"_s, m_call.target.path);
    rule.insert(u"method"_s, QString::fromLatin1(m_call.target.method));
    rule.insert(u"times"_s, times);
    m_bench.instruct({{u"fault"_s, rule}});
}

/// Whether the engine can tell how many requests came: not how often Qt by itself tries a connection anew
/// that is always broken.
bool CellRun::isCounted() const
{
    return m_expected.requests > 0 && !(m_fault.isAlways && m_fault.breaksConnection());
}

/// The engine takes its rules one after the other: first the fault, then as many that do no harm as requests
/// are to come, and one that the test itself will meet if just so many came.
void CellRun::arm()
{
    const QJsonObject harmless{{u"delay_ms"_s, 0}};
    const bool isAll = m_fault.isAlways && m_expected.requests > 0;
    const int failing = isAll ? m_expected.requests - m_operation.skipped : 1;
    if (m_operation.skipped > 0) {
        addRule(harmless, m_operation.skipped);
    }
    if (m_fault.place == Fault::Place::Port) {
        QJsonObject refusal{{u"for_ms"_s, refusalMs * m_patience}};
        if (isInSandbox()) {
            refusal.insert(u"service_id"_s, m_bench.sandbox().serviceId);
        }
        m_bench.instruct({{u"refuse_connections"_s, refusal}});
    } else {
        addRule(m_fault.instruction, m_fault.isAlways && !isCounted() ? 0 : failing);
    }
    if (isCounted()) {
        const bool isRead = m_fault.place == Fault::Place::Request;
        const bool isFailing = m_expected.end != End::Succeeds || m_fault.isHarmful();
        m_read = m_expected.requests - (!isRead && isFailing ? failing : 0);
        m_read += cleanUps();
        m_rules = m_read + (m_expected.maySucceed ? 1 : 0);
        const int harmlessOnes = m_rules - m_operation.skipped - (isRead ? failing : 0);
        if (harmlessOnes > 0) {
            addRule(harmless, harmlessOnes);
        }
        addRule({{u"status"_s, teapot}}, 1);
    }
}

/// How many requests the engine has read, by the rules that are left; one more than there were rules stands
/// for any number above.
int CellRun::requestsRead()
{
    const bool isExecutor = m_operation.part == "executor"_L1;
    auto &connection = isExecutor ? m_bench.gateway() : m_bench.controlPlane();
    const auto path = isExecutor ? u"/koyeb-sandbox"_s + m_call.target.path : m_call.target.path;
    for (int left = 0; left <= m_rules; ++left) {
        if (connection.ask(m_call.target.method, path, {}, answerMs).status == teapot) {
            return m_rules - left;
        }
    }
    return m_rules + 1;
}

bool CellRun::isTarget(const RequestLogEntry &entry) const
{
    const auto path = QUrl(entry.url).path();
    return entry.method == QLatin1String(m_call.target.method) &&
           (path.startsWith(m_call.target.path) || path.startsWith(u"/koyeb-sandbox"_s + m_call.target.path));
}

int CellRun::attempts() const
{
    int count = 0;
    const auto &log = *m_cell.log;
    for (quint64 number = log.firstNumber(); const auto *entry = log.entry(number); ++number) {
        count += isTarget(*entry) ? 1 : 0;
    }
    return count;
}

const RequestLogEntry *CellRun::runningRequest() const
{
    const auto &log = *m_cell.log;
    for (quint64 number = log.firstNumber(); const auto *entry = log.entry(number); ++number) {
        if (entry->state == RequestLogEntry::State::Running) {
            return entry;
        }
    }
    return nullptr;
}

/// Of requests that run at the same time, only silent ones are left.
bool CellRun::isOneOfManySilent() const
{
    QList<const RequestLogEntry *> running;
    bool isOver = false;
    const auto &log = *m_cell.log;
    for (quint64 number = log.firstNumber(); const auto *entry = log.entry(number); ++number) {
        if (entry->state == RequestLogEntry::State::Running) {
            running.append(entry);
        }
        isOver = isOver || (isTarget(*entry) && entry->error);
    }
    const bool isEach =
        std::all_of(running.cbegin(), running.cend(), [this](const auto *entry) { return isTarget(*entry); });
    if (!m_fault.isSilent || running.isEmpty() || !isEach || attempts() <= m_operation.skipped) {
        return false;
    }
    return m_fault.isAlways || (running.size() == 1 && !isOver);
}

bool CellRun::isSilentNow() const
{
    if (m_operation.isParallel) {
        return isOneOfManySilent();
    }
    const auto *running = runningRequest();
    const int made = attempts();
    // Qt does not always notice that a connection is gone which it has just made.
    const bool mayBeSilent = m_fault.isSilent || m_fault.place == Fault::Place::Connection;
    return mayBeSilent && running && isTarget(*running) &&
           (m_fault.isAlways ? made > m_operation.skipped : made == m_operation.skipped + 1);
}

void CellRun::watch()
{
    const auto change = [this] {
        m_hasChanged = true;
    };
    QObject::connect(m_cell.log.get(), &RequestLog::entryAdded, m_cell.log.get(), change);
    QObject::connect(m_cell.log.get(), &RequestLog::entryChanged, m_cell.log.get(), change);
}

void CellRun::waitForEvents()
{
    QTimer guard;
    guard.setSingleShot(true);
    guard.start(limitMs());
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

/// The clock stands while a request is on its way, and is turned to its next call when nothing else can
/// happen: no answer is ever late, however slow the machine is.
void CellRun::takeStep()
{
    const bool isRunning = runningRequest() != nullptr;
    if (isRunning && !isSilentNow()) {
        waitForEvents();
        return;
    }
    const bool isReset = m_fault.place == Fault::Place::Connection;
    const int rounds = isReset ? roundsOfReset : roundsOfSilence;
    if (isRunning && ++m_quietRounds <= rounds * m_patience) {
        if (isReset) {
            // Another connection would be the one that is reset.
            m_bench.letEngineWork();
        } else {
            m_bench.letNetworkWork();
        }
        return;
    }
    if (!isRunning && m_call.isBusy && m_call.isBusy()) {
        return;
    }
    if (!isRunning && ++m_quietRounds <= roundsOfRest) {
        m_bench.letEngineWork();
        return;
    }
    const bool isRefusing = m_fault.place == Fault::Place::Port && !m_fault.isAlways;
    if (isRefusing && !isReachable()) {
        return;
    }
    m_quietRounds = 0;
    if (m_cell.clock.pendingCalls() > 0) {
        m_cell.clock.advance(std::max(m_cell.clock.untilNextCall(), std::chrono::milliseconds(0)));
    } else if (isRunning && m_fault.instruction.contains("hang"_L1)) {
        m_hasWaitedForEver = true;
        m_stop.request_stop();
    } else {
        waitForEvents();
    }
}

Observation CellRun::drive()
{
    m_guard.start();
    m_call.run(m_stop.get_token()).then([this](const Result<void> &result) { m_result = result; });
    while (!m_result && !isOver()) {
        QCoreApplication::processEvents();
        if (m_hasChanged) {
            m_hasChanged = false;
            m_quietRounds = 0;
        } else if (!m_result) {
            takeStep();
        }
    }
    const QDeadlineTimer settling(patienceMs); // What was begun to clean up.
    while (m_result && runningRequest() && !settling.hasExpired()) {
        waitForEvents();
    }
    Observation seen;
    seen.attempts = attempts();
    if (!m_result) {
        m_stop.request_stop();
        return seen;
    }
    if (m_hasWaitedForEver) {
        seen.end = !*m_result && m_result->error().isCancelled() ? std::optional(End::Waits) : std::nullopt;
        return seen;
    }
    seen.end = *m_result ? End::Succeeds : End::Fails;
    if (!*m_result) {
        seen.kind = m_result->error().kind;
        seen.message = m_result->error().message;
    }
    return seen;
}

QString CellRun::judge(const Observation &seen)
{
    const auto expectation = u"; expected is "_s + textOf(m_expected);
    const bool isOther = m_expected.maySucceed && seen.end == End::Succeeds;
    const bool isKind = m_expected.end != End::Fails || seen.kind == m_expected.kind;
    if (!isOther && (seen.end != m_expected.end || !isKind)) {
        return textOf(seen) + expectation;
    }
    // Where a connection breaks, Qt may have sent a request again that the log has once.
    const bool isLogExact = m_expected.requests > 0 && !(m_fault.breaksConnection() && !m_fault.isAlways);
    // What cleans up meets a fault that has no end, too, and is repeated.
    const bool isLast = cleanUps() == 0 || isCounted();
    if (isLogExact &&
        (isLast ? seen.attempts != m_expected.requests + cleanUps() : seen.attempts < m_expected.requests)) {
        return textOf(seen) + expectation;
    }
    if (isCounted()) {
        const int read = requestsRead();
        if (read != m_read + (isOther ? 1 : 0)) {
            return textOf(seen) + u", and the engine read %1"_s.arg(read) + expectation;
        }
    }
    return {};
}

int CellRun::cleanUps() const
{
    if (m_expected.end == End::Succeeds) {
        return 0;
    }
    return isGivenUp() ? m_operation.cleanUpsWhenStopped.value_or(m_operation.cleanUps)
                       : m_operation.cleanUps;
}

/// Whether somebody has had enough while the sandbox may be at work.
bool CellRun::isGivenUp() const
{
    const bool isHanging = m_fault.instruction.contains("hang"_L1);
    return m_expected.end == End::Waits || (isHanging && m_operation.limit == Limit::Whole);
}

QString CellRun::verify()
{
    if (!m_call.verify) {
        return {};
    }
    Leaving leaving;
    leaving.hasSucceeded = m_result && *m_result;
    leaving.wasStopped = m_hasWaitedForEver;
    // Where the fault has no end, the removal meets it, too.
    leaving.mayLeaveTraces = (m_fault.isAlways && !isCounted() && m_call.target.path == "/run"_L1) ||
                             (isGivenUp() && m_operation.cleanUpsWhenStopped == 0);
    return m_call.verify(leaving);
}

QString CellRun::run()
{
    m_call = m_operation.prepare(m_cell);
    const auto problem = m_bench.takeProblem();
    if (!problem.isEmpty()) {
        return u"Not prepared: "_s + problem;
    }
    m_cell.log->clear();
    watch();
    arm();
    const auto seen = drive();
    if (m_fault.place == Fault::Place::Port) {
        while (!isReachable()) {
        }
    }
    auto difference = judge(seen);
    m_bench.instruct({{u"clear"_s, true}});
    if (difference.isEmpty()) {
        difference = verify();
    }
    m_call.run = {}; // With what it holds of the cell's.
    m_bench.removeThings();
    const auto trouble = m_bench.takeProblem();
    return difference.isEmpty() ? trouble : difference;
}

} // namespace

QString runCell(Bench &bench, const Operation &operation, const Fault &fault)
{
    // Some faults cannot be met without an assumption on how fast the machine is: a port that is closed for a
    // while, and a silence, also that of Qt about a connection that was reset. What comes out otherwise there
    // is tried with more patience. The others are tried twice, since Qt now and then sends by itself again
    // what has lost its answer, before it has told of the answer's beginning.
    QString difference;
    for (const int patience : isTimely(fault) ? QList{1, 2, 5, 10, 25} : QList{1, 1}) {
        difference = CellRun(bench, operation, fault, patience).run();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        if (difference.isEmpty()) {
            break;
        }
        // For the log: a deviation that comes now and then would otherwise never be seen.
        qInfo().noquote() << u"%1: %2, with patience %3:"_s.arg(operation.name, fault.name).arg(patience)
                          << difference;
    }
    return difference;
}

} // namespace Koyeb::Reliability
