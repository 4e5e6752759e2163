// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Koyeb::Desktop {

/// Whether the session has a bus: where it has none, asking for it could start one.
[[nodiscard]] bool hasSessionBus();

} // namespace Koyeb::Desktop
