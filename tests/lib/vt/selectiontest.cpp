// SPDX-License-Identifier: Apache-2.0
#include "vt/selection.h"
#include "vt/terminal.h"

#include <QTest>

using namespace Koyeb::Vt;

Q_DECLARE_METATYPE(Koyeb::Vt::Selection::Unit)
Q_DECLARE_METATYPE(Koyeb::Vt::Position)

class SelectionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesWhatTheUnitSays_data();
    void takesWhatTheUnitSays();
    void doesNotWalkAlongAWordWithoutEnd();
    void isEmptyUntilExtended();
    void staysWithItsTextWhenThatScrolls();
    void survivesThatItsRowsAreForgotten();
    void tellsTheColumnsOfEachRow();
};

void SelectionTest::takesWhatTheUnitSays_data()
{
    using Unit = Selection::Unit;
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<Unit>("unit");
    QTest::addColumn<Position>("from");
    QTest::addColumn<Position>("to");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &content, Unit unit, Position from, Position to,
                        const QByteArray &expected) {
        QTest::newRow(name) << content << unit << from << to << expected;
    };
    // The screen is 10 columns wide.
    row("characters", "hello", Unit::Character, {0, 1}, {0, 3}, "el");
    row("backwards", "hello", Unit::Character, {0, 3}, {0, 1}, "el");
    row("two lines", "one\r\ntwo", Unit::Character, {0, 1}, {1, 2}, "ne\ntw");
    row("blanks at the end go", "a   \r\nb", Unit::Character, {0, 0}, {1, 1}, "a\nb");
    row("blanks within stay", "a   b", Unit::Character, {0, 0}, {0, 5}, "a   b");
    row("empty line stays", "a\r\n\r\nb", Unit::Character, {0, 0}, {2, 1}, "a\n\nb");
    row("wrapped rows join", "0123456789abc", Unit::Character, {0, 8}, {1, 2}, "89ab");
    row("blank at the edge stays", "01234567  ab", Unit::Character, {0, 6}, {1, 2}, "67  ab");
    row("a full row is not a wrapped row", "0123456789\r\nabc", Unit::Character, {0, 8}, {1, 2}, "89\nab");
    row("wide characters", "a\xE4\xB8\xAD\xE6\x96\x87z", Unit::Character, {0, 0}, {0, 6},
        "a\xE4\xB8\xAD\xE6\x96\x87z");
    row("combining mark", "e\xCC\x81x", Unit::Character, {0, 0}, {0, 1}, "e\xCC\x81");
    row("word", "cd /tmp/a;", Unit::Word, {0, 5}, {0, 5}, "/tmp/a");
    row("word across rows", "cd /0123456789", Unit::Word, {0, 5}, {0, 5}, "/0123456789");
    row("words extended", "aa bb cc", Unit::Word, {0, 1}, {0, 4}, "aa bb");
    row("words extended back", "aa bb cc", Unit::Word, {0, 7}, {0, 4}, "bb cc");
    row("word not ASCII", "a \xC3\xA9t\xC3\xA9 b", Unit::Word, {0, 3}, {0, 3}, "\xC3\xA9t\xC3\xA9");
    row("line", "one two", Unit::Line, {0, 3}, {0, 3}, "one two");
    row("line with all its rows", "0123456789abcdefghijXYZ", Unit::Line, {1, 0}, {1, 0},
        "0123456789abcdefghijXYZ");
    row("block", "abcd\r\nefgh\r\nijkl", Unit::Block, {0, 1}, {2, 3}, "bc\nfg\njk");
    row("block from the right", "abcd\r\nefgh", Unit::Block, {0, 3}, {1, 1}, "bc\nfg");
    row("block beyond short rows", "abcd\r\ne\r\nijkl", Unit::Block, {0, 2}, {2, 4}, "cd\n\nkl");
}

void SelectionTest::takesWhatTheUnitSays()
{
    QFETCH(const QByteArray, content);
    QFETCH(const Selection::Unit, unit);
    QFETCH(const Position, from);
    QFETCH(const Position, to);
    QFETCH(const QByteArray, expected);
    Terminal terminal({10, 5});
    terminal.feed(content.toStdString());
    Selection selection;
    selection.begin(terminal, from, unit);
    selection.extendTo(terminal, to);
    QCOMPARE(QByteArray::fromStdString(selection.text(terminal)), expected);
}

void SelectionTest::doesNotWalkAlongAWordWithoutEnd()
{
    constexpr int rows = 3500;
    Terminal terminal({10, 3}, {.scrollbackLines = 2 * rows});
    for (int row = 0; row < rows; ++row) {
        terminal.feed("0123456789");
    }
    Selection selection;
    selection.begin(terminal, {rows / 2, 5}, Selection::Unit::Word);
    const std::size_t size = selection.text(terminal).size();
    QVERIFY2(size > 10'000 && size <= 20'010, qPrintable(QString::number(size)));
}

void SelectionTest::isEmptyUntilExtended()
{
    Terminal terminal({10, 5});
    terminal.feed("hello");
    Selection selection;
    QVERIFY(selection.isEmpty());
    selection.begin(terminal, {0, 2}, Selection::Unit::Character);
    QVERIFY(selection.isActive());
    QVERIFY(selection.isEmpty());
    QCOMPARE(selection.text(terminal), std::string());
    selection.extendTo(terminal, {0, 3});
    QVERIFY(!selection.isEmpty());
    selection.clear();
    QVERIFY(!selection.isActive());
}

void SelectionTest::staysWithItsTextWhenThatScrolls()
{
    Terminal terminal({10, 3});
    terminal.feed("first\r\nsecond\r\n");
    Selection selection;
    selection.begin(terminal, {1, 0}, Selection::Unit::Line);
    for (int i = 0; i < 100; ++i) {
        terminal.feed("more\r\n");
    }
    QCOMPARE(selection.text(terminal), std::string("second"));
}

void SelectionTest::survivesThatItsRowsAreForgotten()
{
    Terminal terminal({10, 3}, {.scrollbackLines = 5});
    terminal.feed("first\r\nsecond\r\n");
    Selection selection;
    selection.begin(terminal, {0, 0}, Selection::Unit::Character);
    selection.extendTo(terminal, {1, 3});
    for (int i = 0; i < 100; ++i) {
        terminal.feed("more\r\n");
    }
    QCOMPARE(selection.text(terminal), std::string());
}

void SelectionTest::tellsTheColumnsOfEachRow()
{
    Terminal terminal({10, 5});
    terminal.feed("one\r\ntwo\r\nthree");
    Selection selection;
    selection.begin(terminal, {0, 1}, Selection::Unit::Character);
    selection.extendTo(terminal, {2, 2});
    QCOMPARE(selection.columnsOf(0).first, 1);
    QVERIFY(selection.columnsOf(0).end >= 10);
    QCOMPARE(selection.columnsOf(1).first, 0);
    QCOMPARE(selection.columnsOf(2).end, 2);
    QVERIFY(selection.columnsOf(3).isEmpty());
}

QTEST_APPLESS_MAIN(SelectionTest)
#include "selectiontest.moc"
