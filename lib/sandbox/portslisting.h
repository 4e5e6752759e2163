// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QList>
#include <QStringList>

namespace Koyeb {

/// A TCP port on which something waits for connections.
struct ListeningPort {
    quint16 port = 0;      ///< 1 to 65535
    QStringList addresses; ///< e.g. `127.0.0.1`, `0.0.0.0`, `::`
    qint64 pid = 0;        ///< 0 where unknown
    QString process;       ///< Its command line, sanitised for people; may be empty
    friend bool operator==(const ListeningPort &, const ListeningPort &) = default;
};

/// A script that writes the tables of TCP sockets, who has which socket open, and command lines; the parts
/// are separated by lines of `boundary`, which is random so that no file name can imitate it.
[[nodiscard]] QString portsScript(const QByteArray &boundary);
/// What listens, sorted by port, one entry a port. The output is hostile: command lines are sanitised and
/// cut.
[[nodiscard]] Result<QList<ListeningPort>> parsePorts(const QByteArray &output, const QByteArray &boundary);

} // namespace Koyeb
