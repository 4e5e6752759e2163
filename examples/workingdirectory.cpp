// SPDX-License-Identifier: Apache-2.0
// Runs commands in a folder, and tells a missing folder from a command that failed.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome workInFolder(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    const auto made = co_await sandbox.files().makeDirectory("/tmp/project", stop);
    if (!made) {
        co_return Koyeb::failure(made.error());
    }

    Koyeb::Command command;
    command.workingDirectory = u"/tmp/project"_s;
    command.line = u"echo 'print(6 * 7)' > answer.py && pwd && ls"_s;
    const auto listed = co_await sandbox.executor().run(command, stop);
    if (!listed) {
        co_return Koyeb::failure(listed.error());
    }
    Example::say("Where, and what is there: " + listed->standardOutput.simplified());

    // Each command has a shell of its own, so `cd` in one does nothing for the next.
    command.line = u"cd / && pwd"_s;
    const auto elsewhere = co_await sandbox.executor().run(command, stop);
    command.line = u"pwd"_s;
    const auto again = co_await sandbox.executor().run(command, stop);
    if (!elsewhere || !again) {
        co_return Koyeb::failure(elsewhere ? again.error() : elsewhere.error());
    }
    Example::say(elsewhere->standardOutput.trimmed() + ", then again " + again->standardOutput.trimmed());

    command.workingDirectory = u"/tmp/nowhere"_s;
    const auto nowhere = co_await sandbox.executor().run(command, stop);
    if (!nowhere) {
        Example::say(u"In a folder that is not there: "_s + Koyeb::errorKindName(nowhere.error().kind));
    }
    co_return {};
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, workInFolder);
}
