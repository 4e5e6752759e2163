// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/deletions.h"

#include "accounts/accountsessions.h"
#include "sandbox/accountsession.h"
#include "sandboxes/deletedialog.h"

#include <algorithm>

namespace Koyeb::Desktop {

Deletions::Deletions(AccountSessions &accounts, QWidget *window)
    : QObject(window), m_accounts(accounts), m_window(window)
{
    connect(&accounts, &AccountSessions::sessionClosing, this, [this](const QString &accountId) {
        m_work.erase(accountId);
    });
}

Deletions::~Deletions() = default;

bool Deletions::isRunning(const QString &sandboxId) const
{
    return std::any_of(m_work.begin(), m_work.end(), [&sandboxId](const auto &entry) {
        return entry.second->running.contains(sandboxId);
    });
}

Deletions::Work &Deletions::workIn(const QString &accountId)
{
    auto &work = m_work[accountId];
    if (!work) {
        work = std::make_unique<Work>();
    }
    return *work;
}

void Deletions::ask(const QString &accountId, const QString &sandboxId, const QString &name)
{
    auto *session = m_accounts.session(accountId);
    if (!session || isRunning(sandboxId)) {
        return;
    }
    auto *dialog = new DeleteDialog(name, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &DeleteDialog::confirmed, this, [this, accountId](const DeletionPlan &plan) {
        run(accountId, plan);
    });
    // Without its account there is nothing left to ask about.
    connect(
        &m_accounts, &AccountSessions::sessionClosing, dialog, [dialog, accountId](const QString &closing) {
            if (closing == accountId) {
                dialog->reject();
            }
        });
    dialog->open();
    lookUp(accountId, sandboxId, dialog, workIn(accountId).scope.token());
}

QCoro::Task<void> Deletions::lookUp(
    QString accountId, QString sandboxId, QPointer<DeleteDialog> dialog, std::stop_token stop)
{
    auto *session = m_accounts.session(accountId);
    if (!session) {
        co_return;
    }
    const auto plan = co_await planDeletion(session->api(), sandboxId, stop);
    if (stop.stop_requested() || !dialog) {
        co_return;
    }
    if (plan) {
        dialog->showPlan(*plan);
    } else if (!plan.error().isCancelled()) {
        dialog->showFailure(plan.error());
    }
}

QCoro::Task<void> Deletions::run(QString accountId, DeletionPlan plan)
{
    auto *session = m_accounts.session(accountId);
    if (!session) {
        co_return; // The dialog closes with the session.
    }
    const auto stop = workIn(accountId).scope.token();
    const QString sandboxId = plan.serviceId;
    const QString name = plan.serviceName;
    workIn(accountId).running.append(sandboxId);
    Q_EMIT begun(accountId, sandboxId);
    const auto deleted = co_await deleteSandbox(session->api(), session->clock(), std::move(plan), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    workIn(accountId).running.removeAll(sandboxId);
    if (!deleted) {
        if (!deleted.error().isCancelled()) {
            Q_EMIT failed(accountId, sandboxId, name, deleted.error());
        }
        co_return;
    }
    Q_EMIT finished(accountId, sandboxId);
}

} // namespace Koyeb::Desktop
