// SPDX-License-Identifier: Apache-2.0
#include "api/statuses.h"
#include "core/clock.h"
#include "sandbox/accountsession.h"
#include "sandbox/sandboxcreation.h"
#include "sandbox/sandboxdeletion.h"
#include "support/await.h"
#include "support/localengine.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// The whole life of a sandbox against the local engine.
class TestAccountSession : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    Testing::LocalEngine m_engine;
    std::unique_ptr<AccountSession> m_session;

    [[nodiscard]] std::unique_ptr<SandboxCreation> create(const QString &name)
    {
        SandboxOptions options;
        options.name = name;
        return std::make_unique<SandboxCreation>(m_session->api(), m_clock, options);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_engine.start(), qUtf8Printable(m_engine.errorText()));
        m_session = std::make_unique<AccountSession>(m_clock, m_engine.url(), m_engine.token());
    }
    void cleanupTestCase()
    {
        m_session.reset();
        m_engine.stop();
    }

    void aSandboxIsOneWhoeverOpensIt()
    {
        SandboxAccess access;
        access.serviceId = u"a"_s;
        access.deploymentId = u"1"_s;
        access.executor = {QUrl(u"http://127.0.0.1:9"_s), u"secret"_s, {}};
        auto sandbox = m_session->openSandbox(access);
        QCOMPARE(m_session->openSandbox(access), sandbox);
        auto later = access;
        later.deploymentId = u"2"_s;
        const auto updated = m_session->openSandbox(later);
        QVERIFY(updated != sandbox);
        QCOMPARE(m_session->openSandbox(later), updated);
        later.executor.secret = u"another"_s;
        QVERIFY(m_session->openSandbox(later) != updated);
        const std::weak_ptr<Sandbox> seen = sandbox;
        sandbox.reset();
        QVERIFY(seen.expired()); // The session keeps none alive.
    }

    void knowsWhoIsSignedIn()
    {
        const auto organization = await(m_session->api().currentOrganization({}));
        QVERIFY(organization && *organization);
        QVERIFY(!(*organization)->id.isEmpty());
        const auto regions = await(m_session->api().regions({}));
        QVERIFY(regions && *regions && !(*regions)->isEmpty());
        const auto types = await(m_session->api().instanceTypes({}));
        QVERIFY(types && *types && !(*types)->isEmpty());

        AccountSession stranger(m_clock, m_engine.url(), u"not-the-token"_s);
        const auto refused = await(stranger.api().currentOrganization({}));
        QVERIFY(refused && !*refused);
        QCOMPARE(refused->error().kind, ErrorKind::Unauthorized);
    }

    void makesUsesAndDeletesASandbox()
    {
        SandboxStore &store = m_session->store();
        QSignalSpy changes(&store, &SandboxStore::sandboxesChanged);
        store.start();
        QTRY_COMPARE(store.condition(), SandboxStore::Condition::Current);

        const auto creation = create(u"Journey Box"_s);
        QSignalSpy ready(creation.get(), &SandboxCreation::ready);
        QSignalSpy failed(creation.get(), &SandboxCreation::failed);
        connect(creation.get(), &SandboxCreation::serviceCreated, &store, &SandboxStore::expectChange);
        creation->start();
        QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty() || !failed.isEmpty(), 60'000);
        QVERIFY2(failed.isEmpty(), qUtf8Printable(failed.value(0).value(0).value<Error>().message));
        const QString id = creation->serviceId();
        QTRY_VERIFY_WITH_TIMEOUT(store.record(id), 20'000);
        QCOMPARE(store.record(id)->name, u"journey-box"_s);
        store.watch({id});
        QTRY_COMPARE_WITH_TIMEOUT(store.record(id)->deploymentStatus, DeploymentStatus::Healthy, 20'000);
        QCOMPARE(store.record(id)->region, u"na"_s);

        usesItsTerminal(id);

        const auto plan = await(planDeletion(m_session->api(), id, {}));
        QVERIFY(plan && *plan);
        QVERIFY((*plan)->appGoesToo);
        const auto deleted = await(deleteSandbox(m_session->api(), m_clock, **plan, {}), 60'000);
        QVERIFY(deleted && *deleted);
        store.expectChange(id);
        QTRY_VERIFY_WITH_TIMEOUT(!store.record(id), 20'000);
        const auto apps = await(m_session->api().apps({}, Priority::Foreground, {}));
        QVERIFY(apps && *apps && (*apps)->isEmpty());
        store.stop();
    }

    void tellsWhyADeploymentFailed()
    {
        QVERIFY(m_engine.misbehave({{u"fail_next_deployment"_s, u"No such image."_s}}));
        const auto creation = create(u"broken"_s);
        QSignalSpy ready(creation.get(), &SandboxCreation::ready);
        QSignalSpy failed(creation.get(), &SandboxCreation::failed);
        creation->start();
        QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty() || !failed.isEmpty(), 60'000);
        QCOMPARE(ready.size(), 0);
        const auto error = failed.first().first().value<Error>();
        QCOMPARE(error.kind, ErrorKind::Rejected);
        QVERIFY2(error.message.contains(u"No such image."_s), qUtf8Printable(error.message));
        const auto plan = await(planDeletion(m_session->api(), creation->serviceId(), {}));
        QVERIFY(plan && *plan);
        const auto deleted = await(deleteSandbox(m_session->api(), m_clock, **plan, {}), 60'000);
        QVERIFY(deleted && *deleted);
    }

private:
    void usesItsTerminal(const QString &id)
    {
        const std::unique_ptr<ExecChannel> channel(m_session->createExecChannel(nullptr));
        QByteArray output;
        connect(channel.get(), &ExecChannel::outputReceived, this, [&](const QByteArray &bytes) {
            output += bytes;
        });
        QSignalSpy exited(channel.get(), &ExecChannel::exited);
        ExecChannel::Start start;
        start.id = id;
        start.command = QStringList{u"/bin/sh"_s};
        start.columns = 97;
        start.rows = 31;
        channel->start(start);
        channel->sendInput("stty size; printf '\\377\\001|'; exit 7\n");
        QTRY_COMPARE_WITH_TIMEOUT(exited.size(), 1, 20'000);
        QCOMPARE(exited.first().first().toInt(), 7);
        QVERIFY2(output.contains("31 97"), output.constData());
        QVERIFY2(output.contains("\xff\x01|"), output.toHex().constData());
    }
};

QTEST_GUILESS_MAIN(TestAccountSession)
#include "test_accountsession.moc"
