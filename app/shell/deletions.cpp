// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/deletions.h"

#include "accounts/accountsessions.h"
#include "sandbox/accountsession.h"
#include "sandboxes/deletedialog.h"

namespace Koyeb::Desktop {

Deletions::Deletions(AccountSessions &accounts, QWidget *window)
    : QObject(window), m_accounts(accounts), m_window(window)
{
}

Deletions::~Deletions() = default;

void Deletions::ask(const QString &accountId, const QString &sandboxId, const QString &name)
{
    auto *dialog = new DeleteDialog(name, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &DeleteDialog::confirmed, this, [this, accountId](const DeletionPlan &plan) {
        run(accountId, plan, m_scope.token());
    });
    dialog->open();
    lookUp(accountId, sandboxId, dialog, m_scope.token());
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

QCoro::Task<void> Deletions::run(QString accountId, DeletionPlan plan, std::stop_token stop)
{
    auto *session = m_accounts.session(accountId);
    if (!session) {
        co_return;
    }
    const QString sandboxId = plan.serviceId;
    const QString name = plan.serviceName;
    m_running.insert(sandboxId);
    Q_EMIT begun(accountId, sandboxId);
    const auto deleted = co_await deleteSandbox(session->api(), session->clock(), std::move(plan), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_running.remove(sandboxId);
    if (!deleted) {
        if (!deleted.error().isCancelled()) {
            Q_EMIT failed(accountId, sandboxId, name, deleted.error());
        }
        co_return;
    }
    Q_EMIT finished(accountId, sandboxId);
}

} // namespace Koyeb::Desktop
