// SPDX-License-Identifier: Apache-2.0
#include "core/base64.h"

#include <algorithm>
#include <limits>
#include <openssl/evp.h>

namespace Koyeb {

namespace {

constexpr int noDigit = -1;
constexpr int whiteSpace = -2;

int valueOfDigit(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return digit == ' ' || digit == '\n' || digit == '\r' || digit == '\t' ? whiteSpace : noDigit;
}

} // namespace

std::optional<QByteArray> fromBase64(QByteArrayView text)
{
    if (text.isEmpty()) {
        return QByteArray();
    }
    if (text.size() % 4 != 0 || text.size() > std::numeric_limits<int>::max()) {
        return {};
    }
    const qsizetype padding = text.endsWith("==") ? 2 : text.endsWith('=') ? 1 : 0;
    // The decoder takes padding inside for zeros; and what it trims at the ends shows in the length.
    const auto digits = text.chopped(padding);
    if (std::find(digits.begin(), digits.end(), '=') != digits.end()) {
        return {};
    }
    QByteArray bytes(text.size() / 4 * 3, Qt::Uninitialized);
    const int length = EVP_DecodeBlock(
        reinterpret_cast<unsigned char *>(bytes.data()), reinterpret_cast<const unsigned char *>(text.data()),
        static_cast<int>(text.size()));
    if (length != bytes.size()) {
        return {};
    }
    bytes.chop(padding);
    return bytes;
}

std::optional<QByteArray> fromHexDigits(QByteArrayView text)
{
    QByteArray bytes;
    bytes.reserve(text.size() / 2);
    int half = noDigit; // The first digit of a byte whose second comes next.
    for (const char digit : text) {
        const int value = valueOfDigit(digit);
        if (value == noDigit) {
            return {};
        }
        if (value == whiteSpace) {
            continue;
        }
        if (half == noDigit) {
            half = value;
            continue;
        }
        bytes.append(static_cast<char>(half * 16 + value));
        half = noDigit;
    }
    return half == noDigit ? std::optional(std::move(bytes)) : std::nullopt;
}

void appendBase64(QByteArray &text, QByteArrayView bytes)
{
    // OpenSSL counts in int; whole groups of three bytes leave no padding inside.
    constexpr qsizetype step = 3 * 1024 * 1024;
    const auto before = text.size();
    text.resize(before + (bytes.size() + 2) / 3 * 4); // QByteArray has room for the terminating NUL, too.
    auto *target = reinterpret_cast<unsigned char *>(text.data()) + before;
    for (qsizetype position = 0; position < bytes.size(); position += step) {
        const auto some = bytes.sliced(position, std::min(step, bytes.size() - position));
        target += EVP_EncodeBlock(
            target, reinterpret_cast<const unsigned char *>(some.data()), static_cast<int>(some.size()));
    }
}

} // namespace Koyeb
