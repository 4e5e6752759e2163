// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench.h"
#include "faults.h"
#include "operation.h"

#include <functional>

namespace Koyeb::Reliability {

/// Lets what goes on by itself go on, under a clock that is turned when nothing else can happen.
class Pump {
public:
    /// `target` is what the fault is for; `patience` multiplies what depends on how fast the machine is.
    Pump(Cell &cell, const Target &target, const Fault &fault, int patience);
    Pump(const Pump &) = delete;
    Pump &operator=(const Pump &) = delete;
    ~Pump();

    /// Has the engine do wrong from now on.
    void arm();
    /// Until then; false when it does not come to that.
    [[nodiscard]] bool until(const std::function<bool()> &isReached);
    /// Lets what was begun come to its end, while the clock stands.
    void rest();
    /// How often the target was asked, as the log has it.
    [[nodiscard]] int attempts() const;

private:
    [[nodiscard]] bool isTarget(const RequestLogEntry &entry) const;
    [[nodiscard]] bool isAnswerDue() const;
    [[nodiscard]] bool mayBeSilent() const;
    void letWork();
    void turnClock();

    Cell &m_cell;
    Target m_target;
    const Fault &m_fault;
    int m_patience;
    bool m_hasChanged = false;
    QObject m_context;
};

} // namespace Koyeb::Reliability
