// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/errortext.h"
#include "transfers/transferrecord.h"

namespace Koyeb::Desktop {

/// What a person reads about a transfer that failed, or an item of it: like errorText(), in terms of files
/// and sandboxes.
[[nodiscard]] ErrorText transferErrorText(const Error &error, TransferDirection direction);

} // namespace Koyeb::Desktop
