// SPDX-License-Identifier: Apache-2.0
#include "cuts.h"
#include "screentext.h"

#include <QTest>

using namespace Koyeb::Vt;

class TerminalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawsWhatProgramsSend_data();
    void drawsWhatProgramsSend();
    void keepsColoursAndAttributes();
    void erasesWithTheBackgroundOfThePen();
    void keepsRowsThatScrolledAway();
    void boundsTheScrollbackByLines();
    void boundsTheScrollbackByMemory();
    void forgetsTheScrollbackOnRequest();
    void clearsKeepingTheLineOfTheCursor();
    void keepsTheAlternateScreenApart();
    void shrinksAndGrowsWithoutLosingRows();
    void resizesUnderTheAlternateScreen();
    void confinesSizes();
    void tellsWhatChanged();
    void tellsTheCursorsLook();
    void answersQuestions_data();
    void answersQuestions();
    void reportsFocusWhereAsked();
    void countsBells();
};

void TerminalTest::drawsWhatProgramsSend_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("expected"); // Of a screen of 10 × 4.
    const auto row = [](const char *name, const QByteArray &input, const QByteArray &expected) {
        QTest::newRow(name) << input << QString::fromUtf8(expected);
    };
    row("text", "hello", "hello\n\n\n\n");
    row("lines", "a\r\nb\r\nc", "a\nb\nc\n\n");
    row("overwriting", "hello\rJ", "Jello\n\n\n\n");
    row("wrapping", "0123456789ab", "0123456789\\\nab\n\n\n");
    row("wrapping twice", "0123456789abcdefghijk", "0123456789\\\nabcdefghij\\\nk\n\n");
    row("full row and a line end", "0123456789\r\nab", "0123456789\nab\n\n\n");
    row("full row and the cursor sent", "0123456789\x1B[2;1Hab", "0123456789\nab\n\n\n");
    row("no wrapping", "\x1B[?7l0123456789ab", "012345678b\n\n\n\n");
    row("wrapping while scrolling", "\r\n\r\n\r\n0123456789ab", "\n\n0123456789\\\nab\n");
    row("overwritten edge ends the line", "0123456789ab\x1B[1;10HX", "012345678X\nab\n\n\n");
    row("scrolling", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5\n");
    row("cursor addressing", "\x1B[3;4Hx", "\n\n   x\n\n");
    row("tabs", "a\tb", "a       b\n\n\n\n");
    row("erase to the end", "hello\x1B[3D\x1B[K", "he\n\n\n\n");
    row("insert and delete", "abcdef\r\x1B[2@\x1B[3P", "bcdef\n\n\n\n");
    row("insert lines", "1\r\n2\r\n3\x1B[2;1H\x1B[L", "1\n\n2\n3\n");
    row("delete lines", "1\r\n2\r\n3\x1B[1;1H\x1B[M", "2\n3\n\n\n");
    row("scroll region", "1\r\n2\r\n3\r\n4\x1B[2;3r\x1B[3;1H\n", "1\n3\n\n4\n");
    row("reverse index", "1\r\n2\x1B[1;1H\x1BM", "\n1\n2\n\n");
    row("line drawing", "\x1B(0lqk\x1B(B", "┌─┐\n\n\n\n");
    row("line drawing after other text", "\x1B(0\xC3\xA9q", "é─\n\n\n\n");
    row("repeat", "-\x1B[3b", "----\n\n\n\n");
    row("wide",
        "a\xE4\xB8\xAD"
        "b",
        "a中b\n\n\n\n");
    row("wide does not fit", "012345678\xE4\xB8\xAD", "012345678\\\n中\n\n\n");
    row("wide cut on the left", "\xE4\xB8\xAD\rx", "x\n\n\n\n");
    row("wide cut on the right", "\xE4\xB8\xAD\x1B[1;2Hx", " x\n\n\n\n");
    row("wide cut by erasing", "a\xE4\xB8\xAD\x1B[1;3H\x1B[K", "a\n\n\n\n");
    row("wide at the edge", "01234567\xE4\xB8\xAD\xCC\x81x", "01234567中\xCC\x81\\\nx\n\n\n");
    row("combining", "e\xCC\x81x", "e\xCC\x81x\n\n\n\n");
    row("combining at the edge", "012345678e\xCC\x81x", "012345678e\xCC\x81\\\nx\n\n\n");
    row("combining after moving away", "e\r\xCC\x81", "e\n\n\n\n");
    row("combining with nothing", "\xCC\x81x", "x\n\n\n\n");
    row("too many marks", "e" + QByteArray("\xCC\x81").repeated(12) + "x",
        QByteArray("e" + QByteArray("\xCC\x81").repeated(9) + "x\n\n\n\n"));
    row("reset",
        "abc\x1B[?7l\x1B"
        "cx",
        "x\n\n\n\n");
}

void TerminalTest::drawsWhatProgramsSend()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QString, expected);
    Terminal whole({10, 4});
    whole.feed(input.toStdString());
    QCOMPARE(screenText(whole), expected);

    forEachCut(input.toStdString(), [&whole](std::string_view first, std::string_view second) {
        Terminal parts({10, 4});
        parts.feed(first);
        parts.feed(second);
        QCOMPARE(fullState(parts), fullState(whole));
    });
}

void TerminalTest::keepsColoursAndAttributes()
{
    Terminal terminal({40, 2});
    terminal.feed("\x1B[1;3;4;31;44mA\x1B[0;38;5;200;48;2;1;2;3mB\x1B[0;5;7;9;94mC\x1B[0;4:3mD\x1B[0mE"
                  "\x1B[31;42m\x1B[39;49mF");
    Line line;
    terminal.readLine(0, line);
    const auto style = [&line](int column) {
        return line.cells.at(static_cast<std::size_t>(column)).style;
    };
    QCOMPARE(
        style(0), (Style{
                      .foreground = Colour::indexed(1),
                      .background = Colour::indexed(4),
                      .underline = Underline::Single,
                      .bold = true,
                      .italic = true}));
    QCOMPARE(style(1), (Style{.foreground = Colour::indexed(200), .background = Colour::rgb(1, 2, 3)}));
    QCOMPARE(
        style(2),
        (Style{.foreground = Colour::indexed(12), .blink = true, .reverse = true, .strikeOut = true}));
    QCOMPARE(style(3), Style{.underline = Underline::Curly});
    QCOMPARE(style(4), Style{});
    QCOMPARE(style(5), Style{});
}

void TerminalTest::erasesWithTheBackgroundOfThePen()
{
    Terminal terminal({10, 2});
    terminal.feed("\x1B[1;44mx\x1B[K");
    Line line;
    terminal.readLine(0, line);
    QCOMPARE(line.cells.at(5).style, Style{.background = Colour::indexed(4)});
    terminal.readLine(1, line);
    QCOMPARE(line.cells.at(5).style, Style{});
}

void TerminalTest::keepsRowsThatScrolledAway()
{
    Terminal terminal({10, 2});
    terminal.feed("0123456789ab\r\n\x1B[31m\xE4\xB8\xAD\x1B[0me\xCC\x81\r\n\r\nend\r\n");
    QCOMPARE(scrollbackText(terminal), QStringLiteral("0123456789\\\nab\n中e\u0301\n\n"));
    QCOMPARE(screenText(terminal), QStringLiteral("end\n\n"));
    Line line;
    terminal.readLine(2, line);
    QCOMPARE(line.cells.at(0).width, 2);
    QCOMPARE(line.cells.at(0).style.foreground, Colour::indexed(1));
    QCOMPARE(line.cells.at(1).width, 0);
    QCOMPARE(line.cells.at(2).style, Style{});
}

void TerminalTest::boundsTheScrollbackByLines()
{
    Terminal terminal({10, 2}, {.scrollbackLines = 3});
    for (int i = 0; i < 10; ++i) {
        terminal.feed(std::to_string(i) + "\r\n");
    }
    QCOMPARE(terminal.firstLine(), LineNumber{6});
    QCOMPARE(terminal.screenTop(), LineNumber{9});
    QCOMPARE(scrollbackText(terminal), QStringLiteral("6\n7\n8\n"));
    Line line;
    line.cells.resize(3);
    terminal.readLine(2, line);
    QVERIFY(line.cells.empty());
}

void TerminalTest::boundsTheScrollbackByMemory()
{
    Terminal terminal({1000, 2}, {.scrollbackLines = 1'000'000, .scrollbackBytes = 1 << 20});
    std::string heavy;
    for (int i = 0; i < 1000; ++i) {
        heavy += "\x1B[3" + std::to_string(i % 8) + "mx";
    }
    for (int i = 0; i < 1000; ++i) {
        terminal.feed(heavy + "\r\n");
    }
    const LineNumber kept = terminal.screenTop() - terminal.firstLine();
    QVERIFY2(kept > 10 && kept < 200, qPrintable(QString::number(kept)));
}

void TerminalTest::forgetsTheScrollbackOnRequest()
{
    Terminal terminal({10, 2});
    terminal.feed("1\r\n2\r\n3\r\n");
    QCOMPARE(terminal.screenTop(), LineNumber{2});
    terminal.feed("\x1B[H\x1B[2J\x1B[3J$");
    QCOMPARE(terminal.firstLine(), LineNumber{2});
    QCOMPARE(terminal.screenTop(), LineNumber{2});
    QCOMPARE(screenText(terminal), QStringLiteral("$\n\n"));
}

void TerminalTest::clearsKeepingTheLineOfTheCursor()
{
    Terminal terminal({10, 3});
    terminal.feed("1\r\n2\r\n3\r\n4\r\n$ ls");
    terminal.clear();
    QCOMPARE(screenText(terminal), QStringLiteral("$ ls\n\n\n"));
    QCOMPARE(scrollbackText(terminal), QString());
    terminal.feed("\r\nfile");
    QCOMPARE(screenText(terminal), QStringLiteral("$ ls\nfile\n\n"));
}

void TerminalTest::keepsTheAlternateScreenApart()
{
    Terminal terminal({10, 2});
    terminal.feed("shell\x1B[?1049h\x1B[H1\r\n2\r\n3");
    QVERIFY(terminal.modes().alternateScreen);
    QCOMPARE(screenText(terminal), QStringLiteral("2\n3\n"));
    QCOMPARE(scrollbackText(terminal), QString());
    terminal.feed("\x1B[?1049l$");
    QCOMPARE(screenText(terminal), QStringLiteral("shell$\n\n"));
}

void TerminalTest::shrinksAndGrowsWithoutLosingRows()
{
    Terminal terminal({10, 4});
    terminal.feed("1\r\n2\r\n3\r\n4");
    terminal.resize({10, 2});
    QCOMPARE(scrollbackText(terminal), QStringLiteral("1\n2\n"));
    QCOMPARE(screenText(terminal), QStringLiteral("3\n4\n"));
    QCOMPARE(terminal.cursor().row, 1);
    terminal.resize({10, 5});
    QCOMPARE(scrollbackText(terminal), QString());
    QCOMPARE(screenText(terminal), QStringLiteral("1\n2\n3\n4\n\n"));
    QCOMPARE(terminal.cursor().row, 3);
    terminal.feed("!");
    QCOMPARE(screenText(terminal), QStringLiteral("1\n2\n3\n4!\n\n"));
    terminal.resize({10, 4}); // The blank row at the bottom makes room.
    QCOMPARE(screenText(terminal), QStringLiteral("1\n2\n3\n4!\n"));
}

void TerminalTest::resizesUnderTheAlternateScreen()
{
    Terminal terminal({10, 6});
    terminal.feed("1\r\n2\r\n3\r\n4\r\n5\r\n$\x1B[?1049hfull");
    terminal.resize({8, 3});
    terminal.feed("\x1B[?1049l!");
    QCOMPARE(screenText(terminal), QStringLiteral("4\n5\n$!\n"));
    QCOMPARE(scrollbackText(terminal), QStringLiteral("1\n2\n3\n"));

    // A cursor saved by DECSC below the new bottom is restored within the screen.
    Terminal saved({10, 6});
    saved.feed("\x1B[6;10H\x1B"
               "7");
    saved.resize({4, 2});
    saved.feed("\x1B"
               "8x");
    QCOMPARE(screenText(saved), QStringLiteral("\n   x\n"));
}

void TerminalTest::confinesSizes()
{
    Terminal terminal({0, -5});
    QCOMPARE(terminal.size(), Terminal::smallestSize);
    terminal.feed("hello \xE4\xB8\xAD");
    terminal.resize({1 << 30, 1 << 30});
    QCOMPARE(terminal.size(), Terminal::largestSize);
    terminal.feed("hello");
}

void TerminalTest::tellsWhatChanged()
{
    Terminal terminal({10, 3});
    QVERIFY(terminal.takeDamage().endRow > 0);
    QVERIFY(terminal.takeDamage().isNone());

    terminal.feed("\x1B[2;1Hx");
    Damage damage = terminal.takeDamage();
    QCOMPARE(damage.firstRow, 1);
    QCOMPARE(damage.endRow, 2);
    QVERIFY(damage.cursor);
    QVERIFY(!damage.everything);
    QCOMPARE(damage.scrolledLines, LineNumber{0});

    terminal.feed("\x1B[3;1H\n\n");
    damage = terminal.takeDamage();
    QCOMPARE(damage.scrolledLines, LineNumber{2});

    terminal.feed("\x1B[1;1H");
    damage = terminal.takeDamage();
    QVERIFY(damage.cursor);
    QVERIFY(damage.firstRow >= damage.endRow);

    terminal.feed("\x1B[?1049h");
    QVERIFY(terminal.takeDamage().everything);
    terminal.resize({12, 3});
    QVERIFY(terminal.takeDamage().everything);
}

void TerminalTest::tellsTheCursorsLook()
{
    Terminal terminal({10, 3});
    QCOMPARE(terminal.cursor().shape, Cursor::Shape::Block);
    QVERIFY(terminal.cursor().visible);
    terminal.feed("\x1B[6 q");
    QCOMPARE(terminal.cursor().shape, Cursor::Shape::Bar);
    QVERIFY(!terminal.cursor().blinking);
    terminal.feed("\x1B[3 q\x1B[?25l");
    QCOMPARE(terminal.cursor().shape, Cursor::Shape::Underline);
    QVERIFY(terminal.cursor().blinking);
    QVERIFY(!terminal.cursor().visible);
}

void TerminalTest::answersQuestions_data()
{
    QTest::addColumn<QByteArray>("question");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("status") << QByteArray("\x1B[5n") << QByteArray("\x1B[0n");
    QTest::newRow("cursor") << QByteArray("ab\r\nc\x1B[6n") << QByteArray("\x1B[2;2R");
    QTest::newRow("attributes") << QByteArray("\x1B[c") << QByteArray("\x1B[?64;6;21;22;28c");
    QTest::newRow("title") << QByteArray("\x1B]0;evil\x07\x1B[21t") << QByteArray();
    QTest::newRow("clipboard") << QByteArray("\x1B]52;c;?\x07") << QByteArray();
    QTest::newRow("answerback") << QByteArray("\x05") << QByteArray();
}

void TerminalTest::answersQuestions()
{
    QFETCH(const QByteArray, question);
    QFETCH(const QByteArray, answer);
    Terminal terminal({10, 3});
    terminal.feed(question.toStdString());
    QCOMPARE(QByteArray::fromStdString(terminal.takeOutput()), answer);
}

void TerminalTest::reportsFocusWhereAsked()
{
    Terminal terminal({10, 3});
    terminal.setFocused(true);
    QCOMPARE(terminal.takeOutput(), std::string());
    terminal.feed("\x1B[?1004h");
    terminal.setFocused(false);
    terminal.setFocused(true);
    QCOMPARE(terminal.takeOutput(), std::string("\x1B[O\x1B[I"));
}

void TerminalTest::countsBells()
{
    Terminal terminal({10, 3});
    terminal.feed("a\x07"
                  "b\x07");
    QCOMPARE(terminal.bellCount(), std::uint64_t{2});
}

QTEST_APPLESS_MAIN(TerminalTest)
#include "terminaltest.moc"
