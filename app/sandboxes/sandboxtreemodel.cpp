// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxtreenodes.h"

#include <algorithm>
#include <map>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

SandboxTreeModel::SandboxTreeModel(QObject *parent)
    : QAbstractItemModel(parent), m_root(std::make_unique<Node>())
{
}

SandboxTreeModel::~SandboxTreeModel() = default;

SandboxTreeModel::Node *SandboxTreeModel::nodeOf(const QModelIndex &index)
{
    return static_cast<Node *>(index.internalPointer());
}

QModelIndex SandboxTreeModel::indexOf(const Node *node) const
{
    return node == nullptr || node == m_root.get() ? QModelIndex() : createIndex(node->row, 0, node);
}

SandboxTreeModel::AccountNodes *SandboxTreeModel::account(const QString &accountId) const
{
    return m_accounts.value(accountId).get();
}

QModelIndex SandboxTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    const auto *node = parent.isValid() ? nodeOf(parent) : m_root.get();
    return createIndex(row, column, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex SandboxTreeModel::parent(const QModelIndex &child) const
{
    return child.isValid() ? indexOf(nodeOf(child)->parent) : QModelIndex();
}

int SandboxTreeModel::rowCount(const QModelIndex &parent) const
{
    if (parent.column() > 0) {
        return 0;
    }
    const auto *node = parent.isValid() ? nodeOf(parent) : m_root.get();
    return static_cast<int>(node->children.size());
}

int SandboxTreeModel::columnCount(const QModelIndex & /*parent*/) const
{
    return 1;
}

QModelIndex SandboxTreeModel::accountIndex(const QString &accountId) const
{
    const auto *nodes = account(accountId);
    return nodes ? indexOf(nodes->node) : QModelIndex();
}

QModelIndex SandboxTreeModel::sandboxIndex(const QString &accountId, const QString &sandboxId) const
{
    const auto *nodes = account(accountId);
    return nodes ? indexOf(nodes->sandboxes.value(sandboxId)) : QModelIndex();
}

QModelIndex SandboxTreeModel::creationIndex(const QString &accountId, const QString &creationId) const
{
    const auto *nodes = account(accountId);
    return nodes ? indexOf(nodes->creations.value(creationId)) : QModelIndex();
}

int SandboxTreeModel::sandboxCount(const QString &accountId) const
{
    const auto *nodes = account(accountId);
    return nodes ? static_cast<int>(nodes->sandboxes.size() + nodes->withheld.size()) : 0;
}

void SandboxTreeModel::addAccount(
    const QString &accountId, const QString &name, const QString &iconName, Grouping grouping)
{
    if (m_accounts.contains(accountId)) {
        return;
    }
    auto nodes = std::make_shared<AccountNodes>();
    auto node = std::make_unique<Node>();
    *node = {
        .kind = NodeKind::Account,
        .id = accountId,
        .name = name,
        .iconName = iconName,
        .account = nodes.get()};
    nodes->node = node.get();
    nodes->grouping = grouping;
    m_accounts.insert(accountId, nodes);
    Children children;
    children.push_back(std::move(node));
    append(m_root.get(), std::move(children));
}

void SandboxTreeModel::removeAccount(const QString &accountId)
{
    if (auto *nodes = account(accountId)) {
        removeChild(nodes->node);
        m_accounts.remove(accountId);
    }
}

void SandboxTreeModel::setAccountCondition(
    const QString &accountId, AccountCondition condition, const QDateTime &asOf)
{
    auto *nodes = account(accountId);
    if (nodes == nullptr || (nodes->condition == condition && nodes->outdatedAsOf == asOf)) {
        return;
    }
    nodes->condition = condition;
    const bool fades = nodes->outdatedAsOf.isValid() != asOf.isValid();
    nodes->outdatedAsOf = asOf;
    touch(nodes->node);
    if (fades) {
        touchBelow(nodes->node, {Qt::DecorationRole, Qt::ForegroundRole});
    }
}

void SandboxTreeModel::clearSandboxes(const QString &accountId)
{
    if (auto *nodes = account(accountId)) {
        nodes->withheld.clear();
        removeSandboxes(*nodes, nodes->sandboxes.keys());
    }
}

void SandboxTreeModel::applyChanges(const QString &accountId, const SandboxChanges &changes)
{
    auto *nodes = account(accountId);
    if (nodes == nullptr) {
        return;
    }
    for (const auto &id : changes.removed) {
        nodes->withheld.remove(id);
    }
    removeSandboxes(*nodes, changes.removed);
    for (const auto &changed : changes.changed) {
        changeSandbox(*nodes, changed);
    }
    addSandboxes(*nodes, changes.added);
    if (!changes.added.isEmpty() || !changes.removed.isEmpty()) {
        touch(nodes->node);
    }
}

void SandboxTreeModel::append(Node *parent, Children children)
{
    if (children.empty()) {
        return;
    }
    const auto first = static_cast<int>(parent->children.size());
    beginInsertRows(indexOf(parent), first, first + static_cast<int>(children.size()) - 1);
    for (auto &child : children) {
        child->parent = parent;
        parent->children.push_back(std::move(child));
    }
    parent->renumberFrom(first);
    endInsertRows();
}

void SandboxTreeModel::removeChild(Node *node)
{
    auto *parent = node->parent;
    const auto row = node->row;
    beginRemoveRows(indexOf(parent), row, row);
    parent->children.erase(parent->children.begin() + row);
    parent->renumberFrom(row);
    endRemoveRows();
}

void SandboxTreeModel::removeEmptyApp(AccountNodes &account, Node *app)
{
    if (app->kind == NodeKind::App && app->children.empty()) {
        account.apps.remove(app->id);
        removeChild(app);
    }
}

void SandboxTreeModel::removeSandboxes(AccountNodes &account, const QStringList &ids)
{
    QHash<Node *, QList<int>> rowsByParent;
    for (const auto &id : ids) {
        if (const auto *node = account.sandboxes.take(id)) {
            rowsByParent[node->parent].append(node->row);
        }
    }
    for (auto group = rowsByParent.begin(); group != rowsByParent.end(); ++group) {
        auto *parent = group.key();
        auto &rows = group.value();
        std::ranges::sort(rows, std::greater());
        // From the end, by contiguous runs, so that the rows still to go keep their numbers.
        for (qsizetype i = 0; i < rows.size();) {
            const auto last = rows.at(i);
            auto first = last;
            while (++i < rows.size() && rows.at(i) == first - 1) {
                first = rows.at(i);
            }
            beginRemoveRows(indexOf(parent), first, last);
            parent->children.erase(parent->children.begin() + first, parent->children.begin() + last + 1);
            parent->renumberFrom(first);
            endRemoveRows();
        }
        removeEmptyApp(account, parent);
    }
}

SandboxTreeModel::Node *SandboxTreeModel::ensureApp(
    AccountNodes &account, const QString &appId, const QString &name)
{
    if (account.grouping == Grouping::Flat) {
        return account.node;
    }
    auto *&app = account.apps[appId];
    if (app == nullptr) {
        auto node = std::make_unique<Node>();
        *node = {.kind = NodeKind::App, .id = appId, .name = name, .iconName = u"app"_s, .account = &account};
        app = node.get();
        Children children;
        children.push_back(std::move(node));
        append(account.node, std::move(children));
    }
    return app;
}

void SandboxTreeModel::changeSandbox(AccountNodes &account, const SandboxChanges::Changed &changed)
{
    if (const auto withheld = account.withheld.find(changed.record.id); withheld != account.withheld.end()) {
        *withheld = changed.record;
    }
    auto *node = account.sandboxes.value(changed.record.id);
    if (node == nullptr) {
        return;
    }
    if (changed.fields.testFlag(SandboxField::App)) {
        moveToApp(account, node, changed.record);
    }
    node->record = changed.record;
    node->name = changed.record.name;
    QList<int> roles{Qt::ToolTipRole, Qt::AccessibleTextRole};
    if (changed.fields.testFlag(SandboxField::Name)) {
        roles << Qt::DisplayRole << NameRole;
    }
    if (changed.fields.testFlag(SandboxField::Status)) {
        roles << Qt::DecorationRole << StatusWordRole << StatusToneRole << ServiceStatusRole;
    }
    touch(node, roles);
}

void SandboxTreeModel::moveToApp(AccountNodes &account, Node *sandbox, const SandboxRecord &record)
{
    auto *from = sandbox->parent;
    auto *to = ensureApp(account, record.appId, record.appName);
    if (to->kind == NodeKind::App && to->name != record.appName) {
        to->name = record.appName;
        touch(to);
    }
    if (from == to) {
        return;
    }
    const auto row = sandbox->row;
    const auto target = static_cast<int>(to->children.size());
    beginMoveRows(indexOf(from), row, row, indexOf(to), target);
    to->children.push_back(std::move(from->children[static_cast<std::size_t>(row)]));
    from->children.erase(from->children.begin() + row);
    from->renumberFrom(row);
    sandbox->parent = to;
    sandbox->row = target;
    endMoveRows();
    removeEmptyApp(account, from);
}

void SandboxTreeModel::addSandboxes(AccountNodes &account, const QList<SandboxRecord> &records)
{
    std::map<QString, Children> byApp; // Children move only, which QHash does not take.
    QHash<QString, QString> appNames;
    for (const auto &record : records) {
        if (account.sandboxes.contains(record.id)) {
            continue;
        }
        if (account.creationsBySandbox.contains(record.id)) {
            account.withheld.insert(record.id, record);
            continue;
        }
        auto node = std::make_unique<Node>();
        *node = {
            .kind = NodeKind::Sandbox,
            .id = record.id,
            .name = record.name,
            .iconName = {},
            .account = &account,
            .record = record};
        account.sandboxes.insert(record.id, node.get());
        const auto app = account.grouping == Grouping::Flat ? QString() : record.appId;
        appNames.insert(app, record.appName);
        byApp[app].push_back(std::move(node));
    }
    for (auto &[app, children] : byApp) {
        append(ensureApp(account, app, appNames.value(app)), std::move(children));
    }
}

void SandboxTreeModel::addCreation(const QString &accountId, const QString &creationId, const QString &name)
{
    auto *nodes = account(accountId);
    if (nodes == nullptr || nodes->creations.contains(creationId)) {
        return;
    }
    auto node = std::make_unique<Node>();
    *node = {.kind = NodeKind::Creation, .id = creationId, .name = name, .iconName = {}, .account = nodes};
    nodes->creations.insert(creationId, node.get());
    Children children;
    children.push_back(std::move(node));
    append(nodes->node, std::move(children));
}

void SandboxTreeModel::setCreatedSandbox(
    const QString &accountId, const QString &creationId, const QString &sandboxId)
{
    auto *nodes = account(accountId);
    auto *node = nodes ? nodes->creations.value(creationId) : nullptr;
    if (node == nullptr) {
        return;
    }
    node->sandboxId = sandboxId;
    nodes->creationsBySandbox.insert(sandboxId, node);
    if (const auto *listed = nodes->sandboxes.value(sandboxId)) {
        nodes->withheld.insert(sandboxId, listed->record);
        removeSandboxes(*nodes, {sandboxId});
    }
}

void SandboxTreeModel::setCreationFailed(const QString &accountId, const QString &creationId)
{
    auto *nodes = account(accountId);
    if (auto *node = nodes ? nodes->creations.value(creationId) : nullptr) {
        node->failed = true;
        touch(node);
    }
}

void SandboxTreeModel::removeCreation(const QString &accountId, const QString &creationId)
{
    auto *nodes = account(accountId);
    auto *node = nodes ? nodes->creations.take(creationId) : nullptr;
    if (node == nullptr) {
        return;
    }
    const QString sandboxId = node->sandboxId;
    const bool beingDeleted = node->beingDeleted;
    nodes->creationsBySandbox.remove(sandboxId);
    removeChild(node);
    if (nodes->withheld.contains(sandboxId)) {
        addSandboxes(*nodes, {nodes->withheld.take(sandboxId)});
        setBeingDeleted(accountId, sandboxId, beingDeleted);
    }
}

void SandboxTreeModel::setBeingDeleted(const QString &accountId, const QString &sandboxId, bool beingDeleted)
{
    auto *nodes = account(accountId);
    if (nodes == nullptr) {
        return;
    }
    auto *sandbox = nodes->sandboxes.value(sandboxId);
    if (auto *node = sandbox ? sandbox : nodes->creationsBySandbox.value(sandboxId)) {
        node->beingDeleted = beingDeleted;
        touch(node);
    }
}

void SandboxTreeModel::touch(const Node *node, const QList<int> &roles)
{
    const auto index = indexOf(node);
    Q_EMIT dataChanged(index, index, roles);
}

void SandboxTreeModel::touchBelow(const Node *node, const QList<int> &roles)
{
    if (node->children.empty()) {
        return;
    }
    Q_EMIT dataChanged(indexOf(node->children.front().get()), indexOf(node->children.back().get()), roles);
    for (const auto &child : node->children) {
        touchBelow(child.get(), roles);
    }
}

} // namespace Koyeb::Desktop
