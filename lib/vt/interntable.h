// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace Koyeb::Vt {

/// Gives small numbers to values, equal values the same one. Number 0 is the default value. Values that are
/// no longer used are found by the owner, who alone knows where numbers are kept, and taken out by collect().
template<typename Value, typename Hash> class InternTable {
public:
    /// As many values as numbers can be told apart in a cell.
    static constexpr std::size_t capacity = std::size_t{1} << 22U;

    InternTable() { clear(); }

    void clear()
    {
        m_values.assign(1, Value{});
        m_free.clear();
        m_slots.assign(64, 0);
        m_limit = firstLimit;
    }

    /// The number of a value that has one; 0: it has none, or is the default.
    [[nodiscard]] std::uint32_t find(const Value &value) const { return m_slots[findSlot(value)]; }

    /// The number of this value; 0 when there is no room.
    [[nodiscard]] std::uint32_t intern(const Value &value)
    {
        if (value == m_values.front()) {
            return 0;
        }
        const std::size_t slot = findSlot(value);
        if (m_slots[slot] != 0) {
            return m_slots[slot];
        }
        std::uint32_t number = 0;
        if (!m_free.empty()) {
            number = m_free.back();
            m_free.pop_back();
            m_values[number] = value;
        } else if (m_values.size() < capacity) {
            number = static_cast<std::uint32_t>(m_values.size());
            m_values.push_back(value);
        } else {
            return 0;
        }
        m_slots[slot] = number;
        if (used() * 2 > m_slots.size()) {
            rehash();
        }
        return number;
    }

    [[nodiscard]] const Value &operator[](std::uint32_t number) const { return m_values[number]; }
    [[nodiscard]] std::size_t size() const { return m_values.size(); }
    [[nodiscard]] std::size_t used() const { return m_values.size() - m_free.size(); }

    /// It has grown so much that looking for unused values is worth the time.
    [[nodiscard]] bool wantsCollection() const { return used() >= m_limit; }
    /// Frees the numbers that are not in `isUsed`, which has size() entries.
    void collect(const std::vector<bool> &isUsed)
    {
        m_free.clear();
        for (std::size_t number = m_values.size() - 1; number > 0; --number) {
            if (!isUsed[number]) {
                m_free.push_back(static_cast<std::uint32_t>(number));
            }
        }
        rehash();
        m_limit = used() * 2 > firstLimit ? used() * 2 : firstLimit;
    }

private:
    static constexpr std::size_t firstLimit = 4096;

    [[nodiscard]] std::size_t slotOf(const Value &value) const
    {
        return Hash{}(value) & (m_slots.size() - 1);
    }

    /// Where the value is, or where it would come.
    [[nodiscard]] std::size_t findSlot(const Value &value) const
    {
        std::size_t slot = slotOf(value);
        while (m_slots[slot] != 0 && !(m_values[m_slots[slot]] == value)) {
            slot = (slot + 1) & (m_slots.size() - 1);
        }
        return slot;
    }

    void rehash()
    {
        std::vector<bool> isFree(m_values.size(), false);
        for (const std::uint32_t number : m_free) {
            isFree[number] = true;
        }
        m_slots.assign(std::bit_ceil(used() * 4 + 64), 0);
        for (std::size_t number = 1; number < m_values.size(); ++number) {
            if (!isFree[number]) {
                std::size_t slot = slotOf(m_values[number]);
                while (m_slots[slot] != 0) {
                    slot = (slot + 1) & (m_slots.size() - 1);
                }
                m_slots[slot] = static_cast<std::uint32_t>(number);
            }
        }
    }

    std::vector<Value> m_values;
    std::vector<std::uint32_t> m_free;
    std::vector<std::uint32_t> m_slots; ///< Open addressing; 0: free. A power of two.
    std::size_t m_limit = firstLimit;
};

} // namespace Koyeb::Vt
