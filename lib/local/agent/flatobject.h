// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Koyeb::Local {

/// The members of a JSON object whose values are all texts, in order: what most requests are, among them
/// those that carry files. Empty when the text begins with anything else, or has something in it that wants a
/// closer look, such as a mistake or bytes that are not UTF-8. What follows the object is not looked at.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> flatObject(
    std::string_view json);

} // namespace Koyeb::Local
