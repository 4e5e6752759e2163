// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace Koyeb::Local {

/// Records by their `id`, newest first. A record stays where it is until it is removed, so pointers to it
/// hold that long. Finding one takes the same time among ten as among ten thousand, roughly.
template<typename Record> class Table {
public:
    using Records = std::list<Record>;

    Record &add(Record record)
    {
        m_records.push_front(std::move(record));
        m_places[m_records.front().id] = m_records.begin();
        return m_records.front();
    }

    /// nullptr for an unknown id.
    [[nodiscard]] Record *find(std::string_view id)
    {
        const auto place = m_places.find(id);
        return place == m_places.end() ? nullptr : &*place->second;
    }
    [[nodiscard]] const Record *find(std::string_view id) const
    {
        const auto place = m_places.find(id);
        return place == m_places.end() ? nullptr : &*place->second;
    }

    void remove(const std::string &id)
    {
        const auto place = m_places.find(id);
        if (place == m_places.end())
            return;
        m_records.erase(place->second);
        m_places.erase(place);
    }

    template<typename Condition> void removeIf(Condition condition)
    {
        for (auto record = m_records.begin(); record != m_records.end();) {
            if (!condition(std::as_const(*record))) {
                ++record;
                continue;
            }
            m_places.erase(record->id);
            record = m_records.erase(record);
        }
    }

    [[nodiscard]] std::size_t size() const { return m_records.size(); }
    [[nodiscard]] auto begin() { return m_records.begin(); }
    [[nodiscard]] auto end() { return m_records.end(); }
    [[nodiscard]] auto begin() const { return m_records.begin(); }
    [[nodiscard]] auto end() const { return m_records.end(); }
    [[nodiscard]] auto rbegin() const { return m_records.rbegin(); }
    [[nodiscard]] auto rend() const { return m_records.rend(); }

private:
    Records m_records;
    std::map<std::string, typename Records::iterator, std::less<>> m_places;
};

} // namespace Koyeb::Local
