// SPDX-License-Identifier: Apache-2.0
// SandboxStore: a round of polling that meets a fault.
#include "expectation.h"
#include "pump.h"
#include "sandbox/sandboxstore.h"
#include "streams.h"

#include <algorithm>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using End = Expectation::End;
using Condition = SandboxStore::Condition;

const QString current = u"current"_s;

/// A store, and what it tells.
class Polling {
public:
    explicit Polling(Cell &cell) : store(cell.api, cell.clock)
    {
        QObject::connect(&store, &SandboxStore::sandboxesChanged, &store, [this](const auto &changes) {
            removals += changes.removed;
            hasAdded = hasAdded || !changes.added.isEmpty();
        });
        QObject::connect(&store, &SandboxStore::conditionChanged, &store, [this](Condition condition) {
            if (condition == Condition::Failing && !failing) {
                failing = store.lastError().kind;
            }
        });
    }

    [[nodiscard]] bool isCurrent() const { return store.condition() == Condition::Current; }
    [[nodiscard]] bool hasKept(const QStringList &ids) const
    {
        return std::none_of(
            ids.cbegin(), ids.cend(), [this](const auto &id) { return removals.contains(id); });
    }
    [[nodiscard]] QString word() const
    {
        return failing ? u"Failing: "_s + errorKindName(*failing) : current;
    }

    SandboxStore store;
    QStringList removals; ///< Also of what the cells before have left.
    bool hasAdded = false;
    std::optional<ErrorKind> failing;
};

/// There is one sandbox more when the lists are asked for again.
QString runLists(Bench &bench, const Target &target, const Fault &fault, int patience)
{
    Cell cell(bench);
    Pump pump(cell, target, fault, patience);
    Polling polling(cell);
    polling.store.start();
    if (!pump.until([&] { return polling.isCurrent(); })) {
        return u"it does not begin"_s;
    }
    const auto known = polling.store.records().size();
    polling.hasAdded = false;
    polling.removals.clear();
    const QStringList lasting{bench.sandbox().serviceId, bench.makeService().value("id"_L1).toString()};
    pump.arm();
    polling.store.refresh();
    if (!pump.until([&] { return polling.failing || polling.hasAdded; })) {
        return u"the round has no end"_s;
    }
    if (polling.failing) {
        const bool isKept = polling.store.records().size() == known && polling.removals.isEmpty();
        const int before = pump.attempts();
        const bool asksAgain = !fault.isAlways || pump.until([&] { return pump.attempts() > before; });
        if (!isKept || !asksAgain || polling.store.condition() != Condition::Failing) {
            return u"it forgets what it has, or does not ask again"_s;
        }
        bench.instruct({{u"clear"_s, true}});
    }
    if (!pump.until([&] { return polling.hasAdded && polling.isCurrent(); })) {
        return u"it does not become current again"_s;
    }
    return polling.hasKept(lasting) ? polling.word() : u"it tells of what has gone, and it has not"_s;
}

/// The details of the sandbox that runs are wanted.
QString runDetails(Bench &bench, const Fault &fault, int patience)
{
    Cell cell(bench);
    Pump pump(cell, {"GET", u"/v1/deployments/"_s}, fault, patience);
    Polling polling(cell);
    polling.store.start();
    if (!pump.until([&] { return polling.isCurrent(); })) {
        return u"it does not begin"_s;
    }
    const auto id = bench.sandbox().serviceId;
    const auto hasDetails = [&] {
        const auto record = polling.store.record(id);
        return record && record->deploymentStatus == DeploymentStatus::Healthy;
    };
    if (hasDetails()) {
        return u"there is nothing to ask for"_s;
    }
    pump.arm();
    polling.store.watch({id});
    if (fault.isAlways) {
        // More than one round asks for them.
        const int attempts = 2 * RetryPolicy().maximumAttempts;
        if (!pump.until([&] { return pump.attempts() > attempts; }) || hasDetails()) {
            return u"it does not ask again"_s;
        }
        bench.instruct({{u"clear"_s, true}});
    }
    if (!pump.until(hasDetails)) {
        return u"the details do not come"_s;
    }
    return polling.hasKept({id}) ? polling.word() : u"it tells of what has gone, and it has not"_s;
}

QString expectedOfLists(const Fault &fault)
{
    if (fault.isAlways && fault.place == Fault::Place::Port) {
        return {}; // The port opens again.
    }
    const auto expected = expectationOf(Operation{u"SandboxStore"_s}, fault);
    return expected.end == End::Succeeds ? current : u"Failing: "_s + errorKindName(expected.kind);
}

QString expectedOfDetails(const Fault &fault)
{
    return expectedOfLists(fault).isEmpty() ? QString() : current;
}

} // namespace

QList<Stream> storeStreams()
{
    const auto lists = [](const QString &path) {
        return [path](Bench &bench, const Fault &fault, int patience) {
            return runLists(bench, {"GET", u"/v1/"_s + path}, fault, patience);
        };
    };
    return {
        {u"SandboxStore (the services)"_s, expectedOfLists, lists(u"services"_s)},
        {u"SandboxStore (the apps)"_s, expectedOfLists, lists(u"apps"_s)},
        {u"SandboxStore (the details of one sandbox)"_s, expectedOfDetails, runDetails},
    };
}

} // namespace Koyeb::Reliability
