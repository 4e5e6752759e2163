// SPDX-License-Identifier: Apache-2.0
#include "sandbox/remotestage.h"

namespace Koyeb {

namespace {
constexpr std::chrono::minutes patience{1};
} // namespace

QCoro::Task<Result<QByteArray>> RemoteStage::run(QString script, Repeatable repeatable, std::stop_token stop)
{
    return answerOf(m_shell.run(std::move(script), repeatable, m_patience.get_token()), std::move(stop));
}

QCoro::Task<Result<QByteArray>> RemoteStage::runForBytes(
    QString script, Repeatable repeatable, std::stop_token stop)
{
    return answerOf(
        m_shell.runForBytes(std::move(script), repeatable, m_patience.get_token()), std::move(stop));
}

QCoro::Task<Result<QByteArray>> RemoteStage::answerOf(
    QCoro::Task<Result<QByteArray>> script, std::stop_token stop)
{
    Completion<Result<QByteArray>> answer;
    const std::stop_callback onStop(
        stop, [answer]() mutable { answer.complete(failure(Error::cancelled())); });
    seeThrough(shared_from_this(), std::move(script), answer);
    co_return co_await answer;
}

QCoro::Task<void> RemoteStage::seeThrough(
    std::shared_ptr<RemoteStage> stage, QCoro::Task<Result<QByteArray>> script,
    Completion<Result<QByteArray>> answer)
{
    ++stage->m_running;
    const auto result = co_await script;
    --stage->m_running;
    stage->m_isGone = stage->m_isGone || (!result && result.error().isCancelled());
    answer.complete(result);
    if (stage->m_running == 0 && stage->m_isEnding) {
        stage->m_idle.complete(true);
    }
}

QCoro::Task<void> RemoteStage::comeToRest(std::shared_ptr<RemoteStage> stage)
{
    stage->m_isEnding = true;
    if (stage->m_running > 0) {
        co_await stage->m_idle;
    }
}

QCoro::Task<void> RemoteStage::remove(
    std::shared_ptr<RemoteStage> stage, std::function<void(bool isGone)> removed)
{
    const auto limit =
        stage->m_clock.schedule(patience, [source = stage->m_patience]() mutable { source.request_stop(); });
    co_await comeToRest(stage);
    if (stage->m_isGone) {
        removed(false);
        co_return;
    }
    const auto script = removeStageScript(stage->m_paths);
    const auto result =
        co_await stage->m_shell.run(script, Repeatable::Safely, stage->m_patience.get_token());
    removed(result.has_value());
}

QCoro::Task<void> RemoteStage::letGo(std::shared_ptr<RemoteStage> stage, std::function<void()> idle)
{
    const auto limit =
        stage->m_clock.schedule(patience, [source = stage->m_patience]() mutable { source.request_stop(); });
    co_await comeToRest(stage);
    idle();
}

} // namespace Koyeb
