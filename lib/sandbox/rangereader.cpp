// SPDX-License-Identifier: Apache-2.0
#include "sandbox/rangereader.h"

#include "core/deadline.h"
#include "sandbox/downloadplan.h"
#include "sandbox/downloadscripts.h"

namespace Koyeb {

QCoro::Task<Result<void>> RangeReader::prepare(qint64 sizeBytes)
{
    const auto tools = co_await m_means.shell.tools(m_means.stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    if (!m_tools) {
        m_tools = *tools;
        m_packing = packingOf(*tools, m_means.gate.compression());
    }
    // What comes in one answer needs no place in the sandbox. Parts are of base64.
    if (m_tools->encoding == SandboxTools::Encoding::Base64 && sizeBytes > chunkBytes) {
        const auto made = co_await m_means.parts.make(m_means.stop);
        if (!made) {
            co_return failure(made.error());
        }
        m_hasParts = *made;
    }
    co_return Result<void>();
}

RangeReader::Range RangeReader::rangeAt(qint64 offset, qint64 end, qint64 maximumBytes) const
{
    const bool isHex = m_tools->encoding == SandboxTools::Encoding::Hex;
    const auto largest = isHex ? largestRange(*m_tools) : m_rangeBytes;
    const auto bytes = m_means.gate.chunkBytes(Flow::Down, std::min({m_rangeBytes, largest, maximumBytes}));
    return {offset, std::min(bytes, end - offset), m_packing};
}

QCoro::Task<Result<RangeReader::Answer>> RangeReader::read(Range range)
{
    if (m_hasParts) {
        auto answer = co_await readPart(range);
        if (answer || !concernsItemOnly(answer.error())) {
            co_return answer;
        }
        // The disk is full, perhaps. If it is the file, this says so too.
    }
    co_return co_await readOutput(range);
}

Result<RangeReader::Answer> RangeReader::answered(Result<QByteArray> base64, TransferGate::Pass pass)
{
    pass.settle(base64 ? base64->size() : 0);
    pass.judge(base64);
    if (!base64) {
        return failure(base64.error());
    }
    return Answer{std::move(*base64), std::move(pass)};
}

QCoro::Task<Result<RangeReader::Answer>> RangeReader::readOutput(Range range)
{
    const auto script = readRangeScript(m_path, range.offset, range.sizeBytes, *m_tools);
    auto pass = co_await m_means.gate.enter(Flow::Down, expectedWireBytes(range), m_means.stop);
    if (!pass) {
        co_return failure(pass.error());
    }
    auto &shell = m_means.shell;
    const Deadline deadline(shell.executor().clock(), answerTimeout, m_means.stop);
    const auto answer =
        co_await shell.runForBase64(script, range.packing, Repeatable::Safely, deadline.token());
    auto base64 = deadline.judged(answer);
    co_return answered(std::move(base64), std::move(*pass));
}

QCoro::Task<Result<RangeReader::Answer>> RangeReader::readPart(Range range)
{
    auto &parts = m_means.parts;
    const auto used = parts.takeUsed();
    const auto part = parts.next();
    const PartOrder order{range.packing, part, used};
    const auto script = partOfRangeScript(m_path, range.offset, range.sizeBytes, *m_tools, order);
    const Deadline deadline(m_means.shell.executor().clock(), answerTimeout, m_means.stop);
    const auto made = co_await parts.run(script, deadline.token());
    const auto judged = deadline.judged(made);
    if (!judged) {
        parts.addUsed(part);
        co_return failure(judged.error());
    }
    // Parts are made ahead of those that are on their way.
    auto pass = co_await m_means.gate.enter(Flow::Down, expectedWireBytes(range), m_means.stop);
    if (!pass) {
        co_return failure(pass.error());
    }
    auto base64 = co_await m_means.shell.executor().readPlainFile(QString::fromUtf8(part), m_means.stop);
    parts.addUsed(part);
    co_return answered(std::move(base64), std::move(*pass));
}

/// As well as it packed so far.
qint64 RangeReader::expectedWireBytes(const Range &range) const
{
    const auto bytes =
        range.packing == Packing::None ? range.sizeBytes : range.sizeBytes * chunkBytes / m_rangeBytes;
    return base64Bytes(bytes);
}

void RangeReader::learn(const Range &range, qint64 sizeBytes, qint64 wireBytes)
{
    if (range.packing == Packing::None) {
        return;
    }
    if (!isAlwaysPacked() && !packingPays(range.packing, wireBytes, sizeBytes)) {
        m_packing = Packing::None;
    }
    m_rangeBytes = chunkBytesAfter(sizeBytes, m_packing == Packing::None ? sizeBytes : wireBytes);
}

} // namespace Koyeb
