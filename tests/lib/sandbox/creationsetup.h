// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/manualclock.h"
#include "fakecontrolplane.h"
#include "sandbox/sandboxcreation.h"

#include <QSignalSpy>
#include <QTest>

namespace Koyeb::Test {

using Phase = SandboxCreation::Phase;

inline SandboxOptions named(const QString &name)
{
    SandboxOptions options;
    options.name = name;
    return options;
}

/// A creation whose waits pass as fast as the test turns time.
struct CreationSetup {
    explicit CreationSetup(const SandboxOptions &options = named(QStringLiteral("box")))
        : creation(api, clock, options)
    {
        QObject::connect(&creation, &SandboxCreation::phaseChanged, &creation, [this](Phase phase) {
            if (phases.isEmpty() || phases.last() != phase) {
                phases.append(phase);
            }
        });
        QObject::connect(&creation, &SandboxCreation::ready, &creation, [this](const SandboxAccess &access) {
            ready.append(access);
        });
    }

    /// Turns time until the creation has ended.
    [[nodiscard]] bool ends()
    {
        return turnsUntil([this] { return !ready.isEmpty() || !failed.isEmpty(); });
    }
    [[nodiscard]] bool turnsUntil(const std::function<bool()> &condition)
    {
        return QTest::qWaitFor(
            [&] {
                // In small steps, as the health check's own time is turned along.
                clock.advance(std::chrono::milliseconds(condition() ? 0 : 50));
                return condition();
            },
            30'000);
    }
    [[nodiscard]] Error error() const { return failed.value(0).value(0).value<Error>(); }
    [[nodiscard]] QString appName() const
    {
        return server.bodyOf("POST /v1/apps")[QLatin1String("name")].toString();
    }

    ManualClock clock;
    SystemClock wireClock;
    FakeControlPlane server;
    HttpClient http{wireClock};
    ApiClient api{http, server.url()};
    SandboxCreation creation;
    QList<Phase> phases;
    QList<SandboxAccess> ready;
    QSignalSpy created{&creation, &SandboxCreation::serviceCreated};
    QSignalSpy failed{&creation, &SandboxCreation::failed};
};

} // namespace Koyeb::Test
