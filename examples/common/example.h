// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <KoyebQt/sandbox/accountsession.h>
#include <KoyebQt/sandbox/definition.h>
#include <KoyebQt/sandbox/sandbox.h>

// What the examples share: an account from the environment, a sandbox for as long as the example runs, and
// lines on standard output. What an example is about is never in here.
namespace Example {

using Outcome = QCoro::Task<Koyeb::Result<void>>;
using AccountBody = Outcome(Koyeb::AccountSession &account, std::stop_token stop);
using SandboxBody = Outcome(Koyeb::Sandbox &sandbox, std::stop_token stop);

/// Runs `body` with the account that KOYEB_API_TOKEN opens at KOYEB_API_HOST (https://app.koyeb.com when
/// unset), and ends with exit code 0, or with 1 and the reason on standard error.
[[nodiscard]] int runWithAccount(int argc, char *argv[], AccountBody *body);

/// The same with a new sandbox, which is deleted afterwards however the body ends.
[[nodiscard]] int runWithSandbox(int argc, char *argv[], SandboxBody *body);

/// Creates a sandbox and waits until it can be used.
QCoro::Task<Koyeb::Result<Koyeb::SandboxAccess>> createSandbox(
    Koyeb::AccountSession &account, Koyeb::SandboxOptions options, std::stop_token stop);

/// Deletes a sandbox, and its app when nothing else is in it.
Outcome deleteSandbox(Koyeb::AccountSession &account, QString serviceId, std::stop_token stop);

/// Prints one line.
void say(const QString &line);
void say(const QByteArray &utf8);

} // namespace Example
