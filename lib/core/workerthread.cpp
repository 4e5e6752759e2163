// SPDX-License-Identifier: Apache-2.0
#include "core/workerthread.h"

#include <QCoreApplication>
#include <QEvent>
#include <QObject>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace Koyeb {

/// Outlives the WorkerThread while jobs remain.
struct WorkerThread::Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> jobs;
    /// What is to be called on the owner's thread; each has an event on its way to the receiver.
    std::deque<std::function<void()>> deliveries;
    bool ending = false;
    /// Lives on the owner's thread; null once the owner is gone. Used under the mutex only.
    std::unique_ptr<Receiver> receiver;
};

/// Makes one delivery for each event. The calls, and the events, travel under the mutex: whoever looks for
/// data races then sees that nothing is shared without one, whatever it knows of Qt's event queue.
class WorkerThread::Receiver final : public QObject {
public:
    explicit Receiver(std::weak_ptr<Shared> shared) : m_shared(std::move(shared)) {}

    bool event(QEvent *event) override
    {
        std::function<void()> call;
        if (const auto shared = m_shared.lock()) {
            const std::lock_guard lock(shared->mutex);
            if (event->type() == QEvent::User) {
                call = std::move(shared->deliveries.front());
                shared->deliveries.pop_front();
            }
        }
        if (!call) {
            return QObject::event(event);
        }
        call(); // Last: it may end the thread's owner, and this object with it.
        return true;
    }

private:
    std::weak_ptr<Shared> m_shared;
};

WorkerThread::WorkerThread() : m_shared(std::make_shared<Shared>())
{
    m_shared->receiver = std::make_unique<Receiver>(m_shared);
    // Detached, since waiting for a job on a slow disk is just what the owner's thread must not do.
    std::thread([shared = m_shared] { work(shared); }).detach();
}

WorkerThread::~WorkerThread()
{
    // What was not delivered is destroyed without the lock: it may own anything.
    std::deque<std::function<void()>> undelivered;
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver.reset();
    m_shared->deliveries.swap(undelivered);
    m_shared->ending = true;
    m_shared->changed.notify_one();
}

void WorkerThread::post(std::function<void()> job)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->jobs.push_back(std::move(job));
    m_shared->changed.notify_one();
}

WorkerThread::Delivery WorkerThread::delivery() const
{
    return [shared = m_shared](std::function<void()> call) {
        const std::lock_guard lock(shared->mutex);
        if (shared->receiver) {
            shared->deliveries.push_back(std::move(call));
            QCoreApplication::postEvent(shared->receiver.get(), new QEvent(QEvent::User));
        }
    };
}

void WorkerThread::work(const std::shared_ptr<Shared> &shared)
{
    for (;;) {
        std::unique_lock lock(shared->mutex);
        shared->changed.wait(lock, [&shared] { return shared->ending || !shared->jobs.empty(); });
        if (shared->jobs.empty()) {
            return;
        }
        const auto job = std::move(shared->jobs.front());
        shared->jobs.pop_front();
        lock.unlock();
        job();
    }
}

} // namespace Koyeb
