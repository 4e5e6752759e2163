// SPDX-License-Identifier: Apache-2.0
// Moves a folder into a sandbox and a file out of it, byte for byte, with progress.
#include "common/example.h"

#include <KoyebQt/core/completion.h>

#include <QDir>
#include <QFile>

using namespace Qt::Literals::StringLiterals;

namespace {

/// Starts a transfer and waits for its end; says what could not be moved.
Example::Outcome finish(
    std::unique_ptr<Koyeb::Transfer, QScopedPointerDeleteLater> transfer, std::stop_token stop)
{
    Koyeb::Completion<Koyeb::Result<void>> ended;
    QObject::connect(
        transfer.get(), &Koyeb::Transfer::finished,
        [ended](const QList<Koyeb::TransferProblem> &problems) mutable {
            for (const auto &problem : problems) {
                Example::say("Not moved: " + problem.path + ", " + problem.error.message.toUtf8());
            }
            ended.complete({});
        });
    QObject::connect(transfer.get(), &Koyeb::Transfer::failed, [ended](const Koyeb::Error &error) mutable {
        ended.complete(Koyeb::failure(error));
    });
    const std::stop_callback onStop(
        stop, [ended]() mutable { ended.complete(Koyeb::failure(Koyeb::Error::cancelled())); });
    transfer->start();
    const auto result = co_await ended;
    const auto progress = transfer->progress();
    Example::say(u"%1 bytes in %2 files"_s.arg(progress.doneBytes).arg(progress.doneFiles));
    co_return result;
}

Example::Outcome moveFiles(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    // Something to upload, in the current folder.
    QDir().mkpath(u"data/in"_s);
    QFile file(u"data/in/numbers.txt"_s);
    if (!file.open(QIODevice::WriteOnly)) {
        co_return Koyeb::failure(Koyeb::ErrorKind::Local, file.errorString());
    }
    file.write("3\n1\n2\n");
    file.close();

    using enum Koyeb::ExistingTarget;
    using Transfer = std::unique_ptr<Koyeb::Transfer, QScopedPointerDeleteLater>;
    const auto uploaded = co_await finish(Transfer(sandbox.upload("data", "/tmp", Refuse, nullptr)), stop);
    if (!uploaded) {
        co_return uploaded;
    }
    Koyeb::Command command;
    command.line = u"sort /tmp/data/in/numbers.txt > /tmp/sorted.txt"_s;
    const auto sorted = co_await sandbox.executor().run(command, stop);
    if (!sorted) {
        co_return Koyeb::failure(sorted.error());
    }
    const auto downloaded =
        co_await finish(Transfer(sandbox.download("/tmp/sorted.txt", ".", Refuse, nullptr)), stop);
    QFile result(u"sorted.txt"_s);
    if (downloaded && result.open(QIODevice::ReadOnly)) {
        Example::say("Sorted there, read here: " + result.readAll().simplified());
    }
    co_return downloaded;
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, moveFiles);
}
