// SPDX-License-Identifier: Apache-2.0
// Which files of a transfer stay as they are at its target, in both directions.
#include "sandbox/download.h"
#include "sandbox/existingfiles.h"
#include "sandbox/upload.h"

namespace Koyeb {

QCoro::Task<Result<void>> Upload::leaveOutFiles()
{
    if (!mayLeaveOut(m_order.existing)) {
        co_return Result<void>();
    }
    const auto target = joinRemotePath(m_order.remoteDirectory, name());
    const ExistingFiles::Sides sides{shell(), disk(), m_order.source, target, m_order.feed.get()};
    ExistingFiles existing(sides, m_order.existing);
    const auto looked = co_await existing.lookInSandbox(m_tools, stopToken());
    if (!looked) {
        co_return looked;
    }
    QList<FileLook> looks;
    for (const auto &item : std::as_const(m_plan.items)) {
        looks.append(lookOf(item));
    }
    const auto unneeded = co_await existing.unneeded(std::move(looks), stopToken());
    if (!unneeded) {
        co_return failure(unneeded.error());
    }
    const auto top = m_plan.items.first();
    m_plan.items.removeIf([&](const UploadItem &item) { return unneeded->contains(item.path); });
    const bool isAll = m_plan.items.isEmpty();
    if (isAll && !checkpoint().stage.isEmpty()) {
        adoptStage(checkpoint().stage); // Its end removes it.
    }
    meter().update([&](TransferProgress &progress) {
        if (isAll && checkpoint().isCommitting) {
            // It is there because an earlier attempt has moved it.
            progress.totalFiles = progress.doneFiles = 1;
            progress.totalBytes = progress.doneBytes = progress.keptBytes = top.sizeBytes;
        } else {
            progress.leftOutFiles = unneeded->size();
        }
    });
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::leaveOutFiles()
{
    if (!mayLeaveOut(m_order.existing)) {
        co_return Result<void>();
    }
    const auto target = m_order.localDirectory / m_order.name.toStdString();
    const ExistingFiles::Sides sides{shell(), disk(), target, m_order.source};
    ExistingFiles existing(sides, m_order.existing);
    QList<FileLook> looks;
    for (const auto &item : std::as_const(m_items)) {
        looks.append(lookOf(item));
    }
    const auto looked = co_await existing.lookOnDisk(looks, stopToken());
    if (!looked) {
        co_return looked;
    }
    const auto unneeded = co_await existing.unneeded(std::move(looks), stopToken());
    if (!unneeded) {
        co_return failure(unneeded.error());
    }
    const auto top = m_items.first();
    m_items.removeIf([&](const RemoteEntry &item) { return unneeded->contains(item.name); });
    m_isDone = m_items.isEmpty();
    if (m_isDone) {
        m_abandonedStage = checkpoint().stage; // Its end removes it.
    }
    meter().update([&](TransferProgress &progress) {
        if (m_isDone && checkpoint().isCommitting) {
            // It is there because an earlier attempt has moved it.
            progress.totalFiles = progress.doneFiles = 1;
            progress.totalBytes = progress.doneBytes = progress.keptBytes = top.sizeBytes.value_or(0);
        } else {
            progress.leftOutFiles = unneeded->size();
        }
    });
    co_return Result<void>();
}

} // namespace Koyeb
