// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace Koyeb::Reliability {

/// The calls that the library's headers declare and that go to the network, as the matrix names them:
/// whatever gives a task and is not private.
[[nodiscard]] QStringList publicCalls();

/// Calls that the matrix does without.
struct CallWithoutRow {
    QString pattern; ///< A regular expression for whole names.
    QString reason;
};
[[nodiscard]] QList<CallWithoutRow> callsWithoutRow();

} // namespace Koyeb::Reliability
