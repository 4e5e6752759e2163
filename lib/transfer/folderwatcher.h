// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "sandbox/ignorepatterns.h"

#include <QMetaType>
#include <QObject>
#include <QSet>

#include <filesystem>
#include <memory>

namespace Koyeb {

/// How much a FolderWatcher takes upon itself.
struct FolderWatcherLimits {
    qsizetype folders = 50'000; ///< The kernel holds memory for each.
    qsizetype paths = 20'000;   ///< In one batch; more is told as lost().
};

/// Tells what changes in a folder of this computer and in all below it, links not followed, in batches: when
/// nothing has changed for a fifth of a second, and two thirds of a second after the first change at the
/// latest. A file that is being written belongs to a batch once it is closed, or rests for a third of a
/// second, and after three seconds at the latest. The kernel tells (inotify), a thread listens; what it could
/// not keep up with is told as lost().
class FolderWatcher : public QObject {
    Q_OBJECT

public:
    /// Tells nothing of what `leftOut` leaves out, and does not look into such folders.
    FolderWatcher(
        const std::filesystem::path &folder, const IgnorePatterns &leftOut,
        const FolderWatcherLimits &limits = {}, QObject *parent = nullptr);
    ~FolderWatcher() override;

    /// Begins; once.
    void start();

Q_SIGNALS:
    /// From now on everything is told; what has been there before is not.
    void started();
    /// These may have been made, changed or removed; relative to the folder. For a folder that appeared all
    /// in it is named, for one that went only itself.
    void changed(const QSet<QByteArray> &paths);
    /// Anything may have changed.
    void lost();
    /// Nothing is told any more: NotFound when the folder is gone, Rejected when there are more folders than
    /// may be watched, Local otherwise.
    void failed(const Koyeb::Error &error);

private:
    class Listener;

    std::shared_ptr<Listener> m_listener;
};

/// Patterns of files that programs make for a moment and that nobody wants elsewhere: what editors, browsers
/// and git write beside the real file.
[[nodiscard]] QByteArray temporaryFilePatterns();

} // namespace Koyeb
