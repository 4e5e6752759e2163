// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace Koyeb::Vt {

/// What a program may ask the terminal about itself (XTGETTCAP), by its name in terminfo or termcap; empty
/// where having it is all. Nothing: not known.
[[nodiscard]] std::optional<std::string_view> capability(std::string_view name);

} // namespace Koyeb::Vt
