// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/deletions.h"

#include "accountfixture.h"
#include "sandboxes/deletedialog.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class DeletionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_accounts = std::make_unique<AccountFixture>();
        m_accounts->server().addSandbox(u"demo"_s);
        m_accounts->signIn(account);
        m_window = std::make_unique<QWidget>();
        m_window->show();
        m_deletions = new Deletions(m_accounts->sessions(), m_window.get());
    }

    void cleanup()
    {
        m_window.reset();
        m_accounts.reset();
    }

    void aConfirmedDeletionIsSeenThrough()
    {
        const QSignalSpy begun(m_deletions, &Deletions::begun);
        const QSignalSpy finished(m_deletions, &Deletions::finished);
        ask();
        QVERIFY(!m_deletions->isRunning(sandboxId));
        confirm();
        QCOMPARE(begun.count(), 1);
        QCOMPARE(begun.first(), QVariantList({account, sandboxId}));
        QVERIFY(m_deletions->isRunning(sandboxId));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QVERIFY(!m_deletions->isRunning(sandboxId));
        QVERIFY(m_accounts->server().services.isEmpty());
        QVERIFY(m_accounts->server().apps.isEmpty());
    }

    void nothingGoesBeforeItIsConfirmed()
    {
        const QSignalSpy begun(m_deletions, &Deletions::begun);
        ask();
        QTRY_VERIFY_WITH_TIMEOUT(deleteButton()->isEnabled(), patienceMs);
        dialog()->reject();
        QCOMPARE(begun.count(), 0);
        QCOMPARE(m_accounts->server().count("DELETE"), 0);
    }

    void aRefusalNamesTheSandbox()
    {
        m_accounts->server().interference =
            [](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            if (!line.startsWith("DELETE")) {
                return std::nullopt;
            }
            return ScriptedHttpServer::json(403, {{u"message"_s, u"not yours"_s}});
        };
        const QSignalSpy failed(m_deletions, &Deletions::failed);
        ask();
        confirm();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
        QCOMPARE(failed.first().at(2).toString(), u"demo"_s);
        QCOMPARE(failed.first().at(3).value<Error>().kind, ErrorKind::Forbidden);
        QVERIFY(!m_deletions->isRunning(sandboxId));
        QVERIFY(m_accounts->server().services.contains(sandboxId));
    }

    void whatCannotBeLookedUpIsNotDeleted()
    {
        m_accounts->server().services.clear();
        ask();
        auto *button = deleteButton();
        QTRY_VERIFY_WITH_TIMEOUT(
            m_accounts->server().count("GET /v1/services/" + sandboxId.toLatin1()) > 0, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(hasText(u"could not be looked up"_s), patienceMs);
        QVERIFY(!button->isEnabled());
    }

    void whatIsBeingDeletedIsNotAskedAboutAgain()
    {
        holdDeletion();
        ask();
        confirm();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
        m_deletions->ask(account, sandboxId, u"demo"_s);
        QVERIFY(!dialog());
    }

    void theQuestionEndsWithItsAccount()
    {
        ask();
        m_accounts->sessions().remove(account);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog(), patienceMs);
    }

    void aDeletionEndsSilentlyWithItsAccount()
    {
        holdDeletion();
        const QSignalSpy failed(m_deletions, &Deletions::failed);
        const QSignalSpy finished(m_deletions, &Deletions::finished);
        ask();
        confirm();
        QVERIFY(m_deletions->isRunning(sandboxId));
        m_accounts->sessions().remove(account);
        QVERIFY(!m_deletions->isRunning(sandboxId));
        QCOMPARE(failed.count() + finished.count(), 0);
    }

    void anAccountThatIsClosedHasNothingToDelete()
    {
        m_accounts->sessions().remove(account);
        m_deletions->ask(account, sandboxId, u"demo"_s);
        QVERIFY(!dialog());
    }

private:
    const QString account = u"acme"_s;
    const QString sandboxId = u"sdemo"_s;

    void ask()
    {
        m_deletions->ask(account, sandboxId, u"demo"_s);
        QVERIFY(dialog());
    }

    void confirm()
    {
        QTRY_VERIFY_WITH_TIMEOUT(deleteButton()->isEnabled(), patienceMs);
        deleteButton()->click();
    }

    /// The server takes the request and never answers.
    void holdDeletion()
    {
        m_accounts->server().interference =
            [](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            return line.startsWith("DELETE") ? std::optional(ScriptedHttpServer::hang()) : std::nullopt;
        };
    }

    [[nodiscard]] DeleteDialog *dialog() const { return m_window->findChild<DeleteDialog *>(); }

    [[nodiscard]] QPushButton *deleteButton() const
    {
        for (auto *button : dialog()->findChildren<QPushButton *>()) {
            if (button->text() == "Delete"_L1) {
                return button;
            }
        }
        qFatal("There is no such button.");
    }

    [[nodiscard]] bool hasText(const QString &words) const
    {
        const auto labels = dialog()->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&words](const auto *label) {
            return label->text().contains(words);
        });
    }

    std::unique_ptr<AccountFixture> m_accounts;
    std::unique_ptr<QWidget> m_window;
    Deletions *m_deletions = nullptr; ///< The window's.
};

QTEST_MAIN(DeletionsTest)
#include "deletionstest.moc"
