// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

/// Many services listed, and many sandboxes running. ./dev bench engine measures how long it takes.
class ScaleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void listsTenThousand();
    void runsFifty();
};

void ScaleTest::listsTenThousand()
{
    LocalEngine engine;
    QVERIFY2(
        engine.start({u"--misbehave"_s, u"{\"seed_services\": 10000}"_s}), qPrintable(engine.errorText()));
    QSet<QString> ids;
    bool more = true;
    for (int offset = 0; more; offset += 100) {
        const QJsonObject page =
            engine.request("GET", u"/v1/services?types=SANDBOX&limit=100&offset=%1"_s.arg(offset)).body;
        QCOMPARE(page.value("count"_L1).toInt(), 10'000);
        for (const QJsonValue &service : page.value("services"_L1).toArray())
            ids.insert(service.toObject().value("id"_L1).toString());
        more = page.value("has_next"_L1).toBool();
    }
    QCOMPARE(ids.size(), 10'000);
    QCOMPARE(engine.request("GET", u"/v1/apps?limit=100"_s).body.value("count"_L1).toInt(), 10'000);
    // One of them runs when it is asked to.
    const QString path = u"/v1/services/"_s + *ids.constBegin();
    QCOMPARE(engine.request("POST", path + u"/resume"_s).status, 200);
    const auto status = [&]() {
        return engine.request("GET", path).body.value("service"_L1).toObject().value("status"_L1).toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(status(), u"HEALTHY"_s, 60'000);
    QVERIFY(engine.stop());
}

void ScaleTest::runsFifty()
{
    LocalEngine engine;
    QVERIFY2(engine.start(), qPrintable(engine.errorText()));
    QList<SandboxClient> clients;
    for (int i = 0; i < 50; ++i) {
        const QJsonObject sandbox = engine.createSandbox(u"many-%1"_s.arg(i));
        QVERIFY2(!sandbox.isEmpty(), qPrintable(engine.errorText()));
        clients.append(SandboxClient(sandbox));
    }
    for (int i = 0; i < clients.size(); ++i)
        QCOMPARE(clients.at(i).run(u"hostname"_s), u"many-%1"_s.arg(i));
    QVERIFY(engine.stop());
}

QTEST_GUILESS_MAIN(ScaleTest)
#include "scaletest.moc"
