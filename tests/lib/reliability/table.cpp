// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include "expectation.h"
#include "operations.h"

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

QString tableOf(const Room &room)
{
    QStringList head{u"call"_s};
    for (const auto &fault : faults()) {
        head.append(fault.name);
    }
    QString text =
        u"\n### "_s + room.name + u"\n\n"_s + lineOf(head) + u"|"_s + u"---|"_s.repeated(head.size()) + u'\n';
    for (const auto &operation : room.operations) {
        QStringList cells{u'`' + operation.name.section(u' ', 0, 0) + u'`'};
        if (operation.name.contains(u' ')) {
            cells.first() += u' ' + operation.name.section(u' ', 1);
        }
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

The calls of the library that go to the network and come to an end by themselves, with everything that the local engine can do wrong
([local-engine.md](local-engine.md)). `test_faultmatrix` runs all of it and writes this page (`KOYEB_ACCEPT=1`); it also counts
the requests that come to the engine in each cell.

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

} // namespace

QString reliabilityPage()
{
    QString text = introduction + u'\n' + figures() + u"\n\n## Faults\n"_s + faultList() + u"\n## Calls\n"_s;
    for (const auto &room : rooms()) {
        text += tableOf(room);
    }
    return text + exceptionList();
}

} // namespace Koyeb::Reliability
