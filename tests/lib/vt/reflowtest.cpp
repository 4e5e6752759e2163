// SPDX-License-Identifier: Apache-2.0
#include "screentext.h"
#include "vt/selection.h"

#include <QTest>
#include <random>

using namespace Koyeb::Vt;

/// Another width lays lines out anew.
class ReflowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void laysLinesOutAnew_data();
    void laysLinesOutAnew();
    void comesBackToWhatItWas();
    void keepsTheCursorWithItsText();
    void keepsWritingWhereItWas();
    void keepsSelectionsWithTheirText();
    void keepsMarks();
    void keepsMarksAtTheirPlaceInTheLine();
    void leavesTheAlternateScreenAsItIs();
    void cutsEndlessLines();
    void isQuickWithAMillionLines();
    void storesLinesCompactly();
    void keepsTheCommandBelowTheCursor();
    void keepsSizesOfLines();
};

void ReflowTest::laysLinesOutAnew_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QString>("expected");
    QTest::newRow("narrower") << QByteArray("0123456789\r\nab") << 5
                              << QStringLiteral("01234\\\n56789\nab\n");
    QTest::newRow("wider") << QByteArray("0123456789abc\r\nx") << 20 << QStringLiteral("0123456789abc\nx\n");
    QTest::newRow("much narrower") << QByteArray("abcdefg") << 3 << QStringLiteral("abc\\\ndef\\\ng\n");
    QTest::newRow("wide characters") << QByteArray("a中中中b") << 4 << QStringLiteral("a中\\\n中中\\\nb\n");
    QTest::newRow("wide characters, wider")
        << QByteArray("012345678中x") << 13 << QStringLiteral("012345678中x\n");
    QTest::newRow("an empty line stays")
        << QByteArray("abcdef\r\n\r\nx") << 3 << QStringLiteral("abc\\\ndef\n\nx\n");
    QTest::newRow("blanks within stay") << QByteArray("ab      cd") << 5 << QStringLiteral("ab\\\n   cd\n");
    QTest::newRow("what was never written does not wrap")
        << QByteArray("ab\x1B[1;9Hx\x1B[1;1H\x1B[K\x1B[2;1H") << 4 << QStringLiteral("\n\n");
}

void ReflowTest::laysLinesOutAnew()
{
    QFETCH(const QByteArray, content);
    QFETCH(const int, columns);
    QFETCH(const QString, expected);
    Terminal terminal({10, 4});
    terminal.feed(content.toStdString());
    terminal.resize({columns, 4});
    QString text = rowsText(terminal, terminal.firstLine(), terminal.endLine());
    while (text.endsWith(QStringLiteral("\n\n")) && text.size() > expected.size()) {
        text.chop(1);
    }
    QCOMPARE(text, expected);
}

void ReflowTest::comesBackToWhatItWas()
{
    std::mt19937 random(4711);
    for (int round = 0; round < 20; ++round) {
        Terminal terminal({30, 8}, {.scrollbackLines = 1000});
        for (int i = 0; i < 200; ++i) {
            std::string line;
            for (unsigned n = random() % 60; n > 0; --n) {
                const unsigned kind = random() % 20;
                line += kind == 0   ? "\x1B[3" + std::to_string(random() % 8) + "m"
                        : kind == 1 ? "中"
                        : kind == 2 ? "e\xCC\x81"
                                    : std::string(1, static_cast<char>('a' + random() % 26));
            }
            terminal.feed(line + "\r\n");
        }
        const QString before = fullState(terminal);
        for (int i = 0; i < 10; ++i) {
            terminal.resize({2 + static_cast<int>(random() % 60), 8});
        }
        terminal.resize({30, 8});
        QCOMPARE(fullState(terminal), before);
    }
}

void ReflowTest::keepsTheCursorWithItsText()
{
    Terminal terminal({30, 5});
    terminal.feed("first line\r\n$ command with words");
    terminal.feed("\x1B[4D"); // On the o of words.
    for (const int columns : {7, 40, 9, 2, 13, 30}) {
        terminal.resize({columns, 5});
        const Cursor cursor = terminal.cursor();
        Line line;
        terminal.readLine(terminal.screenTop() + cursor.row, line);
        QCOMPARE(line.cells.at(static_cast<std::size_t>(cursor.column)).text[0], U'o');
    }
}

void ReflowTest::keepsWritingWhereItWas()
{
    Terminal terminal({10, 4});
    terminal.feed("0123456789"); // The cursor waits at the edge.
    terminal.resize({5, 4});
    terminal.feed("x");
    QCOMPARE(screenText(terminal), QStringLiteral("01234\\\n56789\\\nx\n\n"));
    terminal.resize({20, 4});
    terminal.feed("y");
    QCOMPARE(screenText(terminal), QStringLiteral("0123456789xy\n\n\n\n"));
}

void ReflowTest::keepsSelectionsWithTheirText()
{
    Terminal terminal({20, 4});
    for (int i = 0; i < 30; ++i) {
        terminal.feed("line number " + std::to_string(i) + " of some length\r\n");
    }
    Selection selection;
    selection.begin(terminal, {terminal.firstLine() + 5, 3}, Selection::Unit::Character);
    selection.extendTo(terminal, {terminal.screenTop() + 1, 4});
    const std::string text = selection.text(terminal);
    QVERIFY(text.size() > 100);
    for (const int columns : {7, 61, 2, 33, 20}) {
        const auto anchors = selection.anchors(terminal);
        terminal.resize({columns, 4});
        selection.moveTo(terminal, anchors);
        QCOMPARE(selection.text(terminal), text);
    }
    const auto anchors = selection.anchors(terminal);
    terminal.clear();
    selection.moveTo(terminal, anchors);
    QVERIFY(!terminal.positionOf(anchors.anchor).has_value());
}

void ReflowTest::keepsMarks()
{
    Terminal terminal({20, 4});
    for (int i = 0; i < 10; ++i) {
        terminal.feed(
            "\x1B]133;D;" + std::to_string(i) +
            "\x07\x1B]133;A\x07$ \x1B]133;B\x07"
            "some long command line\r\n\x1B]133;C\x07output\r\n");
    }
    const auto promptTexts = [&terminal] {
        QStringList texts;
        for (auto row = terminal.markAfter(terminal.firstLine() - 1, Mark::Prompt); row;
             row = terminal.markAfter(*row, Mark::Prompt)) {
            texts += rowsText(terminal, *row, *row + 1).left(4);
        }
        return texts;
    };
    QCOMPARE(promptTexts().size(), 10);
    terminal.resize({9, 6});
    QCOMPARE(promptTexts(), QStringList(10, QStringLiteral("$ so")));
    const auto last = terminal.markBefore(terminal.endLine(), Mark::End);
    QVERIFY(last.has_value());
    Line line;
    terminal.readLine(*last, line);
    QCOMPARE(int(line.marks.exitCode), 9);
    int count = 0;
    for (auto row = terminal.markBefore(terminal.endLine(), Mark::Output); row;
         row = terminal.markBefore(*row, Mark::Output)) {
        ++count;
    }
    QCOMPARE(count, 10);
}

void ReflowTest::keepsMarksAtTheirPlaceInTheLine()
{
    // Output without a line feed: its end and the prompt stand in the middle of its line.
    Terminal terminal({20, 4});
    const std::string wide = "\xE6\x96\x87"; // Takes two columns: does not always fit where the row ends.
    terminal.feed("\x1B]133;C\x07" + wide + wide + "0123456789\x1B]133;D\x07\x1B]133;A\x07$ \x1B]133;B\x07");
    const auto check = [&terminal] {
        const auto row = terminal.markBefore(terminal.endLine(), Mark::End);
        QVERIFY(row.has_value());
        QCOMPARE(row, terminal.markBefore(terminal.endLine(), Mark::Output));
        QVERIFY(!terminal.markOf(*row + 1, Mark::End).has_value());
        Selection selection;
        selection.begin(terminal, *terminal.markOf(*row, Mark::Output), Selection::Unit::Character);
        selection.extendTo(terminal, *terminal.markOf(*row, Mark::End));
        QCOMPARE(
            selection.text(terminal), "\xE6\x96\x87\xE6\x96\x87"
                                      "0123456789");
        QCOMPARE(terminal.markOf(*row, Mark::Prompt), terminal.markOf(*row, Mark::End));
        selection.begin(terminal, *terminal.markOf(*row, Mark::Prompt), Selection::Unit::Character);
        selection.extendTo(terminal, *terminal.markOf(*row, Mark::Command));
        QCOMPARE(selection.text(terminal), std::string("$"));
    };
    check();
    for (const int columns : {7, 14, 3, 40}) {
        terminal.resize({columns, 4});
        check();
    }
    terminal.feed("\r\n\n\n\n\n"); // Into the scrollback.
    check();
    terminal.resize({5, 4});
    check();
}

void ReflowTest::leavesTheAlternateScreenAsItIs()
{
    Terminal terminal({10, 4});
    terminal.feed("a shell line that wraps\r\n$ ");
    terminal.feed("\x1B[?1049h\x1B[H0123456789\x1B[2;1Hfull");
    terminal.resize({5, 3});
    QCOMPARE(screenText(terminal), QStringLiteral("01234\nfull\n\n"));
    terminal.feed("\x1B[?1049l!");
    QCOMPARE(
        rowsText(terminal, terminal.firstLine(), terminal.endLine()).remove(QStringLiteral("\\\n")),
        QStringLiteral("a shell line that wraps\n$ !\n"));
}

void ReflowTest::cutsEndlessLines()
{
    Terminal terminal({80, 4}, {.scrollbackLines = 100});
    const std::string piece(1 << 16, 'x');
    for (int i = 0; i < 64; ++i) {
        terminal.feed(piece);
    }
    QVERIFY(terminal.scrollbackMemory() < 5'000'000);
    terminal.resize({33, 4});
    const LineNumber rows = terminal.screenTop() - terminal.firstLine();
    QVERIFY2(rows < 100 * 300, qPrintable(QString::number(rows)));
    QVERIFY(terminal.isWrapped(terminal.firstLine()));
}

void ReflowTest::isQuickWithAMillionLines()
{
    // How quick is for the bench to say: here it has to end, and to count right.
    Terminal terminal({80, 24}, {.scrollbackLines = 1'000'000});
    std::string lines;
    for (int i = 0; i < 1000; ++i) {
        lines += "line " + std::to_string(i) + " with some words that fill about half of it\r\n";
    }
    for (int i = 0; i < 1000; ++i) {
        terminal.feed(lines);
    }
    QCOMPARE(terminal.screenTop() - terminal.firstLine(), LineNumber{1'000'000 - 23});
    for (const int columns : {20, 39, 60}) {
        terminal.resize({columns, 24});
    }
    terminal.resize({80, 24});
    QCOMPARE(terminal.screenTop() - terminal.firstLine(), LineNumber{1'000'000 - 23});
}

void ReflowTest::storesLinesCompactly()
{
    Terminal terminal({80, 24}, {.scrollbackLines = 100'000});
    const std::string line = std::string(80, 'x') + "\r\n";
    for (int i = 0; i < 100'100; ++i) {
        terminal.feed(line);
    }
    QCOMPARE(terminal.screenTop() - terminal.firstLine(), LineNumber{100'000});
    QVERIFY2(
        terminal.scrollbackMemory() < 20'000'000, qPrintable(QString::number(terminal.scrollbackMemory())));
}

void ReflowTest::keepsTheCommandBelowTheCursor()
{
    // A menu below the cursor, as shells draw it for completion.
    Terminal terminal({10, 6});
    terminal.feed("1\r\n2\r\n$ \r\nmenu\r\nmore\x1B[3;3H");
    terminal.resize({10, 3});
    QCOMPARE(screenText(terminal), QStringLiteral("$\nmenu\nmore\n"));
    QCOMPARE(terminal.cursor().row, 0);
    terminal.resize({10, 6});
    QCOMPARE(screenText(terminal), QStringLiteral("1\n2\n$\nmenu\nmore\n\n"));
}

void ReflowTest::keepsSizesOfLines()
{
    std::mt19937 random(815);
    Terminal terminal({30, 8}, {.scrollbackLines = 1000});
    for (int i = 0; i < 60; ++i) {
        const auto size = static_cast<char>('3' + random() % 4);
        std::string text; // Fits, so that each line is one row.
        for (unsigned n = random() % 7; n > 0; --n) {
            text += random() % 3 == 0 ? "中" : "ab";
        }
        terminal.feed(std::string("\x1B#") + size + text + "\r\n");
    }
    const QString before = fullState(terminal);
    QCOMPARE(terminal.lineSize(terminal.screenTop() + 7), LineSize::Single);
    for (int i = 0; i < 40; ++i) {
        terminal.resize({2 + static_cast<int>(random() % 60), 8});
        const LineNumber end = terminal.endLine();
        Line line;
        for (LineNumber row = terminal.firstLine(); row < end; ++row) {
            terminal.readLine(row, line);
            QCOMPARE(line.size, terminal.lineSize(row));
            QVERIFY(static_cast<int>(line.cells.size()) <= terminal.cellsOf(row));
            if (terminal.isWrapped(row)) {
                QCOMPARE(terminal.lineSize(row + 1), line.size);
            }
            const auto back = terminal.positionOf(terminal.anchorOf({row, 0}));
            QCOMPARE(back, std::optional(Position{row, 0}));
        }
    }
    terminal.resize({30, 8});
    QCOMPARE(fullState(terminal), before);
}

QTEST_APPLESS_MAIN(ReflowTest)
#include "reflowtest.moc"
