// SPDX-License-Identifier: Apache-2.0
// LogTail and ExecChannel.
#include "streams.h"

#include "api/execchannel.h"
#include "api/logtail.h"
#include "expectation.h"
#include "pump.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QJsonArray>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using End = Expectation::End;

constexpr int patienceMs = 30'000;
/// How many lines there are before the tail begins, and how many come later.
constexpr int linesAtOnce = 3;
/// After so many attempts that failed it is taken that there will be more.
constexpr int manyInterruptions = 3;

const QString goesOn = u"goes on"_s;
const QString keepsTrying = u"keeps trying"_s;
const QString unnoticed = u"unnoticed"_s;
const QString offlineOrOk = u"Offline or ok"_s;

/// Whether there is no such fault of a socket: it has no deed to be done, and the port opens by itself.
bool cannotMeet(const Fault &fault)
{
    return fault.performs() || (fault.isAlways && fault.place == Fault::Place::Port);
}

bool isStall(const Fault &fault)
{
    return fault.instruction.contains("stall_after_bytes"_L1);
}

/// A sandbox's program that writes lines which nothing else writes.
class LineWriter {
public:
    explicit LineWriter(Bench &bench) : m_bench(bench), m_marker(bench.newName() + u'.') {}

    [[nodiscard]] LogFilter filter() const
    {
        LogFilter filter{m_bench.sandbox().serviceId};
        filter.text = m_marker;
        return filter;
    }
    [[nodiscard]] const QStringList &written() const { return m_written; }

    /// Writes the next lines and waits until they are in the log.
    void write()
    {
        QString script = u"m="_s + m_marker.chopped(1); // The log also tells of the command.
        for (int line = 0; line < linesAtOnce; ++line) {
            m_written.append(m_marker + QString::number(m_written.size() + 1));
            script += u"; echo $m."_s + QString::number(m_written.size());
        }
        m_bench.callExecutor(u"start_process"_s, {{u"cmd"_s, script}});
        const QDeadlineTimer limit(patienceMs);
        while (linesInLog() < m_written.size() && !limit.hasExpired()) {
        }
    }

private:
    [[nodiscard]] qsizetype linesInLog()
    {
        const auto path = u"/v1/streams/logs/query?type=runtime&service_id=%1&text=%2"_s.arg(
            m_bench.sandbox().serviceId, m_marker);
        return m_bench.ask("GET", path).value("data"_L1).toArray().size();
    }

    Bench &m_bench;
    QString m_marker;
    QStringList m_written;
};

QString runTail(Bench &bench, const Target &target, const Fault &fault, int patience)
{
    Cell cell(bench);
    LineWriter writer(bench);
    writer.write();
    Pump pump(cell, target, fault, patience);
    const ApiTransport transport(cell.http, bench.host());
    LogTail tail(transport, bench.token());
    QStringList lines;
    int interruptions = 0;
    std::optional<ErrorKind> failed;
    QObject::connect(&tail, &LogTail::linesReceived, &tail, [&lines](const auto &entries) {
        for (const auto &entry : entries) {
            lines.append(entry.message);
        }
    });
    QObject::connect(&tail, &LogTail::interrupted, &tail, [&interruptions] { ++interruptions; });
    QObject::connect(&tail, &LogTail::failed, &tail, [&failed](const Error &error) { failed = error.kind; });
    pump.arm();
    tail.start({writer.filter()});
    const bool hasBegun = pump.until(
        [&] { return tail.state() == LogTail::State::Live || failed || interruptions >= manyInterruptions; });
    if (failed) {
        return errorKindName(*failed);
    }
    if (!hasBegun) {
        return u"it neither begins nor ends"_s;
    }
    const bool isTrying = fault.isAlways && lines.isEmpty();
    if (isTrying) {
        bench.instruct({{u"clear"_s, true}});
    }
    if (fault.isAlways && !isTrying && !target.path.endsWith("tail"_L1)) {
        return u"it began although nothing is answered"_s;
    }
    writer.write();
    const bool isThere = pump.until([&] { return lines.size() >= writer.written().size() || failed; });
    pump.rest();
    if (!isThere && interruptions == 0 && !failed && writer.written().mid(0, lines.size()) == lines) {
        return unnoticed;
    }
    if (pump.attempts() == 0) {
        return u"the request log does not know of it"_s; // It would ignore proxies and certificates, too.
    }
    if (lines != writer.written() || failed) {
        return u"lines are missing or come twice: "_s + lines.join(u", "_s);
    }
    return isTrying ? keepsTrying : goesOn;
}

/// One process in the sandbox, which notes that it was started.
QString runTerminal(Bench &bench, const Fault &fault, int patience)
{
    Cell cell(bench);
    // A ping is answered only once the process runs.
    Pump pump(cell, {"GET", u"/v1/streams/instances/exec"_s}, fault, 4 * patience);
    const auto note = u"/tmp/"_s + bench.newName();
    ExecChannel channel(cell.clock, bench.host(), bench.token());
    channel.setNetwork(cell.http.network());
    QByteArray output;
    QString end;
    QObject::connect(
        &channel, &ExecChannel::outputReceived, &channel, [&](const auto &bytes) { output += bytes; });
    QObject::connect(&channel, &ExecChannel::exited, &channel, [&](int code) {
        end = code == 0 && output.contains("hello") ? u"ok"_s : u"exit code %1"_s.arg(code);
    });
    QObject::connect(&channel, &ExecChannel::ended, &channel, [&] { end = u"it is said to have ended"_s; });
    QObject::connect(&channel, &ExecChannel::failed, &channel, [&](const Error &error) {
        end += errorKindName(error.kind);
    });
    pump.arm();
    ExecChannel::Start start;
    start.id = bench.sandbox().serviceId;
    const auto script = u"echo x >> %1; echo hello"_s.arg(note);
    // One that has ended is told of by the end of the connection, too.
    const auto more = isStall(fault) ? u"; read x"_s : QString();
    start.command = {u"/bin/sh"_s, u"-c"_s, script + more};
    channel.start(start);
    const bool hasEnded = pump.until([&end] { return !end.isEmpty(); });
    pump.rest();
    const auto processes = bench.inSandbox(u"cat %1 2>/dev/null || true"_s.arg(note)).count('x');
    if (pump.attempts() != 1 || processes > 1 || (end == "ok"_L1 && processes != 1)) {
        return u"it was asked for %1 times, and %2 processes were started"_s.arg(pump.attempts())
            .arg(processes);
    }
    if (fault.place == Fault::Place::Connection && (end == "ok"_L1 || end == "Offline"_L1)) {
        return offlineOrOk;
    }
    return hasEnded ? end : u"waits"_s;
}

/// What a server says that answers a socket's request as any other; nothing where it does not get so far.
std::optional<ErrorKind> refusalOf(const Fault &fault)
{
    if (fault.damage == Fault::Damage::WrongTypes) {
        return ErrorKind::NotFound; // The engine answers as if no socket had been asked for.
    }
    return fault.instruction.contains("status"_L1) ? fault.seen : std::nullopt;
}

QString expectedOfTail(const Fault &fault)
{
    if (cannotMeet(fault)) {
        return {};
    }
    const auto refusal = refusalOf(fault);
    if (refusal && refusal != ErrorKind::Server && refusal != ErrorKind::RateLimited) {
        return errorKindName(*refusal); // It would not be another next time.
    }
    return isStall(fault) ? unnoticed : goesOn;
}

QString expectedOfQuery(const Fault &fault)
{
    const Operation query{u"LogTail"_s, Nature::Patient};
    if (!applies(query, fault)) {
        return {};
    }
    const auto expected = expectationOf(query, fault);
    if (expected.end == End::Succeeds) {
        return goesOn;
    }
    return expected.kind == ErrorKind::Timeout ? keepsTrying : errorKindName(expected.kind);
}

QString expectedOfTerminal(const Fault &fault)
{
    if (cannotMeet(fault) || fault.isAlways) {
        return {}; // There is no second attempt to meet it.
    }
    if (!fault.isHarmful()) {
        return u"ok"_s;
    }
    if (fault.place == Fault::Place::Connection) {
        return offlineOrOk;
    }
    if (isStall(fault)) {
        return u"waits"_s;
    }
    return errorKindName(fault.isSilent ? ErrorKind::Timeout : refusalOf(fault).value_or(ErrorKind::Offline));
}

} // namespace

QList<Stream> logStreams()
{
    const auto tail = [](const QString &path) {
        return [path](Bench &bench, const Fault &fault, int patience) {
            return runTail(bench, {"GET", u"/v1/streams/logs/"_s + path}, fault, patience);
        };
    };
    return {
        {u"LogTail (the stream)"_s, expectedOfTail, tail(u"tail"_s)},
        {u"LogTail (what was logged before and meanwhile)"_s, expectedOfQuery, tail(u"query"_s)},
    };
}

QList<Stream> terminalStreams()
{
    return {{u"ExecChannel"_s, expectedOfTerminal, runTerminal}};
}

const QList<Stream> &streams()
{
    static const QList<Stream> all = logStreams() + terminalStreams() + storeStreams();
    return all;
}

QString runStream(Bench &bench, const Stream &stream, const Fault &fault)
{
    const auto expected = stream.expected(fault);
    QString seen;
    for (const int patience : {1, 4}) {
        seen = stream.run(bench, fault, patience);
        bench.instruct({{u"clear"_s, true}});
        while (fault.place == Fault::Place::Port && !bench.controlPlane().isReachable()) {
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        bench.removeThings();
        const auto problem = bench.takeProblem();
        seen += problem;
        if (seen == expected) {
            return {};
        }
        qInfo().noquote() << u"%1: %2, with patience %3:"_s.arg(stream.name, fault.name).arg(patience)
                          << seen;
    }
    return seen + u"; expected is "_s + expected;
}

} // namespace Koyeb::Reliability
