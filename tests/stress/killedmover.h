// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>

namespace Koyeb::Stress {

/// What a mover is told on its standard input: nothing secret among its arguments.
struct MoverOrder {
    QByteArray journal; ///< Path of the journal's file.
    QByteArray source;
    QByteArray targetDirectory;
    bool isUpload = true;
    bool isNew = true; ///< Nothing in the journal yet: ask for it.
    QString url;
    QString secret;
    QString routingKey;

    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static MoverOrder fromJson(const QJsonObject &object);
};

/// The transfers of the application without its windows: takes up what the journal holds, or begins what is
/// new, and ends when all has come to rest. Says on its standard output when it begins and how it ended.
/// Returns what the process is to return.
int runMover(const MoverOrder &order);

} // namespace Koyeb::Stress
