// SPDX-License-Identifier: Apache-2.0
#include "sandbox/upload.h"

#include "executor/systemerror.h"
#include "sandbox/remoteentry.h"

#include <QRandomGenerator>

#include <numeric>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// From what a tool says of it; nothing where it is in the way of something else.
Error whyNotPlaced(const QByteArray &says)
{
    if (says.isEmpty()) {
        const auto reason = u"In the sandbox a folder stands where a file belongs, or the other way round."_s;
        return Error::of(ErrorKind::Conflict, reason);
    }
    return errorFromSystemText(QString::fromUtf8(says.split('\n').first()));
}

} // namespace

Upload::Upload(
    Clock &clock, SandboxShell &shell, TransferGate &gate, const UploadOrder &order, QObject *parent)
    : SandboxTransfer(clock, shell, gate, parent),
      m_clock(clock),
      m_order(order),
      m_lastPart(QRandomGenerator::global()->bounded(1'000'000'000))
{
}

Upload::~Upload()
{
    pause();
}

QCoro::Task<Result<void>> Upload::move()
{
    auto moved = co_await moveAll();
    if (!moved && !moved.error().isCancelled() && m_stage) {
        moved.error().message = stage().namingTarget(moved.error().message);
    }
    co_return moved;
}

QCoro::Task<Result<void>> Upload::moveAll()
{
    auto result = co_await prepare();
    if (!result || m_plan.items.isEmpty()) {
        co_return result;
    }
    if (canGoAtOnce()) {
        const auto isPlaced = co_await sendAtOnce();
        if (!isPlaced || *isPlaced) {
            co_return isPlaced ? Result<void>() : failure(isPlaced.error());
        }
    }
    result = co_await makeStage();
    if (!result || m_remains.state == UploadRemains::State::Arrived) {
        co_return result;
    }
    result = co_await sendItems();
    if (result) {
        result = co_await commit();
    }
    co_return result;
}

QByteArray Upload::name() const
{
    return m_order.name;
}

QCoro::Task<Result<void>> Upload::prepare()
{
    if (!isEntryName(name()) && !(m_order.stagesInside && name().isEmpty())) {
        co_return failure(ErrorKind::Invalid, u"What is to be uploaded has no usable name."_s);
    }
    if (auto valid = checkRemotePath(m_order.remoteDirectory); !valid) {
        co_return valid;
    }
    auto plan = co_await readPlan();
    if (!plan) {
        co_return failure(plan.error());
    }
    m_plan = std::move(*plan);
    for (auto &item : m_plan.items) {
        applyOptions(item);
    }
    addProblems(m_plan.problems);
    const auto tools = co_await shell().tools(stopToken());
    if (!tools) {
        co_return failure(tools.error());
    }
    m_tools = *tools;
    const auto missing = m_tools.missingForUpload(shell().hasExecRoad());
    if (!missing.isEmpty()) {
        shell().forgetTools();
        co_return failure(missingToolsError(missing));
    }
    const auto leftOut = co_await leaveOutFiles();
    if (!leftOut || m_plan.items.isEmpty()) {
        co_return leftOut;
    }
    countPlan();
    co_return Result<void>();
}

QCoro::Task<Result<UploadPlan>> Upload::readPlan()
{
    const auto stop = stopToken();
    if (m_order.feed) {
        co_return co_await m_order.feed->plan(stop);
    }
    std::function<Result<UploadPlan>()> planning = [order = m_order, stop] {
        return planUpload(order.source, stop, order.selection.get(), order.options.links);
    };
    co_return co_await disk().run(std::move(planning), stop);
}

QCoro::Task<Result<void>> Upload::makeStage()
{
    if (!checkpoint().stage.isEmpty()) {
        auto taken = co_await takeUpRemains();
        if (!taken || m_remains.state != UploadRemains::State::Nothing) {
            co_return taken;
        }
    }
    auto stageName = temporaryName();
    if (m_order.stagesInside) {
        const auto inside = UploadStage::nameInside(name(), stageName);
        const auto paths = UploadStage::beside(m_order.remoteDirectory, name(), inside);
        const auto found = co_await shell().run(findFolderScript(paths), Repeatable::Safely, stopToken());
        if (!found) {
            co_return failure(found.error());
        }
        stageName = found->isEmpty() ? stageName : inside;
    }
    notes().noteStage(stageName);
    adoptStage(stageName);
    const auto script = createStageScript(stage(), m_order.existing);
    const auto created = co_await m_stage->run(script, Repeatable::Never, stopToken());
    co_return created ? Result<void>() : failure(created.error());
}

void Upload::adoptStage(const QByteArray &name)
{
    const auto paths = UploadStage::beside(m_order.remoteDirectory, this->name(), name);
    m_stage = std::make_shared<RemoteStage>(m_clock, shell(), paths);
}

QCoro::Task<Result<void>> Upload::takeUpRemains()
{
    adoptStage(checkpoint().stage);
    auto remains = co_await findUploadRemains(
        shell(), m_stage, m_plan, checkpoint(), m_order.existing, m_order.options.keepsTimes, m_tools,
        stopToken());
    if (!remains) {
        co_return failure(remains.error());
    }
    m_remains = std::move(*remains);
    const bool goesAtOnce = isSmallFile() && m_order.existing != ExistingTarget::KeepBoth;
    if (m_remains.state == UploadRemains::State::Arrived && goesAtOnce) {
        // It was said that it is being placed before it was known whether something else has its place, so
        // that looks are no proof.
        const auto isThere = co_await targetHasContent();
        if (!isThere) {
            co_return failure(isThere.error());
        }
        m_remains.state = *isThere ? UploadRemains::State::Arrived : UploadRemains::State::Nothing;
    }
    if (m_remains.state == UploadRemains::State::Stage) {
        notes().noteCommitting(false); // The commit, if there was one, has not moved it.
    }
    meter().update([this](TransferProgress &progress) {
        const bool isAll = m_remains.state == UploadRemains::State::Arrived;
        for (const auto &item : std::as_const(m_plan.items)) {
            if (item.type == UploadItem::Type::File && (isAll || m_remains.files.contains(item.path))) {
                m_placedBytes += item.sizeBytes;
                ++progress.doneFiles;
            }
        }
        progress.keptBytes = m_placedBytes;
        progress.doneBytes = m_placedBytes;
    });
    co_return Result<void>();
}

void Upload::countPlan()
{
    meter().update([this](TransferProgress &progress) {
        for (const auto &item : std::as_const(m_plan.items)) {
            progress.totalBytes += item.sizeBytes;
            progress.totalFiles += item.type == UploadItem::Type::File ? 1 : 0;
        }
    });
}

QCoro::Task<Result<void>> Upload::sendItems()
{
    const auto top = m_plan.items.first();
    if (m_remains.files.contains(top.path)) {
        co_return Result<void>();
    }
    if (top.type == UploadItem::Type::Directory) {
        co_return co_await sendTree();
    }
    if (top.type == UploadItem::Type::File) {
        const auto sent = co_await sendFile(top);
        if (!sent) {
            co_return sent;
        }
        co_return co_await renewTimes();
    }
    const auto script = createLinkScript(stage(), top.linkTarget);
    const auto created = co_await m_stage->run(script, Repeatable::Never, stopToken());
    co_return created ? Result<void>() : failure(created.error());
}

QCoro::Task<Result<void>> Upload::commit()
{
    const auto type = m_plan.items.first().type;
    const auto script = commitScript(stage(), type, m_order.existing, m_tools);
    notes().noteCommitting(true);
    const auto output = co_await m_stage->runForBytes(script, Repeatable::Never, stopToken());
    if (!output) {
        co_return failure(output.error());
    }
    const auto told = output->split('\0');
    for (qsizetype at = 0; at + 1 < told.size(); at += 2) {
        addProblem({told[at], whyNotPlaced(told[at + 1])});
    }
    co_return Result<void>();
}

void Upload::noteInFlight(qint64 part, qint64 bytes)
{
    m_bytesInFlight.insert(part, bytes);
    tellBytes();
}

void Upload::settlePart(qint64 part, qint64 placedBytes)
{
    m_bytesInFlight.remove(part);
    m_placedBytes += placedBytes;
    tellBytes();
}

void Upload::tellBytes()
{
    const auto inFlight = std::accumulate(m_bytesInFlight.cbegin(), m_bytesInFlight.cend(), qint64(0));
    meter().update([&](TransferProgress &progress) { progress.doneBytes = m_placedBytes + inFlight; });
}

void Upload::leaveStage(StageEnd end, std::function<void(bool isGone)> done)
{
    if (!m_stage) {
        done(true);
    } else if (end == StageEnd::Remove) {
        RemoteStage::remove(std::exchange(m_stage, {}), std::move(done));
    } else {
        RemoteStage::letGo(std::exchange(m_stage, {}), [done = std::move(done)] { done(true); });
    }
}

} // namespace Koyeb
