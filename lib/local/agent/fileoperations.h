// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What Go's package os does to files, its error texts included: "open /x: no such file or directory".
namespace Koyeb::Local {

/// Empty: it worked.
using FileError = std::optional<std::string>;

/// Files beyond memoryLimitBytes are refused as too large.
[[nodiscard]] FileError readFile(const std::string &path, std::string &content);
/// Truncates and writes in place; a new file gets mode 0644.
[[nodiscard]] FileError writeFile(const std::string &path, std::string_view content);
/// With missing parents, mode 0755. An existing directory is no error.
[[nodiscard]] FileError makeDirectories(const std::string &path);
/// The names in a directory, sorted by byte.
[[nodiscard]] FileError listDirectory(const std::string &path, std::vector<std::string> &names);
/// A file or an empty directory.
[[nodiscard]] FileError removeFile(const std::string &path);
/// A file or a directory with all that is in it, links not followed. What is missing is no error.
[[nodiscard]] FileError removeTree(const std::string &path);

} // namespace Koyeb::Local
