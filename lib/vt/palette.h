// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace Koyeb::Vt {

struct Rgb {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    bool operator==(const Rgb &) const = default;
};

/// Colours by what they stand for; those that are not set are the view's choice.
struct Palette {
    std::array<std::optional<Rgb>, 256> indexed{};
    std::optional<Rgb> foreground{};
    std::optional<Rgb> background{};
    std::optional<Rgb> cursor{};

    bool operator==(const Palette &) const = default;
};

} // namespace Koyeb::Vt
