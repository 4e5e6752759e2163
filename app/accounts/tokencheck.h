// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"
#include "core/clock.h"
#include "core/result.h"

#include <QCoroTask>

#include <chrono>
#include <stop_token>

namespace Koyeb::Desktop {

/// Asks the API at `host` whose token this is, and gives the account. Works for tokens of users and of
/// organizations. Fails with Timeout after `timeout`, since a person waits at the form.
QCoro::Task<Result<Account>> checkToken(
    Clock &clock, QUrl host, QString token, std::chrono::milliseconds timeout, std::stop_token stop);

/// The address of an API as a person may type it: `app.koyeb.com`, `https://host:port/`. An error when it is
/// none, or one that would send the token in clear over a network.
[[nodiscard]] Result<QUrl> parseApiHost(const QString &text);

} // namespace Koyeb::Desktop
