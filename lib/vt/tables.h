// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"
#include "vt/interntable.h"

#include <array>
#include <bit>
#include <span>

namespace Koyeb::Vt {

/// The characters of one cell, where there is more than one.
struct Cluster {
    std::array<char32_t, Cell::maximumCodePoints> text{};
    std::uint8_t length = 0;

    [[nodiscard]] std::span<const char32_t> codePoints() const { return {text.data(), length}; }
    bool operator==(const Cluster &) const = default;
};

/// Mixes words into a number for a hash table (the multiplier is Knuth's for 64 bits).
class HashMixer {
public:
    void add(std::uint64_t word) { m_hash = (std::rotl(m_hash, 23) ^ word) * 0x9E3779B97F4A7C15ULL; }
    [[nodiscard]] std::size_t result() const { return static_cast<std::size_t>(m_hash ^ (m_hash >> 32U)); }

private:
    std::uint64_t m_hash = 0;
};

struct StyleHash {
    std::size_t operator()(const Style &style) const
    {
        const auto number = [](Colour colour) {
            return (static_cast<std::uint64_t>(colour.kind) << 24U) |
                   (static_cast<std::uint64_t>(colour.red) << 16U) |
                   (static_cast<std::uint64_t>(colour.green) << 8U) | colour.blue;
        };
        const auto bit = [](bool flag, unsigned place) {
            return static_cast<std::uint64_t>(flag) << place;
        };
        const std::uint64_t flags =
            static_cast<std::uint64_t>(style.underline) | bit(style.bold, 8) | bit(style.dim, 9) |
            bit(style.italic, 10) | bit(style.blink, 11) | bit(style.reverse, 12) | bit(style.invisible, 13) |
            bit(style.strikeOut, 14) | bit(style.overline, 15) | bit(style.isProtected, 16);
        HashMixer mixer;
        mixer.add((number(style.foreground) << 32U) | number(style.background));
        mixer.add((number(style.underlineColour) << 32U) | flags);
        mixer.add(style.link);
        return mixer.result();
    }
};

struct ClusterHash {
    std::size_t operator()(const Cluster &cluster) const
    {
        HashMixer mixer;
        for (const char32_t codePoint : cluster.codePoints()) {
            mixer.add(codePoint);
        }
        return mixer.result();
    }
};

using StyleTable = InternTable<Style, StyleHash>;
using ClusterTable = InternTable<Cluster, ClusterHash>;

/// What cells refer to by number.
struct Tables {
    StyleTable styles;
    ClusterTable clusters;
};

} // namespace Koyeb::Vt
