// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/keys.h"

#include <cstdint>
#include <string>

namespace Koyeb::Vt {

struct MouseEvent {
    enum class Action : std::uint8_t { Press, Release, Move };
    enum class Button : std::uint8_t {
        None,
        Left,
        Middle,
        Right,
        WheelUp,
        WheelDown,
        WheelLeft,
        WheelRight,
        Back,
        Forward,
    };

    Action action = Action::Press;
    Button button = Button::None;
    int row = 0; ///< On the screen, from its top.
    int column = 0;
    Modifiers modifiers{};
    int x = 0; ///< In pixels of the grid, for programs that ask for them.
    int y = 0;
};

/// Writes mouse events as a program asked for them.
class MouseReporter {
public:
    /// The bytes for an event; empty where the program does not want it.
    [[nodiscard]] std::string report(const MouseEvent &event, MouseTracking tracking, MouseEncoding encoding);

private:
    unsigned m_pressed = 0; ///< A bit for each button that is down: 1 << MouseEvent::Button.
    int m_row = -1;
    int m_column = -1;
};

} // namespace Koyeb::Vt
