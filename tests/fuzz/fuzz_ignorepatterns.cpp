// SPDX-License-Identifier: GPL-3.0-or-later
#include "require.h"
#include "sandbox/ignorepatterns.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

using namespace Koyeb;

namespace {

void checkPath(const IgnorePatterns &patterns, const QByteArray &path)
{
    const bool isFolderLeftOut = patterns.leavesOut(path, true);
    require(
        !isFolderLeftOut || patterns.leavesOut(path + "/x", false),
        "what is in a folder is left out with it");
    require(!isFolderLeftOut || patterns.leavesOut(path + "/x/y", true), "and so is what is further down");
    require(!patterns.isEmpty() || !isFolderLeftOut, "no pattern leaves nothing out");
}

void checkMatching(const QByteArray &pattern, const QByteArray &text)
{
    const bool isPlain = std::none_of(pattern.begin(), pattern.end(), [](char c) {
        return c != '\0' && std::strchr("*?[\\", c) != nullptr;
    });
    require(!isPlain || matchesPattern(pattern, text) == (pattern == text), "plain text matches just itself");
    require(matchesPattern("*", text) == !text.contains('/'), "a star is a name");
    require(matchesPattern("**", text), "two are any path");
    (void)matchesPattern(text, pattern);
    require(
        !matchesPattern(pattern, text) || matchesPattern("**/" + pattern, "any/" + text),
        "what matches does so in a folder, too");
}

} // namespace

/// What comes before the first NUL are patterns, the rest is a path.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *bytes, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size));
    const auto end = std::max<qsizetype>(0, input.indexOf('\0'));
    const auto lines = input.left(end);
    const auto path = input.mid(end + 1);
    const IgnorePatterns once(lines);
    const IgnorePatterns twice(lines + '\n' + lines);
    require(once.leavesOut(path, false) == twice.leavesOut(path, false), "saying it twice changes nothing");
    checkPath(once, path);
    checkMatching(lines.left(lines.indexOf('\n')), path);
    return 0;
}
