// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

namespace Koyeb {

/// ErrorKind::Local with the system's words for an errno.
[[nodiscard]] Error localError(int errorNumber);

/// The same where something was to be made, moved or written: says what the disk cannot hold. Conflict when
/// something else is there.
[[nodiscard]] Error placeError(int errorNumber);

/// Whether a failure of this computer's disk is one of a single item: of its name, its kind, its size, its
/// folder. Others may go well then. A disk that is full, read-only, broken or gone is none.
[[nodiscard]] bool concernsPlaceOnly(const Error &error);

} // namespace Koyeb
