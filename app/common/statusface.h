// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/values.h"
#include "common/icons.h"

#include <QIcon>
#include <QString>

namespace Koyeb::Desktop {

/// How a status looks: a word, a colour and a shape, so that no one of them has to be enough.
struct StatusFace {
    QString word;     ///< e.g. "Healthy"
    QString sentence; ///< What that means for a person.
    Tone tone = Tone::Muted;
    QString shape; ///< Name of an icon.

    [[nodiscard]] QIcon icon() const { return themedIcon(shape, tone); }
};

[[nodiscard]] StatusFace statusFace(ServiceStatus status);
[[nodiscard]] StatusFace statusFace(DeploymentStatus status);

/// The face of a sandbox: its service's, but asleep where only the deployment knows of the sleep.
[[nodiscard]] StatusFace sandboxFace(ServiceStatus service, DeploymentStatus deployment);

/// The face of a sandbox that this program is waking.
[[nodiscard]] StatusFace wakingFace();

/// The face of something that this program is creating, before the server knows of it.
[[nodiscard]] StatusFace creatingFace();

} // namespace Koyeb::Desktop
