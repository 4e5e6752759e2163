// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/remotestage.h"

#include <functional>

namespace Koyeb {

/// A private directory in a sandbox for the parts of what is on its way out of it. The executor reads a file
/// with half of the work that a command's output takes it, and parts can be made ahead.
class RemoteParts {
public:
    /// `name`, from temporaryName(), is what it has in /tmp. `clock` and `shell` outlive the object and the
    /// removal.
    RemoteParts(Clock &clock, SandboxShell &shell, const QByteArray &name);

    /// Makes the directory, unless that was tried before. False where it is not possible.
    QCoro::Task<Result<bool>> make(std::stop_token stop);
    /// The path of a part that was not used yet.
    [[nodiscard]] QByteArray next() { return m_stage->paths().part(++m_lastPart); }
    /// What was read of all parts, those of other files too, and may go; see takeUsed().
    void addUsed(const QByteArray &part) { m_used.append(part); }
    /// A part that may be removed while another is made; empty when there is none.
    [[nodiscard]] QByteArray takeUsed() { return m_used.isEmpty() ? QByteArray() : m_used.takeLast(); }
    /// Runs a script that makes a part, and leaves the same when it runs twice.
    QCoro::Task<Result<QByteArray>> run(QString script, std::stop_token stop)
    {
        return m_stage->run(std::move(script), Repeatable::Safely, std::move(stop));
    }
    /// Removes what an earlier attempt may have left, before another name is taken.
    QCoro::Task<Result<void>> removeLeft(std::stop_token stop);
    /// Removes the directory in the background, once nothing works on it any more, and calls `done` with
    /// whether it is gone; at once when this object did not make it and no earlier attempt may have.
    void remove(bool mayBeLeft, std::function<void(bool isGone)> done);

private:
    enum class State { Unknown, Made, Impossible };

    std::shared_ptr<RemoteStage> m_stage;
    State m_state = State::Unknown;
    qint64 m_lastPart = 0;
    QList<QByteArray> m_used;
};

} // namespace Koyeb
