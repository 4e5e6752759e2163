// SPDX-License-Identifier: Apache-2.0
// Writes several files in one call and runs what they are.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome writeProject(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    const auto made = co_await sandbox.files().makePath("/tmp/project/shapes", stop);
    if (!made) {
        co_return made;
    }
    const QList<Koyeb::FileToWrite> files{
        {"/tmp/project/shapes/__init__.py", ""},
        {"/tmp/project/shapes/square.py", "def area(side):\n    return side * side\n"},
        {"/tmp/project/main.py", "from shapes.square import area\nprint('A square of 7 by 7 is', area(7))\n"},
        {"/tmp/elsewhere/lost.py", "print('never run')\n"},
    };
    const auto problems = co_await sandbox.files().writeFiles(files, stop);
    if (!problems) {
        co_return Koyeb::failure(problems.error());
    }
    // One file that cannot be written does not keep the others from it.
    Example::say(u"%1 of %2 files written"_s.arg(files.size() - problems->size()).arg(files.size()));
    for (const auto &problem : *problems) {
        Example::say(Koyeb::displayName(problem.path) + u": "_s + Koyeb::errorKindName(problem.error.kind));
    }

    Koyeb::Command command;
    command.line = u"python3 main.py"_s;
    command.workingDirectory = u"/tmp/project"_s;
    const auto result = co_await sandbox.executor().run(command, stop);
    if (!result) {
        co_return Koyeb::failure(result.error());
    }
    Example::say(result->standardOutput.trimmed());
    co_return {};
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, writeProject);
}
