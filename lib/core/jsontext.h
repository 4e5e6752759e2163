// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <optional>

namespace Koyeb {

/// Takes a text out of a JSON object's own text, where it can be had without decoding: the member `key` of
/// the outermost object, when it is printable ASCII without escapes, as base64 is. An empty text is left in
/// its place. Nothing, and `json` as it was, in all other cases; those are for a parser, which would turn
/// megabytes into UTF-16 and back.
[[nodiscard]] std::optional<QByteArray> takePlainText(QByteArray &json, QByteArrayView key);

/// How many bytes `utf8` takes as a JSON text, without the quotes around it.
[[nodiscard]] qsizetype jsonTextBytes(QByteArrayView utf8);

/// Appends `utf8` as it is inside a JSON text: what may not be there as it is gets escaped, all else stays.
void appendJsonText(QByteArray &json, QByteArrayView utf8);

} // namespace Koyeb
