// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace Koyeb::Local {

/// How many bytes at the start of the text are ASCII that stands for itself between the quotes of JSON.
[[nodiscard]] std::size_t plainJsonPrefix(std::string_view text);
/// The same without the bytes that Go's encoder escapes for the sake of HTML, which are < > &.
[[nodiscard]] std::size_t plainHtmlPrefix(std::string_view text);

} // namespace Koyeb::Local
