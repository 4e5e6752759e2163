// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace Koyeb::Desktop {

/// Progress on the icon of the program in the taskbar or dock, where the desktop has such: Plasma, Ubuntu's
/// and Unity's docks listen for the launcher's signal on D-Bus. Never waits for anything.
class TaskbarProgress {
public:
    /// From 0 to 1; nothing hides it. What is shown already is not told again.
    void show(std::optional<double> progress);

private:
    std::optional<double> m_shown;
};

} // namespace Koyeb::Desktop
