// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QTreeView>

#include <filesystem>

namespace Koyeb::Desktop {

/// The tree of sandboxes. Files of other programs, and of other sandboxes, may be dropped onto a sandbox.
class SandboxTreeView : public QTreeView {
    Q_OBJECT

public:
    explicit SandboxTreeView(QWidget *parent = nullptr);

Q_SIGNALS:
    void filesDropped(const QModelIndex &sandbox, const QList<std::filesystem::path> &sources);
    /// Of another sandbox; with `moves` they are not wanted there any more.
    void sandboxFilesDropped(
        const QModelIndex &sandbox, const QString &sourceSandboxId, const QList<QByteArray> &paths,
        bool moves);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void drawRow(
        QPainter *painter, const QStyleOptionViewItem &options, const QModelIndex &index) const override;

private:
    [[nodiscard]] QModelIndex sandboxAt(const QPoint &position) const;
    /// Where it would be put; invalid when nowhere.
    [[nodiscard]] QModelIndex targetOf(const QDropEvent &event) const;
    void hover(QDragMoveEvent *event);
    void lightUp(const QModelIndex &sandbox);

    QPersistentModelIndex m_lit; // Invalid while nothing is held over a sandbox.
};

} // namespace Koyeb::Desktop
