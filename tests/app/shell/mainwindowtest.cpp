// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/mainwindow.h"

#include "accounts/accountregistry.h"
#include "accounts/accountsessions.h"
#include "accounts/localenginehost.h"
#include "accounts/tokenstore.h"
#include "common/emptystate.h"
#include "files/filespage.h"
#include "sandboxes/creationpage.h"
#include "sandboxes/deletedialog.h"
#include "sandboxes/newsandboxdialog.h"
#include "shell/sandboxpage.h"
#include "support/await.h"

#include <QAction>
#include <QDockWidget>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include <csignal>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

/// The whole application but its main(), with settings of its own and no keychain.
struct Application {
    explicit Application(const QString &folder)
        : settings(folder + u"/settings.ini"_s, QSettings::IniFormat),
          registry(settings),
          tokens(clock, u"test"_s),
          engine(clock, LocalEngineHost::findProgram()),
          accounts(clock, registry, tokens, engine)
    {
        accounts.openKnown();
        window = std::make_unique<MainWindow>(MainWindow::Services{
            .clock = clock, .accounts = accounts, .tokens = tokens, .settings = settings});
        window->show();
    }

    SystemClock clock;
    QSettings settings;
    AccountRegistry registry;
    TokenStore tokens;
    LocalEngineHost engine;
    AccountSessions accounts;
    std::unique_ptr<MainWindow> window;
};

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        QApplication::setQuitOnLastWindowClosed(false);
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
        m_application = std::make_unique<Application>(m_folder->path());
    }

    void cleanup() { m_application.reset(); }

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
        auto *dialog = m_application->window->findChild<DeleteDialog *>();
        QVERIFY(dialog);
        auto *confirm = button(u"Delete"_s, dialog);
        QTRY_VERIFY_WITH_TIMEOUT(confirm->isEnabled(), patienceMs);
        confirm->click();
        QTRY_VERIFY_WITH_TIMEOUT(sandboxLines().isEmpty(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
        QVERIFY(!tabs());
    }

    void aFailedDeploymentSaysWhyAndCanBeTriedAgain()
    {
        useThisComputer();
        QVERIFY(misbehave({{u"fail_next_deployment"_s, u"the image is broken"_s}}));
        create(u"demo-two"_s);
        QTRY_VERIFY_WITH_TIMEOUT(page<CreationPage>() != nullptr, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(hasLabel(page<CreationPage>(), u"the image is broken"_s), patienceMs);
    }

    void anEngineThatDiesIsSaidAndCanBeStartedAgain()
    {
        useThisComputer();
        ::kill(static_cast<pid_t>(m_application->engine.processId()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Try again"_s) != nullptr, patienceMs);
        QVERIFY(!action(u"New sandbox"_s)->isEnabled());
        button(u"Try again"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    void theAccountIsThereAgainAtTheNextStart()
    {
        useThisComputer();
        m_application.reset();
        m_application = std::make_unique<Application>(m_folder->path());
        QVERIFY(!button(u"Try it on this computer"_s));
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    void givingUpThisComputerLeadsBackToTheFirstPage()
    {
        useThisComputer();
        action(u"Stop using this computer…"_s)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Try it on this computer"_s) != nullptr, patienceMs);
        QVERIFY(m_application->registry.accounts().isEmpty());
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
        QFile big(m_folder->filePath(u"big"_s));
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

        QVERIFY(!m_application->window->close());
        auto *question = m_application->window->findChild<QMessageBox *>();
        QVERIFY(question);
        button(u"Quit"_s, question)->click();
        QVERIFY(m_application->window->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!m_application->window->isVisible(), patienceMs);
        if (sandboxAnswers) {
            QCOMPARE(outputOf(*sandbox, u"ls -A /tmp/target"_s), QByteArray());
        }
    }

private:
    static QByteArray outputOf(Sandbox &sandbox, const QString &line)
    {
        const auto result = Test::await(sandbox.executor().run({line, {}, {}, {}}, {}));
        return result && *result ? (*result)->standardOutput : QByteArray("no result");
    }

    void useThisComputer()
    {
        button(u"Try it on this computer"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(shows(u"No sandboxes yet"_s), patienceMs);
    }

    void create(const QString &name)
    {
        action(u"New sandbox"_s)->trigger();
        auto *dialog = m_application->window->findChild<NewSandboxDialog *>();
        QVERIFY(dialog);
        for (auto *edit : dialog->findChildren<QLineEdit *>()) {
            if (edit->accessibleName() == "Name"_L1) {
                edit->setText(name);
            }
        }
        button(u"Create"_s, dialog)->click();
    }

    [[nodiscard]] bool misbehave(const QJsonObject &instruction)
    {
        QNetworkAccessManager manager;
        QNetworkRequest request(m_application->engine.info().url.resolved(QUrl(u"/local/misbehave"_s)));
        request.setRawHeader("Authorization", "Bearer " + m_application->engine.info().token.toUtf8());
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_L1);
        const std::unique_ptr<QNetworkReply> reply(
            manager.post(request, QJsonDocument(instruction).toJson()));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        return finished.wait(patienceMs) && reply->error() == QNetworkReply::NoError;
    }

    /// The visible button with this text, or null.
    [[nodiscard]] QPushButton *button(const QString &text, QWidget *within = nullptr) const
    {
        const QWidget *parent = within ? within : m_application->window.get();
        for (auto *candidate : parent->findChildren<QPushButton *>()) {
            if (candidate->text() == text && candidate->isVisible()) {
                return candidate;
            }
        }
        return nullptr;
    }

    /// Of the window itself; its pages have actions of the same names.
    [[nodiscard]] QAction *action(const QString &text) const
    {
        for (auto *candidate : m_application->window->findChildren<QAction *>(Qt::FindDirectChildrenOnly)) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        qFatal("There is no such action: %s", qPrintable(text));
    }

    [[nodiscard]] QTreeView *tree() const
    {
        for (auto *view : m_application->window->findChildren<QTreeView *>()) {
            if (view->accessibleName() == "Sandboxes"_L1) {
                return view;
            }
        }
        qFatal("There is no tree of sandboxes.");
    }

    /// What a screen reader says of each sandbox of the first account.
    [[nodiscard]] QStringList sandboxLines() const
    {
        QStringList lines;
        const auto *model = tree()->model();
        const auto account = model->index(0, 0);
        for (int row = 0; row < model->rowCount(account); ++row) {
            lines.append(model->index(row, 0, account).data(Qt::AccessibleTextRole).toString());
        }
        return lines;
    }

    [[nodiscard]] bool shows(const QString &title) const
    {
        const auto faces = m_application->window->findChildren<EmptyState *>();
        return std::any_of(faces.begin(), faces.end(), [&title](const auto *face) {
            return face->isVisible() && face->accessibleName() == title;
        });
    }

    template<typename Page> [[nodiscard]] Page *page() const
    {
        for (auto *candidate : m_application->window->template findChildren<Page *>()) {
            if (candidate->isVisible()) {
                return candidate;
            }
        }
        return nullptr;
    }

    [[nodiscard]] QTabWidget *tabs() const
    {
        for (auto *candidate : m_application->window->findChildren<QTabWidget *>()) {
            if (candidate->isVisible() && candidate->accessibleName() == "Pages of the sandbox"_L1) {
                return candidate;
            }
        }
        return nullptr;
    }

    [[nodiscard]] static bool hasLabel(const QWidget *within, const QString &text)
    {
        const auto labels = within->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const auto *label) {
            return label->isVisible() && label->text().contains(text);
        });
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_application;
};

QTEST_MAIN(MainWindowTest)
#include "mainwindowtest.moc"
