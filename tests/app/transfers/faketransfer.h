// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferqueue.h"

#include <QList>

namespace Koyeb::Desktop {

/// A transfer that does what its test says.
class FakeTransfer final : public Transfer {
    Q_OBJECT

public:
    explicit FakeTransfer(ExistingTarget existing) : m_existing(existing) {}

    void setNotes(std::shared_ptr<TransferNotes> notes) override { m_notes = std::move(notes); }
    void resumeFrom(const TransferCheckpoint &checkpoint) override { m_from = checkpoint; }
    void start() override { m_isStarted = true; }
    void cancel() override { m_isCancelled = true; }
    void pause() override { m_isPaused = true; }
    [[nodiscard]] bool isCleaningUp() const override { return m_isCleaningUp; }
    [[nodiscard]] TransferProgress progress() const override { return m_progress; }

    [[nodiscard]] bool isStarted() const { return m_isStarted; }
    [[nodiscard]] bool isCancelled() const { return m_isCancelled; }
    [[nodiscard]] bool isPaused() const { return m_isPaused; }
    /// Null unless somebody wants to know.
    [[nodiscard]] TransferNotes *notes() const { return m_notes.get(); }
    [[nodiscard]] const TransferCheckpoint &from() const { return m_from; }
    [[nodiscard]] ExistingTarget existing() const { return m_existing; }

    /// Its end leaves something behind until cleanUp().
    void leaveSomething() { m_isCleaningUp = true; }
    void cleanUp()
    {
        m_isCleaningUp = false;
        Q_EMIT cleanedUp();
    }
    /// Without a word.
    void setDoneBytes(qint64 doneBytes) { m_progress.doneBytes = doneBytes; }
    void advance(qint64 doneBytes, qint64 totalBytes)
    {
        m_progress.doneBytes = doneBytes;
        m_progress.totalBytes = totalBytes;
        m_progress.totalFiles = 1;
        Q_EMIT progressed(m_progress);
    }
    void setCurrentPath(const QByteArray &path) { m_progress.currentPath = path; }
    void meetProblem(const TransferProblem &problem) { Q_EMIT problemFound(problem); }
    void leaveOut(int files) { m_progress.leftOutFiles = files; }
    /// All that is done was done by an earlier attempt.
    void advanceKept(qint64 bytes)
    {
        m_progress.doneBytes = bytes;
        m_progress.keptBytes = bytes;
        m_progress.totalBytes = 2 * bytes;
        Q_EMIT progressed(m_progress);
    }
    void succeed(const QList<TransferProblem> &problems = {}) { Q_EMIT finished(problems); }
    void fail(ErrorKind kind, const QString &message = {}) { Q_EMIT failed(Error::of(kind, message)); }

private:
    ExistingTarget m_existing;
    bool m_isStarted = false;
    bool m_isCancelled = false;
    bool m_isPaused = false;
    std::shared_ptr<TransferNotes> m_notes;
    TransferCheckpoint m_from;
    bool m_isCleaningUp = false;
    TransferProgress m_progress;
};

/// Makes orders of fake transfers and remembers what was made of them.
class FakeTransfers {
public:
    [[nodiscard]] TransferOrder order(const QString &name, const QString &sandboxId = {})
    {
        TransferOrder order;
        order.name = name;
        order.source = QStringLiteral("/home/") + name;
        order.target = QStringLiteral("/data");
        order.sandboxId = sandboxId;
        order.sandboxName = QStringLiteral("demo");
        order.remoteDirectory = "/data";
        order.create = [this](ExistingTarget existing) {
            auto transfer = std::make_unique<FakeTransfer>(existing);
            m_made.append(transfer.get());
            return transfer;
        };
        return order;
    }

    [[nodiscard]] QList<TransferOrder> orders(int count, const QString &sandboxId = {})
    {
        QList<TransferOrder> orders;
        for (int i = 0; i < count; ++i) {
            orders.append(order(QStringLiteral("file%1").arg(i), sandboxId));
        }
        return orders;
    }

    /// Of transfers that note what they achieve.
    [[nodiscard]] QList<TransferOrder> resumableOrders(int count, const QString &sandboxId = {})
    {
        auto orders = this->orders(count, sandboxId);
        for (auto &order : orders) {
            order.sourcePath = order.source.toUtf8();
            order.targetDirectory = "/data";
        }
        return orders;
    }

    [[nodiscard]] int count() const { return static_cast<int>(m_made.size()); }
    [[nodiscard]] FakeTransfer &operator[](int attempt) { return *m_made.at(attempt); }

private:
    QList<FakeTransfer *> m_made;
};

} // namespace Koyeb::Desktop
