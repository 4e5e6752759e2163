// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/localcopies.h"

#include "common/privatefolder.h"

#include <system_error>
#include <utility>

namespace Koyeb::Desktop {

LocalCopies::LocalCopies(const std::filesystem::path &base, QObject *parent) : QObject(parent), m_base(base)
{
}

LocalCopies::~LocalCopies()
{
    cancel();
    removeFolder(m_folder);
}

void LocalCopies::fetch(const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths)
{
    cancel();
    removeFolder(std::exchange(m_folder, privateFolderIn(m_base)));
    m_sandbox = sandbox;
    m_remotePaths = remotePaths;
    m_localPaths.clear();
    m_problems.clear();
    m_fetchedBytes = 0;
    m_isFetching = true;
    prepare(m_scope.token());
}

void LocalCopies::cancel()
{
    m_scope.restart();
    if (m_transfer) {
        m_transfer->disconnect(this);
        m_transfer->cancel();
    }
    if (m_isFetching) {
        end();
        removeFolder(std::exchange(m_folder, {}));
    }
}

QCoro::Task<> LocalCopies::prepare(std::stop_token stop)
{
    std::function<Result<bool>()> job = [folder = m_folder]() -> Result<bool> {
        auto made = makePrivateFolder(folder);
        return made ? Result<bool>(true) : failure(std::move(made).error());
    };
    const auto made = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (made) {
        fetchNext();
        co_return;
    }
    const QByteArray path = m_remotePaths.value(0);
    end();
    Q_EMIT failed(path, made.error());
}

void LocalCopies::fetchNext()
{
    m_transfer.reset();
    if (m_remotePaths.isEmpty()) {
        const auto problems = m_problems;
        end();
        Q_EMIT fetched(m_localPaths, problems);
        return;
    }
    const QByteArray path = m_remotePaths.first();
    m_transfer.reset(m_sandbox->download(path, m_folder, ExistingTarget::Refuse, nullptr));
    // Queued: it is destroyed once it has said its last word.
    connect(m_transfer.get(), &Transfer::progressed, this, [this](const TransferProgress &progress) {
        Q_EMIT progressed(m_fetchedBytes + progress.doneBytes, m_fetchedBytes + progress.totalBytes);
    });
    connect(
        m_transfer.get(), &Transfer::finished, this,
        [this, path](const QList<TransferProblem> &problems) {
            m_fetchedBytes += m_transfer->progress().doneBytes;
            m_problems += problems;
            m_localPaths.append(m_folder / remoteName(path).toStdString());
            m_remotePaths.removeFirst();
            fetchNext();
        },
        Qt::QueuedConnection);
    connect(
        m_transfer.get(), &Transfer::failed, this,
        [this, path](const Error &error) {
            end();
            removeFolder(std::exchange(m_folder, {}));
            Q_EMIT failed(path, error);
        },
        Qt::QueuedConnection);
    m_transfer->start();
}

void LocalCopies::end()
{
    m_isFetching = false;
    m_remotePaths.clear();
    m_transfer.reset();
    m_sandbox.reset();
}

void LocalCopies::removeFolder(const std::filesystem::path &folder)
{
    if (!folder.empty()) {
        m_worker.post([folder] {
            std::error_code ignored;
            std::filesystem::remove_all(folder, ignored);
        });
    }
}

} // namespace Koyeb::Desktop
