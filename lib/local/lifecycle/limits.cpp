// SPDX-License-Identifier: Apache-2.0
#include "local/lifecycle/lifecycle_p.h"
#include "local/runtime/sandboxfolder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <sys/statvfs.h>

namespace Koyeb::Local {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds watchInterval{500};
// Folders are looked through when so much of the disk has gone since, or after so long.
constexpr std::uint64_t noticedBytes = std::uint64_t{16} * 1024 * 1024;
constexpr int mostQuietRounds = 120;

std::string megabytes(std::uint64_t bytes)
{
    return std::to_string(bytes / 1'000'000) + " MB";
}

std::uint64_t freeBytes(const std::filesystem::path &folder)
{
    struct statvfs facts = {};
    return statvfs(folder.c_str(), &facts) == 0 ? std::uint64_t{facts.f_bavail} * facts.f_frsize : 0;
}

/// Why a sandbox that takes so much is to be ended; empty: it is not.
std::string excessOf(const SandboxProcess &sandbox)
{
    const SandboxLimits &limits = sandbox.spec().limits;
    const LimitsInForce &inForce = sandbox.spec().limitsInForce;
    const TreeUsage usage = currentUsage(sandbox.processId());
    if (inForce.memory == Enforcement::Watched && usage.privateBytes > limits.memoryBytes &&
        proportionalBytes(sandbox.processId()) > limits.memoryBytes)
        return SandboxProcess::memoryExcess(limits);
    if (inForce.processes == Enforcement::Watched && sandbox.spec().isolation == Isolation::None &&
        usage.processes > limits.processes)
        return "The instance had more than " + std::to_string(limits.processes) + " processes and was ended.";
    return {};
}

} // namespace

Awaitable<void> Lifecycle::Implementation::watchLimits()
{
    const std::weak_ptr<Implementation> weak = weak_from_this();
    for (int quietRounds = 0;; ++quietRounds) {
        co_await pause(watchInterval);
        const auto self = weak.lock();
        if (!self || m_shuttingDown)
            co_return;
        const std::vector<std::shared_ptr<SandboxProcess>> sandboxes = servingSandboxes();
        for (const auto &sandbox : sandboxes) {
            const std::string excess = excessOf(*sandbox);
            if (!excess.empty())
                sandbox->kill(excess);
        }
        const std::uint64_t free = freeBytes(m_settings.sandboxesFolder);
        const bool isTime = quietRounds >= mostQuietRounds || free + noticedBytes < m_freeBytes;
        m_freeBytes = std::max(m_freeBytes, free);
        if (sandboxes.empty() || !isTime)
            continue;
        quietRounds = 0;
        m_freeBytes = free;
        co_await watchDisk(sandboxes);
    }
}

std::vector<std::shared_ptr<SandboxProcess>> Lifecycle::Implementation::servingSandboxes() const
{
    std::vector<std::shared_ptr<SandboxProcess>> sandboxes;
    for (const auto &[serviceId, service] : m_services) {
        for (const auto &[deploymentId, sandbox] : service.sandboxes) {
            if (sandbox->isServing())
                sandboxes.push_back(sandbox);
        }
    }
    return sandboxes;
}

Awaitable<void> Lifecycle::Implementation::watchDisk(std::vector<std::shared_ptr<SandboxProcess>> sandboxes)
{
    const auto self = shared_from_this();
    for (const auto &sandbox : sandboxes) {
        if (sandbox->spec().limitsInForce.disk != Enforcement::Watched)
            continue;
        std::uint64_t used = 0;
        // As in removeInBackground(): a name of its own, and on the other thread.
        auto work = [folder = sandbox->spec().rootFolder(), &used]() -> Awaitable<void> {
            used = bytesIn(folder);
            co_return;
        };
        co_await asio::co_spawn(m_remover, std::move(work), asio::use_awaitable);
        const std::uint64_t limit = sandbox->spec().limits.diskBytes;
        if (used > limit && sandbox->isServing())
            sandbox->kill(
                "The instance filled more than its " + megabytes(limit) + " of disk and was ended.");
    }
}

} // namespace Koyeb::Local
