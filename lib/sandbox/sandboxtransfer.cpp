// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxtransfer.h"

#include <QPointer>

namespace Koyeb {

SandboxTransfer::SandboxTransfer(Clock &clock, SandboxShell &shell, TransferGate &gate, QObject *parent)
    : Transfer(parent),
      m_shell(shell),
      m_gate(gate),
      m_meter(clock, [this](const TransferProgress &progress) { Q_EMIT progressed(progress); })
{
}

void SandboxTransfer::start()
{
    if (m_state == State::Idle) {
        m_state = State::Running;
        m_disk = std::make_unique<WorkerThread>();
        run();
    }
}

void SandboxTransfer::cancel()
{
    stop(StageEnd::Remove);
}

void SandboxTransfer::pause()
{
    stop(isResumable() ? StageEnd::Keep : StageEnd::Remove);
}

void SandboxTransfer::stop(StageEnd end)
{
    if (m_state == State::Ended) {
        return;
    }
    m_state = State::Ended;
    m_meter.stop();
    m_scope.restart();
    if (end == StageEnd::Remove && !hasStage() && !m_checkpoint.stage.isEmpty()) {
        // It has not come so far as to look for what an earlier attempt left.
        if (!m_disk) {
            m_disk = std::make_unique<WorkerThread>();
        }
        adoptStage(m_checkpoint.stage);
    }
    cleanUp(end);
}

QCoro::Task<void> SandboxTransfer::run()
{
    const auto result = co_await move();
    if (!result && result.error().isCancelled()) {
        co_return;
    }
    conclude(result);
}

void SandboxTransfer::conclude(const Result<void> &result)
{
    m_state = State::Ended;
    if (!result) {
        // They may be others: after a deep sleep the sandbox is as its image has it.
        m_shell.forgetTools();
    }
    const QPointer<SandboxTransfer> self = this;
    cleanUp(!result && isResumable() ? StageEnd::Keep : StageEnd::Remove);
    if (self) {
        m_meter.flush();
    }
    if (!self) {
        return;
    }
    if (result) {
        Q_EMIT finished(m_problems);
    } else {
        Q_EMIT failed(result.error());
    }
}

void SandboxTransfer::addProblem(const TransferProblem &problem)
{
    m_problems.append(problem);
    Q_EMIT problemFound(problem);
}

void SandboxTransfer::addProblems(const QList<TransferProblem> &problems)
{
    for (const auto &problem : problems) {
        addProblem(problem);
    }
}

void SandboxTransfer::cleanUp(StageEnd end)
{
    m_isCleaningUp = true;
    leaveStage(end, [self = QPointer<SandboxTransfer>(this), notes = m_notes, end](bool isGone) {
        if (notes && end == StageEnd::Remove && isGone) {
            notes->noteStage({});
        }
        if (self) {
            self->m_isCleaningUp = false;
            self->m_hasLeftSomething = end == StageEnd::Remove && !isGone;
            Q_EMIT self->cleanedUp();
        }
    });
    m_disk.reset();
}

} // namespace Koyeb
