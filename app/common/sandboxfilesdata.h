// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QMimeData>

namespace Koyeb::Desktop {

/// Files and folders of a sandbox on the clipboard or being dragged. They are recognised by this class, thus
/// only within the program: nothing that another program offers can make us move files in a sandbox. To
/// others they are text, the paths, at most.
class SandboxFilesData : public QMimeData {
    Q_OBJECT

public:
    /// The type by which it is announced; there is nothing to be read of it.
    static const QString mimeType;
    enum class Purpose { Copy, Cut };

    SandboxFilesData(const QString &sandboxId, const QList<QByteArray> &paths, Purpose purpose);

    [[nodiscard]] const QString &sandboxId() const { return m_sandboxId; }
    [[nodiscard]] const QList<QByteArray> &paths() const { return m_paths; }
    [[nodiscard]] Purpose purpose() const { return m_purpose; }
    /// Whether something would be put where it is already, or into itself.
    [[nodiscard]] bool comesFrom(const QByteArray &directory) const;
    [[nodiscard]] bool contains(const QByteArray &directory) const;

private:
    QString m_sandboxId;
    QList<QByteArray> m_paths;
    Purpose m_purpose;
};

} // namespace Koyeb::Desktop
