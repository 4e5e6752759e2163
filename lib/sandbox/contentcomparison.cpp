// SPDX-License-Identifier: Apache-2.0
#include "sandbox/contentcomparison.h"

#include "executor/shellquote.h"
#include "sandbox/remoteentry.h"
#include "sandbox/uploadsource.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of names in one command, before quoting, and of content that is read for one.
constexpr qsizetype namesInCommandBytes = 10 * 1024;
constexpr qint64 bytesInCommand = 1024LL * 1024 * 1024;

/// Of a SHA-256.
constexpr qsizetype hexDigits = 64;

/// The SHA-256 of a file in hexadecimal; empty when it cannot be read.
QByteArray hashOf(const std::filesystem::path &path)
{
    const auto item = uploadItemAt(path, {});
    const auto file = item ? UploadSource::open(*item) : failure(item.error());
    if (!file || !(*file)->skip((*file)->sizeBytes())) {
        return {};
    }
    return (*file)->conclude().value_or(QByteArray());
}

using Hashes = QHash<QByteArray, QByteArray>;

/// As contentHashes(), with one request.
QCoro::Task<Result<Hashes>> hashesOf(
    SandboxShell &shell, QByteArray top, QList<QByteArray> paths, std::stop_token stop)
{
    const auto tools = co_await shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    QList<QByteArray> words;
    for (const auto &path : paths) {
        words.append(path.isEmpty() ? top : "./" + path);
    }
    // A line for each, also for what cannot be read, so that none is taken for another.
    const auto entering =
        paths.contains(QByteArray("")) ? QString() : u"cd "_s + shellQuoted(top) + u" || exit\n"_s;
    const auto script = entering + u"for f in "_s + shellQuoted(words) +
                        u"; do if [ -f \"$f\" ] && [ ! -h \"$f\" ]; then "_s + tools->hasher +
                        u" < \"$f\" 2>/dev/null || echo; else echo; fi; done"_s;
    const auto output = co_await shell.run(script, Repeatable::Safely, std::move(stop));
    if (!output) {
        co_return failure(output.error());
    }
    const auto lines = output->split('\n');
    Hashes hashes;
    for (qsizetype at = 0; at < std::min(paths.size(), lines.size()); ++at) {
        if (lines[at].size() >= hexDigits) {
            hashes.insert(paths[at], lines[at].first(hexDigits));
        }
    }
    co_return hashes;
}

} // namespace

QCoro::Task<Result<Hashes>> contentHashes(
    SandboxShell &shell, QByteArray top, QHash<QByteArray, qint64> sizes, std::stop_token stop)
{
    Hashes all;
    QList<QByteArray> batch;
    qsizetype nameBytes = 0;
    qint64 bytes = 0;
    for (auto file = sizes.cbegin(); file != sizes.cend();) {
        batch.append(file.key());
        nameBytes += file.key().size();
        bytes += file.value();
        ++file;
        if (file == sizes.cend() || nameBytes > namesInCommandBytes || bytes > bytesInCommand) {
            const auto some = co_await hashesOf(shell, top, std::exchange(batch, {}), stop);
            if (!some) {
                co_return failure(some.error());
            }
            all.insert(*some);
            nameBytes = 0;
            bytes = 0;
        }
    }
    co_return all;
}

QCoro::Task<Result<QSet<QByteArray>>> ContentComparison::same(
    QHash<QByteArray, qint64> sizes, std::stop_token stop)
{
    const auto hashes = co_await contentHashes(m_shell, m_remoteTop, std::move(sizes), stop);
    if (!hashes) {
        co_return failure(hashes.error());
    }
    using Names = QSet<QByteArray>;
    std::function<Result<Names>()> comparing = [hashes = *hashes, top = m_localTop, stop]() -> Result<Names> {
        Names same;
        for (auto file = hashes.cbegin(); file != hashes.cend() && !stop.stop_requested(); ++file) {
            const auto &path = file.key();
            if (hashOf(path.isEmpty() ? top : top / path.toStdString()) == file.value()) {
                same.insert(path);
            }
        }
        return same;
    };
    co_return co_await m_disk.run(std::move(comparing), stop);
}

} // namespace Koyeb
