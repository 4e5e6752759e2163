// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/directorybrowser.h"
#include "ports/portmonitor.h"
#include "sandboxfixture.h"

#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// What asks a sandbox again and again, when the sandbox does not answer any more.
class DirectoryBrowserTest : public QObject {
    Q_OBJECT

    Test::SandboxFixture m_fixture;

    void hang()
    {
        const QJsonObject fault{
            {u"part"_s, u"executor"_s}, {u"path"_s, u"/run"_s}, {u"hang"_s, true}, {u"times"_s, 0}};
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, fault}}));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale(QLocale::English)); // The one of "C" orders by bytes.
        QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText()));
    }
    void cleanup() { QVERIFY(m_fixture.engine().misbehave({{u"clear"_s, true}})); }

    void aListingThatNeverComesIsGivenUp()
    {
        DirectoryBrowser browser;
        browser.setSandbox(m_fixture.sandbox());
        QTRY_COMPARE(browser.state(), DirectoryBrowser::State::Listed);
        browser.setAnswerTimeout(std::chrono::milliseconds(200));
        QSignalSpy failed(&browser, &DirectoryBrowser::listingFailed);
        hang();
        browser.goTo("/etc");
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Timeout);
        QCOMPARE(browser.state(), DirectoryBrowser::State::Failed);
        QVERIFY(m_fixture.engine().misbehave({{u"clear"_s, true}}));
        browser.setAnswerTimeout(std::chrono::seconds(30));
        browser.reload();
        QTRY_COMPARE_WITH_TIMEOUT(browser.state(), DirectoryBrowser::State::Listed, 30'000);
    }

    void aLargeDirectoryIsPutInOrderWithoutHoldingUpTheInterface()
    {
        QCOMPARE(m_fixture.run(u"mkdir /tmp/large; cd /tmp/large; seq 1 5000 | xargs touch"_s), QByteArray());
        DirectoryBrowser browser;
        browser.setSandbox(m_fixture.sandbox());
        QTRY_COMPARE(browser.state(), DirectoryBrowser::State::Listed);
        PreparedListing large;
        connect(&browser, &DirectoryBrowser::listed, this, [&](const PreparedListing &listing) {
            large = listing;
        });
        browser.goTo("/tmp/large");
        QTRY_COMPARE_WITH_TIMEOUT(browser.state(), DirectoryBrowser::State::Listed, 30'000);
        QCOMPARE(large.directory, QByteArray("/tmp/large"));
        QCOMPARE(large.rows.size(), size_t{5000});
        QCOMPARE(large.rows[2].entry.name, QByteArray("100")); // By bytes: 1, 10, 100.
        QCOMPARE(large.rows[2].nameRank, 99);                  // By number: the 100th.
        // Going on before it is in order.
        browser.goTo("/tmp/large");
        browser.goTo("/etc");
        QTRY_COMPARE_WITH_TIMEOUT(browser.state(), DirectoryBrowser::State::Listed, 30'000);
        QCOMPARE(large.directory, QByteArray("/etc"));
    }

    void portsAreAskedForAgainAfterAnAnswerThatNeverCame()
    {
        PortMonitor monitor;
        monitor.setAnswerTimeout(std::chrono::milliseconds(200));
        QSignalSpy failed(&monitor, &PortMonitor::failed);
        QSignalSpy listed(&monitor, &PortMonitor::listed);
        hang();
        monitor.setSandbox(m_fixture.sandbox());
        monitor.start();
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Timeout);
        QVERIFY(m_fixture.engine().misbehave({{u"clear"_s, true}}));
        monitor.setAnswerTimeout(std::chrono::seconds(30));
        QTRY_VERIFY_WITH_TIMEOUT(!listed.isEmpty(), 30'000);
    }
};

QTEST_GUILESS_MAIN(DirectoryBrowserTest)
#include "directorybrowsertest.moc"
