// SPDX-License-Identifier: Apache-2.0
// What people really move, in full size: into a sandbox, from there into another one, and back, with rich
// images and poor ones. It comes back byte for byte, with modes, times and links, or is refused before it
// begins. Prints how long it took and how much memory this program needed.
#include "corpus.h"
#include "images.h"
#include "transferfixture.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QProcess>

#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

using namespace Koyeb;
using namespace Koyeb::Stress;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int hourMs = 3'600'000;

struct Corpus {
    QByteArray name;
    std::function<void(const QByteArray &top)> make;
};

/// Files and folders that are there already, as people have them.
Corpus copyOf(const QString &folder)
{
    return {folder.section(u'/', -1).toUtf8(), [folder](const QByteArray &top) {
                QProcess::execute(u"cp"_s, {u"-a"_s, folder + u"/."_s, QString::fromUtf8(top)});
            }};
}

std::vector<Corpus> corpora()
{
    return {{"contents", makeContents},      {"names", makeNames},
            {"git", makeCheckout},           {"node_modules", makeModules},
            {"small-files", makeSmallFiles}, {"gibibyte", makeGibibyte}};
}

struct NamedImage {
    const char *name;
    Image image;
};
constexpr std::array images{
    NamedImage{"gnu", Image::Gnu}, NamedImage{"busybox", Image::BusyBox}, NamedImage{"poor", Image::Poor},
    NamedImage{"shell", Image::Shell}};

/// The most that this process has had in memory since forgetPeak().
double peakMebibytes()
{
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word && word != "VmHWM:") {
    }
    double kibibytes = 0;
    status >> kibibytes;
    return kibibytes / 1024;
}

void forgetPeak()
{
    std::ofstream("/proc/self/clear_refs") << 5;
}

class CorpusRun {
public:
    CorpusRun(const Corpus &corpus, const NamedImage &image) : m_corpus(corpus), m_image(image) {}

    /// What went wrong; empty when nothing did.
    [[nodiscard]] QByteArray run();

private:
    [[nodiscard]] QByteArray prepare();
    [[nodiscard]] QByteArray roundTrip();
    /// That nothing begins, and the tools that are missing are told.
    [[nodiscard]] QByteArray refusals();
    [[nodiscard]] QByteArray finish(const char *way, Transfer *transfer) const;
    [[nodiscard]] QByteArray lookHere(const QByteArray &name, bool isOriginal) const;
    [[nodiscard]] RelayOrder order() const;

    const Corpus &m_corpus;
    NamedImage m_image;
    TransferFixture m_from;
    TransferFixture m_to;
    QByteArray m_original;
};

QByteArray CorpusRun::lookHere(const QByteArray &name, bool isOriginal) const
{
    QProcess process;
    process.start(u"/bin/sh"_s, {u"-c"_s, lookScript(m_from.path(name), isOriginal)});
    process.waitForFinished(-1);
    return process.readAllStandardOutput();
}

RelayOrder CorpusRun::order() const
{
    RelayOrder order;
    order.source = "/tmp/there/tree";
    order.targetDirectory = "/tmp/further";
    order.spool = m_from.fsPath("spool");
    return order;
}

QByteArray CorpusRun::prepare()
{
    if (!m_from.start() || !m_to.start()) {
        return "no engine";
    }
    m_from.makeFolder("tree");
    m_from.makeFolder("back");
    m_corpus.make(m_from.path("tree"));
    m_original = lookHere("tree", true);
    const auto made = m_from.inSandbox(u"mkdir /tmp/there"_s) + m_to.inSandbox(u"mkdir /tmp/further"_s);
    useTools(m_from, m_image.image);
    useTools(m_to, m_image.image);
    return m_original.count('\n') > 1 ? made : "nothing to move";
}

QByteArray CorpusRun::finish(const char *way, Transfer *transfer) const
{
    forgetPeak();
    const auto before = peakMebibytes();
    QElapsedTimer timer;
    timer.start();
    const auto outcome = outcomeOf(transfer, hourMs);
    if (!outcome.isFinished) {
        return QByteArray(way) + ": " + (outcome.failure ? outcome.failure->message.toUtf8() : "it hangs");
    }
    if (!outcome.problems.isEmpty()) {
        return QByteArray(way) + ": " + outcome.problems[0].path + ": " +
               outcome.problems[0].error.message.toUtf8();
    }
    std::printf(
        "%-14s %-8s %-7s %8lld files %9.1f MiB %8.1f s  peak %6.1f MiB, %6.1f before\n",
        m_corpus.name.constData(), m_image.name, way, static_cast<long long>(outcome.progress.doneFiles),
        static_cast<double>(outcome.progress.doneBytes) / 1024 / 1024,
        static_cast<double>(timer.elapsed()) / 1000, peakMebibytes(), before);
    std::fflush(stdout);
    return {};
}

QByteArray CorpusRun::roundTrip()
{
    auto &from = m_from.sandbox();
    auto &to = m_to.sandbox();
    auto wrong =
        finish("up", from.upload(m_from.fsPath("tree"), "/tmp/there", ExistingTarget::Refuse, nullptr));
    if (wrong.isEmpty() && m_from.inSandbox(lookScript("/tmp/there/tree", false)) != m_original) {
        wrong = "CORRUPT on the way up";
    }
    if (wrong.isEmpty()) {
        wrong = finish("across", from.copyTo(to, order(), nullptr));
    }
    if (wrong.isEmpty() && m_to.inSandbox(lookScript("/tmp/further/tree", false)) != m_original) {
        wrong = "CORRUPT on the way across";
    }
    if (wrong.isEmpty()) {
        wrong = finish(
            "down", to.download("/tmp/further/tree", m_from.fsPath("back"), ExistingTarget::Refuse, nullptr));
    }
    if (wrong.isEmpty() && lookHere("back/tree", false) != m_original) {
        wrong = "CORRUPT on the way down";
    }
    return wrong;
}

QByteArray CorpusRun::refusals()
{
    auto &from = m_from.sandbox();
    const auto made = m_from.inSandbox(u"mkdir /tmp/there/tree && echo x > /tmp/there/tree/x"_s);
    const auto there = m_from.inSandbox(u"cd /tmp && find . ! -path './tools*'"_s);
    const std::array transfers{
        from.upload(m_from.fsPath("tree"), "/tmp", ExistingTarget::Refuse, nullptr),
        from.copyTo(m_to.sandbox(), order(), nullptr),
        from.download("/tmp/there/tree", m_from.fsPath("back"), ExistingTarget::Refuse, nullptr)};
    QByteArray wrong = made;
    for (auto *transfer : transfers) {
        const auto outcome = outcomeOf(transfer);
        if (!outcome.failure || outcome.failure->missingTools.isEmpty()) {
            wrong += "a transfer is not refused for the tools that are missing; ";
        }
    }
    if (m_from.inSandbox(u"cd /tmp && find . ! -path './tools*'"_s) != there ||
        m_to.inSandbox(u"ls -A /tmp/further"_s) != QByteArray() ||
        !std::filesystem::is_empty(m_from.fsPath("back"))) {
        wrong += "something is LEFT of what was refused";
    }
    if (wrong.isEmpty()) {
        std::printf("%-14s %-8s refused, with the tools' names\n", m_corpus.name.constData(), m_image.name);
    }
    return wrong;
}

QByteArray CorpusRun::run()
{
    const auto wrong = prepare();
    if (!wrong.isEmpty()) {
        return wrong;
    }
    return m_image.image == Image::Shell ? refusals() : roundTrip();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions(
        {{u"only"_s, u"Only this corpus; may be repeated."_s, u"name"_s},
         {u"image"_s, u"Only this image: gnu, busybox, poor or shell; may be repeated."_s, u"name"_s},
         {u"tree"_s, u"Move a copy of this folder, too; may be repeated."_s, u"folder"_s}});
    parser.addHelpOption();
    parser.process(application);
    QLoggingCategory::setFilterRules(u"koyeb.*=false"_s);
    auto all = corpora();
    for (const auto &folder : parser.values(u"tree"_s)) {
        all.push_back(copyOf(folder));
    }
    const auto isWanted = [&parser](const QString &option, const QByteArray &name) {
        return !parser.isSet(option) || parser.values(option).contains(QString::fromUtf8(name));
    };
    int bad = 0;
    int runs = 0;
    for (const auto &image : images) {
        for (const auto &corpus : all) {
            if (!isWanted(u"image"_s, image.name) || !isWanted(u"only"_s, corpus.name)) {
                continue;
            }
            ++runs;
            const auto wrong = CorpusRun(corpus, image).run();
            if (!wrong.isEmpty()) {
                ++bad;
                std::printf("%-14s %-8s BAD: %s\n", corpus.name.constData(), image.name, wrong.constData());
            }
            std::fflush(stdout);
        }
    }
    std::printf("%d runs, %d bad\n", runs, bad);
    return runs > 0 && bad == 0 ? 0 : 1;
}
