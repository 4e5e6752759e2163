// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/remoteentry.h"

#include <QCoreApplication>
#include <QHash>
#include <QIcon>
#include <QMimeDatabase>

namespace Koyeb::Desktop {

/// What kind of file an entry is, for people: a name and an icon, from its type and the ending of its name.
/// Content is not looked at: it is in the sandbox.
class FileTypes {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::FileTypes)

public:
    [[nodiscard]] QString name(const RemoteEntry &entry) const;
    [[nodiscard]] QIcon icon(const RemoteEntry &entry) const;

private:
    struct Kind {
        QString name;
        QString iconName;
    };
    [[nodiscard]] const Kind &kindByEnding(const QByteArray &name) const;
    [[nodiscard]] QIcon themeIcon(const QString &iconName, const QString &fallback) const;

    QMimeDatabase m_database;
    // Looking up a MIME type costs microseconds, and a directory may have 100,000 files of five kinds.
    mutable QHash<QByteArray, Kind> m_kinds;
    mutable QHash<QString, QIcon> m_icons;
};

} // namespace Koyeb::Desktop
