// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/logtail.h"
#include "core/manualclock.h"
#include "logserver.h"

#include <QSignalSpy>
#include <QTest>

namespace Koyeb::Test {

inline constexpr LogTime second = 1'000'000'000;
inline constexpr LogTime millisecond = 1'000'000;
inline constexpr int patienceMs = 120'000; // A hang, not a slow machine.

/// A tail of a server's log, under a clock that is turned by hand.
struct LogTailSetup {
    explicit LogTailSetup() : now(logTimeFrom(clock.utc()))
    {
        RetryPolicy once;
        once.maximumAttempts = 1; // What is tried again here is the tail's doing.
        http.setRetryPolicy(once);
        QObject::connect(&tail, &LogTail::linesReceived, &tail, [this](const QList<LogEntry> &lines) {
            for (const auto &line : lines) {
                messages.append(line.message);
            }
        });
    }
    void start(qsizetype history = 1000)
    {
        LogTail::Start start;
        start.filter.serviceId = QStringLiteral("s1");
        start.history = history;
        tail.start(start);
    }

    ManualClock clock;
    LogTime now;
    LogServer server;
    HttpClient http{clock};
    ApiTransport transport{http, server.host()};
    QStringList messages;
    LogTail tail{transport, QStringLiteral("token")};
    QSignalSpy interrupted{&tail, &LogTail::interrupted};
    QSignalSpy ended{&tail, &LogTail::ended};
    QSignalSpy failed{&tail, &LogTail::failed};
};

} // namespace Koyeb::Test
