// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/findbar.h"
#include "editor/codeview.h"
#include "editorfixture.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;
using Koyeb::Test::buttonIn;
using Koyeb::Test::saysIn;

Q_DECLARE_METATYPE(SearchQuery)

/// Finding and replacing: in bytes, and in a view.
class FindBarTest : public QObject {
    Q_OBJECT

    struct Scene {
        explicit Scene(const QByteArray &text)
        {
            window.resize(600, 300);
            auto *column = new QVBoxLayout(&window);
            view = new CodeView(&window);
            bar = new FindBar(*view, &window);
            column->addWidget(view);
            column->addWidget(bar);
            view->setContent(text, "x");
            window.show();
            bar->begin(true);
            pattern = bar->findChildren<QLineEdit *>().first();
        }
        ~Scene() { delete bar; }

        void look(const QString &sought, const QString &count) const
        {
            pattern->setText(sought);
            QTRY_VERIFY2(saysIn(window, count), qPrintable(count));
        }
        void toggle(const QString &name) const
        {
            for (auto *button : bar->findChildren<QToolButton *>()) {
                if (button->accessibleName() == name) {
                    button->click();
                    return;
                }
            }
            QFAIL(qPrintable(name));
        }
        void replaceBy(const QString &text, const QString &button) const
        {
            bar->findChildren<QLineEdit *>().last()->setText(text);
            buttonIn(window, button)->click();
        }

        QWidget window;
        CodeView *view = nullptr;
        FindBar *bar = nullptr;
        QLineEdit *pattern = nullptr;
    };

private Q_SLOTS:
    void matchesAreFoundInBytes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<SearchQuery>("query");
        QTest::addColumn<QString>("found");
        const auto add = [](const char *name, const QString &text, const SearchQuery &query,
                            const QString &found) {
            QTest::newRow(name) << text << query << found;
        };
        add("nothing", u"abc"_s, {}, u""_s);
        add("any case", u"aAa"_s, {u"a"_s}, u"0-1 1-2 2-3"_s);
        add("case", u"aAa"_s, {u"a"_s, true}, u"0-1 2-3"_s);
        add("words", u"cat category cat_ cat"_s, {u"cat"_s, false, true}, u"0-3 18-21"_s);
        add("words of signs", u"a+b +"_s, {u"+"_s, false, true}, u"4-5"_s);
        add("beyond ascii", u"ż🐢ż x Ż"_s, {u"ż"_s}, u"0-2 6-8 11-13"_s);
        add("signs are signs", u"a.b acb"_s, {u"a.b"_s}, u"0-3"_s);
        add("expression", u"a.b acb"_s, {u"a.b"_s, false, false, true}, u"0-3 4-7"_s);
        add("empty matches are none", u"abc"_s, {u"x*"_s, false, false, true}, u""_s);
        add("line ends", u"a\r\na\ra\nb"_s, {u"^a$"_s, false, false, true}, u"0-1 3-4 5-6"_s);
        add("damaged", u"abc"_s, {u"("_s, false, false, true}, u"!"_s);
    }
    void matchesAreFoundInBytes()
    {
        QFETCH(QString, text);
        QFETCH(SearchQuery, query);
        const auto outcome = findAll(text.toUtf8(), query, {});
        QStringList found;
        for (const auto &match : outcome.matches) {
            found.append(u"%1-%2"_s.arg(match.begin).arg(match.end));
        }
        QTEST(outcome.problem.isEmpty() ? found.join(u' ') : u"!"_s, "found");
    }

    void patternsThatExplodeEnd()
    {
        const QByteArray text(40, 'a');
        const auto outcome = findAll(text + '!', {u"(a|aa|a?a)*(a|aa|a?a)*$"_s, true, false, true}, {});
        QVERIFY(outcome.matches.size() <= 1);
    }

    void thereAreNotTooMany()
    {
        const auto outcome = findAll(QByteArray(maximumMatches + 1, 'a'), {u"a"_s}, {});
        QCOMPARE(outcome.matches.size(), maximumMatches);
        QVERIFY(outcome.hasMore);
    }

    void whatIsFoundIsReplaced()
    {
        QCOMPARE(replaceAll("a b a", {u"a"_s}, u"\\0"_s).utf8, "\\0 b \\0");
        const SearchQuery groups{u"(\\w)(\\w)"_s, false, false, true};
        QCOMPARE(replaceAll("ab cd", groups, u"\\2\\1\\n\\\\"_s).utf8, "ba\n\\ dc\n\\");
        QCOMPARE(replaceAll("ab cd", groups, u"x"_s, 3).utf8, "ab x");
        QCOMPARE(replaceAll("ab", {u"x"_s}, u"y"_s).count, 0);
        QCOMPARE(
            replaceAll(
                "\xEF\xBB\xBF"
                "a",
                {u"a"_s}, u"b"_s)
                .utf8,
            "\xEF\xBB\xBF"
            "b");
    }

    void oneGoesFromMatchToMatch()
    {
        const Scene scene("one two\none ONE\n");
        scene.look(u"one"_s, u"3 found"_s);
        QTest::keyClick(scene.pattern, Qt::Key_Return);
        QCOMPARE(scene.view->selection(), (TextRange{0, 3}));
        QVERIFY(saysIn(scene.window, u"1 of 3"_s));
        QTest::keyClick(scene.pattern, Qt::Key_Return);
        QTest::keyClick(scene.pattern, Qt::Key_Return);
        QCOMPARE(scene.view->selection(), (TextRange{12, 15}));
        QTest::keyClick(scene.pattern, Qt::Key_Return); // Around the end.
        QCOMPARE(scene.view->selection(), (TextRange{0, 3}));
        QTest::keyClick(scene.pattern, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(scene.view->selection(), (TextRange{12, 15}));
        scene.toggle(u"Match case"_s);
        QTRY_VERIFY(saysIn(scene.window, u"2 found"_s));
        scene.look(u"missing"_s, u"Not found"_s);
        scene.toggle(u"Regular expression"_s);
        scene.look(u"("_s, u"The pattern cannot be used."_s);
    }

    void changesOfTheTextAreSeen()
    {
        const Scene scene("one\n");
        scene.look(u"one"_s, u"1 found"_s);
        QTest::keyClicks(scene.view, u"one "_s);
        QTRY_VERIFY(saysIn(scene.window, u"2 found"_s));
    }

    void oneOrAllAreReplaced()
    {
        const Scene scene("a1 a2\r\na3\r\n");
        scene.toggle(u"Regular expression"_s);
        scene.look(u"a(\\d)"_s, u"3 found"_s);
        QTest::keyClick(scene.pattern, Qt::Key_Return);
        scene.replaceBy(u"<\\1>"_s, u"Replace"_s);
        QTRY_COMPARE(scene.view->content(), "<1> a2\r\na3\r\n");
        QTRY_COMPARE(scene.view->selection(), (TextRange{4, 6}));
        scene.replaceBy(u"<\\1>"_s, u"Replace all"_s);
        QTRY_COMPARE(scene.view->content(), "<1> <2>\r\n<3>\r\n");
        scene.view->undo();
        QCOMPARE(scene.view->content(), "<1> a2\r\na3\r\n");
    }

    void escapeGivesTheTextBack()
    {
        const Scene scene("a");
        QSignalSpy closed(scene.bar, &FindBar::closed);
        QTest::keyClick(scene.pattern, Qt::Key_Escape);
        QCOMPARE(closed.size(), 1);
        QVERIFY(!scene.bar->isVisible());
    }
};

QTEST_MAIN(FindBarTest)
#include "findbartest.moc"
