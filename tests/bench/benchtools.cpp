// SPDX-License-Identifier: GPL-3.0-or-later
#include "benchtools.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Bench {

[[noreturn]] void fail(const QString &what)
{
    std::fprintf(stderr, "bench_transfer: %s\n", qPrintable(what));
    std::exit(1);
}

double seconds(const std::function<void()> &job)
{
    const auto start = std::chrono::steady_clock::now();
    job();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void tell(const QString &name, double value, const char *unit, const QString &against, double yardstick)
{
    const QByteArray ratio = yardstick > 0 ? QByteArray::number(value / yardstick, 'f', 3) : QByteArray();
    std::printf(
        "%s\t%.2f\t%s\t%s\t%s\n", qPrintable(name), value, unit, qPrintable(against), ratio.constData());
    std::fflush(stdout);
}

QByteArray noise(qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    auto random = QRandomGenerator(7);
    random.generate(
        reinterpret_cast<quint32 *>(bytes.data()), reinterpret_cast<quint32 *>(bytes.data()) + size / 4);
    return bytes;
}

QByteArray logText(qint64 size)
{
    QByteArray text;
    text.reserve(size + 200);
    auto random = QRandomGenerator(7);
    while (text.size() < size) {
        text += "2026-11-22T10:" + QByteArray::number(random.bounded(60)) + ':' +
                QByteArray::number(random.bounded(60)) +
                "Z INFO request id=" + QByteArray::number(random.generate64(), 16) +
                " method=GET path=/api/v1/items/" + QByteArray::number(random.bounded(100'000)) +
                " status=200 duration_ms=" + QByteArray::number(random.bounded(900)) + '\n';
    }
    text.truncate(size);
    return text;
}

QString scratchFolder()
{
    const auto memory = u"/dev/shm"_s;
    return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) + u"/koyeb-bench-XXXXXX"_s;
}

double peakMemoryOf(const QString &process)
{
    QFile status(u"/proc/%1/status"_s.arg(process));
    if (!status.open(QFile::ReadOnly)) {
        return 0;
    }
    const auto all = status.readAll();
    const auto peak = all.mid(all.indexOf("VmHWM:") + 6);
    return peak.left(peak.indexOf("kB")).trimmed().toDouble() / 1024;
}

} // namespace Koyeb::Bench
