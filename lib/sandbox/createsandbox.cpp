// SPDX-License-Identifier: Apache-2.0
#include "sandbox/createsandbox.h"

#include "core/completion.h"
#include "sandbox/sandboxcontrol.h"
#include "sandbox/sandboxcreation.h"
#include "sandbox/sandboxdeletion.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Access = Result<SandboxAccess>;

QCoro::Task<Access> outcomeOf(SandboxCreation &creation, std::stop_token stop)
{
    Completion<Access> completion;
    QObject::connect(
        &creation, &SandboxCreation::ready, &creation,
        [completion](const SandboxAccess &access) mutable { completion.complete(access); });
    QObject::connect(
        &creation, &SandboxCreation::failed, &creation,
        [completion](const Error &error) mutable { completion.complete(failure(error)); });
    const std::stop_callback onStop(stop, [&creation, completion]() mutable {
        creation.cancel();
        completion.complete(failure(Error::cancelled()));
    });
    creation.start();
    co_return co_await completion;
}

QCoro::Task<Result<void>> removeLeftover(
    ApiClient &api, Clock &clock, const SandboxCreation &creation, std::stop_token stop)
{
    if (creation.leftover() == Leftover::Exists) {
        SandboxControl control(api, clock, creation.serviceId());
        co_return co_await control.remove(stop);
    }
    if (creation.leftover() == Leftover::Unknown && !creation.appName().isEmpty()) {
        co_return co_await deleteLeftover(api, clock, creation.appName(), creation.options().name, stop);
    }
    if (creation.leftover() == Leftover::Unknown) {
        co_return failure(ErrorKind::Unsupported, u"It is not known which sandbox it would be."_s);
    }
    co_return Result<void>();
}

} // namespace

QCoro::Task<Result<SandboxAccess>> createSandbox(
    ApiClient &api, Clock &clock, SandboxOptions options, std::stop_token stop)
{
    options.waitReady = true;
    // Deleted later: its signal is what resumes this.
    const std::unique_ptr<SandboxCreation, QScopedPointerDeleteLater> creation(
        new SandboxCreation(api, clock, options));
    auto access = co_await outcomeOf(*creation, stop);
    if (access || access.error().isCancelled()) {
        co_return access;
    }
    const auto removed = co_await removeLeftover(api, clock, *creation, stop);
    if (!removed && !removed.error().isCancelled()) {
        access.error().message +=
            u" The sandbox %1, or its app, may be left: "_s.arg(creation->options().name) +
            removed.error().message;
    }
    co_return access;
}

} // namespace Koyeb
