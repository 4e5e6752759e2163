// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "accounts/accountregistry.h"
#include "accounts/accountsessions.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "lib/sandbox/fakecontrolplane.h"
#include "sandbox/accountsession.h"

#include <QSettings>
#include <QTemporaryDir>

namespace Koyeb::Desktop::Test {

using Koyeb::Test::FakeControlPlane;
using Koyeb::Test::ScriptedHttpServer;

/// Long enough for a loaded machine: only a failure takes it.
constexpr int patienceMs = 30'000;

/// Accounts at a control plane in the hands of the test, with settings of their own and no keychain.
class AccountFixture {
public:
    AccountFixture()
        : m_settings(m_folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat),
          m_registry(m_settings),
          m_tokens(m_clock, QStringLiteral("test")),
          m_engine(m_clock, {}),
          m_sessions(m_clock, m_registry, m_tokens, m_engine)
    {
    }

    [[nodiscard]] FakeControlPlane &server() { return m_server; }
    [[nodiscard]] AccountSessions &sessions() { return m_sessions; }
    [[nodiscard]] AccountSession &session(const QString &id) { return *m_sessions.session(id); }

    /// Signs in to the fake control plane; to another host when one is given.
    void signIn(const QString &id, const QUrl &host = {})
    {
        m_sessions.add(
            {.id = id,
             .kind = AccountKind::Koyeb,
             .host = host.isEmpty() ? m_server.url() : host,
             .displayName = id},
            QStringLiteral("token"));
    }

private:
    struct WithoutSessionBus {
        WithoutSessionBus() { qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"); }
    };

    WithoutSessionBus m_noKeychain;
    FakeControlPlane m_server;
    SystemClock m_clock;
    QTemporaryDir m_folder;
    QSettings m_settings;
    AccountRegistry m_registry;
    TokenStore m_tokens;
    LocalEngineHost m_engine;
    AccountSessions m_sessions;
};

} // namespace Koyeb::Desktop::Test
