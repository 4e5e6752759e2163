// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/localbrowser.h"

#include "files/localdirectory.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <cstdlib>

namespace Koyeb::Desktop {

namespace {

// Being told by the system would mean to ask it on the thread of the interface, which a dead network drive
// holds up.
constexpr std::chrono::seconds pauseBetweenLooks{1};
constexpr qint64 coarsenessMs = 500;

} // namespace

LocalBrowser::LocalBrowser(QObject *parent) : QObject(parent)
{
    m_looks.setInterval(pauseBetweenLooks);
    connect(&m_looks, &QTimer::timeout, this, [this] {
        if (!m_folder.isEmpty()) {
            m_looks.stop(); // Until this one has been answered.
            lookForChanges(m_folder, m_scope.token());
        }
    });
}

LocalBrowser::~LocalBrowser() = default;

void LocalBrowser::setWatching(bool watching)
{
    m_isWatching = watching;
    if (watching) {
        m_looks.start();
    } else {
        m_looks.stop();
    }
}

void LocalBrowser::goTo(const QByteArray &folder)
{
    m_scope.restart();
    m_folder = folder;
    Q_EMIT moved();
    list(folder, m_scope.token());
}

void LocalBrowser::goUp()
{
    goTo(remoteParent(m_folder));
}

void LocalBrowser::goHome()
{
    goTo(QFile::encodeName(QDir::homePath()));
}

void LocalBrowser::reload()
{
    goTo(m_folder);
}

void LocalBrowser::findCompletions(const QByteArray &folder)
{
    m_completions.restart();
    complete(folder, m_completions.token());
}

Result<LocalBrowser::Reading> LocalBrowser::read(const QByteArray &folder)
{
    Reading reading;
    reading.changeTime = changeTimeOf(folder); // Before: what changes meanwhile is noticed later.
    // The clock of file systems is coarse: what changes right after a change may have the same time.
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (reading.changeTime && std::abs(now - *reading.changeTime / 1'000'000) < coarsenessMs) {
        reading.changeTime.reset();
    }
    auto entries = listLocalDirectory(folder);
    if (!entries) {
        return failure(std::move(entries).error());
    }
    reading.listing = preparedListing(folder, *entries);
    return reading;
}

QCoro::Task<> LocalBrowser::list(QByteArray folder, std::stop_token stop)
{
    std::function<Result<Reading>()> job = [folder] {
        return read(folder);
    };
    const auto reading = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (reading) {
        m_changeTime = reading->changeTime;
        Q_EMIT listed(reading->listing);
    } else {
        m_changeTime.reset();
        Q_EMIT failed(reading.error());
    }
}

QCoro::Task<> LocalBrowser::lookForChanges(QByteArray folder, std::stop_token stop)
{
    std::function<Result<std::optional<qint64>>()> job = [folder]() -> Result<std::optional<qint64>> {
        return changeTimeOf(folder);
    };
    const auto changeTime = co_await m_worker.run(std::move(job), stop);
    if (m_isWatching) {
        m_looks.start();
    }
    if (!stop.stop_requested() && changeTime && *changeTime != m_changeTime) {
        reload();
    }
}

QCoro::Task<> LocalBrowser::complete(QByteArray folder, std::stop_token stop)
{
    std::function<Result<QList<RemoteEntry>>()> job = [folder] {
        return listLocalDirectory(folder);
    };
    const auto entries = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested() || !entries) {
        co_return;
    }
    QList<QByteArray> names;
    for (const RemoteEntry &entry : *entries) {
        if (entry.opensAsDirectory()) {
            names.append(entry.name);
        }
    }
    Q_EMIT completionsFound(folder, names);
}

} // namespace Koyeb::Desktop
