// SPDX-License-Identifier: GPL-3.0-or-later
// What the measurements of transfers share.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <functional>

namespace Koyeb::Bench {

/// Ends the program: what cannot be measured must not look measured.
[[noreturn]] void fail(const QString &what);
[[nodiscard]] double seconds(const std::function<void()> &job);
[[nodiscard]] double median(QList<double> values);
/// A row of ./dev bench.
void tell(
    const QString &name, double value, const char *unit, const QString &against = {}, double yardstick = 0);
/// The same random bytes each time.
[[nodiscard]] QByteArray noise(qint64 size);
/// What a web server's log looks like.
[[nodiscard]] QByteArray logText(qint64 size);
/// In memory where the system has such a folder, so that no slow disk decides.
[[nodiscard]] QString scratchFolder();
/// What a process needed at most so far, in MiB; 0 when it is gone. Not by getrusage(), which counts its
/// parent before the program was loaded.
[[nodiscard]] double peakMemoryOf(const QString &process);

} // namespace Koyeb::Bench
