// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QUrl;

namespace Koyeb {

/// `text` without what looks like a credential: values of authorization and routing-key headers, bearer
/// tokens, members and parameters named token, secret, password, api key or the like, and any run of 40 or
/// more characters of the token alphabet that is not just words and numbers joined by dashes. Meant for text
/// that others wrote (server messages, headers), which may quote a secret back.
[[nodiscard]] QString redact(const QString &text);

/// `url` fit for a log: no user info, no query values, no routing key in a `/r/<key>/` path, and nothing in
/// the rest of the path that looks like a credential.
[[nodiscard]] QString redact(const QUrl &url);

} // namespace Koyeb
