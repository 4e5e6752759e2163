// SPDX-License-Identifier: GPL-3.0-or-later
#include "ports/portspage.h"
#include "app/files/sandboxfixture.h"

#include <QAbstractButton>
#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QLabel>
#include <QMessageBox>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTreeView>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 30'000;

/// Stands in for the browser.
class UrlCatcher : public QObject {
    Q_OBJECT

public:
    UrlCatcher() { QDesktopServices::setUrlHandler(u"http"_s, this, "take"); }
    ~UrlCatcher() override { QDesktopServices::unsetUrlHandler(u"http"_s); }

    [[nodiscard]] const QList<QUrl> &urls() const { return m_urls; }

public Q_SLOTS:
    void take(const QUrl &url) { m_urls.append(url); }

private:
    QList<QUrl> m_urls;
};

} // namespace

class PortsPageTest : public QObject {
    Q_OBJECT

private:
    struct Page : PortsPage {
        explicit Page(const std::shared_ptr<Sandbox> &sandbox)
        {
            resize(800, 400);
            show();
            setSandbox(sandbox);
        }

        [[nodiscard]] QTreeView &list() const { return *findChild<QTreeView *>(); }
        [[nodiscard]] int rowOf(quint16 port) const
        {
            const auto *model = list().model();
            return model->match(model->index(0, 0), Qt::DisplayRole, QString::number(port)).value(0).row();
        }
        void select(quint16 port) const { list().setCurrentIndex(list().model()->index(rowOf(port), 0)); }
        [[nodiscard]] QAction &action(const QString &text) const
        {
            const auto all = findChildren<QAction *>();
            return **std::find_if(
                all.begin(), all.end(), [&](const QAction *action) { return action->text() == text; });
        }
        [[nodiscard]] bool shows(const QString &text) const
        {
            const auto labels = findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
                return label->isVisible() && label->text().contains(text);
            });
        }
    };

    void serve(quint16 port)
    {
        Command command;
        command.line = u"exec python3 -m http.server %1"_s.arg(port);
        command.workingDirectory = u"/usr/share"_s;
        const auto started = Test::await(m_fixture.sandbox()->executor().startProcess(command, {}));
        QVERIFY(started && *started);
        m_processes.append((*started)->id);
    }

    Test::SandboxFixture m_fixture;
    QStringList m_processes;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void cleanup()
    {
        for (const QString &id : std::exchange(m_processes, {})) {
            (void)Test::await(m_fixture.sandbox()->executor().killProcess(id, {}));
        }
        (void)Test::await(m_fixture.sandbox()->ports().unexpose({}));
    }

    void withoutASandboxItSaysSo()
    {
        const Page page(nullptr);
        QVERIFY(page.shows(u"The ports cannot be seen now"_s));
        QVERIFY(!page.action(u"Open"_s).isEnabled());
    }

    void saysWhenNothingListens()
    {
        const Page page(m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(page.shows(u"Nothing listens"_s), patienceMs);
    }

    void aServerAppearsAndGoes()
    {
        const Page page(m_fixture.sandbox());
        serve(8011);
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8011) >= 0, patienceMs);
        const int row = page.rowOf(8011);
        const auto process = page.list().model()->index(row, PortModel::ProcessColumn).data().toString();
        QCOMPARE(process, u"python3 -m http.server 8011"_s);
        cleanup();
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8011) < 0, patienceMs);
    }

    void openHandsAWorkingAddressToTheBrowser()
    {
        const UrlCatcher browser;
        const Page page(m_fixture.sandbox());
        serve(8012);
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8012) >= 0, patienceMs);
        page.select(8012);
        page.action(u"Open"_s).trigger();
        QTRY_COMPARE_WITH_TIMEOUT(browser.urls().size(), 1, patienceMs);

        QNetworkAccessManager manager;
        const std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(browser.urls().first())));
        QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), patienceMs);
        QVERIFY(reply->readAll().contains("Directory listing"));

        QVERIFY(page.shows(u"Port 8012 is exposed."_s));
        const auto exposed = page.list().model()->index(page.rowOf(8012), PortModel::ExposedColumn);
        QCOMPARE(exposed.data().toString(), u"Exposed"_s);
        const QString key = browser.urls().first().path();
        QVERIFY2(!page.shows(key), "the routing key is shown");
        page.action(u"Copy URL"_s).trigger();
        QCOMPARE(QUrl(QGuiApplication::clipboard()->text()), browser.urls().first());
    }

    void openingAnotherNamesTheOneItReplaces()
    {
        const UrlCatcher browser;
        const Page page(m_fixture.sandbox());
        serve(8013);
        serve(8014);
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8013) >= 0 && page.rowOf(8014) >= 0, patienceMs);
        page.select(8013);
        page.action(u"Open"_s).trigger();
        QTRY_COMPARE_WITH_TIMEOUT(browser.urls().size(), 1, patienceMs);
        page.select(8014);
        page.action(u"Open"_s).trigger();
        auto *question = page.findChild<QMessageBox *>();
        QVERIFY(question);
        QVERIFY(question->text().contains(u"8013"_s) && question->text().contains(u"8014"_s));
        for (QAbstractButton *button : question->buttons()) {
            if (question->buttonRole(button) == QMessageBox::AcceptRole) {
                button->click();
            }
        }
        QTRY_COMPARE_WITH_TIMEOUT(browser.urls().size(), 2, patienceMs);
        QVERIFY(page.shows(u"Port 8014 is exposed."_s));
    }

    void unexposingClosesIt()
    {
        const UrlCatcher browser;
        const Page page(m_fixture.sandbox());
        serve(8015);
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8015) >= 0, patienceMs);
        page.select(8015);
        page.action(u"Open"_s).trigger();
        QTRY_COMPARE_WITH_TIMEOUT(browser.urls().size(), 1, patienceMs);
        page.action(u"Unexpose"_s).trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page.shows(u"One port at a time can be exposed."_s), patienceMs);
        QVERIFY(!page.action(u"Copy URL"_s).isEnabled());
        QNetworkAccessManager manager;
        const std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(browser.urls().first())));
        QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), patienceMs);
        QVERIFY(reply->error() != QNetworkReply::NoError);
    }

    void waitingForASilentServerCanBeStopped()
    {
        const UrlCatcher browser;
        const Page page(m_fixture.sandbox());
        Command command;
        command.line = u"exec python3 -c 'import socket,time; s=socket.create_server((\"\",8016)); "
                       "time.sleep(1000)'"_s;
        const auto started = Test::await(m_fixture.sandbox()->executor().startProcess(command, {}));
        QVERIFY(started && *started);
        m_processes.append((*started)->id);
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8016) >= 0, patienceMs);
        page.select(8016);
        page.action(u"Open"_s).trigger();
        QTRY_VERIFY_WITH_TIMEOUT(page.action(u"Stop waiting"_s).isEnabled(), patienceMs);
        QVERIFY(page.shows(u"Waiting until it answers"_s));
        page.action(u"Stop waiting"_s).trigger();
        QVERIFY(page.shows(u"Port 8016 is exposed."_s));
        QVERIFY(browser.urls().isEmpty());
    }

    // Last: ends the engine.
    void failuresOfTheListAreShownAndWhatWasSeenStays()
    {
        const Page page(m_fixture.sandbox());
        serve(8017);
        QTRY_VERIFY_WITH_TIMEOUT(page.rowOf(8017) >= 0, patienceMs);
        m_processes.clear();
        m_fixture.engine().kill();
        QTRY_VERIFY_WITH_TIMEOUT(page.shows(u"What listens in the sandbox could not be read."_s), 60'000);
        QVERIFY(page.rowOf(8017) >= 0);
    }
};

QTEST_MAIN(PortsPageTest)
#include "portspagetest.moc"
