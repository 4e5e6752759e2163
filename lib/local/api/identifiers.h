// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Local {

using SystemTime = std::chrono::system_clock::time_point;

/// A random text of `length` characters out of A–Z a–z 0–9 - _, from the kernel's generator: for tokens and
/// keys.
[[nodiscard]] std::string randomToken(std::size_t length);

/// A random (version 4) UUID in lower case.
[[nodiscard]] std::string randomUuid();

/// RFC 3339 in UTC with microseconds and "Z", as the control plane writes times.
[[nodiscard]] std::string timestamp(SystemTime time);

/// The same with all nine digits of the fraction, as log lines have them.
[[nodiscard]] std::string preciseTimestamp(SystemTime time);

/// Reads RFC 3339 with any number of digits in the fraction. No value: it is something else.
[[nodiscard]] std::optional<SystemTime> parsedTimestamp(const std::string &text);

/// Compares without telling by its duration where the texts differ.
[[nodiscard]] bool equalSecrets(std::string_view a, std::string_view b);

} // namespace Koyeb::Local
