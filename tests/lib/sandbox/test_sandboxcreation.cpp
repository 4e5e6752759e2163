// SPDX-License-Identifier: Apache-2.0
#include "creationsetup.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Setup = CreationSetup;
using Answer = std::optional<ScriptedHttpServer::Answer>;

} // namespace

Q_DECLARE_METATYPE(ScriptedHttpServer::Answer)

class TestSandboxCreation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesASandboxAndWaitsUntilItAnswers()
    {
        Setup setup;
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
        QCOMPARE(
            setup.phases, (QList{
                              Phase::CreatingApp, Phase::CreatingService, Phase::Deploying,
                              Phase::WaitingForExecutor, Phase::Ready}));
        QCOMPARE(setup.creation.serviceId(), u"sbox"_s);
        QCOMPARE(setup.created.size(), 1);

        QVERIFY(setup.appName().startsWith(u"sandbox-app-box-"_s));
        const auto service = setup.server.bodyOf("POST /v1/services");
        QCOMPARE(service[u"app_id"_s].toString(), u'a' + setup.appName());
        QCOMPARE(service[u"definition"_s][u"name"_s].toString(), u"box"_s);
        QCOMPARE(service[u"definition"_s][u"env"_s][0][u"value"_s].toString().size(), 43);

        const auto &access = setup.ready.first();
        QCOMPARE(access.serviceId, u"sbox"_s);
        QCOMPARE(access.executor.baseUrl, QUrl(setup.server.url().toString() + u"/koyeb-sandbox"_s));
        QCOMPARE(access.executor.secret, u"geheim"_s);
        QCOMPARE(access.executor.routingKey, u"key"_s);
        QCOMPARE(access.publicUrl, QUrl(setup.server.url().toString() + u"/r/key/"_s));
    }

    void waitsForTheDeploymentAndThenTheExecutor()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"PENDING"_s;
        setup.server.executorAnswers = false;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count("GET /v1/deployments/dbox") >= 3; }));
        QCOMPARE(setup.creation.phase(), Phase::Deploying);
        QCOMPARE(setup.server.count("GET /koyeb-sandbox/health"), 0);
        setup.server.setDeployment(u"dbox"_s, u"status"_s, u"HEALTHY"_s);
        QVERIFY(setup.turnsUntil([&] { return setup.server.count("GET /koyeb-sandbox/health") >= 3; }));
        QCOMPARE(setup.creation.phase(), Phase::WaitingForExecutor);
        QVERIFY(setup.ready.isEmpty());
        setup.server.executorAnswers = true;
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
    }

    void wakesASandboxThatSleepsAlready()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"SLEEPING"_s;
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
    }

    void failsAtOnceWithTheWordsOfAFinalDeployment_data()
    {
        QTest::addColumn<QString>("status");
        for (const char *status : {"ERROR", "ERRORING", "CANCELED", "STOPPED", "STASHED"}) {
            QTest::newRow(status) << QString::fromLatin1(status);
        }
    }
    void failsAtOnceWithTheWordsOfAFinalDeployment()
    {
        QFETCH(const QString, status);
        Setup setup;
        setup.server.newDeploymentStatus = status;
        setup.server.loss = [&](const QByteArray &line) -> Answer {
            if (line == "POST /v1/services") {
                setup.server.setDeployment(
                    u"dbox"_s, u"messages"_s, QJsonArray{u"Image not found."_s, u"Give up."_s});
            }
            return std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.failed.size(), 1);
        QCOMPARE(setup.error().kind, ErrorKind::Rejected);
        QCOMPARE(setup.error().message, u"Image not found. Give up."_s);
        QCOMPARE(setup.creation.phase(), Phase::Failed);
        QCOMPARE(setup.creation.serviceId(), u"sbox"_s);
        QCOMPARE(setup.creation.leftover(), Leftover::Exists);
        QCOMPARE(setup.server.count("GET /v1/deployments/"), 1);
    }

    void followsADeploymentThatReplacesTheFirst()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count("GET /v1/deployments/dbox") >= 2; }));
        setup.server.setDeployment(u"dbox"_s, u"status"_s, u"STOPPED"_s);
        setup.server.addDeployment(u"dsecond"_s, u"HEALTHY"_s);
        setup.server.setService(u"sbox"_s, u"latest_deployment_id"_s, u"dsecond"_s);
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
        QCOMPARE(setup.ready.first().deploymentId, u"dsecond"_s);
    }

    void looksBeforeItConcludesThatACreationFailed_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<ScriptedHttpServer::Answer>("answer");
        for (const char *line : {"POST /v1/apps", "POST /v1/services"}) {
            QTest::addRow("%s, cut", line) << QByteArray(line) << ScriptedHttpServer::cut();
            QTest::addRow("%s, bad gateway", line) << QByteArray(line) << ScriptedHttpServer::text(502, "");
            QTest::addRow("%s, nonsense", line)
                << QByteArray(line) << ScriptedHttpServer::text(200, "<html></html>");
        }
    }
    void looksBeforeItConcludesThatACreationFailed()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const ScriptedHttpServer::Answer, answer);
        Setup setup;
        setup.server.loss = [=](const QByteArray &seen) {
            return seen == line ? Answer(answer) : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
        QCOMPARE(setup.server.count("POST /v1/apps"), 1);
        QCOMPARE(setup.server.count("POST /v1/services"), 1);
        QCOMPARE(setup.server.apps.size(), 1);
        QCOMPARE(setup.server.services.size(), 1);
    }

    void failsWhenALostCreationDidNotHappen()
    {
        Setup setup;
        setup.server.interference = [](const QByteArray &line) {
            return line == "POST /v1/services" ? Answer(ScriptedHttpServer::cut()) : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::Offline);
        QCOMPARE(setup.server.count("POST /v1/services"), 1);
        QVERIFY(setup.server.apps.isEmpty()); // It leaves no empty app behind.
        QVERIFY(setup.creation.serviceId().isEmpty());
        QCOMPARE(setup.creation.leftover(), Leftover::None);
    }

    void removesItsAppWhenTheSandboxIsRefused()
    {
        Setup setup;
        setup.server.addApp(u"somebody-elses"_s);
        setup.server.interference = [](const QByteArray &line) {
            const QJsonObject field{{u"field"_s, u"definition.docker.image"_s}, {u"description"_s, u"no"_s}};
            return line == "POST /v1/services"
                       ? Answer(ScriptedHttpServer::json(400, {{u"fields"_s, QJsonArray{field}}}))
                       : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::Invalid);
        QCOMPARE(setup.error().fields.value(0).field, u"definition.docker.image"_s);
        QCOMPARE(setup.server.apps.keys(), QStringList{u"asomebody-elses"_s});
    }

    void leavesAloneWhatItCannotSee()
    {
        // The service may exist: with the app it would be lost.
        Setup setup;
        bool isFirst = true;
        setup.server.interference = [&isFirst](const QByteArray &line) -> Answer {
            if (!line.contains("/v1/services")) {
                return std::nullopt;
            }
            return std::exchange(isFirst, false) ? ScriptedHttpServer::cut()
                                                 : ScriptedHttpServer::text(403, "");
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::Offline);
        QCOMPARE(setup.server.count("DELETE"), 0);
        QCOMPARE(setup.creation.leftover(), Leftover::Unknown);
        QCOMPARE(setup.creation.appName(), setup.appName());
    }

    void doesNotKnowOfAnAppThatItCannotLookFor()
    {
        Setup setup;
        bool isFirst = true;
        setup.server.interference = [&isFirst](const QByteArray &line) -> Answer {
            if (!line.contains("/v1/apps")) {
                return std::nullopt;
            }
            return std::exchange(isFirst, false) ? ScriptedHttpServer::cut()
                                                 : ScriptedHttpServer::text(403, "");
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.creation.leftover(), Leftover::Unknown);
    }

    void saysThatItsAppMayStayWhenItCannotBeRemoved()
    {
        Setup setup;
        setup.server.interference = [](const QByteArray &line) -> Answer {
            if (line == "POST /v1/services") {
                return ScriptedHttpServer::json(400, {{u"message"_s, u"no"_s}});
            }
            return line.startsWith("DELETE") ? Answer(ScriptedHttpServer::text(403, "")) : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().message, u"no"_s);
        QCOMPARE(setup.creation.leftover(), Leftover::Unknown);
    }

    void refusesTheUsersSecretBeforeAnythingIsMade()
    {
        SandboxOptions options = named(u"box"_s);
        options.environment = {{u"SANDBOX_SECRET"_s, u"x"_s, {}}};
        Setup setup(options);
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::Invalid);
        QVERIFY(setup.server.lines().isEmpty());
    }

    void noticesThatTheSandboxIsDeletedMeanwhile()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count("GET /v1/deployments/dbox") >= 2; }));
        setup.server.services.clear();
        setup.server.deployments.clear();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::NotFound);
        QCOMPARE(setup.creation.leftover(), Leftover::None);
    }

    void survivesATimeWithoutAnswers()
    {
        Setup setup;
        RetryPolicy once;
        once.maximumAttempts = 1;
        setup.http.setRetryPolicy(once);
        int left = 5;
        setup.server.interference = [&left](const QByteArray &line) {
            return line.startsWith("GET") && left-- > 0 ? Answer(ScriptedHttpServer::text(503, ""))
                                                        : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
    }

    void putsASandboxIntoAnAppThatIsThere()
    {
        SandboxOptions options = named(u"box"_s);
        options.appId = u"amine"_s;
        options.deleteAfterDelay = 1h;
        options.deleteAfterInactivity = 30min;
        Setup setup(options);
        setup.server.addApp(u"mine"_s);
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.ready.size(), 1);
        QCOMPARE(setup.server.count("POST /v1/apps"), 0);
        const auto service = setup.server.bodyOf("POST /v1/services");
        QCOMPARE(service[u"app_id"_s].toString(), u"amine"_s);
        QCOMPARE(service[u"life_cycle"_s][u"delete_after_create"_s].toInt(), 3600);
        QCOMPARE(service[u"life_cycle"_s][u"delete_after_sleep"_s].toInt(), 1800);
    }

    void leavesAGivenAppAloneWhenTheSandboxIsRefused()
    {
        SandboxOptions options = named(u"box"_s);
        options.appId = u"amine"_s;
        Setup setup(options);
        setup.server.addApp(u"mine"_s);
        setup.server.interference = [](const QByteArray &line) {
            return line == "POST /v1/services" ? Answer(ScriptedHttpServer::text(400, "")) : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::Invalid);
        QCOMPARE(setup.server.count("DELETE"), 0);
    }

    void doesNotTakeAnOlderNamesakeForWhatItMade()
    {
        SandboxOptions options = named(u"box"_s);
        options.appId = u"amine"_s;
        Setup setup(options);
        setup.server.addApp(u"mine"_s);
        setup.server.addService(u"box"_s, u"amine"_s);
        setup.server.interference = [](const QByteArray &line) {
            return line == "POST /v1/services" ? Answer(ScriptedHttpServer::cut()) : std::nullopt;
        };
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::Offline);
        QVERIFY(setup.creation.serviceId().isEmpty());
    }

    void anAppThatIsNotThereIsNotFound()
    {
        SandboxOptions options = named(u"box"_s);
        options.appId = u"anowhere"_s;
        Setup setup(options);
        setup.creation.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.error().kind, ErrorKind::NotFound);
        QCOMPARE(setup.server.count("POST"), 0);
    }
};

QTEST_GUILESS_MAIN(TestSandboxCreation)
#include "test_sandboxcreation.moc"
