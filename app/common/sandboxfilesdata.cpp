// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/sandboxfilesdata.h"

#include "sandbox/remoteentry.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

const QString SandboxFilesData::mimeType = u"application/x-koyeb-sandbox-files"_s;

SandboxFilesData::SandboxFilesData(const QString &sandboxId, const QList<QByteArray> &paths, Purpose purpose)
    : m_sandboxId(sandboxId), m_paths(paths), m_purpose(purpose)
{
    setData(mimeType, "sandbox files");
}

bool SandboxFilesData::comesFrom(const QByteArray &directory) const
{
    return std::all_of(m_paths.begin(), m_paths.end(), [&](const QByteArray &path) {
        return remoteParent(path) == directory;
    });
}

bool SandboxFilesData::contains(const QByteArray &directory) const
{
    return std::any_of(m_paths.begin(), m_paths.end(), [&](const QByteArray &path) {
        return directory == path || directory.startsWith(path + '/');
    });
}

} // namespace Koyeb::Desktop
