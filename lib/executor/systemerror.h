// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

namespace Koyeb {

/// The error that a text of the operating system says, as Go's file functions and command line tools in the C
/// locale word it (`open /x: no such file or directory`). The text becomes the message.
[[nodiscard]] Error errorFromSystemText(const QString &text);

} // namespace Koyeb
