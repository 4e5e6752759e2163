// SPDX-License-Identifier: Apache-2.0
#include "sandbox/remoteparts.h"

#include "executor/shellquote.h"
#include "sandbox/downloadplan.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// One that is there already is what an earlier attempt of the same transfer has left: nobody else knows the
/// name.
QString makeScript(const QByteArray &directory)
{
    const auto word = shellQuoted(directory);
    return u"mkdir -m 700 -- "_s + word + u" 2>/dev/null || { [ -d "_s + word + u" ] && [ ! -h "_s + word +
           u" ] && rm -f -- "_s + word + u"/part-*; }"_s;
}

} // namespace

QByteArray RelayStage::partsName() const
{
    return temporaryName(spool);
}

RemoteParts::RemoteParts(Clock &clock, SandboxShell &shell, const QByteArray &name)
{
    UploadStage paths;
    paths.directory = "/tmp/" + name;
    paths.textPath = paths.directory;
    m_stage = std::make_shared<RemoteStage>(clock, shell, paths);
}

QCoro::Task<Result<bool>> RemoteParts::make(std::stop_token stop)
{
    if (m_state == State::Unknown) {
        const auto script = makeScript(m_stage->paths().directory);
        m_state = State::Made; // Also when the answer is lost.
        const auto made = co_await m_stage->run(script, Repeatable::Safely, std::move(stop));
        if (!made && !concernsItemOnly(made.error())) {
            co_return failure(made.error());
        }
        if (!made) {
            m_state = State::Impossible;
        }
    }
    co_return m_state == State::Made;
}

QCoro::Task<Result<void>> RemoteParts::removeLeft(std::stop_token stop)
{
    const auto script = removeStageScript(m_stage->paths());
    const auto removed = co_await m_stage->run(script, Repeatable::Safely, std::move(stop));
    if (!removed && !concernsItemOnly(removed.error())) {
        co_return failure(removed.error());
    }
    co_return Result<void>();
}

void RemoteParts::remove(bool mayBeLeft, std::function<void(bool isGone)> done)
{
    if (m_state == State::Made || mayBeLeft) {
        RemoteStage::remove(m_stage, std::move(done));
    } else {
        done(true);
    }
}

} // namespace Koyeb
