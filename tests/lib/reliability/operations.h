// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operation.h"

namespace Koyeb::Reliability {

/// A part of the library with its operations.
struct Room {
    QString name; ///< As docs/library.md has it.
    QList<Operation> operations;
};

/// All of them.
[[nodiscard]] const QList<Room> &rooms();

[[nodiscard]] QList<Operation> apiOperations();
[[nodiscard]] QList<Operation> resourceOperations();
[[nodiscard]] QList<Operation> executorOperations();
[[nodiscard]] QList<Operation> fileOperations();
[[nodiscard]] QList<Operation> transferOperations();
[[nodiscard]] QList<Operation> sandboxOperations();

} // namespace Koyeb::Reliability
