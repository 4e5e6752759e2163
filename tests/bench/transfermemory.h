// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "executor/executorclient.h"

#include <QString>

namespace Koyeb::Bench {

/// How much memory transfers need that are all a process does: measured up and down with these files and
/// folders of `scratch`, each in a program of its own, this one with `--one`. Tells rows for the client and,
/// of a local engine's executor (`engineProcess` is not 0), for the other side.
void measureMemory(
    const ExecutorEndpoint &endpoint, qint64 engineProcess, const QString &scratch, const QStringList &names);

} // namespace Koyeb::Bench
