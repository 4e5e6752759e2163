// SPDX-License-Identifier: Apache-2.0
#include "local/agent/flatobject.h"

#include "local/agent/jsontext.h"
#include "local/agent/textscan.h"

#include <charconv>

namespace Koyeb::Local {

namespace {

void appendUtf8(std::string &text, unsigned codePoint)
{
    const auto add = [&text](unsigned byte) {
        text += static_cast<char>(byte);
    };
    if (codePoint < 0x80) {
        add(codePoint);
        return;
    }
    if (codePoint < 0x800) {
        add(0xC0U | (codePoint >> 6U));
    } else {
        if (codePoint < 0x10000) {
            add(0xE0U | (codePoint >> 12U));
        } else {
            add(0xF0U | (codePoint >> 18U));
            add(0x80U | ((codePoint >> 12U) & 0x3FU));
        }
        add(0x80U | ((codePoint >> 6U) & 0x3FU));
    }
    add(0x80U | (codePoint & 0x3FU));
}

/// Reads from the front of a text; whatever it does not know makes it fail.
class Reader {
public:
    explicit Reader(std::string_view json) : m_rest(json) {}

    [[nodiscard]] bool takes(char token)
    {
        while (!m_rest.empty() && std::string_view(" \t\r\n").find(m_rest.front()) != std::string_view::npos)
            m_rest.remove_prefix(1);
        if (m_rest.empty() || m_rest.front() != token)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    [[nodiscard]] bool takesText(std::string &text)
    {
        if (!takes('"'))
            return false;
        reserveUpToQuote(text);
        for (;;) {
            const std::size_t plain = plainJsonPrefix(m_rest);
            text += m_rest.substr(0, plain);
            m_rest.remove_prefix(plain);
            if (m_rest.empty())
                return false;
            if (m_rest.front() == '"') {
                m_rest.remove_prefix(1);
                return true;
            }
            if (m_rest.front() == '\\' ? !takesEscape(text) : !takesSequence(text))
                return false;
        }
    }

private:
    void reserveUpToQuote(std::string &text) const
    {
        const std::size_t length = m_rest.find('"');
        text.reserve(length == std::string_view::npos ? 0 : length);
    }

    [[nodiscard]] bool takesSequence(std::string &text)
    {
        const std::size_t length = utf8SequenceLength(m_rest);
        text += m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return length > 1; // one byte that is not plain is a control character
    }

    [[nodiscard]] bool takesEscape(std::string &text)
    {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view values = "\"\\/\b\f\n\r\t";
        if (m_rest.size() < 2)
            return false;
        const char name = m_rest[1];
        if (name == 'u')
            return takesUnicodeEscape(text);
        const std::size_t index = names.find(name);
        if (index == std::string_view::npos)
            return false;
        text += values[index];
        m_rest.remove_prefix(2);
        return true;
    }

    [[nodiscard]] bool takesUnicodeEscape(std::string &text)
    {
        const auto unit = takeUnit();
        if (!unit || (*unit >= 0xDC00 && *unit <= 0xDFFF))
            return false;
        if (*unit < 0xD800 || *unit > 0xDBFF) {
            appendUtf8(text, *unit);
            return true;
        }
        const auto low = takeUnit();
        if (!low || *low < 0xDC00 || *low > 0xDFFF)
            return false;
        appendUtf8(text, 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00));
        return true;
    }

    [[nodiscard]] std::optional<unsigned> takeUnit()
    {
        constexpr std::size_t length = 6;
        if (m_rest.size() < length || !m_rest.starts_with("\\u"))
            return std::nullopt;
        unsigned unit = 0;
        const char *const end = m_rest.data() + length;
        const auto [parsedEnd, error] = std::from_chars(m_rest.data() + 2, end, unit, 16);
        if (error != std::errc() || parsedEnd != end)
            return std::nullopt;
        m_rest.remove_prefix(length);
        return unit;
    }

    std::string_view m_rest;
};

} // namespace

std::optional<std::vector<std::pair<std::string, std::string>>> flatObject(std::string_view json)
{
    std::vector<std::pair<std::string, std::string>> members;
    Reader reader(json);
    if (!reader.takes('{'))
        return std::nullopt;
    if (reader.takes('}'))
        return members;
    do {
        auto &[name, value] = members.emplace_back();
        if (!reader.takesText(name) || !reader.takes(':') || !reader.takesText(value))
            return std::nullopt;
    } while (reader.takes(','));
    if (!reader.takes('}'))
        return std::nullopt;
    return members;
}

} // namespace Koyeb::Local
