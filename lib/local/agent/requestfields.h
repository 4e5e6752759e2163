// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Local {

/// The members of a request's JSON object, read as Go's decoder reads them into a struct of texts and maps of
/// texts: only the first value of the body counts, null and missing are the empty value, of a repeated member
/// the last one counts, and members that nobody asks for may be anything.
class RequestFields {
public:
    /// Empty when the body does not begin with a JSON object or null.
    [[nodiscard]] static std::optional<RequestFields> parse(std::string_view body);

    [[nodiscard]] bool areTexts(const std::vector<std::string> &names) const;
    [[nodiscard]] bool isMapOfTexts(std::string_view name) const;

    /// Empty when the member is missing or not a text.
    [[nodiscard]] const std::string &text(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, std::string> &map(std::string_view name) const;

private:
    friend class RequestFieldsReader;
    enum class Kind { Null, Text, MapOfTexts, Other };
    struct Member {
        Kind kind = Kind::Null;
        std::string text;
        std::map<std::string, std::string> map;
    };
    [[nodiscard]] const Member &member(std::string_view name) const;

    std::map<std::string, Member, std::less<>> m_members;
};

} // namespace Koyeb::Local
