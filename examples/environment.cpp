// SPDX-License-Identifier: Apache-2.0
// Sets variables: for everything in a sandbox, and for one command.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome greet(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Command command;
    command.line = u"echo \"$GREETING, $NAME\""_s;
    command.environment = {{u"NAME"_s, u"World"_s}};
    const auto first = co_await sandbox.executor().run(command, stop);
    if (!first) {
        co_return Koyeb::failure(first.error());
    }
    Example::say("With the sandbox's greeting: " + first->standardOutput.trimmed());

    // A command's own value hides the sandbox's. Values are handed over as they are: nothing has to be
    // quoted.
    command.environment = {{u"NAME"_s, u"$(everybody) \"here\""_s}, {u"GREETING"_s, u"Welcome"_s}};
    const auto second = co_await sandbox.executor().run(command, stop);
    if (!second) {
        co_return Koyeb::failure(second.error());
    }
    Example::say("With a greeting of its own: " + second->standardOutput.trimmed());
    co_return {};
}

Example::Outcome createWithVariables(Koyeb::AccountSession &account, std::stop_token stop)
{
    Koyeb::SandboxOptions options;
    Koyeb::EnvironmentVariable greeting;
    greeting.key = u"GREETING"_s;
    greeting.value = u"Hello"_s;
    options.environment.append(greeting);
    const auto access = co_await Example::createSandbox(account, options, stop);
    if (!access) {
        co_return Koyeb::failure(access.error());
    }
    Koyeb::Sandbox sandbox(account.clock(), *access);
    const auto greeted = co_await greet(sandbox, stop);
    const auto deleted = co_await Example::deleteSandbox(account, access->serviceId, stop);
    co_return greeted ? deleted : greeted;
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithAccount(argc, argv, createWithVariables);
}
