// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/account.h"
#include "core/clock.h"
#include "core/result.h"
#include "net/networksettings.h"

#include <QCoroTask>

#include <chrono>
#include <stop_token>

namespace Koyeb::Desktop {

/// Asks the API at `host` whose token this is, and gives the account. Works for tokens of users and of
/// organizations. Fails with Timeout after `timeout`, since a person waits at the form.
QCoro::Task<Result<Account>> checkToken(
    Clock &clock, NetworkSettings network, QUrl host, QString token, std::chrono::milliseconds timeout,
    std::stop_token stop);

} // namespace Koyeb::Desktop
