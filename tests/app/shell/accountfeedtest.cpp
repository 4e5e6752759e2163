// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/accountfeed.h"

#include "accountfixture.h"
#include "app/sandboxes/treetext.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class AccountFeedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_accounts = std::make_unique<AccountFixture>();
        m_tree = std::make_unique<SandboxTreeModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_tree.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_feed = std::make_unique<AccountFeed>(m_accounts->sessions(), *m_tree);
    }

    void cleanup()
    {
        m_feed.reset();
        m_tester.reset();
        m_tree.reset();
        m_accounts.reset();
    }

    void whatTheServerListsIsInTheTreeBeforeItIsTold()
    {
        m_accounts->server().addSandbox(u"demo"_s);
        bool wasInTheTree = false;
        connect(m_feed.get(), &AccountFeed::sandboxesChanged, this, [&](const QString &account) {
            wasInTheTree = m_tree->sandboxIndex(account, u"sdemo"_s).isValid();
        });
        m_accounts->signIn(u"acme"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_tree->sandboxIndex(u"acme"_s, u"sdemo"_s).isValid(), patienceMs);
        QVERIFY(wasInTheTree);
        QCOMPARE(lines(), QStringList({u"acme"_s, u" demo"_s, u"  demo [Healthy]"_s}));
    }

    void accountsThatWereThereBeforeAreInTheTreeToo()
    {
        m_feed.reset();
        m_accounts->signIn(u"acme"_s);
        m_feed = std::make_unique<AccountFeed>(m_accounts->sessions(), *m_tree);
        QVERIFY(m_tree->accountIndex(u"acme"_s).isValid());
        QTRY_COMPARE_WITH_TIMEOUT(lines(), QStringList({u"acme"_s}), patienceMs);
    }

    void accountsAreKeptApart()
    {
        AccountFixture other;
        other.server().addSandbox(u"theirs"_s);
        m_accounts->server().addSandbox(u"ours"_s);
        m_accounts->signIn(u"one"_s);
        m_accounts->signIn(u"two"_s, other.server().url());
        QTRY_COMPARE_WITH_TIMEOUT(m_tree->sandboxCount(u"one"_s), 1, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_tree->sandboxCount(u"two"_s), 1, patienceMs);
        QVERIFY(m_tree->sandboxIndex(u"one"_s, u"sours"_s).isValid());
        QVERIFY(m_tree->sandboxIndex(u"two"_s, u"stheirs"_s).isValid());
    }

    void anAccountThatIsRemovedLeavesTheTree()
    {
        m_accounts->server().addSandbox(u"demo"_s);
        m_accounts->signIn(u"acme"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_tree->sandboxCount(u"acme"_s), 1, patienceMs);
        m_accounts->sessions().remove(u"acme"_s);
        QVERIFY(lines().isEmpty());
    }

    void theSandboxesOfAClosedSessionAreUnknownUntilTheNextOne()
    {
        m_accounts->server().addSandbox(u"demo"_s);
        m_accounts->signIn(u"acme"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_tree->sandboxCount(u"acme"_s), 1, patienceMs);
        m_accounts->sessions().reopen(u"acme"_s);
        QCOMPARE(m_tree->sandboxCount(u"acme"_s), 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_tree->sandboxCount(u"acme"_s), 1, patienceMs);
    }

    void aSessionThatIsToldTwiceIsFollowedOnce()
    {
        m_accounts->server().addSandbox(u"demo"_s);
        m_accounts->signIn(u"acme"_s);
        Q_EMIT m_accounts->sessions().stateChanged(u"acme"_s);
        const QSignalSpy changed(m_feed.get(), &AccountFeed::sandboxesChanged);
        QTRY_COMPARE_WITH_TIMEOUT(m_tree->sandboxCount(u"acme"_s), 1, patienceMs);
        int additions = 0;
        for (const auto &change : changed) {
            additions += static_cast<int>(change.at(1).value<SandboxChanges>().added.size());
        }
        QCOMPARE(additions, 1);
    }

    void aRefusedTokenShowsAtTheAccount()
    {
        m_accounts->server().interference = [](const QByteArray &) {
            return ScriptedHttpServer::json(401, {{u"message"_s, u"no"_s}});
        };
        const QSignalSpy told(m_feed.get(), &AccountFeed::conditionChanged);
        m_accounts->signIn(u"acme"_s);
        QTRY_VERIFY_WITH_TIMEOUT(condition() == SandboxStore::Condition::Failing, patienceMs);
        QVERIFY(!word().isEmpty());
        QVERIFY(told.count() > 0);
        m_accounts->server().interference = nullptr;
        m_accounts->session(u"acme"_s).store().refresh();
        QTRY_VERIFY_WITH_TIMEOUT(condition() == SandboxStore::Condition::Current, patienceMs);
        QVERIFY(word().isEmpty());
    }

private:
    [[nodiscard]] QStringList lines() const { return treeLines(*m_tree); }
    [[nodiscard]] SandboxStore::Condition condition() const
    {
        return m_accounts->session(u"acme"_s).store().condition();
    }
    [[nodiscard]] QString word() const
    {
        return m_tree->accountIndex(u"acme"_s).data(SandboxTreeModel::StatusWordRole).toString();
    }

    std::unique_ptr<AccountFixture> m_accounts;
    std::unique_ptr<SandboxTreeModel> m_tree;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    std::unique_ptr<AccountFeed> m_feed;
};

QTEST_MAIN(AccountFeedTest)
#include "accountfeedtest.moc"
