// SPDX-License-Identifier: Apache-2.0
#include "core/workerthread.h"
#include "support/await.h"

#include <QTest>

#include <future>
#include <thread>

using namespace Koyeb;
using namespace Koyeb::Test;

class TestWorkerThread : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void worksElsewhereAndAnswersHere()
    {
        WorkerThread worker;
        const std::function<Result<std::thread::id>()> job = [] {
            return std::this_thread::get_id();
        };
        std::thread::id deliveredOn;
        std::optional<std::thread::id> workedOn;
        worker.run<std::thread::id>(job, {}).then([&](const Result<std::thread::id> &id) {
            deliveredOn = std::this_thread::get_id();
            workedOn = id.value();
        });
        QTRY_VERIFY(workedOn);
        QVERIFY(*workedOn != std::this_thread::get_id());
        QCOMPARE(deliveredOn, std::this_thread::get_id());
    }

    void worksInTheOrderGiven()
    {
        WorkerThread worker;
        const auto numbers = std::make_shared<QList<int>>(); // Touched by the worker alone until it is done.
        for (int i = 0; i < 1000; ++i) {
            worker.post([numbers, i] { numbers->append(i); });
        }
        const std::function<Result<QList<int>>()> job = [numbers] {
            return *numbers;
        };
        const auto result = await(worker.run<QList<int>>(job, {}));
        QVERIFY(result && *result);
        QCOMPARE((*result)->size(), 1000);
        QVERIFY(std::is_sorted((*result)->begin(), (*result)->end()));
    }

    void carriesManyAnswers()
    {
        WorkerThread worker;
        int sum = 0;
        for (int i = 1; i <= 1000; ++i) {
            const std::function<Result<QByteArray>()> job = [i] {
                return QByteArray(i, 'x');
            };
            worker.run<QByteArray>(job, {}).then(
                [&sum](const Result<QByteArray> &bytes) { sum += static_cast<int>(bytes->size()); });
        }
        QTRY_COMPARE(sum, 500'500);
    }

    void stopsWaitingAtOnceWhileTheJobRunsOn()
    {
        const auto mayEnd = std::make_shared<std::promise<void>>();
        const auto ended = std::make_shared<std::promise<void>>();
        std::optional<Error> error;
        std::stop_source stop;
        {
            WorkerThread worker;
            const std::function<Result<int>()> job = [mayEnd, ended] {
                mayEnd->get_future().wait();
                ended->set_value();
                return 1;
            };
            worker.run<int>(job, stop.get_token()).then([&](const Result<int> &result) {
                error = result.error();
            });
            stop.request_stop();
            QVERIFY(error && error->isCancelled());
        }
        mayEnd->set_value();
        ended->get_future().wait();
    }

    void mayBeDestroyedByAnAnswer()
    {
        auto worker = std::make_unique<WorkerThread>();
        bool done = false;
        const std::function<Result<int>()> job = [] {
            return 1;
        };
        worker->run<int>(job, {}).then([&](const Result<int> &) {
            worker.reset();
            done = true;
        });
        QTRY_VERIFY(done);
    }

    void doesWhatWasGivenBeforeItsEnd()
    {
        const auto done = std::make_shared<std::promise<void>>();
        {
            WorkerThread worker;
            worker.post([done] { done->set_value(); });
        }
        done->get_future().wait();
    }
};

QTEST_GUILESS_MAIN(TestWorkerThread)
#include "test_workerthread.moc"
