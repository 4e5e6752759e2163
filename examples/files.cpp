// SPDX-License-Identifier: Apache-2.0
// Writes, reads, lists, renames and removes text files.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

Example::Outcome writeAndRead(Koyeb::Files &files, std::stop_token stop)
{
    // Writing makes no folders.
    const auto made = co_await files.makePath("/tmp/notes/today", stop);
    if (!made) {
        co_return made;
    }
    const auto written =
        co_await files.writeText("/tmp/notes/hello.txt", u"Hello from C++ — с приветом"_s, stop);
    if (!written) {
        co_return written;
    }
    const auto text = co_await files.readText("/tmp/notes/hello.txt", stop);
    if (!text) {
        co_return Koyeb::failure(text.error());
    }
    Example::say(u"It says: "_s + *text);

    const auto missing = co_await files.readText("/tmp/notes/nothing.txt", stop);
    if (!missing) {
        Example::say(u"Another one is "_s + Koyeb::errorKindName(missing.error().kind));
    }
    co_return {};
}

Example::Outcome listAll(Koyeb::Files &files, std::stop_token stop)
{
    auto entries = co_await files.list("/tmp/notes", stop);
    if (!entries) {
        co_return Koyeb::failure(entries.error());
    }
    std::sort(entries->begin(), entries->end(), [](const auto &a, const auto &b) { return a.name < b.name; });
    for (const auto &entry : *entries) {
        // Names are bytes and may hold anything, so they are made fit to be shown.
        const QString name = Koyeb::displayName(entry.name);
        Example::say(
            entry.opensAsDirectory() ? u"Folder %1"_s.arg(name)
                                     : u"File %1, %2 bytes"_s.arg(name).arg(entry.sizeBytes.value_or(-1)));
    }
    co_return {};
}

Example::Outcome workWithFiles(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Files &files = sandbox.files();
    const auto read = co_await writeAndRead(files, stop);
    if (!read) {
        co_return read;
    }
    const auto renamed = co_await files.rename("/tmp/notes/hello.txt", "/tmp/notes/greeting.txt", stop);
    if (!renamed) {
        co_return renamed;
    }
    const auto listed = co_await listAll(files, stop);
    if (!listed) {
        co_return listed;
    }
    const QList<QByteArray> paths{"/tmp/notes"};
    const auto removed = co_await files.remove(paths, stop);
    if (!removed) {
        co_return removed;
    }
    const auto exists = co_await files.exists("/tmp/notes", stop);
    if (!exists) {
        co_return Koyeb::failure(exists.error());
    }
    Example::say(*exists ? u"The folder is still there"_s : u"The folder is gone"_s);
    co_return {};
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, workWithFiles);
}
