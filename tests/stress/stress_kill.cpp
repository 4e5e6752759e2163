// SPDX-License-Identifier: GPL-3.0-or-later
// Kills the program at random moments while it moves files, and starts it again until they have arrived:
// nothing may be corrupt, lost or left, and what has arrived is not moved again.
#include "killedmover.h"
#include "randomtree.h"
#include "transferfixture.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonDocument>
#include <QProcess>

#include <array>
#include <cstdio>
#include <optional>

#include <csignal>
#include <sys/prctl.h>

using namespace Koyeb;
using namespace Koyeb::Stress;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int moverMs = 120'000;
constexpr int restMs = 5000;
/// A file that is not over before it can be killed.
constexpr qint64 largeBytes = 24 * 1024 * 1024;

class KillStress {
public:
    /// Without a way it is another one each time.
    KillStress(quint32 seed, std::optional<MoverWay> way) : m_seed(seed), m_way(way) {}

    [[nodiscard]] bool start() { return m_fixture.start() && m_other.start(); }
    /// What went wrong in it; empty when nothing did.
    QByteArray run(quint32 index);
    [[nodiscard]] QByteArray story() const { return m_story; }
    [[nodiscard]] int kills() const { return m_kills; }
    [[nodiscard]] int goneOn() const { return m_goneOn; }

private:
    [[nodiscard]] QByteArray prepare(QRandomGenerator &random);
    [[nodiscard]] bool makeItem(QRandomGenerator &random) const;
    /// Starts the program; kills it after so long. Returns whether it came to its end before.
    [[nodiscard]] bool move(std::optional<int> killAfterMs, QByteArray *said);
    [[nodiscard]] QByteArray describeTarget()
    {
        return m_order.way == MoverWay::Down ? m_fixture.describeLocal("to")
                                             : targetBox().describeRemote("/tmp/run");
    }
    /// Of a way that leads into a sandbox.
    [[nodiscard]] TransferFixture &targetBox()
    {
        return m_order.way == MoverWay::Across ? m_other : m_fixture;
    }
    [[nodiscard]] bool setSlow(bool isSlow);
    [[nodiscard]] QByteArray judgedAtEnd();
    [[nodiscard]] QByteArray judgedWhenCut();
    [[nodiscard]] QByteArray leftovers();

    quint32 m_seed;
    std::optional<MoverWay> m_way;
    TransferFixture m_fixture;
    TransferFixture m_other; ///< What goes from sandbox to sandbox goes into this one.
    MoverOrder m_order;
    bool m_isFolder = false;
    bool m_hasOld = false;
    QByteArray m_old;
    QByteArray m_new;
    QByteArray m_story;
    int m_kills = 0;
    int m_goneOn = 0;
};

bool KillStress::makeItem(QRandomGenerator &random) const
{
    const auto item = m_fixture.path("from/item");
    if (m_isFolder && !makeRandomItem(item, random, true)) {
        return false;
    }
    const auto large = m_isFolder ? item + "/large" : item;
    const int file = ::open(large.constData(), O_WRONLY | O_CREAT | O_EXCL, 0640);
    if (file < 0) {
        return false;
    }
    const auto content = randomBytes(largeBytes + random.bounded(1000));
    const bool isGood =
        ::write(file, content.constData(), static_cast<size_t>(content.size())) == content.size();
    return ::close(file) == 0 && isGood;
}

QByteArray KillStress::prepare(QRandomGenerator &random)
{
    QProcess::execute(
        u"/bin/sh"_s,
        {u"-c"_s,
         u"cd %1; exec 2>&-; chmod -R u+rwx from to; rm -rf from to spool journal*; mkdir from to"_s.arg(
             QString::fromUtf8(m_fixture.path()))});
    const auto cleaning = u"chmod -R u+rwx /tmp/run /tmp/from 2>&-; rm -rf /tmp/run /tmp/from && "
                          "mkdir /tmp/run /tmp/from"_s;
    const auto cleaned = m_fixture.inSandbox(cleaning) + m_other.inSandbox(cleaning);
    if (!cleaned.isEmpty() || !makeItem(random)) {
        return "no item: " + cleaned;
    }
    m_new = m_fixture.describeLocal("from");
    if (m_order.way != MoverWay::Up) {
        auto *up = m_fixture.sandbox().upload(
            m_fixture.fsPath("from/item"), "/tmp/from", ExistingTarget::Refuse, nullptr);
        if (!outcomeOf(up).isFinished) {
            return "the item does not even arrive without a kill";
        }
    }
    if (m_hasOld) {
        const bool isHere = m_order.way == MoverWay::Down;
        const auto place = isHere ? QString::fromUtf8(m_fixture.path("to")) : u"/tmp/run"_s;
        const auto line = u"cd %1 && printf old > item && touch -d @1000000000 item"_s.arg(place);
        if (isHere) {
            QProcess::execute(u"/bin/sh"_s, {u"-c"_s, line});
        } else {
            (void)targetBox().inSandbox(line);
        }
    }
    m_old = describeTarget();
    m_order.journal = m_fixture.path("journal.sqlite");
    m_order.spool = m_fixture.path("spool");
    m_order.source = m_order.way == MoverWay::Up ? m_fixture.path("from/item") : "/tmp/from/item";
    m_order.targetDirectory = m_order.way == MoverWay::Down ? m_fixture.path("to") : "/tmp/run";
    m_order.sandbox = m_fixture.endpoint();
    m_order.other = m_other.endpoint();
    return {};
}

bool KillStress::move(std::optional<int> killAfterMs, QByteArray *said)
{
    QProcess program;
    program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    // None outlives this process.
    program.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    program.start(QCoreApplication::applicationFilePath(), {u"--mover"_s});
    program.write(QJsonDocument(m_order.toJson()).toJson(QJsonDocument::Compact));
    program.closeWriteChannel();
    while (!program.readAllStandardOutput().startsWith("begun") && program.waitForReadyRead(moverMs)) {
    }
    const bool isOver = program.waitForFinished(killAfterMs.value_or(moverMs));
    if (!isOver) {
        program.kill(); // SIGKILL
        program.waitForFinished(-1);
    }
    *said = program.readAllStandardOutput();
    return isOver && program.exitStatus() == QProcess::NormalExit && program.exitCode() == 0;
}

QByteArray KillStress::judgedWhenCut()
{
    QByteArray target;
    for (const auto &line : describeTarget().split('\n')) {
        if (!line.isEmpty() && !line.contains("/.koyeb-part-")) { // Hidden, and gone on with.
            target += line + '\n';
        }
    }
    const bool isWhole = target == m_old || target == m_new;
    if (!isWhole) {
        return "HALF a target after a kill:\n" + target;
    }
    const bool isMoved = m_order.movesSource && target == m_new;
    const auto source =
        m_order.way == MoverWay::Up || isMoved ? m_new : m_fixture.describeRemote("/tmp/from");
    return source == m_new ? QByteArray() : "The SOURCE is not whole after a kill:\n" + source;
}

bool KillStress::setSlow(bool isSlow)
{
    const QJsonObject fault{{u"part"_s, u"executor"_s}, {u"delay_ms"_s, 60}, {u"times"_s, 0}};
    const auto order = isSlow ? QJsonObject{{u"fault"_s, fault}} : QJsonObject{{u"clear"_s, true}};
    return m_fixture.engine().misbehave(order) && m_other.engine().misbehave(order);
}

QByteArray KillStress::judgedAtEnd()
{
    if (describeTarget() != m_new) {
        return "LOST or CORRUPT:\n" + describeTarget() + "instead of\n" + m_new;
    }
    if (m_order.way == MoverWay::Across) {
        const auto source = m_fixture.describeRemote("/tmp/from");
        if (source != (m_order.movesSource ? QByteArray() : m_new)) {
            return "The SOURCE is not as it should be:\n" + source;
        }
    }
    QByteArray left;
    (void)QTest::qWaitFor([&] { return (left = leftovers()).isEmpty(); }, restMs);
    return left.isEmpty() ? QByteArray() : "LEFT: " + left;
}

QByteArray KillStress::leftovers()
{
    const auto here = u"cd %1; find to -name '.koyeb-part*'"_s.arg(QString::fromUtf8(m_fixture.path()));
    QProcess finding;
    finding.start(u"/bin/sh"_s, {u"-c"_s, here});
    finding.waitForFinished(-1);
    const auto there = u"find /tmp -name '.koyeb-part*'; ls -A /tmp | grep -vx -e run -e from; true"_s;
    return finding.readAllStandardOutput() + m_fixture.describeLocal("spool") + m_fixture.inSandbox(there) +
           m_other.inSandbox(there);
}

QByteArray KillStress::run(quint32 index)
{
    QRandomGenerator random({m_seed, index});
    m_order = {};
    m_order.way = m_way.value_or(static_cast<MoverWay>(random.bounded(3)));
    m_order.movesSource = m_order.way == MoverWay::Across && random.bounded(3) == 0;
    m_isFolder = random.bounded(2) == 0;
    m_hasOld = !m_isFolder && random.bounded(2) == 0;
    const int kills = 1 + random.bounded(3);
    constexpr std::array ways{"up", "down", "across"};
    m_story = QByteArray(ways[static_cast<size_t>(m_order.way)]) + (m_order.movesSource ? ", moved" : "") +
              (m_isFolder ? ", folder" : ", file") + (m_hasOld ? " over an old one" : "");
    if (const auto problem = prepare(random); !problem.isEmpty()) {
        return problem;
    }
    // So slow that there is time for kills.
    if (!setSlow(true)) {
        return "the engine is not slow";
    }
    QByteArray said;
    bool isOver = false;
    for (int kill = 0; kill < kills && !isOver; ++kill) {
        // From sandbox to sandbox it takes several times as long.
        const int afterMs = random.bounded(m_order.way == MoverWay::Across ? 2500 : 900);
        isOver = move(afterMs, &said);
        m_order.isNew = false;
        m_story += isOver ? "; over before" : "; killed after " + QByteArray::number(afterMs) + " ms";
        m_kills += isOver ? 0 : 1;
        if (const auto half = judgedWhenCut(); !half.isEmpty()) {
            return half;
        }
    }
    (void)setSlow(false);
    if (!isOver && !move({}, &said)) {
        return "does not go on: " + said;
    }
    const bool hasKept = said.contains("kept ") && !said.contains("kept 0\n");
    m_story += hasKept ? "; went on" : "";
    m_goneOn += hasKept ? 1 : 0;
    return judgedAtEnd();
}

int runAll(
    unsigned int seed, std::optional<MoverWay> way, unsigned int first, unsigned int runs, bool isVerbose)
{
    KillStress stress(seed, way);
    if (runs == 0 || !stress.start()) {
        std::fprintf(stderr, "stress_kill: nothing can be run\n");
        return 1;
    }
    unsigned int bad = 0;
    for (auto index = first; index < first + runs; ++index) {
        const auto wrong = stress.run(index);
        bad += wrong.isEmpty() ? 0 : 1;
        if (!wrong.isEmpty() || isVerbose) {
            std::printf(
                "seed %u, run %u (%s): %s\n", seed, index, stress.story().constData(),
                wrong.isEmpty() ? "good" : wrong.constData());
            std::fflush(stdout);
        }
    }
    std::printf(
        "%u runs with seed %u: %d kills, %d went on with what had arrived, %u bad\n", runs, seed,
        stress.kills(), stress.goneOn(), bad);
    return bad == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions(
        {{u"runs"_s, u"How many."_s, u"n"_s, u"50"_s},
         {u"seed"_s, u"What all that is random comes from."_s, u"s"_s, u"1"_s},
         {u"first"_s, u"The number of the first run, to repeat one."_s, u"n"_s, u"0"_s},
         {u"way"_s, u"up, down or across; any when left out."_s, u"way"_s},
         {u"verbose"_s, u"Tell of each run."_s},
         {u"mover"_s, u"Be the program that is killed."_s}});
    parser.addHelpOption();
    parser.process(application);
    if (parser.isSet(u"mover"_s)) {
        QFile input;
        (void)input.open(stdin, QIODevice::ReadOnly);
        return runMover(MoverOrder::fromJson(QJsonDocument::fromJson(input.readAll()).object()));
    }
    const auto way = QStringList{u"up"_s, u"down"_s, u"across"_s}.indexOf(parser.value(u"way"_s));
    if (way < 0 && parser.isSet(u"way"_s)) {
        std::fprintf(stderr, "stress_kill: there are the ways up, down and across\n");
        return 1;
    }
    return runAll(
        parser.value(u"seed"_s).toUInt(), way < 0 ? std::nullopt : std::optional(static_cast<MoverWay>(way)),
        parser.value(u"first"_s).toUInt(), parser.value(u"runs"_s).toUInt(), parser.isSet(u"verbose"_s));
}
