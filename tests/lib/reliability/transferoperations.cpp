// SPDX-License-Identifier: Apache-2.0
// Sandbox::upload() and download(), without notes.
#include "core/completion.h"
#include "operations.h"

#include <QDir>
#include <QPointer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

/// What is moved. A large file goes in two parts at the same time.
enum class Item { SmallFile, LargeFile, Folder };
constexpr qsizetype largeFileBytes = 3 * 1024 * 1024 + 100'000;

/// Lists all that is below the working directory, hidden or not, with the content of files.
const QString listing = uR"(export LC_ALL=C; find . -mindepth 1 -type d | sort
find . -type l -printf '%p leads to %l\n' | sort
find . -type f -exec sha256sum {} + | sort -k 2)"_s;

QByteArray listingOf(const QString &directory)
{
    QProcess shell;
    shell.setWorkingDirectory(directory);
    shell.start(u"/bin/sh"_s, {u"-c"_s, listing});
    return shell.waitForFinished() ? shell.readAllStandardOutput() : "the shell does not end";
}

void writeLocally(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(content);
    }
}

/// The item on this computer.
void makeLocally(const QString &directory, Item item)
{
    const QDir parent(directory);
    if (item == Item::Folder) {
        parent.mkpath(u"item/below"_s);
        writeLocally(parent.filePath(u"item/one"_s), "one");
        writeLocally(parent.filePath(u"item/below/two"_s), "two");
        QFile::link(u"one"_s, parent.filePath(u"item/link"_s));
        return;
    }
    // More than goes with one request.
    QByteArray content(item == Item::LargeFile ? largeFileBytes : 70'000, 'x');
    if (item == Item::LargeFile) { // Nothing that could be compressed.
        auto *words = reinterpret_cast<quint32 *>(content.data());
        QRandomGenerator(1).fillRange(words, content.size() / qsizetype(sizeof(quint32)));
    }
    writeLocally(parent.filePath(u"item"_s), content);
}

/// The same in the sandbox.
QString makingScript(const QString &directory, Item item)
{
    const auto begin = u"mkdir -p %1 && cd %1 && "_s.arg(directory);
    switch (item) {
    case Item::SmallFile:
        return begin + u"printf content > item"_s;
    case Item::LargeFile:
        return begin + u"{ [ -f item ] || head -c %1 /dev/urandom > item; }"_s.arg(largeFileBytes);
    case Item::Folder:
        return begin + u"mkdir -p item/below && printf one > item/one && printf two > item/below/two && "
                       "ln -sfn one item/link"_s;
    }
    return {};
}

QString judge(
    const QByteArray &found, const QByteArray &whole, const QByteArray &before, const Leaving &leaving)
{
    const bool isWhole = found == whole;
    const bool isHidden = leaving.mayLeaveTraces && found.contains(".koyeb-part-");
    // What lost its answer may have been done nevertheless, but then all of it.
    if (isWhole || (!leaving.hasSucceeded && (found == before || isHidden))) {
        return {};
    }
    return u"The target is neither whole nor as it was: "_s + QString::fromUtf8(found);
}

/// Its end, when all is cleaned up.
QCoro::Task<Result<void>> moved(QPointer<Transfer> transfer, std::stop_token stop)
{
    Completion<Result<void>> done;
    Completion<bool> cleaned;
    QObject::connect(transfer, &Transfer::finished, transfer, [done](const auto &problems) mutable {
        done.complete(problems.isEmpty() ? Result<void>() : failure(problems.first().error));
    });
    QObject::connect(transfer, &Transfer::failed, transfer, [done](const Error &error) mutable {
        done.complete(failure(error));
    });
    QObject::connect(
        transfer, &Transfer::cleanedUp, transfer, [cleaned]() mutable { cleaned.complete(true); });
    QObject::connect(transfer, &QObject::destroyed, [done, cleaned]() mutable {
        done.complete(failure(Error::cancelled()));
        cleaned.complete(false);
    });
    const std::stop_callback onStop(stop, [transfer, done]() mutable {
        if (transfer) {
            transfer->cancel();
        }
        done.complete(failure(Error::cancelled()));
    });
    transfer->start();
    auto outcome = co_await done;
    if (transfer && transfer->isCleaningUp()) {
        co_await cleaned;
    }
    co_return outcome;
}

/// What a cell has on this computer, and the transfer's owner.
struct Scene {
    QTemporaryDir folder;
    QObject owner;
    [[nodiscard]] QString path(const QString &name) const { return folder.filePath(name); }
};

Call uploading(Cell &cell, Item item, const Target &target)
{
    const auto scene = std::make_shared<Scene>();
    const auto source = scene->path(u"source"_s);
    QDir().mkpath(source);
    makeLocally(source, item);
    const auto directory = u"/tmp/"_s + cell.bench.newName();
    // What is replaced is whole until it is.
    const auto old = item == Item::SmallFile ? u" && echo old > item"_s : QString();
    const auto whole = listingOf(source);
    const auto before = cell.bench.inSandbox(u"mkdir %1 && cd %1%2 && "_s.arg(directory, old) + listing);
    Call call{
        target, [&cell, scene, source, directory](auto stop) {
            const std::filesystem::path local((source + u"/item"_s).toStdString());
            return moved(
                cell.sandbox.upload(local, directory.toUtf8(), ExistingTarget::Overwrite, &scene->owner),
                stop);
        }};
    call.verify = [&cell, directory, whole, before](const Leaving &leaving) {
        const auto found =
            cell.bench.inSandbox(u"cd %1 && "_s.arg(directory) + listing + u"\nrm -rf "_s + directory);
        return judge(found, whole, before, leaving);
    };
    return call;
}

Call downloading(Cell &cell, Item item, const Target &target)
{
    const auto scene = std::make_shared<Scene>();
    const auto to = scene->path(u"target"_s);
    QDir().mkpath(to);
    if (item == Item::SmallFile) {
        writeLocally(to + u"/item"_s, "old");
    }
    const auto directory = u"/tmp/matrix-source-%1"_s.arg(int(item));
    const auto whole = cell.bench.inSandbox(makingScript(directory, item) + u" && "_s + listing);
    const auto before = listingOf(to);
    Call call{
        target, [&cell, scene, to, directory](auto stop) {
            return moved(
                cell.sandbox.download(
                    directory.toUtf8() + "/item", to.toStdString(), ExistingTarget::Overwrite, &scene->owner),
                stop);
        }};
    call.verify = [scene, to, whole, before](Leaving leaving) {
        leaving.mayLeaveTraces = false; // Nothing keeps this computer from removing them.
        return judge(listingOf(to), whole, before, leaving);
    };
    return call;
}

using Beginning = Call (*)(Cell &, Item, const Target &);

/// A step that is a script; `skipped` come before it.
Operation script(
    Beginning begin, Item item, const QString &name, Nature nature, int requests, int skipped,
    int cleanUps = 0)
{
    Operation operation{name, nature};
    operation.part = u"executor"_s;
    operation.limit = Limit::BetweenParts;
    operation.requests = requests;
    operation.skipped = skipped;
    operation.cleanUps = cleanUps;
    operation.isLater = skipped > 0;
    operation.takesTimeToFail = true; // Each cell moves, compares and cleans up.
    operation.prepare = [begin, item](Cell &cell) {
        return begin(cell, item, {"POST", u"/run"_s});
    };
    return operation;
}

/// A step of an upload that sends content.
Operation sending(Item item, const QString &name, int requests)
{
    Operation operation{name, Nature::Repeatable, Reading::Object};
    operation.part = u"executor"_s;
    operation.requests = requests;
    operation.isLater = true;
    operation.prepare = [item](Cell &cell) {
        return uploading(cell, item, {"POST", u"/write_file"_s});
    };
    return operation;
}

Operation seenThrough(Operation operation)
{
    operation.cleanUpsWhenStopped = 0;
    return operation;
}

/// It takes as long as its bytes need, so the transfer has a limit for it.
Operation limited(Operation operation)
{
    operation.limit = Limit::Whole;
    return operation;
}

Operation parallel(Operation operation)
{
    operation.isParallel = true;
    return operation;
}

QList<Operation> uploads()
{
    const auto upload = [](Item item, const QString &step, Nature nature, int skipped, int cleanUps) {
        // The last one removes the temporary.
        const int requests = item == Item::LargeFile ? 0 : item == Item::Folder ? 7 : 6;
        return script(uploading, item, u"Sandbox::upload "_s + step, nature, requests, skipped, cleanUps);
    };
    using enum Item;
    return {
        upload(SmallFile, u"(a file: asking for the tools)"_s, Nature::Repeatable, 0, 0),
        seenThrough(upload(SmallFile, u"(a file: making the temporary)"_s, Nature::Once, 1, 1)),
        sending(SmallFile, u"Sandbox::upload (a file: sending)"_s, 1),
        seenThrough(
            limited(upload(SmallFile, u"(a file: placing what was sent)"_s, Nature::Repeatable, 2, 1))),
        upload(SmallFile, u"(a file: comparing)"_s, Nature::Repeatable, 3, 1),
        seenThrough(upload(SmallFile, u"(a file: putting it in place)"_s, Nature::Once, 4, 1)),
        parallel(sending(LargeFile, u"Sandbox::upload (a large file: sending)"_s, 0)),
        seenThrough(parallel(limited(
            upload(LargeFile, u"(a large file: placing what was sent)"_s, Nature::Repeatable, 2, 0)))),
        sending(Folder, u"Sandbox::upload (a folder: sending)"_s, 2),
        seenThrough(upload(Folder, u"(a folder: making its folders)"_s, Nature::Repeatable, 2, 1)),
        seenThrough(limited(upload(Folder, u"(a folder: unpacking)"_s, Nature::Once, 3, 1))),
        seenThrough(upload(Folder, u"(a folder: putting it in place)"_s, Nature::Once, 5, 1)),
    };
}

QList<Operation> downloads()
{
    const auto download = [](Item item, const QString &step, int skipped) {
        const int requests = item == Item::LargeFile ? 0 : 4;
        return script(
            downloading, item, u"Sandbox::download "_s + step, Nature::Repeatable, requests, skipped);
    };
    using enum Item;
    return {
        download(SmallFile, u"(a file: asking for the tools)"_s, 0),
        download(SmallFile, u"(a file: looking)"_s, 1),
        limited(download(SmallFile, u"(a file: reading)"_s, 2)),
        download(SmallFile, u"(a file: comparing)"_s, 3),
        parallel(limited(download(LargeFile, u"(a large file: reading)"_s, 2))),
        download(Folder, u"(a folder: listing)"_s, 2),
        limited(download(Folder, u"(a folder: reading)"_s, 3)),
    };
}

} // namespace

QList<Operation> transferOperations()
{
    return uploads() + downloads();
}

} // namespace Koyeb::Reliability
