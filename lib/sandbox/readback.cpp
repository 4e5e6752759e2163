// SPDX-License-Identifier: Apache-2.0
#include "sandbox/readback.h"

#include "core/deadline.h"
#include "core/sha256.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/packing.h"

namespace Koyeb {

namespace {

/// A range as it comes, encoded.
QCoro::Task<Result<QByteArray>> readRange(
    ReadBackMeans means, QByteArray path, qint64 offset, qint64 bytes, SandboxTools tools)
{
    auto pass = co_await means.gate.enter(Flow::Down, base64Bytes(bytes), means.stop);
    if (!pass) {
        co_return failure(pass.error());
    }
    const auto script = readRangeScript(path, offset, bytes, tools);
    const Deadline deadline(means.shell.executor().clock(), answerTimeout, means.stop);
    const auto answer =
        co_await means.shell.runForBase64(script, Packing::None, Repeatable::Safely, deadline.token());
    auto base64 = deadline.judged(answer);
    pass->settle(base64 ? base64->size() : 0);
    pass->finish(base64);
    co_return base64;
}

} // namespace

QCoro::Task<Result<QByteArray>> hashByReading(ReadBackMeans means, QByteArray path, qint64 maximumBytes)
{
    const auto tools = co_await means.shell.tools(means.stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    const auto hash = std::make_shared<Sha256>();
    for (qint64 offset = 0; offset < maximumBytes;) {
        const auto largest = means.gate.chunkBytes(Flow::Down, largestRange(*tools));
        const auto wanted = std::min(largest, maximumBytes - offset);
        auto base64 = co_await readRange(means, path, offset, wanted, *tools);
        if (!base64) {
            co_return failure(base64.error());
        }
        std::function<Result<qint64>()> adding = [hash, wanted,
                                                  base64 = std::move(*base64)]() -> Result<qint64> {
            const auto bytes = decodedChunk(base64, Packing::None, wanted + downloadBlockBytes);
            if (!bytes) {
                return failure(bytes.error());
            }
            const auto added = std::min<qint64>(wanted, bytes->content.size());
            hash->add(QByteArrayView(bytes->content).first(added));
            return added;
        };
        const auto added = co_await means.disk.run(std::move(adding), means.stop);
        if (!added) {
            co_return failure(added.error());
        }
        offset += *added;
        if (*added < wanted) {
            break;
        }
    }
    co_return hash->hex();
}

} // namespace Koyeb
