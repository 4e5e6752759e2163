// SPDX-License-Identifier: GPL-3.0-or-later
// What SandboxTreeModel is made of; for its own files.
#pragma once

#include "sandboxes/sandboxtreemodel.h"

namespace Koyeb::Desktop {

struct SandboxTreeModel::Node {
    NodeKind kind = NodeKind::Account;
    QString id;
    QString name;
    QString iconName;
    Node *parent = nullptr;
    AccountNodes *account = nullptr;
    int row = 0; ///< Kept right by append() and removeChild(): parent() must not search among 10,000.
    Children children = {};
    SandboxRecord record = {};
    QString sandboxId = {}; ///< Of a creation, once its sandbox is there.
    bool beingDeleted = false;
    bool failed = false;

    [[nodiscard]] bool holdsSandbox() const { return kind == NodeKind::Sandbox; }
    void renumberFrom(int first)
    {
        for (auto i = static_cast<std::size_t>(first); i < children.size(); ++i) {
            children[i]->row = static_cast<int>(i);
        }
    }
};

struct SandboxTreeModel::AccountNodes {
    Node *node = nullptr;
    Grouping grouping = Grouping::ByApp;
    AccountCondition condition = AccountCondition::Opening;
    QDateTime outdatedAsOf; ///< Valid while the list is old.
    QHash<QString, Node *> apps;
    QHash<QString, Node *> sandboxes;
    QHash<QString, Node *> creations;
    QHash<QString, Node *> creationsBySandbox;
    QHash<QString, SandboxRecord> withheld; ///< Listed, but shown by their creations.
};

} // namespace Koyeb::Desktop
