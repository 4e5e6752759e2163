// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <optional>

namespace Koyeb {

/// The bytes that `text` is the base64 of: one line of RFC 4648's alphabet, padded. Nothing for anything
/// else. OpenSSL's decoder, many times as fast as Qt's.
[[nodiscard]] std::optional<QByteArray> fromBase64(QByteArrayView text);

/// Appends the base64 of `bytes`, without a copy of it in between.
void appendBase64(QByteArray &text, QByteArrayView bytes);

/// The bytes that hexadecimal digits stand for, with white space anywhere between them. Nothing for anything
/// else.
[[nodiscard]] std::optional<QByteArray> fromHexDigits(QByteArrayView text);

} // namespace Koyeb
