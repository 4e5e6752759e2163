// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"
#include "sandbox/accountsession.h"
#include "sandboxes/creationpage.h"
#include "shell/sandboxpage.h"
#include "support/await.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"
#include "windowfixture.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageBox>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>

#include <csignal>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Koyeb::Desktop::Test;
using namespace Qt::Literals::StringLiterals;

class MainWindowTest : public QObject, private WindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QApplication::setQuitOnLastWindowClosed(false); }
    void init() { begin(); }
    void cleanup() { end(); }

    void theFirstPageOffersTheTwoWaysInAndNothingElse()
    {
        QVERIFY(button(u"Try it on this computer"_s));
        QVERIFY(button(u"Sign in to Koyeb"_s));
        QVERIFY(!tree()->isVisible());
        QVERIFY(!action(u"New sandbox"_s)->isEnabled());
        QVERIFY(!action(u"Delete…"_s)->isEnabled());
    }

    void signingInCanBeLeftAgain()
    {
        button(u"Sign in to Koyeb"_s)->click();
        QVERIFY(button(u"Sign in"_s));
        button(u"Back"_s)->click();
        QVERIFY(button(u"Try it on this computer"_s));
    }

    void oneClickLeadsToAnEmptyAccountThatSaysHowToGoOn()
    {
        useThisComputer();
        QVERIFY(tree()->isVisible());
        QCOMPARE(tree()->model()->index(0, 0).data().toString(), u"This computer"_s);
        QVERIFY(action(u"New sandbox"_s)->isEnabled());
    }

    void aSandboxIsMadeShownAndDeleted()
    {
        useThisComputer();
        create(u"demo-one"_s);
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList({u"demo-one, Healthy"_s}), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(tabs() != nullptr, patienceMs);
        QStringList titles;
        for (int i = 0; i < tabs()->count(); ++i) {
            titles.append(tabs()->tabText(i));
        }
        QCOMPARE(titles, QStringList({u"Overview"_s, u"Terminal"_s, u"Files"_s, u"Ports"_s}));

        action(u"Delete…"_s)->trigger();
        confirmDeletion();
        QTRY_VERIFY_WITH_TIMEOUT(sandboxLines().isEmpty(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
        QVERIFY(!tabs());
    }

    void aFailedDeploymentIsOneRowThatSaysWhyAndCanBeDeleted()
    {
        useThisComputer();
        QVERIFY(misbehave({{u"fail_next_deployment"_s, u"the image is broken"_s}}));
        create(u"demo-two"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<CreationPage>() != nullptr, patienceMs);
        auto *creation = page<CreationPage>();
        QTRY_VERIFY_WITH_TIMEOUT(hasLabel(creation, u"the image is broken"_s), patienceMs);
        QVERIFY(!hasLabel(creation, u"It failed where it ran"_s));
        QVERIFY(hasLabel(creation, u"Start it: failed"_s));
        QVERIFY(hasLabel(creation, u"It exists"_s));

        // Also once the list has the service that is left.
        auto *session = application().accounts.session(localAccount().id);
        QTRY_COMPARE_WITH_TIMEOUT(session->store().records().size(), 1, patienceMs);
        QCOMPARE(sandboxLines(), QStringList({u"demo-two, Failed"_s}));

        button(u"Delete…"_s, creation)->click();
        confirmDeletion();
        QTRY_VERIFY_WITH_TIMEOUT(sandboxLines().isEmpty(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    void whatAFailedCreationLeftIsInTheListOnceItIsDismissed()
    {
        useThisComputer();
        QVERIFY(misbehave({{u"fail_next_deployment"_s, u"the image is broken"_s}}));
        create(u"demo-three"_s);
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Dismiss"_s, page<CreationPage>()) != nullptr, patienceMs);
        button(u"Dismiss"_s, page<CreationPage>())->click();
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList({u"demo-three, Unhealthy"_s}), patienceMs);
    }

    void quittingAsksWhenSandboxesWouldGo()
    {
        useThisComputer();
        create(u"demo-four"_s);
        QTRY_COMPARE_WITH_TIMEOUT(sandboxLines(), QStringList({u"demo-four, Healthy"_s}), patienceMs);
        window().close();
        QVERIFY(window().isVisible());
        auto *question = window().findChild<QMessageBox *>();
        QVERIFY(question);
        QVERIFY2(question->text().contains(u"1 sandbox"_s), qPrintable(question->text()));
        question->button(QMessageBox::Cancel)->click();
        QVERIFY(window().isVisible());
        QTRY_VERIFY(!window().findChild<QMessageBox *>());

        window().close();
        button(u"Quit"_s, window().findChild<QMessageBox *>())->click();
        QVERIFY(!window().isVisible());
    }

    void quittingWithNothingToLoseAsksNothing()
    {
        useThisComputer();
        window().close();
        QVERIFY(!window().isVisible());
        QVERIFY(!window().findChild<QMessageBox *>());
    }

    void anEngineThatDiesIsSaidAndCanBeStartedAgain()
    {
        useThisComputer();
        ::kill(static_cast<pid_t>(application().engine.processId()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Start the engine again"_s) != nullptr, patienceMs);
        QVERIFY(!action(u"New sandbox"_s)->isEnabled());
        button(u"Start the engine again"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    void theAccountIsThereAgainAtTheNextStart()
    {
        useThisComputer();
        startAgain();
        QVERIFY(!button(u"Try it on this computer"_s));
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    void givingUpThisComputerLeadsBackToTheFirstPage()
    {
        useThisComputer();
        action(u"Stop using this computer…"_s)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Try it on this computer"_s) != nullptr, patienceMs);
        QVERIFY(application().registry.accounts().isEmpty());
    }

    void quittingRemovesWhatAnUploadLeaves_data()
    {
        QTest::addColumn<bool>("sandboxAnswers");
        QTest::newRow("from a sandbox that answers") << true;
        QTest::newRow("unless the sandbox hangs") << false;
    }
    void quittingRemovesWhatAnUploadLeaves()
    {
        QFETCH(bool, sandboxAnswers);
        useThisComputer();
        create(u"demo-three"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        const std::shared_ptr<Sandbox> sandbox = page<SandboxPage>()->sandbox();
        QCOMPARE(outputOf(*sandbox, u"mkdir /tmp/target"_s), QByteArray());
        QFile big(folder() + u"/big"_s);
        QVERIFY(big.open(QIODevice::WriteOnly) && big.resize(256LL * 1024 * 1024));
        Q_EMIT page<SandboxPage>()->files().uploadRequested({big.fileName().toStdString()}, "/tmp/target");
        QTRY_VERIFY_WITH_TIMEOUT(!outputOf(*sandbox, u"ls -A /tmp/target"_s).isEmpty(), patienceMs);
        if (!sandboxAnswers) {
            QVERIFY(misbehave(
                {{u"fault"_s, QJsonObject{
                                  {u"part"_s, u"executor"_s},
                                  {u"path"_s, u"/run"_s},
                                  {u"times"_s, 0},
                                  {u"hang"_s, true}}}}));
        }

        QVERIFY(!window().close());
        auto *question = window().findChild<QMessageBox *>();
        QVERIFY(question);
        button(u"Quit"_s, question)->click();
        QVERIFY(window().isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!window().isVisible(), patienceMs);
        if (sandboxAnswers) {
            QCOMPARE(outputOf(*sandbox, u"ls -A /tmp/target"_s), QByteArray());
        }
    }

    void whatIsDroppedOnASandboxInTheTreeGoesIntoItsHome()
    {
        useThisComputer();
        create(u"demo-four"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        const std::shared_ptr<Sandbox> sandbox = page<SandboxPage>()->sandbox();
        QFile file(folder() + u"/dropped"_s);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("content") == 7);
        file.close();
        auto *panel = window().findChild<SandboxTreePanel *>();
        const TreeSelection chosen = panel->selection();
        QVERIFY(chosen.isSandbox());
        Q_EMIT panel->filesDropped(chosen.accountId, chosen.id, {file.fileName().toStdString()});
        QTRY_COMPARE_WITH_TIMEOUT(outputOf(*sandbox, u"cat ~/dropped"_s), QByteArray("content"), patienceMs);
    }

    void whatIsDroppedOnATerminalGoesWhereItsShellIs()
    {
        useThisComputer();
        create(u"demo-five"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        auto *shown = page<SandboxPage>();
        const std::shared_ptr<Sandbox> sandbox = shown->sandbox();
        shown->showTab(SandboxPage::Tab::Terminal);
        QTRY_VERIFY_WITH_TIMEOUT(shown->findChild<TerminalView *>() != nullptr, patienceMs);
        auto *view = shown->findChild<TerminalView *>();
        const auto isSeen = [view](const QString &text) {
            return QTest::qWaitFor([&] { return view->visibleText().contains(text); }, patienceMs);
        };
        QVERIFY(QTest::qWaitFor(
            [view] { return view->session().state() == TerminalSession::State::Running; }, patienceMs));
        QTest::keyClicks(view, u"mkdir '/tmp/my place' && cd '/tmp/my place' && echo I am $((40+2))"_s);
        QTest::keyClick(view, Qt::Key_Return);
        QVERIFY2(isSeen(u"I am 42"_s), qPrintable(view->visibleText()));
        QFile file(folder() + u"/on terminal"_s);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("content") == 7);
        file.close();
        Q_EMIT view->filesDropped({file.fileName().toStdString()});
        QVERIFY2(isSeen(u"'/tmp/my place/on terminal'"_s), qPrintable(view->visibleText()));
        QCOMPARE(outputOf(*sandbox, u"cat '/tmp/my place/on terminal'"_s), QByteArray("content"));
    }

    void aBellInATerminalMarksItsPage()
    {
        useThisComputer();
        create(u"demo-six"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<SandboxPage>() && page<SandboxPage>()->sandbox(), patienceMs);
        auto *shown = page<SandboxPage>();
        shown->showTab(SandboxPage::Tab::Terminal);
        QTRY_VERIFY_WITH_TIMEOUT(shown->findChild<TerminalView *>() != nullptr, patienceMs);
        auto *view = shown->findChild<TerminalView *>();
        const TerminalSession &session = view->session();
        QVERIFY(QTest::qWaitFor(
            [&session] { return session.state() == TerminalSession::State::Running; }, patienceMs));
        const auto isMarked = [this] {
            return !tabs()->tabToolTip(static_cast<int>(SandboxPage::Tab::Terminal)).isEmpty();
        };
        const QSignalSpy bells(&session, &TerminalSession::bellRang);
        const auto ring = [&] {
            QTest::keyClicks(view, u"printf '\\a'"_s);
            QTest::keyClick(view, Qt::Key_Return);
            return QTest::qWaitFor([&] { return !bells.isEmpty(); }, patienceMs);
        };
        shown->showTab(SandboxPage::Tab::Files);
        QVERIFY(!isMarked());
        QVERIFY(ring());
        QVERIFY(isMarked());
        shown->showTab(SandboxPage::Tab::Terminal);
        QVERIFY(!isMarked());
    }

private:
    static QByteArray outputOf(Sandbox &sandbox, const QString &line)
    {
        const auto result = Koyeb::Test::await(sandbox.executor().run({line, {}, {}, {}}, {}));
        return result && *result ? (*result)->standardOutput : QByteArray("no result");
    }

    void useThisComputer()
    {
        button(u"Try it on this computer"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    [[nodiscard]] bool misbehave(const QJsonObject &instruction)
    {
        QNetworkAccessManager manager;
        QNetworkRequest request(application().engine.info().url.resolved(QUrl(u"/local/misbehave"_s)));
        request.setRawHeader("Authorization", "Bearer " + application().engine.info().token.toUtf8());
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_L1);
        const std::unique_ptr<QNetworkReply> reply(
            manager.post(request, QJsonDocument(instruction).toJson()));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        return finished.wait(patienceMs) && reply->error() == QNetworkReply::NoError;
    }
};

QTEST_MAIN(MainWindowTest)
#include "mainwindowtest.moc"
