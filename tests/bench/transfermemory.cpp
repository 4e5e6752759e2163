// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfermemory.h"

#include "benchtools.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <numeric>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Bench {

namespace {

/// Of the engine and of the executor in its sandbox, together.
class LocalMemory {
public:
    explicit LocalMemory(qint64 engine)
    {
        m_processes.append(QString::number(engine));
        for (qsizetype index = 0; index < m_processes.size(); ++index) {
            QFile children(u"/proc/%1/task/%1/children"_s.arg(m_processes[index]));
            if (children.open(QFile::ReadOnly)) {
                m_processes += QString::fromLatin1(children.readAll()).split(u' ', Qt::SkipEmptyParts);
            }
        }
        m_idle = peak();
    }
    [[nodiscard]] double aboveIdle() const { return peak() - m_idle; }

private:
    [[nodiscard]] double peak() const
    {
        return std::accumulate(
            m_processes.cbegin(), m_processes.cend(), 0.0,
            [](double sum, const auto &one) { return sum + peakMemoryOf(one); });
    }

    QStringList m_processes;
    double m_idle = 0;
};

/// MiB at its peak.
double memoryOfOne(const ExecutorEndpoint &endpoint, const QStringList &transfer)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(
        QCoreApplication::applicationFilePath(),
        QStringList{
            u"--executor"_s, endpoint.baseUrl.toString(), u"--secret"_s, endpoint.secret, u"--routing-key"_s,
            endpoint.routingKey, u"--one"_s} +
            transfer);
    constexpr int longest = 600'000;
    if (!process.waitForFinished(longest) || process.exitCode() != 0) {
        fail(u"the memory of a transfer could not be measured"_s);
    }
    return process.readAllStandardOutput().trimmed().split(' ').last().toDouble();
}

} // namespace

void measureMemory(
    const ExecutorEndpoint &endpoint, qint64 engineProcess, const QString &scratch, const QStringList &names)
{
    const QDir folder(scratch);
    const LocalMemory local(engineProcess);
    double peak = 0;
    for (const auto &name : names) {
        const QTemporaryDir target(folder.filePath(u"down-XXXXXX"_s));
        peak = std::max(peak, memoryOfOne(endpoint, {u"up"_s, folder.filePath(name), name}));
        peak = std::max(peak, memoryOfOne(endpoint, {u"down"_s, target.path(), name}));
    }
    tell(u"memory of the client at its peak"_s, peak, "MiB", u"the goal"_s, 64);
    if (engineProcess != 0) {
        tell(u"memory of the local executor above idle"_s, local.aboveIdle(), "MiB", u"the goal"_s, 80);
    }
}

} // namespace Koyeb::Bench
