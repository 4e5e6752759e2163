// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QSet>
#include <QTemporaryFile>
#include <QTest>

#include <array>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

/// The processes whose command line or current directory names a text.
int processesNaming(const QString &text)
{
    int count = 0;
    const QStringList ids = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &id : ids) {
        QFile commandLine(u"/proc/%1/cmdline"_s.arg(id));
        const bool readable = commandLine.open(QIODevice::ReadOnly);
        if (readable && QString::fromLocal8Bit(commandLine.readAll()).contains(text))
            ++count;
    }
    return count;
}

} // namespace

class IsolationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void hidesTheFilesOfThisComputer();
    void hidesTheProcessesOfThisComputer();
    void keepsUsrReadOnly();
    void hidesSandboxesFromEachOther();
    void keepsTheEngineOutOfReach();
    void listensOnLoopbackOnly();
    void letsTwoSandboxesServeTheSamePort();
    void removesWhatASandboxHasLockedItselfOutOf();
    void leavesNothingAfterTheEndOfItsParent();
    void leavesNoProcessWhenKilled();
    void cleansUpAfterAnEngineThatWasKilled();
    void replacesASandboxThatDied();
    void refusesSandboxesWhereTheyCannotBeIsolated();
    void runsWithoutIsolationOnlyWhenTold();

private:
    LocalEngine m_engine;
    QJsonObject m_sandbox;
};

void IsolationTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    m_sandbox = m_engine.createSandbox(u"first"_s);
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
}

void IsolationTest::hidesTheFilesOfThisComputer()
{
    QTemporaryFile onHost(QDir::homePath() + u"/isolation-XXXXXX"_s);
    QVERIFY(onHost.open());
    const SandboxClient client(m_sandbox);
    QCOMPARE(client.run(u"ls -d '%1' 2>/dev/null; echo end"_s.arg(onHost.fileName())), u"end"_s);
    QCOMPARE(client.run(u"ls -d '%1' 2>/dev/null; echo end"_s.arg(m_engine.stateFolder())), u"end"_s);
    QCOMPARE(client.run(u"id -u; hostname; pwd"_s), u"0\nfirst\n/root"_s);
}

void IsolationTest::hidesTheProcessesOfThisComputer()
{
    const SandboxClient client(m_sandbox);
    // The pattern does not match the command line that it is part of.
    QCOMPARE(client.run(u"cat /proc/[0-9]*/cmdline | grep -ac 'koyeb-local[^a]serve'"_s), u"0"_s);
    QVERIFY(client.run(u"ls -d /proc/[0-9]* | wc -l"_s).toInt() < 10);
}

void IsolationTest::keepsUsrReadOnly()
{
    const SandboxClient client(m_sandbox);
    QCOMPARE(client.run(u"touch /usr/bin/new 2>&1 | grep -c 'Read-only'"_s), u"1"_s);
    QCOMPARE(client.run(u"mount -o remount,rw /usr 2>/dev/null && echo remounted"_s), QString());
    QCOMPARE(client.run(u"unshare -Ur true 2>/dev/null && echo nested"_s), QString());
}

void IsolationTest::hidesSandboxesFromEachOther()
{
    const QJsonObject other = m_engine.createSandbox(u"other"_s);
    QVERIFY(!other.isEmpty());
    QCOMPARE(SandboxClient(other).run(u"echo secret > /root/mine; cat /root/mine"_s), u"secret"_s);
    QCOMPARE(SandboxClient(m_sandbox).run(u"ls /root; find / -xdev -name mine 2>/dev/null"_s), QString());
}

void IsolationTest::keepsTheEngineOutOfReach()
{
    const QString attempt = u"exec 3<>/dev/tcp/127.0.0.1/%1 && echo reached"_s.arg(m_engine.url().port());
    QCOMPARE(SandboxClient(m_sandbox).run(u"bash -c '%1' 2>/dev/null"_s.arg(attempt)), QString());
}

void IsolationTest::listensOnLoopbackOnly()
{
    QSet<QByteArray> sockets;
    const QString descriptors = u"/proc/%1/fd/"_s.arg(m_engine.processId());
    for (const QString &name : QDir(descriptors).entryList(QDir::System | QDir::Files | QDir::Hidden)) {
        std::array<char, 64> target{}; // such as socket:[12345]
        const ssize_t length =
            readlink((descriptors + name).toUtf8().constData(), target.data(), target.size());
        const QByteArray text(target.data(), std::max<ssize_t>(length, 0));
        if (text.startsWith("socket:["))
            sockets.insert(text.mid(8).chopped(1));
    }
    int listening = 0;
    for (const char *table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        QFile file(QString::fromLatin1(table));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QList<QByteArray> members = line.simplified().split(' ');
            const bool isOurs = members.size() > 9 && sockets.contains(members.at(9));
            if (!isOurs || members.at(3) != "0A") // LISTEN
                continue;
            QVERIFY2(members.at(1).startsWith("0100007F:"), line);
            ++listening;
        }
    }
    QVERIFY(listening >= 2); // the control plane and a gateway
}

void IsolationTest::letsTwoSandboxesServeTheSamePort()
{
    const QJsonObject created = m_engine.createSandbox(u"second"_s);
    QVERIFY(!created.isEmpty());
    const SandboxClient first(m_sandbox);
    const SandboxClient second(created);
    (void)first.run(u"mkdir -p /srv/www; echo one > /srv/www/name"_s);
    (void)second.run(u"mkdir -p /srv/www; echo two > /srv/www/name"_s);
    QVERIFY(first.serveFolder(u"/srv/www"_s, 8080));
    QVERIFY(second.serveFolder(u"/srv/www"_s, 8080));
    const auto nameOf = [](const SandboxClient &client) {
        return fetch("GET", client.publicUrl(u"/r/%1/name"_s.arg(client.routingKey()))).body;
    };
    QCOMPARE(nameOf(first), QByteArray("one\n"));
    QCOMPARE(nameOf(second), QByteArray("two\n"));
}

void IsolationTest::removesWhatASandboxHasLockedItselfOutOf()
{
    const QJsonObject created = m_engine.createSandbox(u"locked"_s);
    const SandboxClient client(created);
    QCOMPARE(
        client.run(u"mkdir -p /root/a/b && touch /root/a/b/c && chmod 000 /root/a/b /root/a && echo ok"_s),
        u"ok"_s);
    const QString folder = m_engine.stateFolder() + u"/sandboxes/"_s + client.serviceId();
    QVERIFY(QDir(folder).exists());
    QCOMPARE(m_engine.request("DELETE", u"/v1/services/"_s + client.serviceId()).status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(!QDir(folder).exists(), 30'000);
}

void IsolationTest::leavesNothingAfterTheEndOfItsParent()
{
    LocalEngine engine;
    QVERIFY(engine.start());
    const QJsonObject created = engine.createSandbox(u"child"_s);
    const QString mark = u"31415926.535"_s;
    const SandboxClient client(created);
    QCOMPARE(client.executor(u"/start_process"_s, {{u"cmd"_s, u"setsid sleep "_s + mark}}).status, 201);
    QTRY_VERIFY_WITH_TIMEOUT(processesNaming(mark) > 0, 30'000);
    // The pipe that is the engine's input closes however its parent ends, also by SIGKILL.
    QVERIFY(engine.stop());
    QCOMPARE(processesNaming(mark), 0);
    QVERIFY(!QDir(engine.stateFolder() + u"/sandboxes"_s).exists());
}

void IsolationTest::leavesNoProcessWhenKilled()
{
    LocalEngine engine;
    QVERIFY(engine.start());
    const QJsonObject created = engine.createSandbox(u"orphan"_s);
    const QString mark = u"27182818.284"_s;
    QCOMPARE(
        SandboxClient(created).executor(u"/start_process"_s, {{u"cmd"_s, u"setsid sleep "_s + mark}}).status,
        201);
    QTRY_VERIFY_WITH_TIMEOUT(processesNaming(mark) > 0, 30'000);
    engine.kill();
    QTRY_COMPARE_WITH_TIMEOUT(processesNaming(mark), 0, 30'000);
}

void IsolationTest::cleansUpAfterAnEngineThatWasKilled()
{
    const QTemporaryDir state;
    QVERIFY(QDir(state.path()).mkpath(u"sandboxes/left/behind"_s));
    LocalEngine engine;
    QVERIFY(engine.start({u"--state"_s, state.path()}));
    QVERIFY(!QDir(state.path() + u"/sandboxes/left"_s).exists());
    LocalEngine second;
    QVERIFY2(!second.start({u"--state"_s, state.path()}), "two engines share one folder");
}

void IsolationTest::replacesASandboxThatDied()
{
    const QJsonObject created = m_engine.createSandbox(u"mortal"_s);
    const SandboxClient client(created);
    const QString path = u"/v1/instances?service_id="_s + client.serviceId();
    QVERIFY(m_engine.misbehave({{u"end_sandbox"_s, client.serviceId()}}));
    QTRY_COMPARE_WITH_TIMEOUT(m_engine.request("GET", path).body.value("count"_L1).toInt(), 2, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"echo back"_s), u"back"_s, 30'000);
    const QString service = u"/v1/services/"_s + client.serviceId();
    const auto reply = m_engine.request("GET", service).body.value("service"_L1).toObject();
    QCOMPARE(reply.value("status"_L1).toString(), u"HEALTHY"_s);
}

void IsolationTest::refusesSandboxesWhereTheyCannotBeIsolated()
{
    const QByteArray path = qgetenv("PATH");
    qputenv("PATH", "/nonexistent");
    LocalEngine engine;
    const bool started = engine.start();
    qputenv("PATH", path);
    QVERIFY2(started, qPrintable(engine.errorText()));
    const auto app = engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"refused"_s}});
    const QJsonObject body{
        {u"app_id"_s, app.body.value("app"_L1).toObject().value("id"_L1)},
        {u"definition"_s, m_sandbox.value("deployment"_L1).toObject().value("definition"_L1)}};
    const auto created = engine.request("POST", u"/v1/services"_s, body);
    const QString servicePath =
        u"/v1/services/"_s + created.body.value("service"_L1).toObject().value("id"_L1).toString();
    const auto service = [&]() {
        return engine.request("GET", servicePath).body.value("service"_L1).toObject();
    };
    QTRY_COMPARE_WITH_TIMEOUT(service().value("status"_L1).toString(), u"UNHEALTHY"_s, 30'000);
    QVERIFY(service().value("messages"_L1).toArray().first().toString().contains(u"bubblewrap"_s));
}

void IsolationTest::runsWithoutIsolationOnlyWhenTold()
{
    QVERIFY(m_engine.isIsolated());
    LocalEngine engine;
    QVERIFY(engine.start({u"--unisolated"_s}));
    QVERIFY(!engine.isIsolated());
    const SandboxClient client(engine.createSandbox(u"open"_s));
    QVERIFY(client.run(u"echo $HOME"_s).startsWith(engine.stateFolder()));
    QCOMPARE(client.executor(u"/start_process"_s, {{u"cmd"_s, u"setsid sleep 17320.508"_s}}).status, 201);
    QTRY_VERIFY_WITH_TIMEOUT(processesNaming(u"17320.508"_s) > 0, 30'000);
    QVERIFY(engine.stop());
    QTRY_COMPARE_WITH_TIMEOUT(processesNaming(u"17320.508"_s), 0, 30'000);
}

QTEST_GUILESS_MAIN(IsolationTest)
#include "isolationtest.moc"
