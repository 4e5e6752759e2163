// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandboxcreation.h"

#include <QCoroTask>
#include <QObject>

#include <map>
#include <memory>
#include <optional>

namespace Koyeb {
class AccountSession;
}

namespace Koyeb::Desktop {

class SandboxTreeModel;

/// The sandboxes that this program is creating, or has failed to create and not been told to forget. While
/// it shows them in the tree, the sandboxes that came of them are not.
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
    /// The sandbox is gone, and with it the reason to tell that its creation failed.
    void forgetSandbox(const QString &sandboxId);
    /// Deletes what a failed creation may have left, of which nobody can tell; forgets the creation then.
    void cleanUp(const QString &creationId);
    /// The failed creation that left this sandbox; empty when none did.
    [[nodiscard]] QString failedCreationOf(const QString &sandboxId) const;
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
    void cleanUpFailed(const QString &creationId, const Koyeb::Error &error);
    void forgotten(const QString &creationId);

private:
    struct Entry {
        QString accountId;
        AccountSession *session = nullptr;
        std::unique_ptr<SandboxCreation> creation;
        std::optional<Error> failure;
        TaskScope scope;
    };

    void connectCreation(const QString &id, Entry &entry);
    QCoro::Task<void> runCleanUp(QString creationId, std::stop_token stop);

    SandboxTreeModel &m_tree;
    std::map<QString, Entry> m_entries;
};

} // namespace Koyeb::Desktop
