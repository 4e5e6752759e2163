// SPDX-License-Identifier: Apache-2.0
// The calls of Files and RemoteFile.
#include "operations.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using Calling = std::function<QCoro::Task<Result<void>>(Files &, const QByteArray &path, std::stop_token)>;
enum class Needs { Nothing, File, Directory };

/// A call that runs scripts, for a path of its own.
Operation row(const QString &name, Nature nature, int requests, Needs needs, Calling calling)
{
    Operation operation{u"Files::"_s + name, nature};
    operation.part = u"executor"_s;
    operation.limit = Limit::BetweenParts;
    operation.requests = requests;
    operation.prepare = [=](Cell &cell) {
        const auto path = u"/tmp/"_s + cell.bench.newName();
        if (needs == Needs::File) {
            cell.bench.callExecutor(u"write_file"_s, {{u"path"_s, path}, {u"content"_s, u"content"_s}});
        } else if (needs == Needs::Directory) {
            cell.bench.callExecutor(u"make_dir"_s, {{u"path"_s, path}});
        }
        return Call{{"POST", u"/run"_s}, [=, &cell](auto stop) {
                        return calling(cell.sandbox.files(), path.toUtf8(), stop);
                    }};
    };
    return operation;
}

/// The same, with the fault for a later request. `cleanUps` remove what a failure leaves there.
Operation after(int skipped, Operation operation, int cleanUps = 0)
{
    operation.skipped = skipped;
    operation.cleanUps = cleanUps;
    return operation;
}

QList<Operation> pathCalls()
{
    return {
        after(
            1, row(u"list"_s, Nature::Repeatable, 2, Needs::Directory,
                   [](auto &files, auto &path, auto stop) { return outcomeOf(files.list(path, stop)); })),
        after(
            1, row(u"homeDirectory"_s, Nature::Repeatable, 2, Needs::Nothing,
                   [](auto &files, auto &, auto stop) { return outcomeOf(files.homeDirectory(stop)); })),
        row(u"makeDirectory"_s, Nature::Once, 1, Needs::Nothing,
            [](auto &files, auto &path, auto stop) { return files.makeDirectory(path, stop); }),
        row(u"makePath"_s, Nature::Repeatable, 1, Needs::Nothing,
            [](auto &files, auto &path, auto stop) { return files.makePath(path + "/below", stop); }),
        after(
            1,
            row(u"rename"_s, Nature::Once, 2, Needs::File,
                [](auto &files, auto &path, auto stop) { return files.rename(path, path + "-new", stop); })),
        row(u"removeFile"_s, Nature::Once, 1, Needs::File,
            [](auto &files, auto &path, auto stop) { return files.removeFile(path, stop); }),
        row(u"remove"_s, Nature::Repeatable, 1, Needs::Directory,
            [](auto &files, auto &path, auto stop) { return files.remove({path}, stop); }),
        after(
            1, row(u"copy"_s, Nature::Once, 2, Needs::File,
                   [](auto &files, auto &path, auto stop) {
                       return outcomeOf(files.copy({{path, path + "-copy"}}, stop));
                   })),
        after(
            1, row(u"move"_s, Nature::Once, 2, Needs::File,
                   [](auto &files, auto &path, auto stop) {
                       return outcomeOf(files.move({{path, path + "-moved"}}, stop));
                   })),
        row(u"changeMode"_s, Nature::Repeatable, 1, Needs::File,
            [](auto &files, auto &path, auto stop) {
                return files.changeMode({path}, {0111, 0, false}, stop);
            }),
        after(
            1, row(u"checksum"_s, Nature::Repeatable, 2, Needs::File,
                   [](auto &files, auto &path, auto stop) { return outcomeOf(files.checksum(path, stop)); })),
        after(
            1, row(u"kindOf"_s, Nature::Repeatable, 2, Needs::File,
                   [](auto &files, auto &path, auto stop) { return outcomeOf(files.kindOf(path, stop)); })),
        after(
            1, row(u"exists"_s, Nature::Repeatable, 2, Needs::File,
                   [](auto &files, auto &path, auto stop) { return outcomeOf(files.exists(path, stop)); })),
        after(
            1, row(u"isFile"_s, Nature::Repeatable, 2, Needs::File,
                   [](auto &files, auto &path, auto stop) { return outcomeOf(files.isFile(path, stop)); })),
        after(
            1,
            row(u"isDirectory"_s, Nature::Repeatable, 2, Needs::File,
                [](auto &files, auto &path, auto stop) { return outcomeOf(files.isDirectory(path, stop)); })),
    };
}

QList<Operation> contentCalls()
{
    const Calling read = [](auto &files, auto &path, auto stop) {
        return outcomeOf(files.read(path, stop));
    };
    const Calling write = [](auto &files, auto &path, auto stop) {
        return files.write(path, "new", stop);
    };
    return {
        row(u"read (asking for the tools)"_s, Nature::Repeatable, 3, Needs::File, read),
        after(1, row(u"read (looking)"_s, Nature::Repeatable, 3, Needs::File, read)),
        after(2, row(u"read (reading)"_s, Nature::Repeatable, 3, Needs::File, read)),
        after(
            2, row(u"readText (reading)"_s, Nature::Repeatable, 3, Needs::File,
                   [](auto &files, auto &path, auto stop) { return outcomeOf(files.readText(path, stop)); })),
        row(u"write (asking for the tools)"_s, Nature::Repeatable, 5, Needs::File, write),
        after(1, row(u"write (looking)"_s, Nature::Repeatable, 5, Needs::File, write)),
        after(2, row(u"write (making the temporary)"_s, Nature::Once, 5, Needs::File, write), 1),
        after(3, row(u"write (writing)"_s, Nature::Repeatable, 5, Needs::File, write), 1),
        after(4, row(u"write (putting it in place)"_s, Nature::Once, 5, Needs::File, write), 1),
        after(
            4,
            row(u"writeText (putting it in place)"_s, Nature::Once, 5, Needs::File,
                [](auto &files, auto &path, auto stop) { return files.writeText(path, u"new"_s, stop); }),
            1),
        after(
            4,
            row(u"replace (putting it in place)"_s, Nature::Once, 5, Needs::File,
                [](auto &files, auto &path, auto stop) {
                    return outcomeOf(files.replace(path, "new", {}, stop));
                }),
            1),
    };
}

QCoro::Task<Result<void>> writeTwo(Files &files, QByteArray path, std::stop_token stop)
{
    const auto second = path + "-two";
    QList<FileToWrite> both;
    both.append({path, "one"});
    both.append({second, "two"});
    const auto problems = co_await files.writeFiles(std::move(both), std::move(stop));
    if (!problems) {
        co_return failure(problems.error());
    }
    co_return problems->isEmpty() ? Result<void>() : failure(problems->first().error);
}

/// The two files of writeTwo(): what failed is as it was, and the other one is there.
Operation lookingAtBoth(Operation operation, const QByteArray &afterFailure, const QByteArray &whenStopped)
{
    operation.prepare = [prepare = operation.prepare, afterFailure, whenStopped](Cell &cell) {
        auto call = prepare(cell);
        const auto path = u"/tmp/matrix-%1"_s.arg(cell.bench.lastName());
        call.verify = [&cell, path, afterFailure, whenStopped](const Leaving &leaving) {
            const auto script = u"cat %1; echo; cat %1-two 2>/dev/null || true"_s.arg(path);
            const auto found = cell.bench.inSandbox(script);
            const QList<QByteArray> right{"one\ntwo", leaving.wasStopped ? whenStopped : afterFailure};
            // What lost its answer may have been done nevertheless.
            if (leaving.mayLeaveTraces) {
                return QString(); // The second file met the fault, too.
            }
            const bool isRight = leaving.hasSucceeded ? found == right.first() : right.contains(found);
            return isRight ? QString() : u"The two files are: "_s + QString::fromUtf8(found);
        };
        return call;
    };
    return operation;
}

QList<Operation> severalFilesCalls()
{
    // The other file is written all the same, by four requests.
    auto first = lookingAtBoth(
        after(4, row(u"writeFiles (the first of two)"_s, Nature::Once, 9, Needs::File, writeTwo), 1 + 4),
        "content\ntwo", "content\n");
    first.cleanUpsWhenStopped = 1;
    const auto second = lookingAtBoth(
        after(8, row(u"writeFiles (the second of two)"_s, Nature::Once, 9, Needs::File, writeTwo), 1),
        "one\n", "one\n");
    return {first, second};
}

QCoro::Task<Result<void>> append(Files &files, QByteArray path, std::stop_token stop)
{
    const auto file = files.file(path, RemoteFile::Mode::Append);
    const auto opened = co_await file->open(stop);
    if (!opened) {
        co_return opened;
    }
    const auto written = co_await file->write("more", stop);
    if (!written) {
        co_return written;
    }
    co_return co_await file->close(stop);
}

QCoro::Task<Result<void>> create(Files &files, QByteArray path, QByteArray content, std::stop_token stop)
{
    const auto file = files.file(path + "-new", RemoteFile::Mode::Create);
    const auto opened = co_await file->open(stop);
    if (!opened) {
        co_return opened;
    }
    const auto written = co_await file->write(content, stop);
    if (!written) {
        co_return written;
    }
    co_return co_await file->close(stop);
}

QCoro::Task<Result<void>> createText(Files &files, QByteArray path, std::stop_token stop)
{
    const auto file = files.file(path + "-new", RemoteFile::Mode::Create);
    const auto opened = co_await file->open(stop);
    if (!opened) {
        co_return opened;
    }
    const auto written = co_await file->writeText(u"new"_s, stop);
    if (!written) {
        co_return written;
    }
    co_return co_await file->close(stop);
}

QCoro::Task<Result<void>> createVerified(Files &files, QByteArray path, std::stop_token stop)
{
    const auto file = files.file(path + "-new", RemoteFile::Mode::Create);
    const auto opened = co_await file->open(stop);
    if (!opened) {
        co_return opened;
    }
    const auto written = co_await file->write("new", stop);
    if (!written) {
        co_return written;
    }
    const auto closed = co_await file->closeVerified({}, stop);
    co_return closed ? Result<void>() : failure(closed.error());
}

/// Opens a file and does something with it.
template<typename Read> Calling reading(Read read)
{
    return [read](Files &files, QByteArray path, std::stop_token stop) -> QCoro::Task<Result<void>> {
        const auto file = files.file(path, RemoteFile::Mode::Read);
        const auto opened = co_await file->open(stop);
        if (!opened) {
            co_return opened;
        }
        co_return co_await outcomeOf(read(*file, stop));
    };
}

/// What goes to the executor as a file of its own.
Operation sentAsFile(Operation operation)
{
    operation.reading = Reading::Object;
    operation.limit = Limit::Always;
    operation.requests = 1;
    operation.isLater = true;
    operation.prepare = [prepare = operation.prepare](Cell &cell) {
        auto call = prepare(cell);
        call.target.path = u"/write_file"_s;
        return call;
    };
    return operation;
}

QList<Operation> openFileCalls()
{
    const Calling creating = [](auto &files, auto &path, auto stop) {
        return create(files, path, "new", stop);
    };
    const auto readPiece = reading([](auto &file, auto stop) { return file.read(4, stop); });
    const Calling creatingText = [](auto &files, auto &path, auto stop) {
        return createText(files, path, stop);
    };
    const Calling creatingLarge = [](auto &files, auto &path, auto stop) {
        return create(files, path, QByteArray(100'000, 'x'), stop);
    };
    const Calling appending = [](auto &files, auto &path, auto stop) {
        return append(files, path, stop);
    };
    QList<Operation> operations{
        after(1, row(u"open (for reading)"_s, Nature::Repeatable, 3, Needs::File, readPiece)),
        after(2, row(u"read"_s, Nature::Repeatable, 3, Needs::File, readPiece)),
        after(2, row(u"readAt"_s, Nature::Repeatable, 3, Needs::File, reading([](auto &file, auto stop) {
                         return file.readAt(1, 4, stop);
                     }))),
        after(2, row(u"readAll"_s, Nature::Repeatable, 3, Needs::File, reading([](auto &file, auto stop) {
                         return file.readAll(stop);
                     }))),
        after(2, row(u"readText"_s, Nature::Repeatable, 3, Needs::File, reading([](auto &file, auto stop) {
                         return file.readText(stop);
                     }))),
        after(2, row(u"open (for creating)"_s, Nature::Once, 5, Needs::Nothing, creating), 1),
        after(3, row(u"write (a few bytes)"_s, Nature::Repeatable, 5, Needs::Nothing, creating), 1),
        sentAsFile(row(u"write (a large part)"_s, Nature::Repeatable, 1, Needs::Nothing, creatingLarge)),
        after(3, row(u"writeText"_s, Nature::Repeatable, 5, Needs::Nothing, creatingText), 1),
        after(
            4,
            row(u"closeVerified"_s, Nature::Once, 5, Needs::Nothing,
                [](auto &files, auto &path, auto stop) { return createVerified(files, path, stop); }),
            1),
        after(4, row(u"close (what was created)"_s, Nature::Once, 5, Needs::Nothing, creating), 1),
        after(2, row(u"open (for appending)"_s, Nature::Once, 4, Needs::File, appending)),
        after(3, row(u"write (appending)"_s, Nature::Once, 4, Needs::File, appending)),
    };
    for (auto &operation : operations) {
        operation.name.replace("Files::"_L1, "RemoteFile::"_L1);
    }
    return operations;
}

} // namespace

QList<Operation> fileOperations()
{
    return pathCalls() + contentCalls() + severalFilesCalls() + openFileCalls();
}

} // namespace Koyeb::Reliability
