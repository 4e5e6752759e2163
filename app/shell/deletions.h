// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandboxdeletion.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <map>
#include <memory>

class QWidget;

namespace Koyeb {
class AccountSession;
}

namespace Koyeb::Desktop {

class AccountSessions;
class DeleteDialog;

/// Deleting sandboxes: looks up what goes, asks, and sees it through.
class Deletions : public QObject {
    Q_OBJECT

public:
    /// `accounts` outlives the object; dialogs open on `window`.
    Deletions(AccountSessions &accounts, QWidget *window);
    ~Deletions() override;

    /// Opens the dialog.
    void ask(const QString &accountId, const QString &sandboxId, const QString &name);
    [[nodiscard]] bool isRunning(const QString &sandboxId) const;

Q_SIGNALS:
    /// The person confirmed; the sandbox is going.
    void begun(const QString &accountId, const QString &sandboxId);
    void failed(
        const QString &accountId, const QString &sandboxId, const QString &name, const Koyeb::Error &error);
    void finished(const QString &accountId, const QString &sandboxId);

private:
    QCoro::Task<void> lookUp(
        QString accountId, QString sandboxId, QPointer<DeleteDialog> dialog, std::stop_token stop);
    QCoro::Task<void> run(QString accountId, DeletionPlan plan);

    /// What happens in one account; ends with its session, on which all of it works.
    struct Work {
        QStringList running; ///< Ids of sandboxes.
        TaskScope scope;
    };
    [[nodiscard]] Work &workIn(const QString &accountId);

    AccountSessions &m_accounts;
    QWidget *m_window;
    std::map<QString, std::unique_ptr<Work>> m_work;
};

} // namespace Koyeb::Desktop
