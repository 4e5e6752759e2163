// SPDX-License-Identifier: GPL-3.0-or-later
// What MainWindow does about texts that are not saved.
#include "accounts/accountsessions.h"
#include "editor/editorstrip.h"
#include "editor/externaledits.h"
#include "editor/lefteditsdialog.h"
#include "sandbox/accountsession.h"
#include "shell/mainwindow.h"

#include <QDesktopServices>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

#include <numeric>
#include <utility>

namespace Koyeb::Desktop {

QList<SandboxPage *> MainWindow::pagesOf(const QString &accountId) const
{
    QList<SandboxPage *> pages;
    for (auto *page : std::as_const(m_sandboxPages)) {
        const QString account = page->property("accountId").toString();
        if (accountId.isEmpty() ? account != localAccount().id : account == accountId) {
            pages.append(page);
        }
    }
    return pages;
}

qsizetype MainWindow::unsavedCount(const QList<SandboxPage *> &pages)
{
    return std::accumulate(pages.begin(), pages.end(), qsizetype{0}, [](qsizetype sum, SandboxPage *page) {
        return sum + page->editors().unsavedCount();
    });
}

void MainWindow::rescueTexts(SandboxPage &page)
{
    if (page.isBeingDeleted() || page.property("accountId").toString() == m_settledAccount) {
        return;
    }
    if (page.editors().leaveExternals()) {
        offerLeftEdits(m_scope.token());
    }
    const auto texts = page.editors().unsavedTexts();
    if (texts.isEmpty()) {
        return;
    }
    auto *dialog = new LostTextsDialog(page.record().name, texts, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QCoro::Task<void> MainWindow::offerLeftEdits(std::stop_token stop)
{
    struct Left {
        QList<LeftEdit> unsaved;
        QList<LeftEdit> open;
    };
    std::function<Result<Left>()> job = [base = externalEditsFolder()]() {
        Left left;
        left.unsaved = takeLeftEdits(base, &left.open);
        return Result<Left>(left);
    };
    const auto left = co_await m_disk.run(std::move(job), stop);
    if (stop.stop_requested() || !left) {
        co_return;
    }
    m_openEdits.watch(left->open);
    if (!left->unsaved.isEmpty()) {
        showLeftEdits(left->unsaved);
    }
}

void MainWindow::showLeftEdits(const QList<LeftEdit> &edits)
{
    auto *dialog = new LeftEditsDialog(edits, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &LeftEditsDialog::uploadRequested, this, [this, dialog](const LeftEdit &edit) {
        if (takeUp(edit)) {
            dialog->take(edit.folder);
        } else {
            tellSandboxes(); // It has gone meanwhile; the list says so.
        }
    });
    connect(dialog, &LeftEditsDialog::folderRequested, this, [](const QString &folder) {
        QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
    });
    dialog->show(); // Beside the window: one may have to sign in first.
    tellSandboxes();
}

void MainWindow::tellSandboxes()
{
    const auto dialogs = findChildren<LeftEditsDialog *>(QString(), Qt::FindDirectChildrenOnly);
    if (dialogs.isEmpty()) {
        return;
    }
    QStringList ids;
    const auto accounts = m_services.accounts.accounts();
    for (const auto &account : accounts) {
        if (auto *session = m_services.accounts.session(account.id)) {
            for (const auto &record : session->store().records()) {
                ids.append(record.id);
            }
        }
    }
    for (LeftEditsDialog *dialog : dialogs) {
        dialog->setSandboxes(ids);
    }
}

bool MainWindow::takeUp(const LeftEdit &edit)
{
    const QString account = accountOf(edit.record.sandboxId);
    auto *page = sandboxPage(account, edit.record.sandboxId);
    if (page == nullptr) {
        return false;
    }
    page->editors().takeUp(edit);
    selectSandbox(account, edit.record.sandboxId);
    page->showTab(SandboxPage::Tab::Files);
    return true;
}

bool MainWindow::settleUnsaved(const QList<SandboxPage *> &pages, const std::function<void()> &then)
{
    const auto count = static_cast<int>(unsavedCount(pages));
    if (count == 0) {
        then();
        return true;
    }
    auto *question = new QMessageBox(
        QMessageBox::Warning, tr("Changes that are not saved"),
        tr("%n open file(s) have changes that are not saved.", nullptr, count),
        QMessageBox::SaveAll | QMessageBox::Discard | QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setDefaultButton(QMessageBox::SaveAll);
    QList<QPointer<SandboxPage>> asked(pages.begin(), pages.end());
    connect(question->button(QMessageBox::Discard), &QAbstractButton::clicked, this, then);
    connect(question->button(QMessageBox::SaveAll), &QAbstractButton::clicked, this, [this, asked, then] {
        QList<SandboxPage *> left;
        for (const auto &page : asked) {
            if (page) {
                left.append(page);
            }
        }
        saveUnsaved(left, then);
    });
    question->open();
    return false;
}

void MainWindow::saveUnsaved(QList<SandboxPage *> pages, const std::function<void()> &then)
{
    const auto left = std::make_shared<qsizetype>(pages.size());
    const auto unsaved = std::make_shared<QPointer<SandboxPage>>();
    if (pages.isEmpty()) {
        then();
    }
    for (SandboxPage *page : std::as_const(pages)) {
        page->editors().saveAll(
            [this, page = QPointer<SandboxPage>(page), left, unsaved, then](bool isPageSaved) {
                if (!isPageSaved) {
                    *unsaved = page;
                }
                if (--*left > 0) {
                    return;
                }
                if (SandboxPage *asking = *unsaved) { // There, it is said why.
                    selectSandbox(asking->property("accountId").toString(), asking->record().id);
                    asking->showTab(SandboxPage::Tab::Files);
                } else {
                    then();
                }
            });
    }
}

bool MainWindow::askAboutUnsaved()
{
    if (std::exchange(m_isUnsavedSettled, false)) {
        return false;
    }
    // Those on this computer end with their sandboxes.
    const auto pages = pagesOf({});
    return unsavedCount(pages) > 0 && !settleUnsaved(pages, [this] {
               m_isUnsavedSettled = true;
               close();
           });
}

} // namespace Koyeb::Desktop
