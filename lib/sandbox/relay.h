// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/completion.h"
#include "core/workerthread.h"
#include "sandbox/relaycheck.h"
#include "sandbox/relayfeed.h"
#include "sandbox/relaynotes.h"
#include "sandbox/sandbox.h"
#include "sandbox/transfermeter.h"

namespace Koyeb {

class LocalDescriptor;

/// A file or folder on its way from one sandbox into another: an Upload whose files come out of the other
/// sandbox while it runs. Large ones pass through memory, of small ones a few lie in a private folder of this
/// computer, so that neither memory nor disk has to hold more than a little of it; it is checked on both
/// sides as such transfers are. Only then, if it is to move, and if it is still what was read, it is removed
/// where it was.
class Relay final : public Transfer {
    Q_OBJECT

public:
    /// What a relay works with; all of it outlives the object.
    struct Sides {
        Clock &clock;
        Sandbox &from;
        SandboxShell &fromShell; ///< For transfers.
        TransferGate &fromGate;
        Sandbox &to;
        SandboxShell &toShell; ///< For transfers.
        TransferGate &toGate;
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
    QCoro::Task<Result<void>> send(std::stop_token stop);
    QCoro::Task<Result<void>> removeSource(std::stop_token stop);
    void makeFeed();
    void makeUpload();
    void takeProgress(const TransferProgress &progress);
    void addProblem(const TransferProblem &problem);
    [[nodiscard]] std::filesystem::path folder() const;
    [[nodiscard]] std::filesystem::path batches() const;
    [[nodiscard]] RelayRecord record() const;
    [[nodiscard]] RelayCheck check(std::stop_token stop);
    void stop(End end);
    void leave(End end);
    QCoro::Task<void> tidyUp(End end, std::stop_token stop);
    void closeFeed(std::function<void(bool isGone)> done);

    Sides m_sides;
    RelayOrder m_order;
    RelayPlace m_place;
    State m_state = State::Idle;
    bool m_isCleaningUp = false;
    bool m_endsWithRemoval = false; ///< Of its folder in the spool.
    bool m_hasLeftSomething = false;
    std::shared_ptr<TransferNotes> m_notes; ///< Null where nobody wants to know.
    TransferCheckpoint m_checkpoint;        ///< Of the upload of an earlier attempt.
    bool m_partsMayBeLeft = false;          ///< In the source's sandbox, by an earlier attempt.
    WorkerThread m_disk;
    std::shared_ptr<RelayFeed> m_feed;
    bool m_isFeedClosed = false;
    std::unique_ptr<Transfer> m_upload;
    std::shared_ptr<RelayNotes> m_uploadNotes;
    QList<TransferProblem> m_problems;
    TransferMeter m_meter;
    std::shared_ptr<LocalDescriptor> m_spoolLock;
    TaskScope m_ending;
    TaskScope m_scope;
};

} // namespace Koyeb
