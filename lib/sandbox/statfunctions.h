// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

// What does the work of `stat -c` in images without it, exactly: a shell's function of that name, made of
// another tool, so that scripts are the same everywhere. It knows `[-L] -c FORMAT [--] PATH…`, however many
// paths, and the formats that this library uses. No name is ever taken from what such a tool prints.
namespace Koyeb {

/// Part of a probe, for images without stat: tries one after another, and prints which works; see
/// statFunctionIn().
[[nodiscard]] QString statFunctionProbe();
/// The definition of the function that such lines say works; empty when none does.
[[nodiscard]] QString statFunctionIn(const QList<QByteArray> &lines);

} // namespace Koyeb
