// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/localenginehost.h"

#include "core/manualclock.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 30'000;

bool isAlive(qint64 pid)
{
    return ::kill(static_cast<pid_t>(pid), 0) == 0;
}

} // namespace

class LocalEngineHostTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
        QVERIFY2(!LocalEngineHost::findProgram().isEmpty(), "KOYEB_LOCAL_PROGRAM is not set.");
    }

    void startsTheEngineAndLearnsWhereItListens()
    {
        LocalEngineHost host(m_clock, LocalEngineHost::findProgram());
        QVERIFY(start(host));
        QCOMPARE(host.info().url.host(), u"127.0.0.1"_s);
        QVERIFY(host.info().url.port() > 0);
        QVERIFY(host.info().token.size() >= 32);
        QVERIFY(stop(host));
    }

    void aProblemOfTheEngineIsTaken()
    {
        const QByteArray greeting = "{\"url\":\"http://127.0.0.1:1\",\"token\":\"t\"";
        QCOMPARE(parseGreeting(greeting + ",\"problem\":\"No namespaces.\"}")->problem, u"No namespaces."_s);
        QVERIFY(parseGreeting(greeting + "}")->problem.isEmpty());
    }

    void stoppingEndsTheProcess()
    {
        LocalEngineHost host(m_clock, LocalEngineHost::findProgram());
        QVERIFY(start(host));
        const auto pid = host.processId();
        QVERIFY(isAlive(pid));
        QVERIFY(stop(host));
        QTRY_VERIFY(!isAlive(pid));
        QVERIFY(host.info().token.isEmpty());
    }

    void aKilledEngineIsReportedAndCanBeStartedAgain()
    {
        LocalEngineHost host(m_clock, LocalEngineHost::findProgram());
        QVERIFY(start(host));
        const auto oldToken = host.info().token;
        QSignalSpy failed(&host, &LocalEngineHost::failed);
        ::kill(static_cast<pid_t>(host.processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
        QCOMPARE(failed.first().first().value<Error>().kind, ErrorKind::Local);
        QCOMPARE(host.state(), LocalEngineHost::State::Stopped);
        QVERIFY(start(host));
        QVERIFY(host.info().token != oldToken);
        QVERIFY(stop(host));
    }

    void programsThatAreNoEngineAreReported_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("words");
        QTest::newRow("ends at once")
            << QByteArray("echo 'no namespaces here' >&2; exit 3") << u"no namespaces here"_s;
        QTest::newRow("talks nonsense") << QByteArray("echo hello; exec cat") << u"form"_s;
        QTest::newRow("listens to the world")
            << QByteArray("echo '{\"url\":\"http://0.0.0.0:1\",\"token\":\"t\"}'; exec cat") << u"form"_s;
        QTest::newRow("has no token")
            << QByteArray("echo '{\"url\":\"http://127.0.0.1:1\"}'; exec cat") << u"form"_s;
        QTest::newRow("floods") << QByteArray("head -c 1000000 /dev/zero | tr '\\0' x; exec cat")
                                << u"form"_s;
    }

    void programsThatAreNoEngineAreReported()
    {
        QFETCH(QByteArray, script);
        QFETCH(QString, words);
        LocalEngineHost host(m_clock, writeScript(script));
        QSignalSpy failed(&host, &LocalEngineHost::failed);
        host.start();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
        const auto error = failed.first().first().value<Error>();
        QVERIFY2(error.message.contains(words), qPrintable(error.message));
        QCOMPARE(host.state(), LocalEngineHost::State::Stopped);
    }

    void aMissingProgramIsReported_data()
    {
        QTest::addColumn<QString>("program");
        QTest::newRow("not found") << QString();
        QTest::newRow("not there") << u"/nonexistent/koyeb-local"_s;
    }

    void aMissingProgramIsReported()
    {
        QFETCH(QString, program);
        LocalEngineHost host(m_clock, program);
        QSignalSpy failed(&host, &LocalEngineHost::failed);
        host.start();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patienceMs);
        QCOMPARE(host.state(), LocalEngineHost::State::Stopped);
    }

    void anEngineThatSaysNothingIsGivenUp()
    {
        ManualClock clock;
        LocalEngineHost host(clock, writeScript("exec cat"));
        QSignalSpy failed(&host, &LocalEngineHost::failed);
        host.start();
        QCOMPARE(host.state(), LocalEngineHost::State::Starting);
        clock.advance(std::chrono::minutes(1));
        QCOMPARE(failed.count(), 1);
        QCOMPARE(host.state(), LocalEngineHost::State::Stopped);
    }

    void anEngineThatDoesNotEndIsKilled()
    {
        ManualClock clock;
        LocalEngineHost host(
            clock,
            writeScript(
                "echo '{\"url\":\"http://127.0.0.1:1\",\"token\":\"t\"}'; exec sleep 1000 </dev/null"));
        QVERIFY(start(host));
        const auto pid = host.processId();
        QSignalSpy stopped(&host, &LocalEngineHost::stopped);
        host.stop();
        clock.advance(std::chrono::minutes(1));
        QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 1, patienceMs);
        QTRY_VERIFY(!isAlive(pid));
    }

private:
    static bool start(LocalEngineHost &host)
    {
        QSignalSpy started(&host, &LocalEngineHost::started);
        host.start();
        return (started.count() > 0 || started.wait(patienceMs)) &&
               host.state() == LocalEngineHost::State::Running;
    }

    static bool stop(LocalEngineHost &host)
    {
        QSignalSpy stopped(&host, &LocalEngineHost::stopped);
        host.stop();
        return stopped.count() > 0 || stopped.wait(patienceMs);
    }

    [[nodiscard]] QString writeScript(const QByteArray &body) const
    {
        QFile file(m_folder->filePath(u"engine"_s));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
            return {};
        }
        file.write("#!/bin/sh\n" + body + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(LocalEngineHostTest)
#include "localenginehosttest.moc"
