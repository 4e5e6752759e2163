// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"
#include "fakecontrolplane.h"
#include "sandbox/sandbox.h"
#include "support/await.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

class TestAccess : public QObject {
    Q_OBJECT

    struct Setup {
        Setup() { server.addSandbox(u"box"_s); }
        [[nodiscard]] Result<SandboxAccess> resolve()
        {
            const auto access = await(resolveSandbox(api, u"sbox"_s, {}));
            return access ? *access : failure(ErrorKind::Timeout, u"No answer came."_s);
        }
        void setMetadata(const QJsonValue &metadata)
        {
            server.setDeployment(u"dbox"_s, u"metadata"_s, metadata);
        }
        void setSecret(const QJsonObject &entry)
        {
            server.setDeployment(u"dbox"_s, u"definition"_s, QJsonObject{{u"env"_s, QJsonArray{entry}}});
        }
        void setDomains(const QStringList &names)
        {
            QJsonArray domains;
            for (const auto &name : names) {
                domains.append(QJsonObject{{u"name"_s, name}});
            }
            server.apps[u"abox"_s].insert(u"domains"_s, domains);
        }

        SystemClock clock;
        FakeControlPlane server;
        HttpClient http{clock};
        ApiClient api{http, server.url()};
    };

private Q_SLOTS:
    void prefersTheActiveDeployment()
    {
        Setup setup;
        setup.server.addDeployment(u"dactive"_s, u"HEALTHY"_s);
        setup.server.setService(u"sbox"_s, u"active_deployment_id"_s, u"dactive"_s);
        const auto access = setup.resolve();
        QVERIFY(access);
        QCOMPARE(access->deploymentId, u"dactive"_s);
        QCOMPARE(setup.server.count("GET /v1/apps"), 0);
    }

    void fallsBackToADomainOfTheApp_data()
    {
        QTest::addColumn<QStringList>("domains");
        QTest::addColumn<QString>("host");
        QTest::newRow("only one") << QStringList{u"own.example"_s} << u"own.example"_s;
        QTest::newRow("the platform's first")
            << QStringList{u"own.example"_s, u"box-acme.koyeb.app"_s} << u"box-acme.koyeb.app"_s;
    }
    void fallsBackToADomainOfTheApp()
    {
        QFETCH(const QStringList, domains);
        QFETCH(const QString, host);
        Setup setup;
        setup.setMetadata(QJsonValue::Null);
        setup.setDomains(domains);
        const auto access = setup.resolve();
        QVERIFY(access);
        QCOMPARE(access->executor.baseUrl.scheme(), u"https"_s);
        QCOMPARE(access->executor.baseUrl.host(), host);
        QCOMPARE(access->executor.baseUrl.path(), u"/koyeb-sandbox"_s);
        QCOMPARE(access->publicUrl.path(), u"/"_s);
        QVERIFY(access->executor.routingKey.isEmpty());
    }

    void sendsNoSecretToAnOddAddress_data()
    {
        QTest::addColumn<QString>("address");
        QTest::newRow("file") << u"file:///etc/passwd"_s;
        QTest::newRow("no host") << u"https:"_s;
        QTest::newRow("relative") << u"box"_s;
        QTest::newRow("nonsense") << u"http://["_s;
    }
    void sendsNoSecretToAnOddAddress()
    {
        QFETCH(const QString, address);
        Setup setup;
        const QJsonObject sandbox{{u"public_url"_s, address}, {u"routing_key"_s, u"key"_s}};
        setup.setMetadata(QJsonObject{{u"sandbox"_s, sandbox}});
        const auto access = setup.resolve();
        QVERIFY(!access);
        QCOMPARE(access.error().kind, ErrorKind::Protocol);
    }

    void saysWhatIsMissing()
    {
        Setup other;
        other.server.setService(u"sbox"_s, u"type"_s, u"WEB"_s);
        QCOMPARE(other.resolve().error().kind, ErrorKind::NotFound);

        Setup gone;
        gone.server.services.clear();
        QCOMPARE(gone.resolve().error().kind, ErrorKind::NotFound);

        Setup early;
        early.server.setService(u"sbox"_s, u"latest_deployment_id"_s, u""_s);
        QCOMPARE(early.resolve().error().kind, ErrorKind::Conflict);

        Setup homeless;
        homeless.setMetadata(QJsonValue::Null);
        QCOMPARE(homeless.resolve().error().kind, ErrorKind::Conflict);
    }

    void needsASecret_data()
    {
        QTest::addColumn<QJsonObject>("entry");
        QTest::newRow("empty") << QJsonObject{{u"key"_s, u"SANDBOX_SECRET"_s}, {u"value"_s, u""_s}};
        QTest::newRow("absent") << QJsonObject{{u"key"_s, u"OTHER"_s}, {u"value"_s, u"x"_s}};
    }
    void needsASecret()
    {
        QFETCH(const QJsonObject, entry);
        Setup setup;
        setup.setSecret(entry);
        const auto access = setup.resolve();
        QVERIFY(!access);
        QCOMPARE(access.error().kind, ErrorKind::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestAccess)
#include "test_access.moc"
