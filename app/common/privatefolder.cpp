// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/privatefolder.h"

#include <QRandomGenerator>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace Koyeb::Desktop {

namespace {

/// Folders are named by the process, so that it can be told whether it is gone.
bool isAbandoned(const std::filesystem::path &folder)
{
    const QByteArray name = QByteArray::fromStdString(folder.filename().native());
    bool isNumber = false;
    const pid_t process = name.left(name.indexOf('-')).toInt(&isNumber);
    return isNumber && process > 0 && kill(process, 0) != 0 && errno == ESRCH;
}

} // namespace

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

void removeAbandonedFolders(const std::filesystem::path &base)
{
    std::error_code error;
    for (std::filesystem::directory_iterator i(base, error), end; !error && i != end; i.increment(error)) {
        std::error_code ignored;
        if (isAbandoned(i->path())) {
            std::filesystem::remove_all(i->path(), ignored);
        }
    }
}

} // namespace Koyeb::Desktop
