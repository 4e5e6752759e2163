// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/statusface.h"
#include "sandbox/sandboxstore.h"

#include <QAbstractItemModel>
#include <QHash>

#include <memory>
#include <vector>

namespace Koyeb::Desktop {

/// Accounts, their apps and their sandboxes as a tree. Fed with change sets, which become inserts, moves,
/// removes and dataChanged, so that selection, expansion and scrolling survive every refresh. Unsorted: see
/// SandboxFilterModel.
class SandboxTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum class NodeKind {
        Account,
        App,
        Sandbox,
        Creation ///< A sandbox that this program is creating, or failed to; stands for the listed one too.
    };
    Q_ENUM(NodeKind)

    enum class Grouping {
        Flat, ///< Sandboxes stand directly below the account.
        ByApp
    };

    enum class AccountCondition {
        Opening,
        Loading,
        Current,
        Offline,
        Outdated, ///< The server answers, but not with the list.
        SignedOut,
        Failed
    };
    Q_ENUM(AccountCondition)

    enum Role {
        NodeKindRole = Qt::UserRole,
        AccountIdRole,
        IdRole,           ///< Of the node: account, app, sandbox or creation.
        NameRole,         ///< Raw, for sorting and filtering.
        StatusWordRole,   ///< Empty where there is nothing to say.
        AgeRole,          ///< "as of 3 minutes ago", of accounts whose list is old; empty otherwise.
        StatusToneRole,   ///< int of a Tone
        ServiceStatusRole ///< int of a ServiceStatus; sandboxes only.
    };

    explicit SandboxTreeModel(QObject *parent = nullptr);
    ~SandboxTreeModel() override;

    void addAccount(
        const QString &accountId, const QString &name, const QString &iconName, Grouping grouping);
    void removeAccount(const QString &accountId);
    /// `asOf`: when the list was last known to be right, for the conditions in which it is not.
    void setAccountCondition(
        const QString &accountId, AccountCondition condition, const QDateTime &asOf = {});
    /// All sandboxes of the account are unknown again, e.g. because its session ended.
    void clearSandboxes(const QString &accountId);
    void applyChanges(const QString &accountId, const SandboxChanges &changes);

    void addCreation(const QString &accountId, const QString &creationId, const QString &name);
    /// The sandbox that came of the creation. While the creation is shown, the sandbox is not.
    void setCreatedSandbox(const QString &accountId, const QString &creationId, const QString &sandboxId);
    void setCreationFailed(const QString &accountId, const QString &creationId);
    void removeCreation(const QString &accountId, const QString &creationId);
    /// Shows the sandbox as being deleted before the server says so.
    void setBeingDeleted(const QString &accountId, const QString &sandboxId, bool beingDeleted);

    [[nodiscard]] QModelIndex accountIndex(const QString &accountId) const;
    [[nodiscard]] QModelIndex sandboxIndex(const QString &accountId, const QString &sandboxId) const;
    [[nodiscard]] QModelIndex creationIndex(const QString &accountId, const QString &creationId) const;
    /// With those that only a creation shows.
    [[nodiscard]] int sandboxCount(const QString &accountId) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    struct Node;
    struct AccountNodes;
    using Children = std::vector<std::unique_ptr<Node>>;

    [[nodiscard]] static Node *nodeOf(const QModelIndex &index);
    [[nodiscard]] QModelIndex indexOf(const Node *node) const;
    [[nodiscard]] AccountNodes *account(const QString &accountId) const;
    [[nodiscard]] static StatusFace accountFace(AccountCondition condition);
    [[nodiscard]] StatusFace faceOf(const Node &node) const;
    [[nodiscard]] QVariant decorationOf(const Node &node) const;
    [[nodiscard]] static QString ageOf(const Node &node);
    [[nodiscard]] static QString toolTipOf(const Node &node, const StatusFace &face);
    [[nodiscard]] static QString accessibleTextOf(const Node &node, const StatusFace &face);

    void append(Node *parent, Children children);
    [[nodiscard]] Node *ensureApp(AccountNodes &account, const QString &appId, const QString &name);
    void removeChild(Node *node);
    void removeEmptyApp(AccountNodes &account, Node *app);
    void removeSandboxes(AccountNodes &account, const QStringList &ids);
    void changeSandbox(AccountNodes &account, const SandboxChanges::Changed &changed);
    void moveToApp(AccountNodes &account, Node *sandbox, const SandboxRecord &record);
    void addSandboxes(AccountNodes &account, const QList<SandboxRecord> &records);
    void touch(const Node *node, const QList<int> &roles = {});
    void touchBelow(const Node *node, const QList<int> &roles);

    std::unique_ptr<Node> m_root;
    QHash<QString, std::shared_ptr<AccountNodes>> m_accounts;
};

} // namespace Koyeb::Desktop
