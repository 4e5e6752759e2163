// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/openeditswatch.h"

#include <QFile>

#include <algorithm>
#include <set>

namespace Koyeb::Desktop {

using namespace std::chrono_literals;

namespace {

constexpr auto settlingTime = 400ms;
constexpr auto longestWait = 2s; ///< Whatever goes on being written.

using Folders = std::set<std::filesystem::path>;

/// Those of the folders in which something is not saved.
Folders unsavedOf(const QList<LeftEdit> &edits)
{
    Folders folders;
    for (const LeftEdit &edit : edits) {
        if (isUnsaved(edit.folder, edit.record)) {
            folders.insert(edit.folder);
        }
    }
    return folders;
}

} // namespace

OpenEditsWatch::OpenEditsWatch(QObject *parent) : QObject(parent)
{
    m_settling.setSingleShot(true);
    m_settling.setInterval(settlingTime);
    m_latest.setSingleShot(true);
    m_latest.setInterval(longestWait);
    for (const QTimer *const timer : {&m_settling, &m_latest}) {
        connect(timer, &QTimer::timeout, this, [this] {
            m_settling.stop();
            m_latest.stop();
            addPaths();
            if (m_isLooking) {
                lookSoon(); // A look that takes long comes to its end, however much is written meanwhile.
            } else {
                look(m_scope.token());
            }
        });
    }
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &OpenEditsWatch::lookSoon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &OpenEditsWatch::lookSoon);
}

OpenEditsWatch::~OpenEditsWatch() = default;

void OpenEditsWatch::watch(const QList<LeftEdit> &edits)
{
    m_edits += edits;
    addPaths();
    if (!edits.isEmpty()) {
        lookSoon();
    }
}

void OpenEditsWatch::lookSoon()
{
    m_settling.start();
    if (!m_latest.isActive()) {
        m_latest.start();
    }
}

/// Once more after each change: many programs put another file in the place of the one that was watched.
void OpenEditsWatch::addPaths()
{
    for (const LeftEdit &edit : std::as_const(m_edits)) {
        for (const auto &path : {folderOfCopy(edit.folder), edit.copy()}) {
            const QString text = QFile::decodeName(QByteArray::fromStdString(path.native()));
            if (!m_watcher.files().contains(text) && !m_watcher.directories().contains(text)) {
                m_watcher.addPath(text);
            }
        }
    }
}

QCoro::Task<void> OpenEditsWatch::look(std::stop_token stop)
{
    std::function<Result<Folders>()> looking = [edits = m_edits] {
        return Result<Folders>(unsavedOf(edits));
    };
    m_isLooking = true;
    const auto unsaved = co_await m_worker.run(std::move(looking), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_isLooking = false;
    if (!unsaved || unsaved->empty()) {
        co_return;
    }
    QList<LeftEdit> told;
    QList<LeftEdit> left;
    for (const LeftEdit &edit : std::as_const(m_edits)) {
        (unsaved->count(edit.folder) > 0 ? told : left).append(edit);
    }
    m_edits = left;
    const auto watched = m_watcher.files() + m_watcher.directories();
    if (!watched.isEmpty()) {
        m_watcher.removePaths(watched);
    }
    addPaths();
    for (LeftEdit &edit : told) {
        edit.changedAt = QDateTime::currentDateTime();
    }
    Q_EMIT saved(told);
}

} // namespace Koyeb::Desktop
