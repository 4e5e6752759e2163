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

} // namespace Koyeb
