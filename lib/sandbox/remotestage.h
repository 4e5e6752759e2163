// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/completion.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/uploadscripts.h"

#include <functional>
#include <memory>

namespace Koyeb {

/// The stage of an upload as it is in the sandbox. A sandbox runs a script to its end even when nobody waits
/// for the answer any more, so that a stage that is removed at once could come to life again, or be removed
/// from under the feet of what is just moving to its target: the removal waits for the scripts.
class RemoteStage : public std::enable_shared_from_this<RemoteStage> {
public:
    /// `clock` and `shell` outlive the object or, with it, all that they were asked for.
    RemoteStage(Clock &clock, SandboxShell &shell, const UploadStage &paths)
        : m_clock(clock), m_shell(shell), m_paths(paths)
    {
    }

    [[nodiscard]] const UploadStage &paths() const { return m_paths; }

    /// Like SandboxShell::run() and runForBytes(), for scripts that change the stage. When `stop` is
    /// requested the caller's wait ends at once, as cancelled, and the script goes on.
    QCoro::Task<Result<QByteArray>> run(QString script, Repeatable repeatable, std::stop_token stop);
    QCoro::Task<Result<QByteArray>> runForBytes(QString script, Repeatable repeatable, std::stop_token stop);

    /// Removes the stage and calls `removed`, in a minute at most, with whether the sandbox said that it is
    /// gone.
    static QCoro::Task<void> remove(
        std::shared_ptr<RemoteStage> stage, std::function<void(bool isGone)> removed);
    /// Leaves the stage as it is and calls `idle` when nothing works on it any more, after a minute at most.
    static QCoro::Task<void> letGo(std::shared_ptr<RemoteStage> stage, std::function<void()> idle);

private:
    QCoro::Task<Result<QByteArray>> answerOf(QCoro::Task<Result<QByteArray>> script, std::stop_token stop);
    static QCoro::Task<void> comeToRest(std::shared_ptr<RemoteStage> stage);
    /// Waits for the script whoever has gone away.
    static QCoro::Task<void> seeThrough(
        std::shared_ptr<RemoteStage> stage, QCoro::Task<Result<QByteArray>> script,
        Completion<Result<QByteArray>> answer);

    Clock &m_clock;
    SandboxShell &m_shell;
    UploadStage m_paths;
    int m_running = 0;
    bool m_isEnding = false;
    bool m_isGone = false; ///< The sandbox's object, or the patience with the sandbox.
    std::stop_source m_patience;
    Completion<bool> m_idle; ///< Waited for by the end.
};

} // namespace Koyeb
