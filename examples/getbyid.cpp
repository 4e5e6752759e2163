// SPDX-License-Identifier: Apache-2.0
// Finds a sandbox again by its id, as another program or another day would.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome readNote(Koyeb::AccountSession &account, QString id, std::stop_token stop)
{
    const auto access = co_await Koyeb::resolveSandbox(account.api(), id, stop);
    if (!access) {
        co_return Koyeb::failure(access.error());
    }
    Koyeb::Sandbox sandbox(account.clock(), *access);
    const auto note = co_await sandbox.executor().readFile(u"/tmp/note.txt"_s, stop);
    if (!note) {
        co_return Koyeb::failure(note.error());
    }
    Example::say(u"Found "_s + access->name + u" with the note: "_s + *note);
    co_return {};
}

Example::Outcome leaveAndFind(Koyeb::AccountSession &account, std::stop_token stop)
{
    Koyeb::SandboxOptions options;
    options.name = u"to-be-found"_s;
    const auto created = co_await Example::createSandbox(account, options, stop);
    if (!created) {
        co_return Koyeb::failure(created.error());
    }
    // The id is all that has to be remembered; it is the id of the sandbox's service.
    const QString id = created->serviceId;
    {
        Koyeb::Sandbox sandbox(account.clock(), *created);
        const auto written = co_await sandbox.executor().writeFile(u"/tmp/note.txt"_s, u"I was here"_s, stop);
        if (!written) {
            co_return written;
        }
    }
    const auto found = co_await readNote(account, id, stop);
    const auto deleted = co_await Example::deleteSandbox(account, id, stop);
    if (!found || !deleted) {
        co_return found ? deleted : found;
    }
    const auto gone = co_await Koyeb::resolveSandbox(account.api(), id, stop);
    if (!gone) {
        Example::say(u"Deleted, it is "_s + Koyeb::errorKindName(gone.error().kind));
    }
    co_return {};
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithAccount(argc, argv, leaveAndFind);
}
