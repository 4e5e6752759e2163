// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpage.h"
#include "core/manualclock.h"
#include "fakelink.h"
#include "terminal/terminalview.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;

class TerminalPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void startsAShellWhenFirstShownAndSizedRight();
    void opensAndClosesTerminals();
    void namesTabsAfterTheirPrograms();
    void marksABellInTheBackground();
    void tellsWhatAProgramSaysThatNobodyLooksAt();
    void offersToStartAgain();
    void countsDownToReconnect();
    void waitsForASandboxThatSleeps();
    void tellsTheScreensChecksumOnlyWhereItsUserAllowsIt();
    void wakesASandboxForATerminalThatCouldNotBegin();
    void startsNothingInASandboxThatSleeps();
    void tellsWhetherThereAreTerminals();

private:
    [[nodiscard]] QTabWidget *tabs() const { return m_page->findChild<QTabWidget *>(); }
    [[nodiscard]] QPushButton *visibleButton(const QString &text) const
    {
        for (QPushButton *const button : m_page->findChildren<QPushButton *>()) {
            if (button->text() == text && button->isVisible()) {
                return button;
            }
        }
        return nullptr;
    }

    [[nodiscard]] bool isShown(const QString &text) const
    {
        const auto labels = m_page->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *label) {
            return label->isVisible() && label->text().contains(text);
        });
    }
    [[nodiscard]] TerminalHost host()
    {
        TerminalHost host;
        host.clock = &m_clock;
        host.makeLink = [this](const ShellOrder &order, QObject *parent) {
            m_orders.append(order);
            return m_links.factory()(parent);
        };
        return host;
    }

    ManualClock m_clock;
    QList<ShellOrder> m_orders;
    FakeLinks m_links;
    std::unique_ptr<TerminalPage> m_page;
};

void TerminalPageTest::init()
{
    m_page.reset();
    m_links = {};
    m_orders.clear();
    m_page = std::make_unique<TerminalPage>(host());
    m_page->resize(800, 500);
}

void TerminalPageTest::startsAShellWhenFirstShownAndSizedRight()
{
    QCOMPARE(m_page->terminalCount(), 0);
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    const auto *const view = m_page->findChild<TerminalView *>();
    QCOMPARE(m_links.last()->starts, QList<Vt::Size>{view->gridSize()});
    QVERIFY(view->gridSize().columns > 60);
    Q_EMIT m_links.last()->opened();
    m_page->hide();
    m_page->show();
    QTest::qWait(20);
    QCOMPARE(m_links.made.size(), 1);
    QVERIFY(m_links.last()->resizes.isEmpty());
}

void TerminalPageTest::opensAndClosesTerminals()
{
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTRY_COMPARE(m_links.made.size(), 1);
    QTest::keyClick(m_page.get(), Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(m_links.made.size(), 2);
    QCOMPARE(m_page->terminalCount(), 2);
    QCOMPARE(tabs()->currentIndex(), 1);
    QCOMPARE(
        qobject_cast<TerminalView *>(QApplication::focusWidget()),
        tabs()->currentWidget()->findChild<TerminalView *>());
    QTest::keyClick(m_page.get(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_page->terminalCount(), 1);
    QTRY_VERIFY(m_links.made.at(1).isNull());
    m_page->closeCurrentTerminal();
    QCOMPARE(m_page->terminalCount(), 0);
    QPushButton *const open = visibleButton(QStringLiteral("New terminal"));
    QVERIFY(open != nullptr);
    open->clearFocus();
    m_page->setFocus(); // As one comes to it.
    QVERIFY(open->hasFocus());
    open->click();
    QTRY_COMPARE(m_links.made.size(), 3);
}

void TerminalPageTest::namesTabsAfterTheirPrograms()
{
    QSignalSpy titles(m_page.get(), &TerminalPage::titleChanged);
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    QCOMPARE(tabs()->tabText(0), QStringLiteral("Terminal 1"));
    m_links.last()->print("\x1B]0;vim & more\x07");
    QTRY_COMPARE(tabs()->tabText(0), QStringLiteral("vim && more"));
    QCOMPARE(titles.last().first().toString(), QStringLiteral("vim & more"));
    m_links.last()->print("\x1B]0;\x07");
    QTRY_COMPARE(tabs()->tabText(0), QStringLiteral("Terminal 1"));
}

void TerminalPageTest::marksABellInTheBackground()
{
    QSignalSpy bells(m_page.get(), &TerminalPage::bellRang);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTRY_COMPARE(m_links.made.size(), 1);
    m_page->openTerminal();
    QTRY_COMPARE(m_links.made.size(), 2);
    m_links.made.first()->print("\a");
    QTRY_COMPARE(bells.size(), 1);
    QVERIFY(!tabs()->tabIcon(0).isNull());
    tabs()->setCurrentIndex(0);
    QVERIFY(tabs()->tabIcon(0).isNull());
    m_links.made.first()->print("\a");
    QTRY_COMPARE(bells.size(), 2);
    QVERIFY(tabs()->tabIcon(0).isNull());
    QWidget other; // The window behind is not looked at.
    other.show();
    other.activateWindow();
    QTRY_VERIFY(!m_page->isActiveWindow());
    m_links.made.first()->print("\a");
    QTRY_COMPARE(bells.size(), 3);
    QVERIFY(!tabs()->tabIcon(0).isNull());
    m_page->activateWindow();
    QTRY_VERIFY(tabs()->tabIcon(0).isNull());
}

void TerminalPageTest::tellsWhatAProgramSaysThatNobodyLooksAt()
{
    const QSignalSpy told(m_page.get(), &TerminalPage::notified);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTRY_COMPARE(m_links.made.size(), 1);
    const auto say = [this](const QByteArray &text) {
        m_links.made.first()->print("\x1B]777;notify;Build;" + text + "\x1B\\");
        QTRY_COMPARE(m_page->findChild<TerminalView *>()->session().waitingBytes(), 0);
    };
    say("seen");
    QTRY_VERIFY(isShown(QStringLiteral("Build: seen")));
    QVERIFY(told.isEmpty());
    m_page->hide();
    say("done");
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told.first().first().toString(), QStringLiteral("Build: done"));
    say("and again"); // Too soon.
    m_clock.advance(std::chrono::seconds(5));
    say("later");
    QTRY_COMPARE(told.size(), 2);
    QCOMPARE(told.last().first().toString(), QStringLiteral("Build: later"));
}

void TerminalPageTest::offersToStartAgain()
{
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    QVERIFY(visibleButton(QStringLiteral("Start again")) == nullptr);
    const auto *const view = m_page->findChild<TerminalView *>();
    const Vt::Size size = view->gridSize();
    Q_EMIT m_links.last()->failed(Error::of(ErrorKind::Offline, QStringLiteral("Connection refused.")));
    QTRY_VERIFY(visibleButton(QStringLiteral("Start again")) != nullptr);
    // The card hides nothing: it takes its room from the terminal, and gives it back.
    QTRY_VERIFY(view->gridSize().rows < size.rows);
    QCOMPARE(view->gridSize().columns, size.columns);
    const QPushButton *const button = visibleButton(QStringLiteral("Start again"));
    const QRect place(button->mapTo(m_page.get(), QPoint()), button->size());
    QVERIFY(!QRect(view->mapTo(m_page.get(), QPoint()), view->size()).intersects(place));
    visibleButton(QStringLiteral("Start again"))->click();
    QCOMPARE(m_links.made.size(), 2);
    QVERIFY(visibleButton(QStringLiteral("Start again")) == nullptr);
    QTRY_COMPARE(view->gridSize(), size);
    QCOMPARE(m_links.last()->resizes, QList<Vt::Size>{size});
}

void TerminalPageTest::countsDownToReconnect()
{
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    const auto lose = [this] {
        Q_EMIT m_links.last()->failed(Error::of(ErrorKind::Offline, QStringLiteral("Reset.")));
        QTRY_VERIFY(visibleButton(QStringLiteral("Reconnect now")) != nullptr);
    };
    m_links.last()->print("$ ");
    lose();
    QVERIFY(visibleButton(QStringLiteral("Start again")) == nullptr);
    QVERIFY(isShown(QStringLiteral("Reconnecting in 1 second")));
    m_clock.advance(std::chrono::seconds(1));
    QCOMPARE(m_links.made.size(), 2);
    lose();
    QVERIFY(isShown(QStringLiteral("Reconnecting in 2 second")));
    m_clock.advance(std::chrono::seconds(1));
    QVERIFY(isShown(QStringLiteral("Reconnecting in 1 second")));
    const auto *const view = m_page->findChild<TerminalView *>();
    const Vt::Size size = view->gridSize();
    visibleButton(QStringLiteral("Reconnect now"))->click();
    QCOMPARE(m_links.made.size(), 3);
    QVERIFY(visibleButton(QStringLiteral("Reconnect now")) == nullptr);
    QVERIFY(isShown(QStringLiteral("Reconnecting…")));
    QCoreApplication::processEvents();
    QCOMPARE(view->gridSize(), size); // Attempts do not make the terminal jump.
    lose();
    visibleButton(QStringLiteral("Stop"))->click();
    QVERIFY(!isShown(QStringLiteral("Reconnecting in")));
    QVERIFY(visibleButton(QStringLiteral("Start again")) != nullptr);
    m_clock.advance(std::chrono::minutes(5));
    QCOMPARE(m_links.made.size(), 3);
}

void TerminalPageTest::waitsForASandboxThatSleeps()
{
    QSignalSpy failures(m_page.get(), &TerminalPage::connectionFailed);
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    m_links.last()->print("$ ");
    m_page->setSandboxSleep(SandboxSleep::Asleep);
    Q_EMIT m_links.last()->failed(Error::of(ErrorKind::Conflict, QStringLiteral("Asleep.")));
    QTRY_VERIFY(isShown(QStringLiteral("once it is awake")));
    QCOMPARE(failures.size(), 1);
    m_clock.advance(std::chrono::minutes(5));
    QCOMPARE(m_links.made.size(), 1);
    const QSignalSpy wakes(m_page.get(), &TerminalPage::wakeRequested);
    visibleButton(QStringLiteral("Wake"))->click();
    QCOMPARE(wakes.size(), 1);
    m_page->setSandboxSleep(SandboxSleep::Waking);
    QVERIFY(isShown(QStringLiteral("is waking up")));
    QVERIFY(visibleButton(QStringLiteral("Wake")) == nullptr);
    QCOMPARE(m_links.made.size(), 1);
    m_page->setSandboxSleep(SandboxSleep::Awake);
    QCOMPARE(m_links.made.size(), 2);
}

void TerminalPageTest::wakesASandboxForATerminalThatCouldNotBegin()
{
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    m_page->setSandboxSleep(SandboxSleep::Asleep);
    Q_EMIT m_links.last()->failed(Error::of(ErrorKind::Conflict, QStringLiteral("Asleep.")));
    QTRY_VERIFY(isShown(QStringLiteral("The sandbox is asleep")));
    QVERIFY(visibleButton(QStringLiteral("Start again")) == nullptr);
    visibleButton(QStringLiteral("Wake"))->click();
    m_page->setSandboxSleep(SandboxSleep::Waking);
    QCOMPARE(m_links.made.size(), 1);
    m_page->setSandboxSleep(SandboxSleep::Awake);
    QCOMPARE(m_links.made.size(), 2);
    // Only for the one that was asked for,
    Q_EMIT m_links.last()->failed(Error::of(ErrorKind::Conflict, QStringLiteral("Gone.")));
    QTRY_VERIFY(visibleButton(QStringLiteral("Start again")) != nullptr);
    m_page->setSandboxSleep(SandboxSleep::Asleep);
    m_page->setSandboxSleep(SandboxSleep::Awake);
    QCOMPARE(m_links.made.size(), 2);
    // and not long after it was in vain.
    m_page->setSandboxSleep(SandboxSleep::Asleep);
    visibleButton(QStringLiteral("Wake"))->click();
    m_page->setSandboxSleep(SandboxSleep::Waking);
    m_page->setSandboxSleep(SandboxSleep::Asleep);
    m_page->setSandboxSleep(SandboxSleep::Awake);
    QCOMPARE(m_links.made.size(), 2);
}

void TerminalPageTest::startsNothingInASandboxThatSleeps()
{
    m_page->setSandboxSleep(SandboxSleep::Asleep);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    QCOMPARE(m_page->terminalCount(), 1);
    QVERIFY(isShown(QStringLiteral("The sandbox is asleep")));
    QVERIFY(visibleButton(QStringLiteral("Start again")) == nullptr);
    m_page->openTerminal();
    QTest::qWait(20);
    QCOMPARE(m_links.made.size(), 0);
    const QSignalSpy wakes(m_page.get(), &TerminalPage::wakeRequested);
    visibleButton(QStringLiteral("Wake"))->click();
    QCOMPARE(wakes.size(), 1);
    m_page->setSandboxSleep(SandboxSleep::Waking);
    QVERIFY(isShown(QStringLiteral("is waking up")));
    QTest::qWait(20);
    QCOMPARE(m_links.made.size(), 0);
    m_page->setSandboxSleep(SandboxSleep::Awake);
    QTRY_COMPARE(m_links.made.size(), 1); // The one that is seen, as large as it is seen.
    const auto *const view = tabs()->currentWidget()->findChild<TerminalView *>();
    QCOMPARE(m_links.last()->starts, QList<Vt::Size>{view->gridSize()});
    QVERIFY(!isShown(QStringLiteral("The sandbox is")));
    tabs()->setCurrentIndex(0);
    QTRY_COMPARE(m_links.made.size(), 2);
}

void TerminalPageTest::tellsWhetherThereAreTerminals()
{
    QSignalSpy changes(m_page.get(), &TerminalPage::emptinessChanged);
    m_page->openTerminal();
    QCOMPARE(changes.size(), 1);
    m_page->openTerminal();
    m_page->closeCurrentTerminal();
    QCOMPARE(changes.size(), 1);
    m_page->closeCurrentTerminal();
    QCOMPARE(changes.size(), 2);
    QCOMPARE(m_page->terminalCount(), 0);
}

void TerminalPageTest::tellsTheScreensChecksumOnlyWhereItsUserAllowsIt()
{
    const QByteArray question = "A\x1b[1;1;1;1;1;1*y";
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    Q_EMIT m_links.last()->opened();
    m_links.last()->print(question + "\x1b[5n");
    QTRY_COMPARE(m_links.last()->input, QByteArray("\x1b[0n"));

    qputenv("KOYEB_DESKTOP_TERMINAL_CHECKSUMS", "1");
    const auto end = qScopeGuard([] { qunsetenv("KOYEB_DESKTOP_TERMINAL_CHECKSUMS"); });
    init();
    m_page->show();
    QTRY_COMPARE(m_links.made.size(), 1);
    Q_EMIT m_links.last()->opened();
    m_links.last()->print(question);
    QTRY_VERIFY(m_links.last()->input.startsWith("\x1bP1!~"));
}

QTEST_MAIN(TerminalPageTest)
#include "terminalpagetest.moc"
