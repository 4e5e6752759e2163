// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "faketransfer.h"

#include <QSignalSpy>

namespace Koyeb::Desktop {

/// A queue with a batch of transfers in it.
struct Scene {
    explicit Scene(int count, const QString &sandboxId = {})
    {
        queue.enqueue(fakes.orders(count, sandboxId));
    }

    [[nodiscard]] TransferRecord record(int row) const { return queue.records().at(row); }
    [[nodiscard]] QString states() const;

    FakeTransfers fakes;
    TransferQueue queue;
    QSignalSpy asked{&queue, &TransferQueue::existingTargetFound};
};

inline QString Scene::states() const
{
    QStringList words;
    for (const TransferRecord &record : queue.records()) {
        switch (record.state) {
        case TransferState::Waiting:
            words.append(QStringLiteral("waiting"));
            break;
        case TransferState::Running:
            words.append(QStringLiteral("running"));
            break;
        case TransferState::AwaitingSandbox:
            words.append(QStringLiteral("awaiting"));
            break;
        case TransferState::Interrupted:
            words.append(QStringLiteral("interrupted"));
            break;
        case TransferState::Paused:
            words.append(QStringLiteral("paused"));
            break;
        case TransferState::TargetExists:
            words.append(QStringLiteral("exists"));
            break;
        case TransferState::Finished:
            words.append(QStringLiteral("finished"));
            break;
        case TransferState::Skipped:
            words.append(QStringLiteral("skipped"));
            break;
        case TransferState::Failed:
            words.append(QStringLiteral("failed"));
            break;
        case TransferState::Cancelled:
            words.append(QStringLiteral("cancelled"));
            break;
        }
    }
    return words.join(u' ');
}

} // namespace Koyeb::Desktop
