// SPDX-License-Identifier: Apache-2.0
#include "core/jsontext.h"

#include <algorithm>
#include <array>
#include <utility>

namespace Koyeb {

namespace {

/// Steps over the members of an object that has no other objects and lists in it.
class FlatObject {
public:
    explicit FlatObject(QByteArrayView text) : m_text(text) { m_isValid = takes('{'); }

    /// Where the text of a member is, without its quotes.
    struct Place {
        qsizetype start = 0;
        qsizetype size = 0;
    };
    [[nodiscard]] std::optional<Place> find(QByteArrayView key)
    {
        while (m_isValid) {
            const auto name = string();
            if (!name || !takes(':')) {
                return {};
            }
            const bool isText = next() == '"';
            const auto value = isText ? string() : word();
            if (!value) {
                return {};
            }
            if (isText && m_text.sliced(name->start, name->size) == key) {
                return value;
            }
            m_isValid = takes(',');
        }
        return {};
    }

private:
    char next()
    {
        while (m_position < m_text.size() && QByteArrayView(" \t\r\n").contains(m_text[m_position])) {
            ++m_position;
        }
        return m_position < m_text.size() ? m_text[m_position] : '\0';
    }
    bool takes(char wanted)
    {
        const bool isThere = next() == wanted;
        m_position += isThere ? 1 : 0;
        return isThere;
    }
    std::optional<Place> string()
    {
        if (!takes('"')) {
            return {};
        }
        const auto start = m_position;
        for (;;) {
            const auto end = m_text.indexOf('"', m_position);
            if (end < 0) {
                return {};
            }
            m_position = end + 1;
            auto backslashes = end;
            while (backslashes > start && m_text[backslashes - 1] == '\\') {
                --backslashes;
            }
            if ((end - backslashes) % 2 == 0) {
                return Place{start, end - start};
            }
        }
    }
    /// A number, a truth value or null.
    std::optional<Place> word()
    {
        const auto start = m_position;
        while (m_position < m_text.size() && !QByteArrayView(",}{[\"").contains(m_text[m_position])) {
            ++m_position;
        }
        const bool isWord = m_position > start && m_position < m_text.size() &&
                            QByteArrayView(",}").contains(m_text[m_position]);
        return isWord ? std::optional(Place{start, m_position - start}) : std::nullopt;
    }

    QByteArrayView m_text;
    qsizetype m_position = 0;
    bool m_isValid = false;
};

constexpr QByteArrayView hexDigits = "0123456789abcdef";

/// The letter that stands for a byte behind a backslash; 0 where there is none.
char shortEscapeOf(char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return byte;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    default:
        return '\0';
    }
}

bool isControl(char byte)
{
    return static_cast<unsigned char>(byte) < 0x20;
}

/// By byte, what it takes in a JSON text.
std::array<quint8, 256> costs()
{
    constexpr quint8 longEscape = 6; // \u00XX
    std::array<quint8, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value) {
        const char byte = static_cast<char>(value);
        table[value] = shortEscapeOf(byte) != '\0' ? 2 : isControl(byte) ? longEscape : 1;
    }
    return table;
}

} // namespace

qsizetype jsonTextBytes(QByteArrayView utf8)
{
    static const auto table = costs();
    qsizetype bytes = 0;
    for (const char byte : utf8) {
        bytes += table[static_cast<unsigned char>(byte)];
    }
    return bytes;
}

void appendJsonText(QByteArray &json, QByteArrayView utf8)
{
    qsizetype plain = 0; // Where what needs no escape begins.
    for (qsizetype at = 0; at < utf8.size(); ++at) {
        const char byte = utf8[at];
        const char letter = shortEscapeOf(byte);
        if (letter == '\0' && !isControl(byte)) {
            continue;
        }
        json.append(utf8.sliced(plain, at - plain));
        plain = at + 1;
        if (letter != '\0') {
            json.append('\\').append(letter);
        } else {
            json.append("\\u00").append(hexDigits[byte / 16]).append(hexDigits[byte % 16]);
        }
    }
    json.append(utf8.sliced(plain));
}

std::optional<QByteArray> takePlainText(QByteArray &json, QByteArrayView key)
{
    const auto place = FlatObject(json).find(key);
    if (!place) {
        return {};
    }
    const auto text = QByteArrayView(json).sliced(place->start, place->size);
    const bool isPlain =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '\\'; });
    if (!isPlain) {
        return {};
    }
    // The megabytes stay where they are; what is around them is little.
    const auto end = place->start + place->size;
    auto around = json.first(place->start) + json.sliced(end);
    auto taken = std::exchange(json, std::move(around));
    taken.truncate(end);
    taken.remove(0, place->start);
    return taken;
}

} // namespace Koyeb
