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
        const Style::Words words = style.words();
        // Side by side, which is quicker than one after the other.
        const std::uint64_t hash = words.first * 0x9E3779B97F4A7C15ULL +
                                   words.second * 0xC2B2AE3D27D4EB4FULL + words.third * 0x165667B19E3779F9ULL;
        return static_cast<std::size_t>(hash ^ (hash >> 32U));
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
