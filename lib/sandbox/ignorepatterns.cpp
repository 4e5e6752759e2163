// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ignorepatterns.h"

#include <array>
#include <cctype>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace Koyeb {

namespace {

/// No path is longer.
constexpr qsizetype longestPattern = 4096;

/// What `[...]` says of one byte.
struct SetMatch {
    bool matches = false;
    qsizetype end = 0; ///< Behind the closing bracket.
};

using Classifier = int (*)(int);

Classifier classOf(QByteArrayView name)
{
    struct Named {
        const char *name;
        Classifier isOf;
    };
    constexpr std::array classes{
        Named{"alnum", std::isalnum}, Named{"alpha", std::isalpha}, Named{"blank", std::isblank},
        Named{"cntrl", std::iscntrl}, Named{"digit", std::isdigit}, Named{"graph", std::isgraph},
        Named{"lower", std::islower}, Named{"print", std::isprint}, Named{"punct", std::ispunct},
        Named{"space", std::isspace}, Named{"upper", std::isupper}, Named{"xdigit", std::isxdigit}};
    for (const auto &one : classes) {
        if (name == QByteArrayView(one.name, static_cast<qsizetype>(std::strlen(one.name)))) {
            return one.isOf;
        }
    }
    return nullptr;
}

/// `start` is behind the opening bracket. Nothing for a set that has no end.
std::optional<SetMatch> matchSet(QByteArrayView pattern, qsizetype start, unsigned char byte)
{
    SetMatch match;
    auto at = start;
    const bool isNegated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    at += isNegated ? 1 : 0;
    const auto member = [&]() -> std::optional<unsigned char> {
        if (at < pattern.size() && pattern[at] == '\\') {
            ++at;
        }
        return at < pattern.size() ? std::optional(static_cast<unsigned char>(pattern[at++])) : std::nullopt;
    };
    bool isFirst = true;
    for (; at < pattern.size() && (isFirst || pattern[at] != ']'); isFirst = false) {
        if (pattern.sliced(at).startsWith("[:")) {
            const auto close = pattern.indexOf(']', at + 2);
            if (close < 0) {
                return {};
            }
            if (close > at + 2 && pattern[close - 1] == ':') {
                const auto isOf = classOf(pattern.sliced(at + 2, close - at - 3));
                if (!isOf) {
                    return {};
                }
                match.matches = match.matches || isOf(byte) != 0;
                at = close + 1;
                continue;
            }
        }
        const auto low = member();
        auto high = low;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            ++at;
            high = member();
        }
        if (!low || !high) {
            return {};
        }
        match.matches = match.matches || (byte >= *low && byte <= *high);
    }
    if (at >= pattern.size()) {
        return {};
    }
    match.end = at + 1;
    match.matches = match.matches != isNegated && byte != '/';
    return match;
}

/// Tries what stars may stand for, each pair of places once.
class Matcher {
public:
    Matcher(QByteArrayView pattern, QByteArrayView text) : m_pattern(pattern), m_text(text) {}

    bool matches(qsizetype pattern, qsizetype text)
    {
        while (pattern < m_pattern.size() && m_pattern[pattern] != '*') {
            if (text >= m_text.size() || !matchOne(pattern, text)) {
                return false;
            }
        }
        return pattern == m_pattern.size() ? text == m_text.size() : matchesStars(pattern, text);
    }

private:
    /// One byte, which is there; moves both places on.
    bool matchOne(qsizetype &pattern, qsizetype &text)
    {
        const auto byte = m_text[text++];
        const auto wanted = m_pattern[pattern++];
        if (wanted == '?') {
            return byte != '/';
        }
        if (wanted == '[') {
            const auto set = matchSet(m_pattern, pattern, static_cast<unsigned char>(byte));
            pattern = set ? set->end : pattern;
            return set && set->matches;
        }
        if (wanted == '\\') {
            return pattern < m_pattern.size() && m_pattern[pattern++] == byte;
        }
        return wanted == byte;
    }

    bool matchesStars(qsizetype pattern, qsizetype text)
    {
        const auto places = static_cast<size_t>((m_pattern.size() + 1) * (m_text.size() + 1));
        m_hasFailed.resize(places); // Most patterns never come here.
        m_isTried.resize(places);
        const auto row = static_cast<size_t>(pattern * (m_text.size() + 1));
        const auto key = row + static_cast<size_t>(text);
        if (m_hasFailed[key]) {
            return false;
        }
        auto rest = pattern;
        while (rest < m_pattern.size() && m_pattern[rest] == '*') {
            ++rest;
        }
        const bool opens = pattern == 0 || m_pattern[pattern - 1] == '/';
        const bool closes = rest == m_pattern.size() || m_pattern[rest] == '/';
        const bool crosses = rest - pattern >= 2 && opens && closes;
        // With a slash behind them, stars that cross also stand for nothing at all.
        bool isMatch = crosses && rest < m_pattern.size() && matches(rest + 1, text);
        // Where these stars have been tried already, so has all behind that, in vain.
        for (auto from = text; !isMatch && !m_isTried[row + static_cast<size_t>(from)]; ++from) {
            m_isTried[row + static_cast<size_t>(from)] = true;
            isMatch = matches(rest, from);
            if (isMatch || from >= m_text.size() || (!crosses && m_text[from] == '/')) {
                break;
            }
        }
        m_hasFailed[key] = !isMatch;
        return isMatch;
    }

    QByteArrayView m_pattern;
    QByteArrayView m_text;
    std::vector<bool> m_hasFailed; ///< By both places.
    std::vector<bool> m_isTried; ///< By the same: whether what follows the stars is known not to begin here.
};

QByteArray withoutTrailingBlanks(QByteArray line)
{
    while (line.endsWith(' ')) {
        qsizetype backslashes = 0;
        while (backslashes < line.size() - 1 && line[line.size() - 2 - backslashes] == '\\') {
            ++backslashes;
        }
        if (backslashes % 2 == 1) {
            break;
        }
        line.chop(1);
    }
    return line;
}

} // namespace

bool matchesPattern(QByteArrayView pattern, QByteArrayView text)
{
    return Matcher(pattern, text).matches(0, 0);
}

IgnorePatterns::IgnorePatterns(const QByteArray &lines)
{
    const auto all = lines.split('\n');
    for (auto line : all) {
        if (line.endsWith('\r')) {
            line.chop(1);
        }
        line = withoutTrailingBlanks(std::move(line));
        if (line.isEmpty() || line.startsWith('#')) {
            continue;
        }
        Pattern pattern;
        pattern.takesBack = line.startsWith('!');
        line.remove(0, pattern.takesBack ? 1 : 0);
        pattern.directoriesOnly = line.endsWith('/');
        line.chop(pattern.directoriesOnly ? 1 : 0);
        pattern.isAnchored = line.contains('/');
        line.remove(0, line.startsWith('/') ? 1 : 0);
        pattern.text = line;
        if (!line.isEmpty() && line.size() <= longestPattern) {
            m_patterns.append(pattern);
        }
    }
}

bool IgnorePatterns::leavesOut(const QByteArray &path, bool isDirectory) const
{
    if (m_patterns.isEmpty()) {
        return false;
    }
    for (auto slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (matchesLast(QByteArrayView(path).first(slash), true)) {
            return true;
        }
    }
    return matchesLast(path, isDirectory);
}

/// Of the path itself, without what is above.
bool IgnorePatterns::matchesLast(QByteArrayView path, bool isDirectory) const
{
    const auto name = path.sliced(path.lastIndexOf('/') + 1);
    for (auto pattern = m_patterns.crbegin(); pattern != m_patterns.crend(); ++pattern) {
        if ((isDirectory || !pattern->directoriesOnly) &&
            matchesPattern(pattern->text, pattern->isAnchored ? path : name)) {
            return !pattern->takesBack;
        }
    }
    return false;
}

} // namespace Koyeb
