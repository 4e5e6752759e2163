// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandboxes/sandboxfiltermodel.h"
#include "sandboxes/sandboxtreemodel.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

#include <filesystem>

class QComboBox;
class QLabel;
class QLineEdit;

namespace Koyeb::Desktop {

class SandboxTreeView;

/// What is chosen in the tree.
struct TreeSelection {
    SandboxTreeModel::NodeKind kind = SandboxTreeModel::NodeKind::Account;
    QString accountId; ///< Empty: nothing is chosen.
    QString id;        ///< Of the node.

    [[nodiscard]] bool isEmpty() const { return accountId.isEmpty(); }
    [[nodiscard]] bool isSandbox() const { return !isEmpty() && kind == SandboxTreeModel::NodeKind::Sandbox; }
    friend bool operator==(const TreeSelection &, const TreeSelection &) = default;
};

/// The tree of sandboxes with its search field and status filter.
class SandboxTreePanel : public QWidget {
    Q_OBJECT

public:
    /// `model` outlives the panel.
    explicit SandboxTreePanel(SandboxTreeModel &model, QWidget *parent = nullptr);

    [[nodiscard]] TreeSelection selection() const { return m_selection; }
    /// `index` is of the tree model; an invalid one clears the selection.
    void select(const QModelIndex &index);
    void focusSearch();
    /// The sandboxes whose rows can be seen, by account: as many as the tree has room for.
    [[nodiscard]] QHash<QString, QStringList> visibleSandboxes() const;

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void selectionChanged(const Koyeb::Desktop::TreeSelection &selection);
    /// A person pointed at what is chosen already, to see it.
    void selectionConfirmed();
    /// Other rows can be seen, and have come to rest.
    void visibleSandboxesChanged();
    /// At this place of the screen; the row below it is the selection by then.
    void contextMenuRequested(const QPoint &position);
    /// Files of this computer are wanted in a sandbox.
    void filesDropped(
        const QString &accountId, const QString &sandboxId, const QList<std::filesystem::path> &sources);
    /// Files of another sandbox are, copied or moved.
    void sandboxFilesDropped(
        const QString &accountId, const QString &sandboxId, const QString &sourceSandboxId,
        const QList<QByteArray> &paths, bool moves);

private:
    void createSearch();
    void createTree();
    void connectModel();
    void watchRows();
    void tellVisibleSandboxes();
    void publishSelection();
    void reconcileSelection();
    [[nodiscard]] QModelIndex indexOf(const TreeSelection &selection) const;
    void showMatches();

    SandboxTreeModel &m_model;
    SandboxFilterModel m_filter;
    QLineEdit *m_search;
    QComboBox *m_status;
    SandboxTreeView *m_tree;
    QLabel *m_noMatches;
    TreeSelection m_selection;
    bool m_isRemoving = false;
    QTimer m_reconcile;
    QTimer m_rowsRest;
    QHash<QString, QStringList> m_toldVisible;
    QTimer m_minutes; // The age of an old list grows.
};

} // namespace Koyeb::Desktop
