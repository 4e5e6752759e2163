// SPDX-License-Identifier: Apache-2.0
#include "transfer/folderwatcher.h"

#include "sandbox/remoteentry.h"
#include "transfer/changebatch.h"

#include <QHash>
#include <QMetaObject>
#include <QPointer>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <thread>
#include <unistd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr uint32_t watched = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                             IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW |
                             IN_EXCL_UNLINK;

Error systemError(int number)
{
    if (number == ENOSPC || number == EMFILE) {
        return Error::of(ErrorKind::Rejected, u"The system watches no more folders."_s);
    }
    const auto kind = number == ENOENT || number == ENOTDIR ? ErrorKind::NotFound : ErrorKind::Local;
    return Error::of(kind, QString::fromLocal8Bit(std::strerror(number)) + u'.');
}

class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor()
    {
        if (m_number >= 0) {
            ::close(m_number);
        }
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    [[nodiscard]] int get() const { return m_number; }

private:
    int m_number;
};

} // namespace

/// The thread; it lives until it notices the end, without anybody waiting for it.
class FolderWatcher::Listener : public std::enable_shared_from_this<FolderWatcher::Listener> {
public:
    Listener(
        FolderWatcher *watcher, const std::filesystem::path &folder, const IgnorePatterns &leftOut,
        const FolderWatcherLimits &limits)
        : m_watcher(watcher),
          m_folder(folder),
          m_leftOut(leftOut),
          m_limits(limits),
          m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          m_inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK))
    {
    }

    void start()
    {
        std::thread([self = shared_from_this()] { self->listen(); }).detach();
    }
    /// Nothing is told after this.
    void stop()
    {
        {
            const std::lock_guard hold(m_mutex);
            m_watcher = nullptr;
        }
        const uint64_t one = 1;
        (void)!::write(m_wake.get(), &one, sizeof one);
    }

private:
    template<typename Tell> void tell(Tell tell)
    {
        const std::lock_guard hold(m_mutex);
        if (m_watcher) {
            QMetaObject::invokeMethod(
                m_watcher, [watcher = m_watcher, tell] { tell(*watcher); }, Qt::QueuedConnection);
        }
    }
    [[nodiscard]] bool isStopped()
    {
        const std::lock_guard hold(m_mutex);
        return m_watcher == nullptr;
    }
    void fail(const Error &error)
    {
        m_hasFailed = true;
        tell([error](FolderWatcher &watcher) { Q_EMIT watcher.failed(error); });
    }

    void listen()
    {
        if (m_inotify.get() < 0 || m_wake.get() < 0) {
            fail(systemError(errno));
            return;
        }
        watchTree({}, false);
        if (!m_hasFailed) {
            tell([](FolderWatcher &watcher) { Q_EMIT watcher.started(); });
        }
        while (!m_hasFailed && !isStopped()) {
            std::array<pollfd, 2> sources{
                pollfd{m_inotify.get(), POLLIN, 0}, pollfd{m_wake.get(), POLLIN, 0}};
            if (::poll(sources.data(), sources.size(), m_batch.pollMilliseconds()) < 0 && errno != EINTR) {
                fail(systemError(errno));
                return;
            }
            readEvents();
            if (m_hasFailed) {
                return;
            }
            if (m_batch.size() > m_limits.paths) {
                loseTrack();
            }
            if (const auto due = m_batch.take(std::chrono::steady_clock::now()); !due.isEmpty()) {
                tell([due](FolderWatcher &watcher) { Q_EMIT watcher.changed(due); });
            }
        }
    }

    void readEvents()
    {
        alignas(inotify_event) std::array<char, 64 * 1024> buffer{};
        for (;;) {
            const auto size = ::read(m_inotify.get(), buffer.data(), buffer.size());
            if (size <= 0) {
                return;
            }
            for (ssize_t at = 0; at < size && !m_hasFailed;) {
                inotify_event event{};
                std::memcpy(&event, buffer.data() + at, sizeof event);
                const char *name = buffer.data() + at + sizeof event;
                take(event, event.len > 0 ? QByteArray(name) : QByteArray());
                at += static_cast<ssize_t>(sizeof event + event.len);
            }
        }
    }

    void take(const inotify_event &event, const QByteArray &name)
    {
        if ((event.mask & IN_Q_OVERFLOW) != 0) {
            loseTrack();
            return;
        }
        const auto found = m_folders.constFind(event.wd);
        if (found == m_folders.cend()) {
            return;
        }
        const QByteArray folder = *found;
        if (folder.isEmpty() && (event.mask & (IN_UNMOUNT | IN_IGNORED)) != 0) {
            fail(systemError(ENOENT)); // The disk that it was on, perhaps.
            return;
        }
        if ((event.mask & IN_IGNORED) != 0) {
            m_folders.erase(found);
            m_watches.remove(folder);
            return;
        }
        if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
            if (folder.isEmpty()) {
                fail(systemError(ENOENT));
            }
            return; // The folder above tells of it.
        }
        if (name.isEmpty()) {
            return;
        }
        const QByteArray path = folder.isEmpty() ? name : folder + '/' + name;
        const bool isFolder = (event.mask & IN_ISDIR) != 0;
        if (m_leftOut.leavesOut(path, isFolder)) {
            return;
        }
        if (isFolder && (event.mask & (IN_MOVED_FROM | IN_DELETE)) != 0) {
            unwatchTree(path);
        }
        if (isFolder && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
            watchTree(path, true);
        }
        const auto now = std::chrono::steady_clock::now();
        if ((event.mask & (IN_MODIFY | IN_CLOSE_WRITE)) == IN_MODIFY ||
            (!isFolder && event.mask == IN_CREATE)) {
            m_batch.addWriting(path, now); // A file that was just made is about to be written.
        } else {
            m_batch.add(path, now);
        }
    }

    /// Watches a folder and all below; what it finds there is told where that is wanted.
    void watchTree(const QByteArray &path, bool tells)
    {
        const auto folder = path.isEmpty() ? m_folder : m_folder / path.toStdString();
        const int watch = ::inotify_add_watch(m_inotify.get(), folder.c_str(), watched);
        if (watch < 0) {
            // Below it may be gone again, or not be ours to read, which whoever copies it tells.
            const bool isVital = path.isEmpty() || errno == ENOSPC || errno == ENOMEM;
            if (isVital) {
                fail(systemError(errno));
            }
            return;
        }
        if (m_folders.size() >= m_limits.folders) {
            fail(systemError(ENOSPC));
            return;
        }
        m_folders.insert(watch, path);
        m_watches.insert(path, watch);
        std::error_code error;
        std::filesystem::directory_iterator entry(folder, error);
        for (; !error && entry != std::filesystem::directory_iterator() && !m_hasFailed;
             entry.increment(error)) {
            std::error_code unknown;
            const bool isFolder = std::filesystem::is_directory(entry->symlink_status(unknown));
            const auto name = QByteArray::fromStdString(entry->path().filename().native());
            const auto below = path.isEmpty() ? name : path + '/' + name;
            if (m_leftOut.leavesOut(below, isFolder) || isStopped()) {
                continue;
            }
            if (tells) {
                m_batch.add(below, std::chrono::steady_clock::now());
            }
            if (isFolder) {
                watchTree(below, tells);
            }
        }
    }

    void unwatchTree(const QByteArray &path)
    {
        const auto below = path + '/';
        const auto paths = m_watches.keys();
        for (const auto &folder : paths) {
            if (folder == path || folder.startsWith(below)) {
                const int watch = m_watches.take(folder);
                m_folders.remove(watch);
                ::inotify_rm_watch(m_inotify.get(), watch);
            }
        }
    }

    void loseTrack()
    {
        m_batch.clear();
        watchTree({}, false); // Those that are watched keep their watches.
        tell([](FolderWatcher &watcher) { Q_EMIT watcher.lost(); });
    }

    std::mutex m_mutex;
    FolderWatcher *m_watcher; // Null from the end on.
    std::filesystem::path m_folder;
    IgnorePatterns m_leftOut;
    FolderWatcherLimits m_limits;
    Descriptor m_wake;
    Descriptor m_inotify;
    QHash<int, QByteArray> m_folders; // By watch.
    QHash<QByteArray, int> m_watches;
    ChangeBatch m_batch;
    bool m_hasFailed = false;
};

FolderWatcher::FolderWatcher(
    const std::filesystem::path &folder, const IgnorePatterns &leftOut, const FolderWatcherLimits &limits,
    QObject *parent)
    : QObject(parent), m_listener(std::make_shared<Listener>(this, folder, leftOut, limits))
{
}

FolderWatcher::~FolderWatcher()
{
    m_listener->stop();
}

void FolderWatcher::start()
{
    m_listener->start();
}

QByteArray temporaryFilePatterns()
{
    return "*~\n"
           ".*.sw?\n"
           ".*.sw?x\n"
           "4913\n"
           "*.tmp\n"
           "*.temp\n"
           "*.part\n"
           "*.crdownload\n"
           "*.kate-swp\n"
           ".#*\n"
           "\\#*#\n"
           ".~lock.*#\n"
           ".goutputstream-*\n"
           "___jb_tmp___\n"
           "___jb_old___\n"
           "**/.git/**/*.lock\n"
           "**/.git/*.lock\n"
           ".koyeb-part-*\n";
}

} // namespace Koyeb
