// SPDX-License-Identifier: Apache-2.0
#include "sandbox/diskthread.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace Koyeb {

/// Outlives the DiskThread while jobs remain.
struct DiskThread::Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> jobs;
    bool ending = false;
    /// Lives on the owner's thread; null once the owner is gone. Used under the mutex only.
    std::unique_ptr<QObject> receiver = std::make_unique<QObject>();
};

DiskThread::DiskThread() : m_shared(std::make_shared<Shared>())
{
    // Detached, since waiting for a job on a slow disk is just what the owner's thread must not do.
    std::thread([shared = m_shared] { work(shared); }).detach();
}

DiskThread::~DiskThread()
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver.reset();
    m_shared->ending = true;
    m_shared->changed.notify_one();
}

void DiskThread::post(std::function<void()> job)
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->jobs.push_back(std::move(job));
    m_shared->changed.notify_one();
}

DiskThread::Delivery DiskThread::delivery() const
{
    return [shared = m_shared](std::function<void()> call) {
        const std::lock_guard lock(shared->mutex);
        if (shared->receiver) {
            QMetaObject::invokeMethod(shared->receiver.get(), std::move(call), Qt::QueuedConnection);
        }
    };
}

void DiskThread::work(const std::shared_ptr<Shared> &shared)
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
