// SPDX-License-Identifier: Apache-2.0
#include "local/agent/requestfields.h"

#include "local/agent/flatobject.h"
#include "local/agent/jsontext.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace Koyeb::Local {

/// Reads without building a document: a file's content is moved, never copied, and depth costs nothing.
class RequestFieldsReader : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit RequestFieldsReader(RequestFields &fields) : m_fields(fields) {}

    bool null() override
    {
        // At depth 0 the whole body is null, which Go takes for an empty object.
        if (m_depth == 1)
            m_fields.m_members[m_name].kind = RequestFields::Kind::Null;
        else if (m_depth == 2)
            addToMap({});
        return true;
    }
    bool boolean(bool) override { return other(); }
    bool number_integer(number_integer_t) override { return other(); }
    bool number_unsigned(number_unsigned_t) override { return other(); }
    bool number_float(number_float_t, const string_t &) override { return other(); }
    bool binary(binary_t &) override { return other(); }

    bool string(string_t &value) override
    {
        if (m_depth == 1) {
            RequestFields::Member &member = m_fields.m_members[m_name];
            member.kind = RequestFields::Kind::Text;
            member.text = std::move(value);
        } else if (m_depth == 2) {
            addToMap(std::move(value));
        }
        return m_depth > 0;
    }

    bool start_object(std::size_t) override
    {
        if (m_depth == 1) {
            m_fields.m_members[m_name].kind = RequestFields::Kind::MapOfTexts;
        } else if (m_depth == 2) {
            markOther();
        }
        ++m_depth;
        return true;
    }
    bool end_object() override { return leave(); }

    bool start_array(std::size_t) override
    {
        const bool inObject = other();
        ++m_depth;
        return inObject;
    }
    bool end_array() override { return leave(); }

    bool key(string_t &name) override
    {
        if (m_depth == 1)
            m_name = std::move(name);
        else if (m_depth == 2)
            m_mapKey = std::move(name);
        return true;
    }

    bool parse_error(std::size_t, const std::string &, const nlohmann::json::exception &) override
    {
        return false;
    }

private:
    bool leave()
    {
        --m_depth;
        return true;
    }
    void markOther() { m_fields.m_members[m_name].kind = RequestFields::Kind::Other; }
    bool other()
    {
        if (m_depth == 1 || m_depth == 2)
            markOther();
        return m_depth > 0;
    }
    void addToMap(std::string value)
    {
        RequestFields::Member &member = m_fields.m_members[m_name];
        if (member.kind == RequestFields::Kind::MapOfTexts)
            member.map.insert_or_assign(m_mapKey, std::move(value));
    }

    RequestFields &m_fields;
    int m_depth = 0;
    std::string m_name;
    std::string m_mapKey;
};

std::optional<RequestFields> RequestFields::parse(std::string_view body)
{
    // Go's decoder knows no byte order mark, the parser used here skips it.
    if (body.starts_with("\xEF\xBB\xBF"))
        return std::nullopt;
    RequestFields fields;
    if (auto members = flatObject(body)) {
        for (auto &[name, value] : *members) {
            Member &member = fields.m_members[std::move(name)];
            member.kind = Kind::Text;
            member.text = std::move(value);
        }
        return fields;
    }
    RequestFieldsReader reader(fields);
    constexpr bool wholeBodyMustBeOneValue = false;
    if (!nlohmann::json::sax_parse(
            withReplacedBadUnicode(body), &reader, nlohmann::json::input_format_t::json,
            wholeBodyMustBeOneValue))
        return std::nullopt;
    return fields;
}

const RequestFields::Member &RequestFields::member(std::string_view name) const
{
    static const Member missing;
    const auto found = m_members.find(name);
    return found == m_members.end() ? missing : found->second;
}

bool RequestFields::areTexts(const std::vector<std::string> &names) const
{
    return std::all_of(names.begin(), names.end(), [this](const std::string &name) {
        const Kind kind = member(name).kind;
        return kind == Kind::Null || kind == Kind::Text;
    });
}

bool RequestFields::isMapOfTexts(std::string_view name) const
{
    const Kind kind = member(name).kind;
    return kind == Kind::Null || kind == Kind::MapOfTexts;
}

const std::string &RequestFields::text(std::string_view name) const
{
    return member(name).text;
}

const std::map<std::string, std::string> &RequestFields::map(std::string_view name) const
{
    return member(name).map;
}

} // namespace Koyeb::Local
