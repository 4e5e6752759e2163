// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Local {

[[nodiscard]] std::string toBase64(std::string_view bytes);
/// Empty when the text is not base64 with its padding.
[[nodiscard]] std::optional<std::string> fromBase64(std::string_view text);

} // namespace Koyeb::Local
