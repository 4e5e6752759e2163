// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/completion.h"
#include "core/workerthread.h"
#include "sandbox/relaynotes.h"
#include "sandbox/sandbox.h"
#include "sandbox/transfermeter.h"

namespace Koyeb {

class LocalDescriptor;

/// A file or folder on its way from one sandbox into another: downloaded into a private folder of this
/// computer, then uploaded from there, each checked as such transfers are. Only then, if it is to move, and
/// if it is still what was read, it is removed where it was. Never more of it is in memory than a transfer
/// holds; it all has to fit on this computer's disk, which is looked at first.
class Relay final : public Transfer {
    Q_OBJECT

public:
    /// What a relay works with; all of it outlives the object.
    struct Sides {
        Clock &clock;
        Sandbox &from;
        SandboxShell &fromShell; ///< For transfers.
        Sandbox &to;
    };

    Relay(const Sides &sides, const RelayOrder &order, QObject *parent);
    ~Relay() override;

    void setNotes(std::shared_ptr<TransferNotes> notes) override { m_notes = std::move(notes); }
    void resumeFrom(const TransferCheckpoint &checkpoint) override;
    void start() override;
    void cancel() override;
    void pause() override;
    [[nodiscard]] TransferProgress progress() const override { return m_meter.progress(); }
    [[nodiscard]] bool isCleaningUp() const override { return m_isCleaningUp; }
    [[nodiscard]] bool hasLeftSomething() const override { return m_hasLeftSomething; }

private:
    enum class State { Idle, Running, Ended };
    enum class End { Remove, Keep };

    QCoro::Task<void> run(std::stop_token stop);
    QCoro::Task<Result<void>> move(std::stop_token stop);
    QCoro::Task<Result<void>> prepare(std::stop_token stop);
    QCoro::Task<Result<void>> runLeg(RelayLeg leg, std::stop_token stop);
    QCoro::Task<void> checkRoom(qint64 bytes, std::stop_token stop);
    QCoro::Task<Result<void>> removeSource(std::stop_token stop);
    QCoro::Task<Result<bool>> isSourceUnchanged(std::stop_token stop);
    void makeLeg(RelayLeg leg);
    void enter(RelayLeg leg);
    void takeProgress(RelayLeg leg, const TransferProgress &progress);
    void addProblem(TransferProblem problem);
    [[nodiscard]] QByteArray sourcePathOf(const QByteArray &path) const;
    [[nodiscard]] std::filesystem::path folder() const;
    [[nodiscard]] std::filesystem::path item() const;
    void stop(End end);
    void leave(End end);
    QCoro::Task<void> tidyUp(End end, std::stop_token stop);

    Sides m_sides;
    RelayOrder m_order;
    RelayPlace m_place;
    State m_state = State::Idle;
    bool m_isCleaningUp = false;
    bool m_endsWithRemoval = false; ///< Of its folder in the spool.
    bool m_hasLeftSomething = false;
    std::shared_ptr<TransferNotes> m_notes; ///< Null where nobody wants to know.
    TransferCheckpoint m_checkpoint;        ///< Of the leg that an earlier attempt was in.
    std::unique_ptr<Transfer> m_leg;
    std::shared_ptr<RelayNotes> m_legNotes;
    std::optional<Completion<Result<void>>> m_legEnd;
    QList<TransferProblem> m_problems;
    bool m_roomWasChecked = false;
    qint64 m_fetchedKeptBytes = 0;
    TransferMeter m_meter;
    std::shared_ptr<LocalDescriptor> m_spoolLock;
    WorkerThread m_disk;
    TaskScope m_ending;
    TaskScope m_scope;
};

} // namespace Koyeb
