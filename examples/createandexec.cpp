// SPDX-License-Identifier: Apache-2.0
// Creates a sandbox, runs a command in it, and deletes it.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome runCommands(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Command command;
    command.line = u"echo 'Hello World'"_s;
    const auto result = co_await sandbox.executor().run(command, stop);
    if (!result) {
        co_return Koyeb::failure(result.error());
    }
    Example::say("It wrote: " + result->standardOutput.trimmed());

    // A command that ends badly is a result like another: only what kept it from running is a failure.
    command.line = u"ls /nowhere"_s;
    const auto refused = co_await sandbox.executor().run(command, stop);
    if (!refused) {
        co_return Koyeb::failure(refused.error());
    }
    Example::say(
        u"Exit code %1: "_s.arg(refused->exitCode) + QString::fromUtf8(refused->standardError.trimmed()));
    co_return {};
}

Example::Outcome createAndExec(Koyeb::AccountSession &account, std::stop_token stop)
{
    Koyeb::SandboxOptions options;
    options.name = u"example-sandbox"_s;
    options.image = u"ubuntu"_s;
    const auto access = co_await Example::createSandbox(account, options, stop);
    if (!access) {
        co_return Koyeb::failure(access.error());
    }
    Example::say(u"Created "_s + access->name);

    Koyeb::Sandbox sandbox(account.clock(), *access);
    const auto ran = co_await runCommands(sandbox, stop);

    // It costs money until it is gone, so it goes whatever happened before.
    const auto deleted = co_await Example::deleteSandbox(account, access->serviceId, stop);
    if (ran && deleted) {
        Example::say(u"Deleted"_s);
    }
    co_return ran ? deleted : ran;
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithAccount(argc, argv, createAndExec);
}
