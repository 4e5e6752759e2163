// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults.h"
#include "operation.h"

namespace Koyeb::Reliability {

/// What is to come of an operation that meets a fault.
struct Expectation {
    enum class End {
        Succeeds,
        Fails,
        Waits ///< Until the caller has enough.
    };
    End end = End::Succeeds;
    ErrorKind kind = ErrorKind::Protocol; ///< Of a failure.
    int requests = 1;                     ///< That reach the engine, or are refused there; 0: it depends.
    /// Which of two it is decides chance: this, or a success by one request.
    bool maySucceed = false;

    friend bool operator==(const Expectation &, const Expectation &) = default;
};

/// A cell of the matrix, or several of one operation, of which the rule is not true.
struct Exception {
    QStringList operations;
    QStringList faults;
    Expectation expected;
    QString reason;
};

/// Whether the operation can meet the fault.
[[nodiscard]] bool applies(const Operation &operation, const Fault &fault);
/// By the rule, or by the exception from it.
[[nodiscard]] Expectation expectationOf(const Operation &operation, const Fault &fault);
/// All of them.
[[nodiscard]] const QList<Exception> &exceptions();
/// The one for this cell; null where the rule is true.
[[nodiscard]] const Exception *exceptionFor(const Operation &operation, const Fault &fault);

} // namespace Koyeb::Reliability
