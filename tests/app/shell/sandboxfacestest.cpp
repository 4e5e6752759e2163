// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows of sandboxes in states that the local engine does not get into when told to.
#include "common/errorbanner.h"
#include "lib/sandbox/fakecontrolplane.h"
#include "sandboxes/creationpage.h"
#include "shell/accountpage.h"
#include "shell/sandboxpage.h"
#include "terminal/terminalpage.h"
#include "windowfixture.h"

#include <QFile>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

using Server = Koyeb::Test::ScriptedHttpServer;
using Answer = std::optional<Server::Answer>;

const QByteArray healthCheck = "GET /koyeb-sandbox/health";
const QByteArray serviceList = "GET /v1/services";
const auto accountId = u"acme"_s;

} // namespace

class SandboxFacesTest : public QObject, private WindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<Koyeb::Test::FakeControlPlane>();
        begin();
    }
    void cleanup()
    {
        end();
        m_server.reset();
    }

    void aSleepingSandboxIsLeftAloneUntilAPersonWakesIt()
    {
        m_server->newDeploymentStatus = u"SLEEPING"_s;
        m_server->addSandbox(u"nap"_s);
        signIn();
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList{u"nap, Asleep"_s}, patienceMs);
        choose(u"nap"_s);
        QTRY_VERIFY(button(u"Wake"_s)); // On the overview.
        QVERIFY(hasLabel(page<SandboxPage>(), u"Asleep"_s));
        for (const auto tab :
             {SandboxPage::Tab::Terminal, SandboxPage::Tab::Files, SandboxPage::Tab::Ports}) {
            page<SandboxPage>()->showTab(tab);
            QVERIFY(shows(u"The sandbox is asleep"_s));
            QVERIFY(button(u"Wake"_s)->hasFocus());
        }
        QCOMPARE(requestsToSandboxes(), 0);

        bool answers = false;
        m_server->interference = [this, &answers](const QByteArray &line) -> Answer {
            if (line == healthCheck && !answers) {
                return Server::text(502, "");
            }
            if (line == healthCheck) {
                m_server->setDeployment(u"dnap"_s, u"status"_s, u"HEALTHY"_s);
            }
            return std::nullopt;
        };
        button(u"Wake"_s)->click();
        QVERIFY(shows(u"The sandbox is waking up…"_s));
        QVERIFY(hasLabel(page<SandboxPage>(), u"Waking"_s));
        QTRY_VERIFY_WITH_TIMEOUT(m_server->count(healthCheck) >= 2, patienceMs);
        QVERIFY(shows(u"The sandbox is waking up…"_s));
        answers = true;
        QTRY_VERIFY_WITH_TIMEOUT(!shows(u"The sandbox is waking up…"_s), patienceMs);
        QVERIFY(!shows(u"The sandbox is asleep"_s));
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList{u"nap, Healthy"_s}, patienceMs);
        QVERIFY(hasLabel(page<SandboxPage>(), u"Healthy"_s));
    }

    void aTerminalStaysInSightWhenItsSandboxFallsAsleep()
    {
        m_server->addSandbox(u"nap"_s);
        signIn();
        choose(u"nap"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        TerminalPage &terminals = page<SandboxPage>()->terminals();
        page<SandboxPage>()->showTab(SandboxPage::Tab::Terminal);
        QTRY_COMPARE(terminals.terminalCount(), 1);
        m_server->setDeployment(u"dnap"_s, u"status"_s, u"SLEEPING"_s);
        action(u"Refresh"_s)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList{u"nap, Asleep"_s}, patienceMs);
        QVERIFY(terminals.isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Wake"_s), patienceMs); // The terminal's own.
        page<SandboxPage>()->showTab(SandboxPage::Tab::Files);
        QVERIFY(shows(u"The sandbox is asleep"_s));
        page<SandboxPage>()->showTab(SandboxPage::Tab::Terminal);
        m_server->interference = [](const QByteArray &line) -> Answer {
            return line == healthCheck ? Answer(Server::text(502, "")) : std::nullopt;
        };
        button(u"Wake"_s)->click();
        QVERIFY(hasLabel(page<SandboxPage>(), u"Waking"_s));
        QVERIFY(terminals.isVisible());
    }

    void theLastTerminalOfASandboxThatSleepsLeavesItsCover()
    {
        m_server->addSandbox(u"nap"_s);
        signIn();
        choose(u"nap"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        TerminalPage &terminals = page<SandboxPage>()->terminals();
        page<SandboxPage>()->showTab(SandboxPage::Tab::Terminal);
        QTRY_COMPARE(terminals.terminalCount(), 1);
        m_server->setDeployment(u"dnap"_s, u"status"_s, u"SLEEPING"_s);
        action(u"Refresh"_s)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList{u"nap, Asleep"_s}, patienceMs);
        QVERIFY(terminals.isVisible());
        terminals.closeCurrentTerminal();
        QCOMPARE(terminals.terminalCount(), 0);
        QVERIFY(!terminals.isVisible());
        QVERIFY(shows(u"The sandbox is asleep"_s));
        terminals.openTerminal(); // Says itself what it waits for.
        QVERIFY(terminals.isVisible());
        QVERIFY(!shows(u"The sandbox is asleep"_s));
    }

    void aSandboxThatDoesNotWakeSaysWhy()
    {
        m_server->newDeploymentStatus = u"SLEEPING"_s;
        m_server->addSandbox(u"nap"_s);
        signIn();
        choose(u"nap"_s);
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Wake"_s), patienceMs);
        m_server->interference = [](const QByteArray &line) -> Answer {
            return line == healthCheck ? Answer(Server::text(403, "")) : std::nullopt;
        };
        button(u"Wake"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            hasLabel(page<SandboxPage>(), u"The sandbox could not be woken. "_s), patienceMs);
        QVERIFY(button(u"Wake"_s)->isEnabled());
    }

    void allRowsThatCanBeSeenShowTheirSleep()
    {
        for (const auto &name : {u"a"_s, u"b"_s, u"c"_s}) {
            m_server->addSandbox(name);
        }
        m_server->setDeployment(u"db"_s, u"status"_s, u"SLEEPING"_s);
        signIn();
        choose(u"a"_s);
        QTRY_COMPARE_WITH_TIMEOUT(
            sandboxLines(), QStringList({u"a, Healthy"_s, u"b, Asleep"_s, u"c, Healthy"_s}), patienceMs);
    }

    void offlineWhatIsShownIsCalledOld()
    {
        m_server->addSandbox(u"box"_s);
        signIn();
        choose(u"box"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        QVERIFY(!hasLabel(page<SandboxPage>(), u"as of "_s));

        m_server->interference = [](const QByteArray &) {
            return Server::cut();
        };
        action(u"Refresh"_s)->trigger();
        const auto account = tree()->model()->index(0, 0);
        QTRY_VERIFY_WITH_TIMEOUT(
            account.data(Qt::AccessibleTextRole).toString().startsWith(u"acme, Offline, as of "_s),
            patienceMs);
        QVERIFY(hasLabel(page<SandboxPage>(), u"as of "_s));
        QVERIFY(hasLabel(page<SandboxPage>(), u"What is shown is old"_s));
        QCOMPARE(sandboxLines(), QStringList{u"box, Healthy"_s});

        m_server->interference = {};
        action(u"Refresh"_s)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(account.data(Qt::AccessibleTextRole).toString(), u"acme"_s, patienceMs);
        QVERIFY(!hasLabel(page<SandboxPage>(), u"as of "_s));
    }

    void f5AsksTheServer()
    {
        m_server->addSandbox(u"box"_s);
        signIn();
        window().activateWindow();
        QTRY_VERIFY(QApplication::activeWindow() == &window());
        m_server->addSandbox(u"new"_s);
        QTest::keyClick(&window(), Qt::Key_F5);
        QTRY_COMPARE_WITH_TIMEOUT(
            sandboxLines(), QStringList({u"box, Healthy"_s, u"new, Healthy"_s}), patienceMs);
    }

    void aSandboxThatIsBeingDeletedSaysNothingElse()
    {
        m_server->addSandbox(u"box"_s);
        m_server->setService(u"sbox"_s, u"messages"_s, QJsonArray{u"All is well."_s});
        signIn();
        choose(u"box"_s);
        QTRY_VERIFY_WITH_TIMEOUT(hasLabel(page<SandboxPage>(), u"All is well."_s), patienceMs);
        holdDeletions();
        action(u"Delete…"_s)->trigger();
        confirmDeletion();
        QTRY_COMPARE(sandboxLines(), QStringList{u"box, Being deleted"_s});
        QVERIFY(hasLabel(page<SandboxPage>(), u"Being deleted"_s));
        QVERIFY(hasLabel(page<SandboxPage>(), u"The sandbox is going away."_s));
        QVERIFY(!hasLabel(page<SandboxPage>(), u"Healthy"_s));
        QVERIFY(!hasLabel(page<SandboxPage>(), u"All is well."_s));
        QVERIFY(!tabs()->isEnabled());
        letDeletionsEnd();
        QTRY_VERIFY_WITH_TIMEOUT(sandboxLines().isEmpty(), patienceMs);
    }

    void severalAreDeletedAtOnce()
    {
        const QStringList names{u"a"_s, u"b"_s, u"c"_s, u"d"_s};
        for (const auto &name : names) {
            m_server->addSandbox(name);
        }
        signIn();
        holdDeletions();
        for (const auto &name : {u"a"_s, u"b"_s, u"d"_s}) {
            choose(name);
            QTRY_VERIFY(page<SandboxPage>() && page<SandboxPage>()->record().name == name);
            action(u"Delete…"_s)->trigger();
            confirmDeletion();
        }
        QTRY_COMPARE_WITH_TIMEOUT(
            sandboxLines(),
            QStringList(
                {u"a, Being deleted"_s, u"b, Being deleted"_s, u"c, Healthy"_s, u"d, Being deleted"_s}),
            patienceMs);
        QVERIFY(!action(u"Delete…"_s)->isEnabled());
        letDeletionsEnd();
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList{u"c, Healthy"_s}, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_server->apps.keys(), QStringList{u"ac"_s}, patienceMs);
        for (const auto &name : {u"a"_s, u"b"_s, u"d"_s}) {
            QCOMPARE(m_server->count("DELETE /v1/services/s" + name.toUtf8()), 1);
        }
    }

    void aDeletionEndsWithItsAccount()
    {
        m_server->addSandbox(u"box"_s);
        m_server->addSandbox(u"other"_s);
        signIn();
        choose(u"box"_s);
        holdDeletions();
        action(u"Delete…"_s)->trigger();
        confirmDeletion();
        QTRY_COMPARE_WITH_TIMEOUT(m_server->count("DELETE /v1/services/sbox"), 1, patienceMs);
        choose(u"other"_s);
        action(u"Delete…"_s)->trigger();
        QPointer<DeleteDialog> question = window().findChild<DeleteDialog *>();
        QVERIFY(question);
        application().accounts.remove(accountId);
        QTRY_VERIFY(!question);
        QVERIFY(button(u"Try it on this computer"_s));
        const auto asked = m_server->lines().size();
        QTest::qWait(0); // What was under way has ended: nothing is asked any more.
        QCOMPARE(m_server->lines().size(), asked);

        letDeletionsEnd();
        signIn();
        QCOMPARE(sandboxLines(), QStringList{u"other, Healthy"_s});
    }

    void whatMayBeLeftOfACreationCanBeCleanedUp()
    {
        m_server->addSandbox(u"box"_s);
        signIn();
        bool isLost = true;
        m_server->loss = [&isLost](const QByteArray &line) -> Answer {
            return line == "POST /v1/services" && isLost ? Answer(Server::cut()) : std::nullopt;
        };
        m_server->interference = [this, &isLost](const QByteArray &line) -> Answer {
            const bool wasTried = m_server->count("POST /v1/services") > 0;
            return line == serviceList && wasTried && isLost ? Answer(Server::text(403, "")) : std::nullopt;
        };
        create(u"lost"_s);
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Clean up"_s, page<CreationPage>()), patienceMs);
        QVERIFY(hasLabel(page<CreationPage>(), u"It may exist all the same"_s));
        QCOMPARE(m_server->services.size(), 2);
        button(u"Clean up"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            hasLabel(page<CreationPage>(), u"What is left of the sandbox could not be deleted."_s),
            patienceMs);

        isLost = false;
        button(u"Clean up"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!page<CreationPage>(), patienceMs);
        QCOMPARE(m_server->services.keys(), QStringList{u"sbox"_s});
        QCOMPARE(m_server->apps.keys(), QStringList{u"abox"_s});
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList{u"box, Healthy"_s}, patienceMs);
    }

    void pointingAtTheChosenRowLeavesTheSignIn()
    {
        m_server->addSandbox(u"box"_s);
        signIn();
        choose(u"box"_s);
        QTRY_VERIFY(page<SandboxPage>());
        action(u"Sign in to Koyeb…"_s)->trigger();
        QVERIFY(!page<SandboxPage>());
        QTest::mouseClick(
            tree()->viewport(), Qt::LeftButton, {}, tree()->visualRect(tree()->currentIndex()).center());
        QVERIFY(page<SandboxPage>());
    }

    void anEngineThatCanRunNothingSaysSo()
    {
        const auto program = qEnvironmentVariable("KOYEB_LOCAL_PROGRAM");
        QFile script(folder() + u"/engine"_s);
        QVERIFY(script.open(QIODevice::WriteOnly));
        const QJsonObject greeting{
            {u"url"_s, m_server->url().toString()},
            {u"token"_s, u"t"_s},
            {u"problem"_s, u"This computer does not allow it."_s}};
        script.write(
            "#!/bin/sh\necho '" + QJsonDocument(greeting).toJson(QJsonDocument::Compact) + "'; exec cat\n");
        script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        script.close();
        qputenv("KOYEB_LOCAL_PROGRAM", script.fileName().toLocal8Bit());
        startAgain();
        qputenv("KOYEB_LOCAL_PROGRAM", program.toLocal8Bit());
        button(u"Try it on this computer"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandbox can run on this computer"_s), patienceMs);
        QVERIFY(hasLabel(page<AccountPage>(), u"This computer does not allow it."_s));
    }

private:
    /// Opens an account of the server and waits for its list.
    void signIn() const
    {
        application().accounts.add(
            {.id = accountId, .kind = AccountKind::Koyeb, .host = m_server->url(), .displayName = accountId},
            u"token"_s);
        tree()->setCurrentIndex(tree()->model()->index(0, 0));
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines().size(), m_server->services.size(), patienceMs);
        tree()->expandAll();
    }

    [[nodiscard]] qsizetype requestsToSandboxes() const
    {
        const auto lines = m_server->lines();
        return std::count_if(lines.cbegin(), lines.cend(), [](const QByteArray &line) {
            return line.contains("/koyeb-sandbox/");
        });
    }

    /// From now on deletions are accepted, and take until letDeletionsEnd().
    void holdDeletions()
    {
        m_server->interference = [this](const QByteArray &line) -> Answer {
            if (!line.startsWith("DELETE /v1/services/")) {
                return std::nullopt;
            }
            const auto id = QString::fromUtf8(line.mid(line.lastIndexOf('/') + 1));
            m_server->setService(id, u"status"_s, u"DELETING"_s);
            m_going.append(id);
            return Server::json(200, {});
        };
    }
    void letDeletionsEnd()
    {
        m_server->interference = {}; // Some may not even have begun.
        for (const auto &id : std::exchange(m_going, {})) {
            m_server->services.remove(id);
            m_server->apps.remove(u'a' + id.sliced(1));
        }
    }

    std::unique_ptr<Koyeb::Test::FakeControlPlane> m_server;
    QStringList m_going;
};

QTEST_MAIN(SandboxFacesTest)
#include "sandboxfacestest.moc"
