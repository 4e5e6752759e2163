// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

/// Decodes base64 (RFC 4648), with or without its padding; none where it is not that.
[[nodiscard]] std::optional<std::string> decodeBase64(std::string_view text);

} // namespace Koyeb::Vt
