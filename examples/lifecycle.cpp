// SPDX-License-Identifier: Apache-2.0
// Has the platform delete a sandbox by itself, and changes when.
#include "common/example.h"

#include <KoyebQt/sandbox/sandboxcontrol.h>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

void tell(const Koyeb::ServiceLifeCycle &lifeCycle)
{
    Example::say(u"Deleted %1 seconds after its creation, or %2 seconds after it fell asleep"_s
                     .arg(lifeCycle.deleteAfterCreateSeconds)
                     .arg(lifeCycle.deleteAfterSleepSeconds));
}

Example::Outcome changeLifeCycle(Koyeb::AccountSession &account, QString id, std::stop_token stop)
{
    Koyeb::SandboxControl control(account.api(), account.clock(), id);
    const auto service = co_await account.api().service(id, Koyeb::Priority::Foreground, stop);
    if (!service) {
        co_return Koyeb::failure(service.error());
    }
    tell(service->lifeCycle);

    // What is not set stays as it is. The sandbox runs on: this makes no new deployment.
    Koyeb::LifeCycleChange change;
    change.deleteAfterDelay = 2h;
    const auto changed = co_await control.updateLifeCycle(change, stop);
    if (!changed) {
        co_return Koyeb::failure(changed.error());
    }
    tell(*changed);

    const auto isHealthy = co_await control.isHealthy(stop);
    if (!isHealthy) {
        co_return Koyeb::failure(isHealthy.error());
    }
    Example::say(*isHealthy ? u"It works"_s : u"It does not answer"_s);
    co_return {};
}

Example::Outcome createWithLifeCycle(Koyeb::AccountSession &account, std::stop_token stop)
{
    Koyeb::SandboxOptions options;
    options.name = u"auto-delete"_s;
    options.idleTimeout = 5min;
    options.deleteAfterDelay = 1h;
    options.deleteAfterInactivity = 10min;
    const auto access = co_await Example::createSandbox(account, options, stop);
    if (!access) {
        co_return Koyeb::failure(access.error());
    }
    const auto changed = co_await changeLifeCycle(account, access->serviceId, stop);

    // Nobody has to wait for the platform.
    const auto deleted = co_await Example::deleteSandbox(account, access->serviceId, stop);
    co_return changed ? deleted : changed;
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithAccount(argc, argv, createWithLifeCycle);
}
