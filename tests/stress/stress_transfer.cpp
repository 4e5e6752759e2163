// SPDX-License-Identifier: Apache-2.0
// Random trees into a sandbox, out of it and from sandbox to sandbox while random faults come: nothing may be
// corrupt, lost or left.
#include "notebook.h"
#include "randomtree.h"
#include "transferfixture.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QLoggingCategory>
#include <QProcess>

#include <array>
#include <cstdio>
#include <vector>

#include <csignal>
#include <sys/prctl.h>

using namespace Koyeb;
using namespace Koyeb::Stress;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Longer than a first attempt takes unless its fault is silent; then it is paused, as a person would.
constexpr int attemptMs = 4000;
constexpr int attempts = 6;
constexpr int cleanUpMs = 60'000;
constexpr int smallDiskBytes = 64 * 1024 * 1024;

struct RandomFault {
    const char *name;
    QJsonObject instruction; ///< Of one request; empty for what happens to the sandbox.
};

constexpr auto noFault = "none";
constexpr auto farAway = "far away from now on";
constexpr auto restarts = "restart executor";
constexpr auto fallsAsleep = "falls asleep";
constexpr auto fullDisk = "full disk";
constexpr auto refused = "refused";

const QList<RandomFault> &faults()
{
    static const QList<RandomFault> all{
        {noFault, {}},
        {restarts, {}},
        {fallsAsleep, {}},
        {fullDisk, {}},
        {refused, {}},
        {"latency", {{u"delay_ms"_s, 20}, {u"jitter_ms"_s, 60}}},
        {"slow head", {{u"slow_headers_ms"_s, 100}}},
        {"reset before", {{u"reset"_s, u"before"_s}}},
        {"reset during", {{u"reset"_s, u"during"_s}}},
        {"reset after", {{u"reset"_s, u"after"_s}}},
        {"answer lost", {{u"reset"_s, u"after"_s}, {u"perform"_s, true}}},
        {"reset in the body", {{u"reset"_s, u"body"_s}, {u"cut_after_bytes"_s, 40}}},
        {"cut", {{u"cut_after_bytes"_s, 100}}},
        {"stall", {{u"stall_after_bytes"_s, 100}}},
        {"silence", {{u"hang"_s, true}}},
        {"malformed", {{u"malformed"_s, true}}},
        {"wrong types", {{u"wrong_types"_s, true}}},
        {"slow body", {{u"bytes_per_second"_s, 100'000}}},
        {farAway, {}},
        {"429", {{u"status"_s, 429}}},
        {"500", {{u"status"_s, 500}}},
        {"502", {{u"status"_s, 502}}},
        {"503", {{u"status"_s, 503}}},
        {"503, carried out", {{u"status"_s, 503}, {u"perform"_s, true}}},
        {"504", {{u"status"_s, 504}}}};
    return all;
}

class TransferStress {
public:
    explicit TransferStress(quint32 seed) : m_seed(seed) {}

    [[nodiscard]] bool start() { return m_fixture.start({smallDisk()}); }
    /// What went wrong in it; empty when nothing did.
    QByteArray run(quint32 index);
    [[nodiscard]] QByteArray story() const { return m_story; }
    [[nodiscard]] int failedProperly() const { return m_failedProperly; }

private:
    [[nodiscard]] static QJsonObject smallDisk()
    {
        const QJsonObject disk{{u"mount_point"_s, u"/full"_s}, {u"bytes"_s, smallDiskBytes}};
        return {{u"small_disk"_s, disk}};
    }

    enum class End { Finished, Failed, Paused };

    enum class Way { Up, Down, Across };

    [[nodiscard]] std::unique_ptr<Transfer> made()
    {
        auto &box = m_fixture.sandbox();
        const auto existing = m_hasOld ? ExistingTarget::Overwrite : ExistingTarget::Refuse;
        if (m_way == Way::Across) {
            RelayOrder order;
            order.source = "/tmp/run/item";
            order.targetDirectory = m_place;
            order.spool = m_fixture.fsPath("spool");
            order.existing = existing;
            return std::unique_ptr<Transfer>(box.copyTo(box, order, nullptr));
        }
        return std::unique_ptr<Transfer>(
            m_way == Way::Up ? box.upload(m_fixture.fsPath("from/item"), m_place, existing, nullptr)
                             : box.download("/tmp/run/item", m_fixture.fsPath("to"), existing, nullptr));
    }
    [[nodiscard]] bool isIntoSandbox() const { return m_way != Way::Down; }
    [[nodiscard]] QByteArray prepare(QRandomGenerator &random, bool isFolder);
    [[nodiscard]] QByteArray describeTarget()
    {
        // From the folder around it, so that the item itself is told, too.
        return isIntoSandbox() ? m_fixture.describeRemote(m_place) : m_fixture.describeLocal("to");
    }
    void orderFault(const RandomFault &fault, int times);
    void clearFaults();
    End attempt(
        const std::shared_ptr<Notebook> &book, bool isFirst, const std::function<void()> &fault, int afterMs);
    /// Removes what the attempts have left, as the application does with what will not be gone on with.
    void discard(const std::shared_ptr<Notebook> &book);
    [[nodiscard]] QByteArray leftovers()
    {
        const QDir local(QString::fromUtf8(m_fixture.path("to")));
        const auto here =
            local.entryList({u".koyeb-part*"_s}, QDir::AllEntries | QDir::Hidden | QDir::System);
        return here.join(u' ').toUtf8() + m_fixture.describeLocal("spool") +
               m_fixture.inSandbox(
                   u"find /tmp /full -name '.koyeb-part*'; "
                   "ls -A /tmp /full | grep -vx -e run -e other -e tools -e '/.*:' -e ''; true"_s);
    }
    [[nodiscard]] QByteArray judged(bool isFinished);

    quint32 m_seed;
    TransferFixture m_fixture;
    QByteArray m_place; ///< Where in the sandbox something goes.
    Way m_way = Way::Up;
    bool m_fellAsleep = false; ///< With it went all that was in the sandbox.
    bool m_hasOld = false;
    bool m_isBusyBox = false;
    QByteArray m_old;
    QByteArray m_new;
    QByteArray m_story;
    QByteArray m_engineError;
    QByteArray m_problems;
    std::optional<Error> m_failure;
    int m_failedProperly = 0;
};

void TransferStress::orderFault(const RandomFault &fault, int times)
{
    const auto is = [&fault](const char *name) {
        return qstrcmp(fault.name, name) == 0;
    };
    QJsonObject order;
    if (is(restarts)) {
        order = {{u"restart_executor"_s, m_fixture.serviceId()}};
    } else if (is(fallsAsleep)) {
        m_fellAsleep = true;
        order = {{u"sleep_sandbox"_s, m_fixture.serviceId()}};
    } else if (is(refused)) {
        order = {
            {u"refuse_connections"_s,
             QJsonObject{{u"service_id"_s, m_fixture.serviceId()}, {u"for_ms"_s, 300}}}};
    } else if (is(fullDisk)) {
        (void)m_fixture.inSandbox(u"cat /dev/zero > /full/filler 2>&-; true"_s);
        return;
    } else if (is(farAway)) {
        order = {{u"link"_s, QJsonObject{{u"round_trip_ms"_s, 40}, {u"bits_per_second"_s, 20'000'000}}}};
    } else if (is(noFault)) {
        return;
    } else {
        auto request = fault.instruction;
        request.insert(u"part"_s, u"executor"_s);
        request.insert(u"times"_s, times);
        order = {{u"fault"_s, request}};
    }
    if (!m_fixture.engine().misbehave(order)) {
        m_engineError = m_fixture.engine().errorText().toUtf8();
    }
}

void TransferStress::clearFaults()
{
    (void)m_fixture.engine().misbehave({{u"clear"_s, true}});
    (void)m_fixture.engine().misbehave(smallDisk()); // For the instance that comes after a sleep.
    // A door that refuses does so for a moment more.
    (void)QTest::qWaitFor(
        [this] { return m_fixture.inSandbox(u"rm -f /full/filler"_s).isEmpty(); }, cleanUpMs);
}

QByteArray TransferStress::prepare(QRandomGenerator &random, bool isFolder)
{
    const auto removing = u"chmod -R u+rwx from to; rm -rf from to; mkdir from to"_s;
    QProcess::execute(
        u"/bin/sh"_s,
        {u"-c"_s, u"cd "_s + QString::fromUtf8(m_fixture.path()) + u"; exec 2>&-; "_s + removing});
    const auto cleaned = m_fixture.inSandbox(
        u"for place in /tmp/run /tmp/other /full/run; do [ ! -e $place ] || chmod -R u+rwx $place; "
        "rm -rf $place && mkdir $place || exit; done"_s);
    if (!cleaned.isEmpty()) {
        return "no empty folder in the sandbox: " + cleaned;
    }
    if (!makeRandomItem(m_fixture.path("from/item"), random, isFolder)) {
        return "no local item";
    }
    m_new = m_fixture.describeLocal("from");
    if (m_way != Way::Up) {
        auto *up = m_fixture.sandbox().upload(
            m_fixture.fsPath("from/item"), "/tmp/run", ExistingTarget::Refuse, nullptr);
        const auto outcome = outcomeOf(up);
        if (!outcome.isFinished || !outcome.problems.isEmpty()) {
            return "the item does not even arrive without a fault: " +
                   (outcome.failure ? outcome.failure->message.toUtf8() : QByteArray("no error"));
        }
        // Its temporary is removed in the background.
        QByteArray arrived;
        const bool isGood = QTest::qWaitFor(
            [&] { return (arrived = m_fixture.describeRemote("/tmp/run")) == m_new; }, cleanUpMs);
        if (!isGood) {
            return "CORRUPT without a fault:\n" + arrived + "instead of\n" + m_new;
        }
    }
    if (m_hasOld) {
        const auto place = QString::fromUtf8(isIntoSandbox() ? m_place : m_fixture.path("to"));
        const auto line = u"cd %1 && printf old > item && touch -d @1000000000 item"_s.arg(place);
        if (isIntoSandbox()) {
            (void)m_fixture.inSandbox(line);
        } else {
            QProcess::execute(u"/bin/sh"_s, {u"-c"_s, line});
        }
    }
    m_old = describeTarget();
    return {};
}

TransferStress::End TransferStress::attempt(
    const std::shared_ptr<Notebook> &book, bool isFirst, const std::function<void()> &fault, int afterMs)
{
    const auto transfer = made();
    const auto checkpoint = book->checkpoint();
    transfer->setNotes(book);
    if (!isFirst) {
        transfer->resumeFrom(checkpoint);
    }
    QEventLoop loop;
    std::optional<End> end;
    QObject::connect(transfer.get(), &Transfer::finished, &loop, [&](const auto &problems) {
        m_problems.clear();
        for (const auto &problem : problems) {
            m_problems += problem.path + ": " + problem.error.message.toUtf8() + '\n';
        }
        end = End::Finished;
        loop.quit();
    });
    QObject::connect(transfer.get(), &Transfer::failed, &loop, [&](const Error &error) {
        m_failure = error;
        m_story += "; failed: " + error.message.toUtf8();
        end = End::Failed;
        loop.quit();
    });
    if (fault && afterMs == 0) {
        fault();
    } else if (fault) {
        QTimer::singleShot(afterMs, &loop, fault);
    }
    // Those after the first meet a fault that has an end, and a busy computer.
    QTimer::singleShot(isFirst ? attemptMs : cleanUpMs, &loop, &QEventLoop::quit);
    transfer->start();
    if (!end) {
        loop.exec();
    }
    if (!end) {
        m_story += "; paused";
        transfer->pause();
        clearFaults();
        end = End::Paused;
    }
    if (!QTest::qWaitFor([&] { return !transfer->isCleaningUp(); }, cleanUpMs)) {
        m_story += "; cleans up for ever";
    }
    return *end;
}

void TransferStress::discard(const std::shared_ptr<Notebook> &book)
{
    if (book->checkpoint().stage.isEmpty()) {
        return;
    }
    const auto transfer = made();
    const auto checkpoint = book->checkpoint();
    transfer->setNotes(book);
    transfer->resumeFrom(checkpoint);
    transfer->cancel();
    (void)QTest::qWaitFor([&] { return !transfer->isCleaningUp(); }, cleanUpMs);
}

QByteArray TransferStress::judged(bool isFinished)
{
    if (!m_engineError.isEmpty()) {
        return "the engine did not take the fault: " + m_engineError;
    }
    const auto target = describeTarget();
    if (isFinished && m_fellAsleep && m_way != Way::Up && !m_problems.isEmpty()) {
        return {}; // What went with the sandbox was told, one by one.
    }
    if (isFinished && !m_problems.isEmpty()) {
        return "LOST: " + m_problems;
    }
    if (isFinished && m_fellAsleep && isIntoSandbox() && target.isEmpty()) {
        return {}; // It had arrived, and went with all that was there.
    }
    if (isFinished && target != m_new) {
        return "CORRUPT:\n" + target + "instead of\n" + m_new;
    }
    // The answer to the last step may be what was lost.
    const auto isAsItWas = target == m_old || (m_fellAsleep && isIntoSandbox() && target.isEmpty());
    if (!isFinished && !isAsItWas && target != m_new) {
        return "CORRUPT after a failure:\n" + target + "instead of\n" + m_old;
    }
    if (!isFinished && (!m_failure || m_failure->message.isEmpty())) {
        return "no error was told";
    }
    QByteArray left;
    (void)QTest::qWaitFor([&] { return (left = leftovers()).isEmpty(); }, 5000);
    return left.isEmpty() ? QByteArray() : "LEFT: " + left;
}

QByteArray TransferStress::run(quint32 index)
{
    m_engineError.clear();
    m_problems.clear();
    m_failure.reset();
    // Each run has numbers of its own, so that it can be repeated alone.
    QRandomGenerator random({m_seed, index});
    m_way = static_cast<Way>(random.bounded(3));
    const bool isFolder = random.bounded(4) != 0;
    m_hasOld = !isFolder && random.bounded(2) == 0;
    const bool wantsBusyBox = random.bounded(2) == 0;
    const auto &fault = faults()[random.bounded(static_cast<int>(faults().size()))];
    const bool isFull = qstrcmp(fault.name, fullDisk) == 0;
    if (isFull && m_way == Way::Down) {
        m_way = Way::Up;
    }
    m_place = isFull ? "/full/run"_ba : m_way == Way::Across ? "/tmp/other"_ba : "/tmp/run"_ba;
    m_fellAsleep = false;
    const bool isForEver = !fault.instruction.isEmpty() && random.bounded(5) == 0;
    const int times = isForEver ? 0 : 1 + random.bounded(4);
    const int afterMs = random.bounded(4) == 0 ? 0 : random.bounded(120);
    m_hasOld = m_hasOld && qstrcmp(fault.name, fallsAsleep) != 0; // That would be gone anyway.
    constexpr std::array ways{"up", "down", "across"};
    m_story = QByteArray(ways[static_cast<size_t>(m_way)]) + (isFolder ? ", folder" : ", file") +
              (m_hasOld ? " over an old one" : "") + (wantsBusyBox ? ", BusyBox" : ", GNU") + ", " +
              fault.name + " x" + QByteArray::number(times) + " after " + QByteArray::number(afterMs) + " ms";
    if (wantsBusyBox != m_isBusyBox) {
        wantsBusyBox ? m_fixture.useBusyBox() : m_fixture.useUsualTools();
        m_isBusyBox = wantsBusyBox;
    }
    if (const auto problem = prepare(random, isFolder); !problem.isEmpty()) {
        return problem;
    }
    const auto book = std::make_shared<Notebook>();
    auto end = attempt(
        book, true, [&] { orderFault(fault, times); }, afterMs);
    for (int more = 1; more < (isForEver ? 2 : attempts) && end != End::Finished; ++more) {
        end = attempt(book, false, {}, 0);
    }
    clearFaults();
    m_isBusyBox = m_isBusyBox && !m_fellAsleep;
    // One that ended only because of this program's patience has told no error yet.
    if (end == End::Paused || (!isForEver && !m_fellAsleep && end == End::Failed)) {
        end = attempt(book, false, {}, 0);
        if (end != End::Finished && !m_fellAsleep) {
            return "does not finish although there is no fault any more";
        }
    }
    discard(book);
    m_failedProperly += end == End::Failed ? 1 : 0;
    return judged(end == End::Finished);
}

/// Runs shares of them in processes of their own, each with its own engine: most of a run is waiting.
int runShares(unsigned int seed, unsigned int first, unsigned int runs, unsigned int jobs, bool isVerbose)
{
    std::vector<std::unique_ptr<QProcess>> shares;
    for (unsigned int job = 0; job < jobs; ++job) {
        const auto from = runs * job / jobs;
        const auto count = runs * (job + 1) / jobs - from;
        if (count == 0) {
            continue;
        }
        auto &share = shares.emplace_back(std::make_unique<QProcess>());
        share->setProcessChannelMode(QProcess::ForwardedChannels);
        QStringList arguments{u"--seed"_s, QString::number(seed), u"--first"_s, QString::number(first + from),
                              u"--runs"_s, QString::number(count)};
        if (isVerbose) {
            arguments.append(u"--verbose"_s);
        }
        // None outlives this process.
        share->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
        share->start(QCoreApplication::applicationFilePath(), arguments);
    }
    bool isGood = !shares.empty();
    for (const auto &share : shares) {
        isGood = share->waitForFinished(-1) && share->exitStatus() == QProcess::NormalExit &&
                 share->exitCode() == 0 && isGood;
    }
    std::printf("%u runs with seed %u: %s\n", runs, seed, isGood ? "good" : "BAD");
    return isGood ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions(
        {{u"runs"_s, u"How many."_s, u"n"_s, u"2000"_s},
         {u"seed"_s, u"What all that is random comes from."_s, u"s"_s, u"1"_s},
         {u"first"_s, u"The number of the first run, to repeat one."_s, u"n"_s, u"0"_s},
         {u"jobs"_s, u"In so many processes at a time."_s, u"n"_s, u"1"_s},
         {u"verbose"_s, u"Tell of each run."_s}});
    parser.addHelpOption();
    parser.process(application);
    const auto seed = parser.value(u"seed"_s).toUInt();
    const auto first = parser.value(u"first"_s).toUInt();
    const auto runs = parser.value(u"runs"_s).toUInt();
    const auto jobs = parser.value(u"jobs"_s).toUInt();
    if (jobs > 1) {
        return runShares(seed, first, runs, jobs, parser.isSet(u"verbose"_s));
    }
    // What the faults make the library warn of is expected.
    QLoggingCategory::setFilterRules(u"koyeb.*=false"_s);
    TransferStress stress(seed);
    if (runs == 0 || !stress.start()) {
        std::fprintf(stderr, "stress_transfer: nothing can be run\n");
        return 1;
    }
    unsigned int bad = 0;
    for (auto index = first; index < first + runs; ++index) {
        const auto wrong = stress.run(index);
        bad += wrong.isEmpty() ? 0 : 1;
        if (!wrong.isEmpty() || parser.isSet(u"verbose"_s)) {
            std::printf(
                "seed %u, run %u (%s): %s\n", seed, index, stress.story().constData(),
                wrong.isEmpty() ? "good" : wrong.constData());
            std::fflush(stdout);
        }
    }
    std::printf(
        "%u runs with seed %u: %u bad; %d ended with an error because the fault did not end\n", runs, seed,
        bad, stress.failedProperly());
    return bad == 0 ? 0 : 1;
}
