// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/remotestage.h"
#include "sandbox/uploadplan.h"

#include <QSet>

namespace Koyeb {

/// What an earlier attempt at an upload left in the sandbox that is still worth something.
struct UploadRemains {
    enum class State {
        Nothing, ///< It has to begin anew.
        Stage,   ///< The stage is there, and holds nothing but what is named here.
        Arrived  ///< The earlier attempt came to its end, and only the answer was lost.
    };
    State state = State::Nothing;
    QSet<QByteArray> files;  ///< Which of the plan's files are there whole, by path.
    QByteArray partialPath;  ///< Of a large file that is there in part.
    qint64 partialBytes = 0; ///< So many, from its beginning on.
};

/// Looks at the stage that `checkpoint` names, with the list of what the sandbox itself says is there;
/// removes from it what has changed since, and what is not in the plan any more. An upload that came to its
/// end is known by the sizes of its files, and by their times where it `keepsTimes`.
QCoro::Task<Result<UploadRemains>> findUploadRemains(
    SandboxShell &shell, std::shared_ptr<RemoteStage> stage, UploadPlan plan, TransferCheckpoint checkpoint,
    ExistingTarget existing, bool keepsTimes, SandboxTools tools, std::stop_token stop);

} // namespace Koyeb
