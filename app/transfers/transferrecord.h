// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/errortext.h"
#include "sandbox/transfer.h"
#include "transfer/transferjournal.h"

#include <QMetaType>
#include <QString>

#include <algorithm>
#include <chrono>
#include <optional>

namespace Koyeb::Desktop {

enum class TransferState {
    Waiting, ///< For its turn.
    Running,
    AwaitingSandbox, ///< It goes on when its sandbox can be reached.
    Interrupted,     ///< Something that may pass, see TransferRecord::error; it goes on by itself.
    Paused,          ///< By the person.
    TargetExists,    ///< Nothing was moved; the person is asked what to do.
    Finished,        ///< With TransferRecord::problems, where some of a folder could not be moved.
    Skipped,         ///< The target exists and stays.
    Failed,          ///< See TransferRecord::error.
    Cancelled,
};

/// One transfer as the list shows it.
struct TransferRecord {
    quint64 id = 0; ///< Ascending in the order in which transfers were asked for.
    TransferDirection direction = TransferDirection::Upload;
    QString name;   ///< Of what is moved, fit for people.
    QString source; ///< Where from and where to, fit for people.
    QString target;
    QString sandboxName;
    TransferState state = TransferState::Waiting;
    TransferProgress progress;
    double bytesPerSecond = 0; ///< Smoothed; 0 while not running.
    bool isResumable = false;  ///< It can be paused, and goes on from where it stopped.
    std::optional<std::chrono::seconds> timeLeft;
    Error error;
    QList<TransferProblem> problems;                  ///< While it runs, those so far.
    ExistingTarget existing = ExistingTarget::Refuse; ///< What becomes of a target that exists.
    QByteArray sourcePath;                            ///< As bytes; empty where it is not known.
    QList<QByteArray> arrivedFiles; ///< Of a folder, relative to it: the last ones, the last last.
    qint64 arrivedCount = 0;        ///< Of all of them, in this attempt.

    /// Nothing more happens by itself, and nothing is asked.
    [[nodiscard]] bool isOver() const
    {
        return state == TransferState::Finished || state == TransferState::Skipped ||
               state == TransferState::Failed || state == TransferState::Cancelled;
    }
    [[nodiscard]] bool canBePaused() const
    {
        return isResumable && !isOver() && state != TransferState::Paused &&
               state != TransferState::TargetExists;
    }
    /// It makes sense to try again.
    [[nodiscard]] bool canBeRetried() const
    {
        return state == TransferState::Cancelled || (state == TransferState::Failed && canHelp(error)) ||
               (state == TransferState::Finished &&
                std::any_of(problems.begin(), problems.end(), [](const TransferProblem &problem) {
                    return canHelp(problem.error);
                }));
    }

private:
    /// Tools that are missing in an image can be installed meanwhile.
    [[nodiscard]] static bool canHelp(const Error &error)
    {
        return isWorthRetrying(error) || error.kind == ErrorKind::Unsupported;
    }
};

} // namespace Koyeb::Desktop

Q_DECLARE_METATYPE(Koyeb::Desktop::TransferRecord)
