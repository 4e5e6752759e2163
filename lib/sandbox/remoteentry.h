// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>

#include <optional>

namespace Koyeb {

/// One entry of a directory in a sandbox. Names and paths are bytes, as the kernel has them: they may hold
/// anything but NUL (and `/` in names), and are hostile.
struct RemoteEntry {
    /// What the name stands for; links are not followed.
    enum class Type { File, Directory, SymbolicLink, Fifo, Socket, BlockDevice, CharacterDevice, Unknown };

    QByteArray name;                    ///< Without its directory.
    Type type = Type::Unknown;          ///< Unknown also where the image cannot tell.
    std::optional<qint64> sizeBytes;    ///< Unset where the image cannot tell.
    QDateTime modifiedAt;               ///< UTC; invalid where the image cannot tell.
    std::optional<quint32> mode;        ///< Permission bits incl. setuid, setgid and sticky (07777).
    QString owner;                      ///< As the tools of the image name it; empty where they cannot.
    QString group;                      ///< As `owner`.
    QByteArray linkTarget;              ///< Of symbolic links.
    bool linkTargetIsDirectory = false; ///< Of symbolic links.

    /// Whether it can be listed: a directory, or a link that leads to one.
    [[nodiscard]] bool opensAsDirectory() const
    {
        return type == Type::Directory || (type == Type::SymbolicLink && linkTargetIsDirectory);
    }
    friend bool operator==(const RemoteEntry &, const RemoteEntry &) = default;
};

/// `directory` and `name` joined by exactly one slash.
[[nodiscard]] QByteArray joinRemotePath(const QByteArray &directory, const QByteArray &name);
/// The directory above; `/` has itself above.
[[nodiscard]] QByteArray remoteParent(const QByteArray &path);
/// The last segment.
[[nodiscard]] QByteArray remoteName(const QByteArray &path);
/// Whether something can be called so in a directory, here or in a sandbox.
[[nodiscard]] bool isEntryName(const QByteArray &name);
/// `name` for people: invalid UTF-8, control and bidirectional formatting characters are replaced by visible
/// ones.
[[nodiscard]] QString displayName(const QByteArray &name);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::RemoteEntry)
