// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/accountsessions.h"
#include "accounts/accountregistry.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "sandbox/accountsession.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

using State = AccountSessions::State;

namespace {

constexpr int patienceMs = 30'000;
const auto localId = u"local"_s;

Account koyebAccount()
{
    return {
        .id = u"koyeb:1"_s,
        .kind = AccountKind::Koyeb,
        .host = QUrl(u"http://127.0.0.1:1"_s),
        .displayName = u"acme"_s};
}

} // namespace

class AccountSessionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
        m_settings = std::make_unique<QSettings>(m_folder->filePath(u"s.ini"_s), QSettings::IniFormat);
        m_registry = std::make_unique<AccountRegistry>(*m_settings);
        m_tokens = std::make_unique<TokenStore>(m_clock, u"test"_s);
        m_engine = std::make_unique<LocalEngineHost>(m_clock, LocalEngineHost::findProgram());
        m_sessions = std::make_unique<AccountSessions>(m_clock, *m_registry, *m_tokens, *m_engine);
    }

    void cleanup()
    {
        m_sessions.reset();
        m_engine.reset();
    }

    void thisComputerOpensWithTheEngineAndIsRemembered()
    {
        m_sessions->openLocal();
        QCOMPARE(m_sessions->state(localId), State::Opening);
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(localId), State::Open, patienceMs);
        QCOMPARE(m_sessions->session(localId)->host(), m_engine->info().url);
        QCOMPARE(m_registry->accounts(), QList<Account>({localAccount()}));
    }

    void anEngineThatDiesClosesTheSessionAndCanBeReopened()
    {
        m_sessions->openLocal();
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(localId), State::Open, patienceMs);
        const QSignalSpy closing(m_sessions.get(), &AccountSessions::sessionClosing);
        ::kill(static_cast<pid_t>(m_engine->processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(localId), State::Failed, patienceMs);
        QCOMPARE(closing.count(), 1);
        QVERIFY(!m_sessions->session(localId));
        QCOMPARE(m_sessions->error(localId).kind, ErrorKind::Local);
        m_sessions->reopen(localId);
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(localId), State::Open, patienceMs);
    }

    void removingThisComputerEndsTheEngineAndItCanComeBackAtOnce()
    {
        m_sessions->openLocal();
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(localId), State::Open, patienceMs);
        m_sessions->remove(localId);
        QVERIFY(m_sessions->accounts().isEmpty());
        QVERIFY(m_registry->accounts().isEmpty());
        QCOMPARE(m_engine->state(), LocalEngineHost::State::Stopping);
        m_sessions->openLocal();
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(localId), State::Open, patienceMs);
    }

    void anAddedAccountIsOpenAndItsTokenIsNotInTheSettings()
    {
        m_sessions->add(koyebAccount(), u"very-secret"_s);
        QCOMPARE(m_sessions->state(u"koyeb:1"_s), State::Open);
        m_settings->sync();
        QFile file(m_settings->fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto content = file.readAll();
        QVERIFY(content.contains("acme"));
        QVERIFY(!content.contains("very-secret"));
    }

    void aKnownAccountOpensWithItsKeptToken()
    {
        m_sessions->add(koyebAccount(), u"very-secret"_s);
        AccountSessions next(m_clock, *m_registry, *m_tokens, *m_engine);
        next.openKnown();
        QTRY_COMPARE_WITH_TIMEOUT(next.state(u"koyeb:1"_s), State::Open, patienceMs);
        QCOMPARE(next.session(u"koyeb:1"_s)->host(), koyebAccount().host);
    }

    void aKnownAccountWithoutATokenIsSignedOut()
    {
        m_registry->store(koyebAccount());
        m_sessions->openKnown();
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(u"koyeb:1"_s), State::SignedOut, patienceMs);
    }

    void aRemovedAccountIsForgottenWithItsToken()
    {
        m_sessions->add(koyebAccount(), u"very-secret"_s);
        const QSignalSpy removed(m_sessions.get(), &AccountSessions::accountRemoved);
        m_sessions->remove(u"koyeb:1"_s);
        QCOMPARE(removed.count(), 1);
        m_registry->store(koyebAccount());
        m_sessions->openKnown();
        QTRY_COMPARE_WITH_TIMEOUT(m_sessions->state(u"koyeb:1"_s), State::SignedOut, patienceMs);
    }

private:
    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<AccountRegistry> m_registry;
    std::unique_ptr<TokenStore> m_tokens;
    std::unique_ptr<LocalEngineHost> m_engine;
    std::unique_ptr<AccountSessions> m_sessions;
};

QTEST_GUILESS_MAIN(AccountSessionsTest)
#include "accountsessionstest.moc"
