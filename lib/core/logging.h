// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

namespace Koyeb {

// One category a target, Info and above by default. Whatever may carry a secret goes through redact() first.
Q_DECLARE_LOGGING_CATEGORY(logNet)
Q_DECLARE_LOGGING_CATEGORY(logApi)
Q_DECLARE_LOGGING_CATEGORY(logExecutor)
Q_DECLARE_LOGGING_CATEGORY(logSandbox)

} // namespace Koyeb
