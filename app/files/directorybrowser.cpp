// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/directorybrowser.h"

#include "core/deadline.h"

#include <utility>

namespace Koyeb::Desktop {

namespace {

constexpr qsizetype mostPreparedAtOnce = 2000; // Takes a few milliseconds.

} // namespace

DirectoryBrowser::DirectoryBrowser(QObject *parent) : QObject(parent) {}

DirectoryBrowser::~DirectoryBrowser() = default;

void DirectoryBrowser::setSandbox(std::shared_ptr<Sandbox> sandbox)
{
    if (sandbox == m_sandbox) {
        return;
    }
    m_listing.restart();
    const bool isKnown = sandbox && m_sandboxId == sandbox->access().serviceId && !m_directory.isEmpty();
    m_sandbox = std::move(sandbox);
    if (!m_sandbox) {
        m_state = State::Unreachable;
        Q_EMIT moved();
        return;
    }
    m_sandboxId = m_sandbox->access().serviceId;
    if (isKnown) {
        load(m_directory);
        return;
    }
    m_directory.clear();
    m_history.clear();
    goHome();
}

void DirectoryBrowser::goTo(const QByteArray &directory)
{
    m_history.visit(directory);
    load(directory);
}

void DirectoryBrowser::goHome()
{
    if (!m_sandbox) {
        return;
    }
    m_listing.restart();
    m_state = State::Loading;
    Q_EMIT moved();
    findHome(m_sandbox, m_listing.token());
}

void DirectoryBrowser::goUp()
{
    if (canGoUp()) {
        goTo(remoteParent(m_directory));
    }
}

void DirectoryBrowser::goBack()
{
    if (canGoBack()) {
        load(m_history.back());
    }
}

void DirectoryBrowser::goForward()
{
    if (canGoForward()) {
        load(m_history.forward());
    }
}

void DirectoryBrowser::reload()
{
    if (m_directory.isEmpty()) {
        goHome();
    } else {
        load(m_directory);
    }
}

void DirectoryBrowser::load(const QByteArray &directory)
{
    if (!m_sandbox) {
        return;
    }
    m_listing.restart();
    const bool isRefresh = m_state == State::Listed && directory == m_directory;
    m_directory = directory;
    m_state = isRefresh ? State::Listed : State::Loading;
    Q_EMIT moved();
    list(m_sandbox, directory, m_listing.token());
}

void DirectoryBrowser::takeListing(const Result<PreparedListing> &listing)
{
    if (listing) {
        m_state = State::Listed;
        Q_EMIT listed(*listing);
        Q_EMIT moved();
        return;
    }
    // What was seen a moment ago is worth more than an error page, unless it is known to be gone.
    if (m_state == State::Listed && listing.error().kind != ErrorKind::NotFound) {
        Q_EMIT refreshFailed(listing.error());
        return;
    }
    m_state = State::Failed;
    Q_EMIT listingFailed(listing.error());
    Q_EMIT moved();
}

QCoro::Task<> DirectoryBrowser::findHome(SandboxPointer sandbox, std::stop_token stop)
{
    const Deadline deadline(sandbox->executor().clock(), m_answerTimeout, stop);
    const auto answer = co_await sandbox->files().homeDirectory(deadline.token());
    const auto home = deadline.judged(answer);
    if (stop.stop_requested()) {
        co_return;
    }
    if (home) {
        goTo(*home);
    } else {
        takeListing(failure(home.error()));
    }
}

QCoro::Task<> DirectoryBrowser::list(SandboxPointer sandbox, QByteArray directory, std::stop_token stop)
{
    const Deadline deadline(sandbox->executor().clock(), m_answerTimeout, stop);
    const auto answer = co_await sandbox->files().list(directory, deadline.token());
    const auto entries = deadline.judged(answer);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!entries) {
        takeListing(failure(entries.error()));
        co_return;
    }
    const auto listing = co_await prepare(directory, *entries, stop);
    if (!stop.stop_requested()) {
        takeListing(listing);
    }
}

QCoro::Task<Result<PreparedListing>> DirectoryBrowser::prepare(
    QByteArray directory, QList<RemoteEntry> entries, std::stop_token stop)
{
    if (entries.size() <= mostPreparedAtOnce) {
        co_return preparedListing(directory, entries);
    }
    if (!m_worker) {
        m_worker = std::make_unique<WorkerThread>();
    }
    std::function<Result<PreparedListing>()> job = [directory, entries]() -> Result<PreparedListing> {
        return preparedListing(directory, entries);
    };
    co_return co_await m_worker->run(std::move(job), stop);
}

} // namespace Koyeb::Desktop
