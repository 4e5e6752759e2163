// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/filelistview.h"

#include <filesystem>

namespace Koyeb::Desktop {

/// The list of a folder of this computer. What is dragged out of it are files as any program takes them;
/// files of the sandbox may be dropped onto it.
class LocalFileView : public FileListView {
    Q_OBJECT

public:
    using FileListView::FileListView;

    /// The sandbox whose files are taken.
    void setSandboxId(const QString &sandboxId) { m_sandboxId = sandboxId; }
    [[nodiscard]] QList<std::filesystem::path> selectedLocalPaths() const;

Q_SIGNALS:
    void sandboxFilesDropped(const QList<QByteArray> &remotePaths, const std::filesystem::path &folder);

protected:
    void startDrag(Qt::DropActions supportedActions) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void hover(QDragMoveEvent *event);

    QString m_sandboxId;
};

} // namespace Koyeb::Desktop
