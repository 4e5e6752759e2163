// SPDX-License-Identifier: Apache-2.0
#include "core/logging.h"

namespace Koyeb {

Q_LOGGING_CATEGORY(logNet, "koyeb.net", QtInfoMsg)
Q_LOGGING_CATEGORY(logApi, "koyeb.api", QtInfoMsg)
Q_LOGGING_CATEGORY(logExecutor, "koyeb.executor", QtInfoMsg)
Q_LOGGING_CATEGORY(logSandbox, "koyeb.sandbox", QtInfoMsg)

} // namespace Koyeb
