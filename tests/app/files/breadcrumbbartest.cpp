// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/breadcrumbbar.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include <algorithm>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class BreadcrumbBarTest : public QObject {
    Q_OBJECT

private:
    /// What is visible, from left to right.
    static QList<QToolButton *> buttons(const BreadcrumbBar &bar)
    {
        QList<QToolButton *> visible;
        for (auto *button : bar.findChildren<QToolButton *>()) {
            if (button->isVisible()) {
                visible.append(button);
            }
        }
        std::sort(
            visible.begin(), visible.end(), [](const auto *a, const auto *b) { return a->x() < b->x(); });
        return visible;
    }
    static QString text(const BreadcrumbBar &bar)
    {
        QStringList words;
        for (const auto *button : buttons(bar)) {
            words.append(button->text());
        }
        return words.join(u' ');
    }

private Q_SLOTS:
    void showsEachDirectoryOnTheWay()
    {
        BreadcrumbBar bar;
        bar.resize(800, 30);
        bar.show();
        bar.setPath("/root/a b/c&d");
        QTRY_COMPARE(text(bar), u"/ root a b c&&d"_s);
        bar.setPath("/");
        QTRY_COMPARE(text(bar), u"/"_s);
    }

    void clickingLeadsThereWithTheExactBytes()
    {
        BreadcrumbBar bar;
        bar.resize(800, 30);
        bar.show();
        bar.setPath("/x\xff/y");
        QSignalSpy spy(&bar, &BreadcrumbBar::pathChosen);
        QTRY_COMPARE(buttons(bar).size(), 3);
        buttons(bar).at(1)->click();
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].toByteArray(), QByteArray("/x\xff"));
    }

    void whatDoesNotFitIsInAMenuBehindTheRoot()
    {
        BreadcrumbBar bar;
        bar.resize(220, 30);
        bar.show();
        bar.setPath("/other/path"); // Old buttons must not get in the way of the order.
        bar.setPath("/first/second/third/fourth/fifth/sixth/seventh");
        QTRY_VERIFY(text(bar).startsWith(u"/ … "_s));
        QVERIFY2(text(bar).endsWith(u" seventh"_s), qPrintable(text(bar)));
        QMenu *menu = buttons(bar).at(1)->menu();
        QVERIFY(!menu->isEmpty());
        QSignalSpy spy(&bar, &BreadcrumbBar::pathChosen);
        menu->actions().first()->trigger();
        QCOMPARE(spy[0][0].toByteArray(), QByteArray("/first"));
        bar.resize(2000, 30);
        QTRY_VERIFY(!text(bar).contains(u'…'));
    }

    void editingWithoutAChangeKeepsBytes()
    {
        BreadcrumbBar bar;
        bar.show();
        bar.setPath("/x\xff");
        QSignalSpy spy(&bar, &BreadcrumbBar::pathChosen);
        bar.editPath();
        QTest::keyClick(bar.findChild<QLineEdit *>(), Qt::Key_Return);
        QCOMPARE(spy[0][0].toByteArray(), QByteArray("/x\xff"));
    }

    void escapeEndsEditing()
    {
        BreadcrumbBar bar;
        bar.show();
        bar.setPath("/x");
        bar.editPath();
        QSignalSpy spy(&bar, &BreadcrumbBar::pathChosen);
        auto *editor = bar.findChild<QLineEdit *>();
        QTest::keyClicks(editor, u"/elsewhere"_s);
        QTest::keyClick(editor, Qt::Key_Escape);
        QVERIFY(!editor->isVisible());
        QCOMPARE(spy.size(), 0);
    }

    void whatIsTypedIsCompleted()
    {
        BreadcrumbBar bar;
        bar.show();
        QVERIFY(QTest::qWaitForWindowActive(&bar));
        bar.setPath("/x");
        bar.editPath();
        QSignalSpy wanted(&bar, &BreadcrumbBar::completionsWanted);
        auto *editor = bar.findChild<QLineEdit *>();
        QTest::keyClicks(editor, u"/us"_s);
        QCOMPARE(wanted.size(), 1); // One question for a directory.
        QCOMPARE(wanted[0][0].toByteArray(), QByteArray("/"));
        bar.setCompletions("/elsewhere", {"usless"});
        QAbstractItemView *list = editor->completer()->popup();
        QVERIFY(!list->isVisible());
        // Names that cannot be typed, or would look like others, are left out.
        bar.setCompletions("/", {"usr", "var", "us\xFF", "us\xE2\x80\xAEx", "us\n"});
        QVERIFY(list->isVisible());
        QCOMPARE(list->model()->rowCount(), 1);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(editor->text(), u"/usr/"_s);
        QSignalSpy chosen(&bar, &BreadcrumbBar::pathChosen);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(chosen.value(0).value(0).toByteArray(), QByteArray("/usr"));
        QVERIFY(!list->isVisible() && !editor->isVisible());
        // Relative to where one is, too.
        bar.editPath();
        QTest::keyClicks(editor, u"in/s"_s);
        QCOMPARE(wanted.last()[0].toByteArray(), QByteArray("/x/in"));
        bar.setCompletions("/x/in", {"some"});
        QCOMPARE(list->model()->index(0, 0).data().toString(), u"in/some/"_s);
        QTest::keyClick(list, Qt::Key_Escape);
        QVERIFY(editor->isVisible()); // It was for the list.
        QTest::keyClick(editor, Qt::Key_Escape);
        QVERIFY(!editor->isVisible());
    }
};

QTEST_MAIN(BreadcrumbBarTest)
#include "breadcrumbbartest.moc"
