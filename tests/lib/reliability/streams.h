// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults.h"
#include "operation.h"

namespace Koyeb::Reliability {

/// Something that goes on until it is no longer wanted, and so comes to no end that a table of calls has.
struct Stream {
    QString name; ///< The class, with a remark on what the fault is for.
    /// What becomes of it, in a word of docs/reliability.md; empty where the fault cannot be met.
    std::function<QString(const Fault &)> expected;
    /// What has become of it: the same word, or what was wrong.
    std::function<QString(Bench &, const Fault &, int patience)> run;
};

/// All of them.
[[nodiscard]] const QList<Stream> &streams();
/// Empty, or how what became of the stream differs from what is expected.
[[nodiscard]] QString runStream(Bench &bench, const Stream &stream, const Fault &fault);

[[nodiscard]] QList<Stream> logStreams();
[[nodiscard]] QList<Stream> terminalStreams();
[[nodiscard]] QList<Stream> storeStreams();

} // namespace Koyeb::Reliability
