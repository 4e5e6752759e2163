// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/creations.h"

#include "sandbox/accountsession.h"
#include "sandbox/sandboxdeletion.h"
#include "sandboxes/sandboxtreemodel.h"

#include <QUuid>

#include <algorithm>

namespace Koyeb::Desktop {

Creations::Creations(SandboxTreeModel &tree, QObject *parent) : QObject(parent), m_tree(tree) {}

Creations::~Creations() = default;

QString Creations::start(const QString &accountId, AccountSession &session, const SandboxOptions &options)
{
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    Entry &entry = m_entries[id];
    entry.accountId = accountId;
    entry.session = &session;
    entry.creation = std::make_unique<SandboxCreation>(session.api(), session.clock(), options);
    m_tree.addCreation(accountId, id, entry.creation->options().name);
    connectCreation(id, entry);
    entry.creation->start();
    return id;
}

void Creations::connectCreation(const QString &id, Entry &entry)
{
    auto *creation = entry.creation.get();
    connect(
        creation, &SandboxCreation::phaseChanged, this,
        [this, id](SandboxCreation::Phase phase, DeploymentStatus deployment) {
            Q_EMIT phaseChanged(id, phase, deployment);
        });
    connect(creation, &SandboxCreation::serviceCreated, this, [this, id](const QString &sandboxId) {
        m_tree.setCreatedSandbox(accountOf(id), id, sandboxId);
    });
    connect(creation, &SandboxCreation::serviceCreated, &entry.session->store(), &SandboxStore::expectChange);
    connect(creation, &SandboxCreation::ready, this, [this, id](const SandboxAccess &access) {
        Q_EMIT ready(id, accountOf(id), access.serviceId);
    });
    connect(creation, &SandboxCreation::failed, this, [this, id](const Error &error) {
        if (const auto known = m_entries.find(id); known != m_entries.end()) {
            known->second.failure = error;
        }
        m_tree.setCreationFailed(accountOf(id), id);
        Q_EMIT failed(id, error);
    });
}

void Creations::forget(const QString &creationId)
{
    auto entry = m_entries.extract(creationId);
    if (entry.empty()) {
        return;
    }
    entry.mapped().creation->cancel();
    // It may be the one that is telling something right now.
    entry.mapped().creation.release()->deleteLater();
    m_tree.removeCreation(entry.mapped().accountId, creationId);
    Q_EMIT forgotten(creationId);
}

void Creations::forgetAccount(const QString &accountId)
{
    QStringList ids;
    for (const auto &[id, entry] : m_entries) {
        if (entry.accountId == accountId) {
            ids.append(id);
        }
    }
    for (const auto &id : std::as_const(ids)) {
        auto &entry = m_entries.at(id);
        entry.creation.reset(); // At once: what it works with goes now.
        m_entries.erase(id);
        m_tree.removeCreation(accountId, id);
        Q_EMIT forgotten(id);
    }
}

void Creations::forgetSandbox(const QString &sandboxId)
{
    forget(failedCreationOf(sandboxId));
}

QString Creations::failedCreationOf(const QString &sandboxId) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&sandboxId](const auto &entry) {
        const auto &creation = *entry.second.creation;
        return creation.serviceId() == sandboxId && creation.phase() == SandboxCreation::Phase::Failed;
    });
    return sandboxId.isEmpty() || found == m_entries.end() ? QString() : found->first;
}

void Creations::cleanUp(const QString &creationId)
{
    if (const auto entry = m_entries.find(creationId); entry != m_entries.end()) {
        runCleanUp(creationId, entry->second.scope.token());
    }
}

QCoro::Task<void> Creations::runCleanUp(QString creationId, std::stop_token stop)
{
    const Entry &entry = m_entries.at(creationId);
    auto &session = *entry.session;
    const auto removed = co_await deleteLeftover(
        session.api(), session.clock(), entry.creation->appName(), entry.creation->options().name, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (removed) {
        session.store().refresh();
        forget(creationId);
    } else {
        Q_EMIT cleanUpFailed(creationId, removed.error());
    }
}

const SandboxCreation *Creations::creation(const QString &creationId) const
{
    const auto entry = m_entries.find(creationId);
    return entry == m_entries.end() ? nullptr : entry->second.creation.get();
}

std::optional<Error> Creations::failure(const QString &creationId) const
{
    const auto entry = m_entries.find(creationId);
    return entry == m_entries.end() ? std::nullopt : entry->second.failure;
}

QString Creations::accountOf(const QString &creationId) const
{
    const auto entry = m_entries.find(creationId);
    return entry == m_entries.end() ? QString() : entry->second.accountId;
}

} // namespace Koyeb::Desktop
