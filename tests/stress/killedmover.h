// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "executor/executorclient.h"

#include <QByteArray>
#include <QJsonObject>

namespace Koyeb::Stress {

/// Where something is moved.
enum class MoverWay { Up, Down, Across };

/// What a mover is told on its standard input: nothing secret among its arguments.
struct MoverOrder {
    QByteArray journal; ///< Path of the journal's file.
    QByteArray spool;   ///< The folder by way of which files go from one sandbox to the other.
    QByteArray source;
    QByteArray targetDirectory;
    MoverWay way = MoverWay::Up;
    bool movesSource = false; ///< From one sandbox to the other.
    bool isNew = true;        ///< Nothing in the journal yet: ask for it.
    ExecutorEndpoint sandbox;
    ExecutorEndpoint other; ///< The target's, from one sandbox to the other.

    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static MoverOrder fromJson(const QJsonObject &object);
};

/// The transfers of the application without its windows: takes up what the journal holds, or begins what is
/// new, and ends when all has come to rest. Says on its standard output when it begins and how it ended.
/// Returns what the process is to return.
int runMover(const MoverOrder &order);

} // namespace Koyeb::Stress
