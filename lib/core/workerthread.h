// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/completion.h"
#include "core/result.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// A thread for what blocks, such as work on local files: one job after the other in the order in which they
/// were given, so that a slow disk never holds up the interface. Jobs that were given before this object is
/// destroyed are still done, without anybody waiting for them.
class WorkerThread {
public:
    WorkerThread();
    ~WorkerThread();
    WorkerThread(const WorkerThread &) = delete;
    WorkerThread &operator=(const WorkerThread &) = delete;

    /// Does `job` on the thread and gives its result here; Cancelled at once when `stop` is requested, while
    /// the job runs on. `job` owns what it uses.
    template<typename T> QCoro::Task<Result<T>> run(std::function<Result<T>()> job, std::stop_token stop)
    {
        Completion<Result<T>> completion;
        const std::stop_callback onStop(
            stop, [completion]() mutable { completion.complete(failure(Error::cancelled())); });
        post([job = std::move(job), completion, deliver = delivery()] {
            auto result = job();
            deliver([completion, result = std::move(result)]() mutable {
                completion.complete(std::move(result));
            });
        });
        co_return co_await completion;
    }

    /// Does `job` on the thread, after those that were given before.
    void post(std::function<void()> job);

private:
    struct Shared;
    class Receiver;
    using Delivery = std::function<void(std::function<void()>)>;

    /// Brings a call to the thread of this object; after this object's end it does nothing.
    [[nodiscard]] Delivery delivery() const;
    static void work(const std::shared_ptr<Shared> &shared);

    std::shared_ptr<Shared> m_shared;
};

} // namespace Koyeb
