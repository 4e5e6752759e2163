// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandboxcreation.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>

namespace Koyeb {
class AccountSession;
}

namespace Koyeb::Desktop {

class SandboxTreeModel;

/// The sandboxes that this program is creating, or has failed to create and not been told to forget. Shows
/// them in the tree until the store lists them.
class Creations : public QObject {
    Q_OBJECT

public:
    /// `tree` outlives the object.
    explicit Creations(SandboxTreeModel &tree, QObject *parent = nullptr);
    ~Creations() override;

    /// Begins a creation and returns its id, which is this program's own. `session` outlives it or is
    /// announced as closing by forgetAccount().
    QString start(const QString &accountId, AccountSession &session, const SandboxOptions &options);
    void forget(const QString &creationId);
    void forgetAccount(const QString &accountId);
    /// Null when unknown.
    [[nodiscard]] const SandboxCreation *creation(const QString &creationId) const;
    /// Why it failed; no error before that, and when it is unknown.
    [[nodiscard]] std::optional<Error> failure(const QString &creationId) const;
    [[nodiscard]] QString accountOf(const QString &creationId) const;

Q_SIGNALS:
    void phaseChanged(
        const QString &creationId, Koyeb::SandboxCreation::Phase phase, Koyeb::DeploymentStatus deployment);
    /// It stays in the tree until it is forgotten.
    void ready(const QString &creationId, const QString &accountId, const QString &sandboxId);
    void failed(const QString &creationId, const Koyeb::Error &error);
    void forgotten(const QString &creationId);

private:
    struct Entry {
        QString accountId;
        std::unique_ptr<SandboxCreation> creation;
        std::optional<Error> failure;
    };

    void connectCreation(const QString &id, Entry &entry, AccountSession &session);

    SandboxTreeModel &m_tree;
    std::map<QString, Entry> m_entries;
};

} // namespace Koyeb::Desktop
