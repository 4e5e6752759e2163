// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include "expectation.h"
#include "operations.h"
#include "streams.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using End = Expectation::End;

QString wordFor(const Operation &operation, const Fault &fault)
{
    if (!applies(operation, fault)) {
        return u"–"_s;
    }
    const auto expected = expectationOf(operation, fault);
    const auto mark = exceptionFor(operation, fault) ? u"*"_s : QString();
    const bool isHarmless = expected.end == End::Succeeds && expected.requests == operation.requests;
    switch (expected.end) {
    case End::Succeeds:
        return (isHarmless ? u"ok"_s : u"recovers"_s) + mark;
    case End::Waits:
        return u"waits"_s + mark;
    case End::Fails:
        break;
    }
    const int attempts = expected.requests - operation.skipped;
    if (expected.maySucceed) {
        return errorKindName(expected.kind) + u" or ok"_s + mark;
    }
    return errorKindName(expected.kind) + (attempts > 1 ? u" ×%1"_s.arg(attempts) : QString()) + mark;
}

QString lineOf(const QStringList &cells)
{
    return u"| "_s + cells.join(u" | "_s) + u" |\n"_s;
}

QString headOf(const QString &first)
{
    QStringList head{first};
    for (const auto &fault : faults()) {
        head.append(fault.name);
    }
    return lineOf(head) + u"|"_s + u"---|"_s.repeated(head.size()) + u'\n';
}

/// A class or function, and a remark.
QString codeOf(const QString &name)
{
    const auto remark = name.contains(u' ') ? u' ' + name.section(u' ', 1) : QString();
    return u'`' + name.section(u' ', 0, 0) + u'`' + remark;
}

QString streamTable()
{
    QString text = headOf(u"stream"_s);
    for (const auto &stream : streams()) {
        QStringList cells{codeOf(stream.name)};
        for (const auto &fault : faults()) {
            const auto word = stream.expected(fault);
            cells.append(word.isEmpty() ? u"–"_s : word);
        }
        text += lineOf(cells);
    }
    return text;
}

QString tableOf(const Room &room)
{
    QString text = u"\n### "_s + room.name + u"\n\n"_s + headOf(u"call"_s);
    for (const auto &operation : room.operations) {
        QStringList cells{codeOf(operation.name)};
        for (const auto &fault : faults()) {
            cells.append(wordFor(operation, fault));
        }
        text += lineOf(cells);
    }
    return text;
}

QString faultList()
{
    QString text = u"\n| fault | what goes wrong |\n|---|---|\n"_s;
    for (const auto &fault : faults()) {
        if (!fault.isAlways) {
            text += lineOf({fault.name, fault.meaning});
        }
    }
    return text +
           lineOf(
               {u"…, always"_s, u"every attempt meets it; all others are met by the first attempt alone"_s});
}

QString figures()
{
    qsizetype operations = 0;
    qsizetype cells = 0;
    for (const auto &room : rooms()) {
        operations += room.operations.size();
        for (const auto &operation : room.operations) {
            for (const auto &fault : faults()) {
                cells += applies(operation, fault) ? 1 : 0;
            }
        }
    }
    return u"%1 calls, %2 faults, %3 cells."_s.arg(
        QString::number(operations), QString::number(faults().size()), QString::number(cells));
}

QString exceptionList()
{
    QString text =
        u"\n## Exceptions\n\nMarked with * in the tables.\n\n| call | faults | why |\n|---|---|---|\n"_s;
    for (const auto &exception : exceptions()) {
        text += lineOf(
            {u'`' + exception.operations.join(u"`, `"_s) + u'`', exception.faults.join(u", "_s),
             exception.reason});
    }
    return text;
}

const QString introduction = uR"(# What becomes of a call when something fails

Calls of the library that go to the network, and what goes on there by itself, with everything that the local engine can do wrong
([local-engine.md](local-engine.md)). All calls that come to an end by themselves are here, a long one with each of its steps, but for
what the [last section](#what-is-not-met) names. `test_faultmatrix` runs all of it and writes this page (`KOYEB_ACCEPT=1`); it
also counts the requests that come to the engine in each cell, but where their number varies.

Nothing below is listed by hand: it follows from whether a call may be repeated and from what an attempt meets, as
[library.md](library.md#repeating) says, but for the exceptions at the end.

| word | |
|---|---|
| ok | succeeds with no request more than usual |
| recovers | succeeds, after one request more |
| Offline, Timeout … | fails with that `ErrorKind`; the request was sent once |
| Offline or ok | nothing was sent twice either way; see *reset before* |
| Offline ×4 … | fails with that kind after so many attempts |
| waits | until the caller has enough (`std::stop_token`): nobody but the caller knows how long a command takes |
| – | cannot be met; or not tried, because it ends as 502 does and takes seconds each time |
)"_s;

const QString streamIntroduction = uR"(
## Streams

What goes on until it is no longer wanted. Here the fault meets a stream that has been asked for, or the request that the remark names.

| word | |
|---|---|
| goes on | all lines come, in their order and once; what is lost is asked for again for as long as it takes |
| keeps trying | nothing comes while every attempt meets the fault; afterwards all lines come, in their order and once |
| unnoticed | nothing more comes, as of a log to which nothing is written: the server still answers pings |
| current | the list is right again without anybody having been told of a failure |
| Failing: Offline … | the store says so and why, keeps what it has, tells of nothing that has gone, asks again, and is current when it is answered |
| ok | the process has run once, and its output and exit code came |
| Offline, Timeout … | fails with that `ErrorKind`. A terminal is asked for once and not again: nobody but the caller knows whether that may be |
| Offline or ok | one of the two, and no second process either way |
| waits | until the caller has enough: it looks like a process that prints nothing, for the server still answers pings |

)"_s;

const QString leftOut = uR"(
## What is not met

| what | why |
|---|---|
| HTTP/2, TLS, proxies, name resolution | the engine speaks plain HTTP/1.1 at an address |
| transfers with notes, paused ones, and those that go on from another | their ends keep what has arrived: `test_resume` |
| several files of a folder that fail in different ways | `test_upload` and `test_download` |
| a fault in the middle of a large body or of an open stream | the engine breaks off at a number of bytes; here it is the first one, or the first frame |
| `ExecutorClient::stream` without a timeout, and commands that run for long | there is no end to wait for; `test_commandstream` |
| `RemoteFile::close` after reading or appending | sends nothing |
| what an answer that was lost has left in the sandbox, but for files, transfers and commands | the engine's state is not compared |
)"_s;

} // namespace

QString reliabilityPage()
{
    QString text = introduction + u'\n' + figures() + u"\n\n## Faults\n"_s + faultList() + u"\n## Calls\n"_s;
    for (const auto &room : rooms()) {
        text += tableOf(room);
    }
    return text + exceptionList() + streamIntroduction + streamTable() + leftOut;
}

} // namespace Koyeb::Reliability
