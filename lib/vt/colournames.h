// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/palette.h"

#include <optional>
#include <string_view>

namespace Koyeb::Vt {

/// A colour as programs write it for X11: "rgb:RR/GG/BB" or "#RRGGBB", each component of one to four digits,
/// or one of the names that are common, in any case and with or without blanks.
[[nodiscard]] std::optional<Rgb> colourOf(std::string_view text);

} // namespace Koyeb::Vt
