// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminaltab.h"
#include "core/manualclock.h"
#include "fakelink.h"
#include "terminal/terminallayouts.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalview.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// Splits, tabs, their layout, and what is typed in several terminals, through the keyboard of a page.
class TerminalTabTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void splitsAndClosesPanes();
    void walksBetweenPanesAndTabs();
    void splitsToTheRightInAnyLanguage();
    void keepsNoMorePanesThanHaveRoom();
    void typesInAllPanesOfATab();
    void tellsOfKeysOnlyWhoAskedForIt();
    void typesInTerminalsOfSeveralSandboxes();
    void keepsTheLayoutOfASandbox();
    void keepsSizesAndWhereOneWas();
    void ignoresALayoutThatIsNone();
    void keepsAShellAliveByName();
    void startsWhatTheProfileSays();

private:
    [[nodiscard]] TerminalHost host(const QString &sandboxId = QStringLiteral("one"))
    {
        TerminalHost host;
        host.clock = &m_clock;
        host.sandboxId = sandboxId;
        host.settings = m_settings.get();
        host.shared = &m_shared;
        host.sandboxName = [sandboxId] {
            return sandboxId;
        };
        host.makeLink = [this](const ShellOrder &order, QObject *parent) {
            m_orders.append(order);
            return m_links.factory()(parent);
        };
        host.runScript = [this](const QString &script, QObject *, const auto &done) {
            m_scripts.append(script);
            if (script == findKeeperScript()) {
                done("tmux\n");
            }
        };
        return host;
    }
    void openPage(const QString &sandboxId = QStringLiteral("one"))
    {
        m_page = std::make_unique<TerminalPage>(host(sandboxId));
        m_page->resize(900, 600);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::ControlModifier | Qt::ShiftModifier)
    {
        QWidget *const target = QApplication::focusWidget();
        QTest::keyClick(target != nullptr ? target : m_page.get(), key, modifiers);
    }
    [[nodiscard]] QTabWidget *tabs() const { return m_page->findChild<QTabWidget *>(); }
    [[nodiscard]] TerminalTab *tab() const { return qobject_cast<TerminalTab *>(tabs()->currentWidget()); }
    [[nodiscard]] int focused() const
    {
        const auto panes = tab()->panes();
        for (int index = 0; index < panes.size(); ++index) {
            if (panes.at(index)->view().hasFocus()) {
                return index;
            }
        }
        return -1;
    }
    [[nodiscard]] static QAction *action(const TerminalPage &page, const QString &text)
    {
        for (QAction *const action : page.actions()) {
            if (action->text().startsWith(text)) {
                return action;
            }
        }
        return nullptr;
    }
    [[nodiscard]] static bool isShown(const QWidget &page, const QString &text)
    {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *label) {
            return label->isVisible() && label->text().contains(text);
        });
    }

    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
    ManualClock m_clock;
    InputBroadcast m_shared;
    QList<ShellOrder> m_orders;
    QStringList m_scripts;
    FakeLinks m_links;
    std::unique_ptr<TerminalPage> m_page;
};

void TerminalTabTest::init()
{
    m_links = {};
    m_orders.clear();
    m_scripts.clear();
    m_settings = std::make_unique<QSettings>(
        m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction())), QSettings::IniFormat);
}

void TerminalTabTest::cleanup()
{
    m_page.reset();
    m_shared.clear();
}

void TerminalTabTest::splitsAndClosesPanes()
{
    openPage();
    QTRY_COMPARE(m_links.made.size(), 1);
    press(Qt::Key_D);
    QTRY_COMPARE(m_links.made.size(), 2);
    press(Qt::Key_E);
    QTRY_COMPARE(m_links.made.size(), 3);
    const auto panes = tab()->panes();
    QCOMPARE(panes.size(), 3);
    const auto place = [&](int index) {
        return panes.at(index)->mapTo(tab(), QPoint());
    };
    QVERIFY(place(1).x() > place(0).x() + 300);
    QCOMPARE(place(2).x(), place(1).x());
    QVERIFY(place(2).y() > place(1).y() + 200);
    QCOMPARE(focused(), 2);
    // Each shell begins with the size that its pane has at last.
    QCOMPARE(m_links.made.at(2)->starts, QList<Vt::Size>{panes.at(2)->view().gridSize()});

    press(Qt::Key_W);
    QCOMPARE(tab()->panes(), (QList<TerminalPane *>{panes.at(0), panes.at(1)}));
    QCOMPARE(focused(), 1);
    QTRY_VERIFY(panes.at(1)->height() > 500);
    press(Qt::Key_Left);
    press(Qt::Key_W);
    QCOMPARE(tab()->panes(), QList<TerminalPane *>{panes.at(1)});
    QTRY_VERIFY(panes.at(1)->width() > 800);
    QTRY_VERIFY(m_links.made.at(0).isNull());
    press(Qt::Key_W);
    QCOMPARE(m_page->terminalCount(), 0);
}

void TerminalTabTest::walksBetweenPanesAndTabs()
{
    openPage();
    press(Qt::Key_D);
    press(Qt::Key_E);
    QTRY_COMPARE(m_links.made.size(), 3);
    press(Qt::Key_Up);
    QCOMPARE(focused(), 1);
    press(Qt::Key_Left);
    QCOMPARE(focused(), 0);
    press(Qt::Key_Left);
    QCOMPARE(focused(), 0);
    press(Qt::Key_Right);
    QVERIFY(focused() > 0);
    press(Qt::Key_Down);
    QCOMPARE(focused(), 2);

    press(Qt::Key_T);
    QCOMPARE(tabs()->currentIndex(), 1);
    press(Qt::Key_Tab, Qt::ControlModifier);
    QCOMPARE(tabs()->currentIndex(), 0);
    QCOMPARE(focused(), 2); // Where one was.
    press(Qt::Key_Tab);
    QCOMPARE(tabs()->currentIndex(), 1);
    press(Qt::Key_PageDown, Qt::ControlModifier);
    QCOMPARE(tabs()->currentIndex(), 0);
    press(Qt::Key_PageUp, Qt::ControlModifier);
    QCOMPARE(tabs()->currentIndex(), 1);
    for (const auto &link : m_links.made) {
        QCOMPARE(link->input, QByteArray()); // None of these keys was for a program.
    }
}

void TerminalTabTest::keepsNoMorePanesThanHaveRoom()
{
    openPage();
    for (int count = 0; count < TerminalTab::maximumPanes + 3; ++count) {
        press(count % 2 == 0 ? Qt::Key_D : Qt::Key_E);
    }
    QCOMPARE(tab()->panes().size(), TerminalTab::maximumPanes);
}

void TerminalTabTest::splitsToTheRightInAnyLanguage()
{
    openPage();
    m_page->setLayoutDirection(Qt::RightToLeft);
    press(Qt::Key_D);
    QTRY_COMPARE(m_links.made.size(), 2);
    press(Qt::Key_D);
    QTRY_COMPARE(m_links.made.size(), 3);
    const auto leftOf = [this](TerminalPane *pane) {
        return pane->mapTo(m_page.get(), QPoint()).x();
    };
    const auto panes = tab()->panes(); // The newest first: so the splitter has them.
    QCOMPARE(panes.size(), 3);
    QVERIFY(leftOf(panes.at(0)) > leftOf(panes.at(1)));
    QVERIFY(leftOf(panes.at(1)) > leftOf(panes.at(2)));
    QCOMPARE(focused(), 0);
}

void TerminalTabTest::typesInAllPanesOfATab()
{
    openPage();
    press(Qt::Key_D);
    QTRY_COMPARE(m_links.made.size(), 2);
    for (const auto &link : m_links.made) {
        link->print("$ ");
    }
    m_links.made.at(0)->print("\x1B[?1h"); // Its program wants other arrow keys.
    QTRY_VERIFY(tab()->panes().at(0)->session().terminal().modes().applicationCursor);
    QAction *const broadcast = action(*m_page, QStringLiteral("Type in all terminals of this tab"));
    broadcast->trigger();
    QVERIFY(isShown(*m_page, QStringLiteral("goes to all 2 terminal")));
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("ls"));
    press(Qt::Key_Up, Qt::NoModifier);
    QCOMPARE(m_links.made.at(0)->input, QByteArray("ls\x1BOA"));
    QCOMPARE(m_links.made.at(1)->input, QByteArray("ls\x1B[A"));

    press(Qt::Key_E); // A new one takes part.
    QTRY_COMPARE(m_links.made.size(), 3);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("x"));
    QVERIFY(m_links.made.at(0)->input.endsWith('x'));
    QCOMPARE(m_links.made.at(2)->input, QByteArray("x"));

    for (QPushButton *const button : m_page->findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Stop broadcasting") && button->isVisible()) {
            button->click();
        }
    }
    QVERIFY(!isShown(*m_page, QStringLiteral("goes to all")));
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("y"));
    QVERIFY(m_links.made.at(0)->input.endsWith('x'));
    QVERIFY(m_links.made.at(2)->input.endsWith('y'));
}

/// Of keys that come up, and of modifiers alone: what one program asked for, the others do not get.
void TerminalTabTest::tellsOfKeysOnlyWhoAskedForIt()
{
    openPage();
    press(Qt::Key_D);
    press(Qt::Key_D);
    QTRY_COMPARE(m_links.made.size(), 3);
    m_links.made.at(0)->print("$ ");
    m_links.made.at(1)->print("\x1B[>1u");  // Only asks that keys can be told from each other.
    m_links.made.at(2)->print("\x1B[>11u"); // Asks for all events of all keys.
    const auto flags = [this](int pane) {
        return int{tab()->panes().at(pane)->session().terminal().modes().keyboardFlags};
    };
    QTRY_COMPARE(flags(2), 11);
    QTRY_COMPARE(flags(1), 1);
    action(*m_page, QStringLiteral("Type in all terminals of this tab"))->trigger();
    for (const int from : {0, 1, 2}) {
        TerminalView &view = tab()->panes().at(from)->view();
        view.setFocus();
        for (const auto &link : m_links.made) {
            link->input.clear();
        }
        QTest::keyPress(&view, 'A', Qt::ShiftModifier); // And Shift before it, as a person does.
        QTest::keyRelease(&view, 'A', Qt::ShiftModifier);
        QCOMPARE(m_links.made.at(0)->input, QByteArray("A"));
        QCOMPARE(m_links.made.at(1)->input, QByteArray("A"));
        const QByteArray &events = m_links.made.at(2)->input;
        QVERIFY2(
            events.startsWith("\x1B[57441;2u") && events.contains("\x1B[97;2:3u"),
            events.toPercentEncoding());
    }
}

void TerminalTabTest::typesInTerminalsOfSeveralSandboxes()
{
    openPage(QStringLiteral("alpha"));
    QTRY_COMPARE(m_links.made.size(), 1);
    TerminalPage other(host(QStringLiteral("beta")));
    other.resize(600, 400);
    other.show();
    QTRY_COMPARE(m_links.made.size(), 2);
    const QString text = QStringLiteral("Type in terminals of several sandboxes");
    action(*m_page, text)->trigger();
    action(other, text)->trigger();
    QVERIFY(isShown(*m_page, QStringLiteral("2 terminal(s): alpha, beta")));
    QVERIFY(isShown(other, QStringLiteral("2 terminal(s): alpha, beta")));
    QTest::keyClicks(m_page->findChild<TerminalView *>(), QStringLiteral("hi"));
    QCOMPARE(m_links.made.at(1)->input, QByteArray("hi"));
    QTest::keyClicks(other.findChild<TerminalView *>(), QStringLiteral("!"));
    QCOMPARE(m_links.made.at(0)->input, QByteArray("hi!"));

    // One group at a time.
    m_page->findChild<TerminalTab *>()->setBroadcasting(true);
    QCOMPARE(m_shared.count(), 1);
    m_page.reset();
    QCOMPARE(m_shared.labels(), QStringList{QStringLiteral("beta")});
}

void TerminalTabTest::keepsTheLayoutOfASandbox()
{
    openPage();
    press(Qt::Key_D);
    press(Qt::Key_E);
    QTRY_COMPARE(m_links.made.size(), 3);
    tab()->setName(QStringLiteral("Build & test"));
    tab()->setColour(2);
    press(Qt::Key_T);
    QTRY_COMPARE(m_links.made.size(), 4);
    tabs()->setCurrentIndex(0);
    m_page.reset();

    openPage();
    QCOMPARE(m_page->terminalCount(), 2);
    QTRY_COMPARE(m_links.made.size(), 4 + 3); // Those of the tab in front.
    QCOMPARE(tabs()->tabText(0), QStringLiteral("Build && test"));
    QVERIFY(!tabs()->tabIcon(0).isNull());
    QVERIFY(tabs()->tabIcon(1).isNull());
    const auto panes = tab()->panes();
    QCOMPARE(panes.size(), 3);
    QVERIFY(panes.at(2)->mapTo(tab(), QPoint()).y() > 200);
    // What a program calls itself does not take the name away.
    m_links.made.at(4)->print("\x1B]0;vim\x07");
    QTRY_COMPARE(panes.at(0)->session().waitingBytes(), 0);
    QCOMPARE(tabs()->tabText(0), QStringLiteral("Build && test"));
    m_page.reset();

    openPage(QStringLiteral("two"));
    QCOMPARE(m_page->terminalCount(), 1);
    QCOMPARE(tab()->panes().size(), 1);
}

// Also of tabs that nobody has looked at in between.
void TerminalTabTest::keepsSizesAndWhereOneWas()
{
    openPage();
    press(Qt::Key_D);
    QTRY_COMPARE(m_links.made.size(), 2);
    auto *const splitter = tab()->findChild<QSplitter *>();
    splitter->setSizes({splitter->width() / 4, splitter->width() * 3 / 4});
    const QList<int> sizes = splitter->sizes();
    QVERIFY(sizes.at(0) < sizes.at(1) / 2);
    tab()->panes().first()->setFocus();
    press(Qt::Key_T);
    QTRY_COMPARE(m_links.made.size(), 3);
    for (int run = 0; run < 3; ++run) {
        m_page.reset();
        openPage();
        QCOMPARE(tabs()->currentIndex(), 1);
    }
    tabs()->setCurrentIndex(0);
    auto *const kept = tab()->findChild<QSplitter *>();
    QTRY_COMPARE(kept->sizes(), sizes);
    QCOMPARE(tab()->currentPane(), tab()->panes().first());
}

void TerminalTabTest::ignoresALayoutThatIsNone()
{
    TerminalLayouts layouts(m_settings.get());
    layouts.setLayout(
        QStringLiteral("one"),
        {QJsonObject{}, 7,
         QJsonObject{
             {QStringLiteral("panes"),
              QJsonObject{
                  {QStringLiteral("split"), QStringLiteral("rows")}, {QStringLiteral("parts"), 1}}}}});
    openPage();
    QCOMPARE(m_page->terminalCount(), 1);
    QTRY_COMPARE(m_links.made.size(), 1);

    for (int number = 0; number < TerminalLayouts::maximumSandboxes + 5; ++number) {
        layouts.setLayout(QString::number(number), {QJsonObject{}});
    }
    QVERIFY(layouts.layout(QStringLiteral("4")).isEmpty());
    QVERIFY(!layouts.layout(QStringLiteral("5")).isEmpty());
}

void TerminalTabTest::keepsAShellAliveByName()
{
    openPage();
    QTRY_COMPARE(m_links.made.size(), 1);
    QAction *const kept = action(*m_page, QStringLiteral("New terminal that outlives"));
    QVERIFY(!kept->isVisible()); // Until it is known that something can do it.
    m_links.last()->print("$ ");
    QAction *const known =
        action(*m_page, QStringLiteral("New terminal that outlives its connection (tmux)"));
    QVERIFY(known != nullptr && known->isVisible());
    known->trigger();
    QTRY_COMPARE(m_links.made.size(), 2);
    QCOMPARE(m_orders.at(0).keptName, QString());
    const QString name = m_orders.at(1).keptName;
    QVERIFY(!name.isEmpty());
    m_page.reset();
    QVERIFY(!m_scripts.contains(endKeptShellScript(name)));

    openPage();                           // The program was started again.
    QTRY_COMPARE(m_links.made.size(), 3); // In the tab in front.
    QCOMPARE(m_orders.at(2).keptName, name);
    press(Qt::Key_W);
    QVERIFY(m_scripts.contains(endKeptShellScript(name)));
}

void TerminalTabTest::startsWhatTheProfileSays()
{
    TerminalProfile profile;
    profile.name = QStringLiteral("Fish");
    profile.commandLine = QStringLiteral("fish -l");
    profile.directory = QStringLiteral("/srv");
    profile.environment = {{QStringLiteral("EDITOR"), QStringLiteral("nano")}};
    profile.scrollbackLines = 77;
    profile.fontFamily = QStringLiteral("DejaVu Sans Mono");
    profile.fontSize = 30;
    TerminalProfiles profiles(m_settings.get());
    profiles.setProfiles({profile});
    const TerminalProfile kept = profiles.profiles().constFirst();
    QVERIFY(!kept.id.isEmpty());
    profile.id = kept.id;
    QCOMPARE(kept, profile);
    openPage();
    QTRY_COMPARE(m_links.made.size(), 1);
    QCOMPARE(m_orders.first(), ShellOrder());
    for (QMenu *const menu : m_page->findChildren<QMenu *>()) {
        for (QAction *const action : menu->actions()) {
            if (action->text() == profile.name) {
                action->trigger();
            }
        }
    }
    QTRY_COMPARE(m_links.made.size(), 2);
    QCOMPARE(m_orders.at(1).commandLine, profile.commandLine);
    QCOMPARE(m_orders.at(1).directory, profile.directory);
    QCOMPARE(m_orders.at(1).environment, profile.environment);
    QCOMPARE(tab()->currentPane()->setup().screen.scrollbackLines, 77U);
    const int usualWidth = m_page->findChild<TerminalView *>()->cellRect(0, 0).width();
    QVERIFY(tab()->currentPane()->view().cellRect(0, 0).width() > 2 * usualWidth);
    press(Qt::Key_D); // A split has the same.
    QTRY_COMPARE(m_links.made.size(), 3);
    QCOMPARE(m_orders.at(2), m_orders.at(1));
    profile.isUsual = true;
    profiles.setProfiles({profile});
    QCOMPARE(profiles.usualId(), profile.id);
    press(Qt::Key_T);
    QTRY_COMPARE(m_links.made.size(), 4);
    QCOMPARE(m_orders.at(3), m_orders.at(1));
}

QTEST_MAIN(TerminalTabTest)
#include "terminaltabtest.moc"
