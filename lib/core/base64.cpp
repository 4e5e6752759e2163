// SPDX-License-Identifier: Apache-2.0
#include "core/base64.h"

#include <algorithm>
#include <limits>
#include <openssl/evp.h>

namespace Koyeb {

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
