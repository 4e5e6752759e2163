// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "sandbox/definition.h"
#include "sandbox/sandbox.h"

namespace Koyeb {

/// SandboxCreation in one call, for who wants neither its progress nor what is left of one that failed: makes
/// a sandbox and waits until it can be used, whatever SandboxOptions::waitReady says. Fails as
/// SandboxCreation does, and then deletes what it had made; where that fails too, the message says so. When
/// `stop` is requested, what was made by then stays. `api` and `clock` outlive the call.
QCoro::Task<Result<SandboxAccess>> createSandbox(
    ApiClient &api, Clock &clock, SandboxOptions options, std::stop_token stop);

} // namespace Koyeb
