// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/privatefolder.h"

#include <QRandomGenerator>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace Koyeb::Desktop {

std::shared_ptr<FolderHold> FolderHold::take(const std::filesystem::path &folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const bool isTaken = descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (descriptor >= 0 && !isTaken && errno == EWOULDBLOCK) {
        ::close(descriptor);
        return nullptr;
    }
    return std::shared_ptr<FolderHold>(new FolderHold(descriptor, isTaken));
}

FolderHold::~FolderHold()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

std::filesystem::path privateFolderIn(const std::filesystem::path &base)
{
    const QByteArray random = QByteArray::number(QRandomGenerator::system()->generate64(), 36);
    return base / (QByteArray::number(getpid()) + '-' + random).toStdString();
}

Result<void> makePrivateFolder(const std::filesystem::path &folder)
{
    const std::filesystem::path base = folder.parent_path();
    std::error_code ignored;
    std::filesystem::create_directories(base, ignored);
    removeAbandonedFolders(base);
    if (mkdir(folder.c_str(), 0700) != 0) {
        return failure(ErrorKind::Local, QString::fromLocal8Bit(std::strerror(errno)));
    }
    return {};
}

// Folders are named by the process.
bool isAbandoned(const std::filesystem::path &folder)
{
    const QByteArray name = QByteArray::fromStdString(folder.filename().native());
    bool isNumber = false;
    const pid_t process = name.left(name.indexOf('-')).toInt(&isNumber);
    return isNumber && process > 0 && kill(process, 0) != 0 && errno == ESRCH;
}

void removeAbandonedFolders(const std::filesystem::path &base)
{
    std::error_code error;
    for (std::filesystem::directory_iterator i(base, error), end; !error && i != end; i.increment(error)) {
        std::error_code ignored;
        if (isAbandoned(i->path()) && !std::filesystem::exists(i->path() / keptFileName, ignored)) {
            std::filesystem::remove_all(i->path(), ignored);
        }
    }
}

} // namespace Koyeb::Desktop
