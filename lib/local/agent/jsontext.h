// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace Koyeb::Local {

/// The length in bytes of the UTF-8 sequence that the text begins with; 0 when it begins with a bad byte.
[[nodiscard]] size_t utf8SequenceLength(std::string_view text);

/// Appends a JSON string, quotes included, escaped as Go's encoder does. Each byte that is not part of valid
/// UTF-8 becomes U+FFFD.
void appendJsonString(std::string &json, std::string_view bytes);
[[nodiscard]] std::string jsonString(std::string_view bytes);

/// JSON text made harmless to a strict parser, as Go's decoder understands it: bad bytes and escapes of lone
/// surrogates become U+FFFD.
[[nodiscard]] std::string withReplacedBadUnicode(std::string_view json);

} // namespace Koyeb::Local
