// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/statusface.h"
#include "sandbox/sandboxrecord.h"

#include <QDateTime>

namespace Koyeb::Desktop {

/// What this program knows of a sandbox besides what the server last told of it.
struct SandboxCircumstances {
    enum class Waking {
        No,
        UnderWay,
        Done ///< It has answered; the server's own word of it is still to come.
    };

    bool isBeingDeleted = false; ///< By this program.
    Waking waking = Waking::No;
    QDateTime
        outdatedAsOf; ///< When the record was last known to be right; valid while it cannot be confirmed.

    friend bool operator==(const SandboxCircumstances &, const SandboxCircumstances &) = default;
};

/// Whether it is going, by whoever's wish.
[[nodiscard]] bool isGoing(const SandboxRecord &record, const SandboxCircumstances &circumstances);

/// Whether it sleeps, as far as can be told: not any more once it has answered.
[[nodiscard]] bool isAsleep(const SandboxRecord &record, const SandboxCircumstances &circumstances);

/// The face of a sandbox in view of all that is known.
[[nodiscard]] StatusFace sandboxFace(const SandboxRecord &record, const SandboxCircumstances &circumstances);

} // namespace Koyeb::Desktop
