// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"
#include "sandbox/transfergate.h"
#include "sandbox/transfermeter.h"

namespace Koyeb {

/// What both directions have in common: how a transfer starts, is cancelled, counts and ends. The destructor
/// of a derived class calls pause(), for its coroutines use its members.
class SandboxTransfer : public Transfer {
    Q_OBJECT

public:
    void setNotes(std::shared_ptr<TransferNotes> notes) final { m_notes = std::move(notes); }
    void resumeFrom(const TransferCheckpoint &checkpoint) final { m_checkpoint = checkpoint; }
    void start() final;
    void cancel() final;
    void pause() final;
    [[nodiscard]] TransferProgress progress() const final { return m_meter.progress(); }
    [[nodiscard]] bool isCleaningUp() const final { return m_isCleaningUp; }
    [[nodiscard]] bool hasLeftSomething() const final { return m_hasLeftSomething; }

protected:
    SandboxTransfer(Clock &clock, SandboxShell &shell, TransferGate &gate, QObject *parent);

    /// Moves all that can be moved. Fails where going on makes no sense.
    virtual QCoro::Task<Result<void>> move() = 0;
    /// What becomes of the temporary at the end.
    enum class StageEnd { Remove, Keep };
    /// Removes or lets go of the temporary in the background, once, at the end; nothing else runs any more.
    /// `done` is called when that is over, or at once when there is none, with whether it went as it should.
    virtual void leaveStage(StageEnd end, std::function<void(bool isGone)> done) = 0;
    /// Whether it has a temporary that leaveStage() would take care of.
    [[nodiscard]] virtual bool hasStage() const = 0;
    /// Makes the temporary of an earlier attempt its own, without looking, to remove it.
    virtual void adoptStage(const QByteArray &name) = 0;

    [[nodiscard]] SandboxShell &shell() { return m_shell; }
    [[nodiscard]] TransferGate &gate() { return m_gate; }
    [[nodiscard]] TransferMeter &meter() { return m_meter; }
    /// Where an earlier attempt stopped.
    [[nodiscard]] const TransferCheckpoint &checkpoint() const { return m_checkpoint; }
    /// Without effect where nobody wants to know.
    [[nodiscard]] TransferNotes &notes() { return m_notes ? *m_notes : m_noNotes; }
    /// Only between start() and the end of leaveStage().
    [[nodiscard]] WorkerThread &disk() { return *m_disk; }
    [[nodiscard]] std::unique_ptr<WorkerThread> takeDisk() { return std::move(m_disk); }
    [[nodiscard]] std::stop_token stopToken() const { return m_scope.token(); }
    void addProblem(const TransferProblem &problem);
    void addProblems(const QList<TransferProblem> &problems);

private:
    enum class State { Idle, Running, Ended };

    QCoro::Task<void> run();
    void conclude(const Result<void> &result);
    void stop(StageEnd end);
    void cleanUp(StageEnd end);
    [[nodiscard]] bool isResumable() const { return m_notes != nullptr; }

    SandboxShell &m_shell;
    TransferGate &m_gate;
    State m_state = State::Idle;
    bool m_isCleaningUp = false;
    bool m_hasLeftSomething = false;
    std::shared_ptr<TransferNotes> m_notes; ///< Null where nobody wants to know.
    TransferNotes m_noNotes;
    TransferCheckpoint m_checkpoint;
    QList<TransferProblem> m_problems;
    TransferMeter m_meter;
    std::unique_ptr<WorkerThread> m_disk;
    TaskScope m_scope;
};

} // namespace Koyeb
