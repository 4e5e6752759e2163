// SPDX-License-Identifier: Apache-2.0
#include "screentext.h"

#include <QTest>

using namespace Koyeb::Vt;

namespace {

[[nodiscard]] std::string utf8(const char32_t *text)
{
    return QString::fromUcs4(text).toStdString();
}

} // namespace

class UnicodeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesClustersAsOneCharacter_data();
    void takesClustersAsOneCharacter();
    void ignoresFormatCharacters();
    void keepsMixedTextInTheScrollback();
    void widensAtTheEdgeByGoingToTheNextRow();
    void obeysTheSettingForAmbiguousWidth();
    void reusesRoomOfStylesAndClusters();
};

void UnicodeTest::takesClustersAsOneCharacter_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("columns");
    const auto row = [](const char *name, const char32_t *text, int columns) {
        QTest::newRow(name) << QString::fromUcs4(text) << columns;
    };
    row("letter", U"a", 1);
    row("letter with marks", U"e\u0301\u0323", 1);
    row("ideograph", U"中", 2);
    row("syllable", U"한", 2);
    row("syllable of its letters", U"\u1112\u1161\u11AB", 2);
    row("full-width letter", U"Ａ", 2);
    row("half-width letter", U"ｱ", 1);
    row("emoji", U"\U0001F600", 2);
    row("emoji with a skin tone", U"\U0001F44D\U0001F3FD", 2);
    row("family", U"\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466", 2);
    row("flag", U"\U0001F1E9\U0001F1EA", 2);
    row("flag of tags", U"\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 2);
    row("text made a picture", U"\u2601\uFE0F", 2);
    row("text", U"\u2601", 1);
    row("keycap", U"1\uFE0F\u20E3", 2);
    row("selector on a letter", U"a\uFE0F", 1);
    row("joiner on a letter", U"a\u200D", 1);
    row("Devanagari", U"\u0915\u094D\u0937", 2);
    row("Devanagari with a vowel", U"\u0915\u093F", 1);
    row("box drawing", U"─", 1);
    row("private use", U"\uE0B0", 1);
}

void UnicodeTest::takesClustersAsOneCharacter()
{
    QFETCH(const QString, text);
    QFETCH(const int, columns);
    Terminal terminal({20, 2});
    terminal.feed(text.toStdString() + "x");
    QCOMPARE(terminal.cursor().column, columns + 1);
    QCOMPARE(screenText(terminal), text + QStringLiteral("x\n\n"));
    Line line;
    terminal.readLine(0, line);
    QCOMPARE(line.cells.at(static_cast<std::size_t>(columns)).text[0], U'x');
    // The same out of the scrollback.
    terminal.feed("\r\n\n\n");
    QCOMPARE(scrollbackText(terminal).section(QLatin1Char('\n'), 0, 0), text + QLatin1Char('x'));
}

void UnicodeTest::ignoresFormatCharacters()
{
    // Whether alone, in a run, before a mark, or with a character set that is not plain.
    for (const std::string set : {"\x1B(B", "\x1B(A"}) {
        Terminal terminal({20, 2});
        terminal.feed(set + utf8(U"a\u202Ezäö\u00AD\u2066ü e\u202E\u0301"));
        QCOMPARE(screenText(terminal), QStringLiteral("azäöü e\u0301\n\n"));
    }
}

void UnicodeTest::keepsMixedTextInTheScrollback()
{
    Terminal terminal({60, 2});
    const std::string text = utf8(U"größer, журнал 日本語 a中b \U0001F600x e\u0301é\u0323 \uE0B0 \U00020000");
    terminal.feed(text + "\tend" + "\x1B[31m" + text.substr(0, 7));
    const auto cells = [&terminal](LineNumber row) {
        Line line;
        terminal.readLine(row, line);
        line.cells.resize(60);
        return line.cells;
    };
    const auto before = cells(terminal.screenTop());
    terminal.feed("\r\n\n\n");
    QVERIFY(terminal.screenTop() > terminal.firstLine());
    QVERIFY(cells(terminal.firstLine()) == before);
    terminal.resize({9, 2});
    terminal.resize({60, 4});
    QVERIFY(cells(terminal.firstLine()) == before);
}

void UnicodeTest::widensAtTheEdgeByGoingToTheNextRow()
{
    Terminal terminal({5, 3});
    terminal.feed("abcd" + utf8(U"\u2601\uFE0Fx"));
    QCOMPARE(screenText(terminal), QStringLiteral("abcd\\\n\u2601\uFE0Fx\n\n"));
    Terminal narrow({5, 3});
    narrow.feed("\x1B[?7labcd" + utf8(U"\u2601\uFE0F"));
    QCOMPARE(screenText(narrow), QStringLiteral("abcd\u2601\uFE0F\n\n\n"));
    Line line;
    narrow.readLine(0, line);
    QCOMPARE(int(line.cells.at(4).width), 1);
}

void UnicodeTest::obeysTheSettingForAmbiguousWidth()
{
    Terminal narrow({20, 2});
    narrow.feed(utf8(U"α─é"));
    QCOMPARE(narrow.cursor().column, 3);
    Terminal wide({20, 2}, {.ambiguousIsWide = true});
    wide.feed(utf8(U"α─é"));
    QCOMPARE(wide.cursor().column, 6);
    wide.feed("\r" + utf8(U"€♥▶←āⁿΩ❶")); // Of all blocks.
    QCOMPARE(wide.cursor().column, 16);
    wide.feed("\r" + utf8(U"e\u0301b\u0303x")); // Marks are of that width, too, but take no column.
    QCOMPARE(wide.cursor().column, 3);
}

void UnicodeTest::reusesRoomOfStylesAndClusters()
{
    // More styles and clusters than are ever kept: those that are on the screen must stay right.
    Terminal terminal({40, 4}, {.scrollbackLines = 10});
    for (int i = 0; i < 40'000; ++i) {
        const std::string colour = std::to_string(i / 256 % 256) + ";" + std::to_string(i % 256);
        terminal.feed("\x1B[38;2;7;" + colour + "ma");
        std::string mark;
        const char32_t first = 0x300 + static_cast<char32_t>(i % 100);
        const char32_t second = 0x300 + static_cast<char32_t>(i / 100 % 100);
        terminal.feed(
            QString::fromUcs4(&first, 1).toStdString() + QString::fromUcs4(&second, 1).toStdString());
    }
    const int last = 39'999;
    Line line;
    terminal.readLine(terminal.screenTop() + terminal.cursor().row, line);
    const Cell &cell = line.cells.at(static_cast<std::size_t>(terminal.cursor().column));
    QCOMPARE(cell.style.foreground, Colour::rgb(7, last / 256 % 256, last % 256));
    QCOMPARE(cell.text[1], 0x300 + static_cast<char32_t>(last % 100));
    terminal.readLine(terminal.screenTop(), line);
    for (std::size_t i = 1; i < line.cells.size(); ++i) {
        QVERIFY(line.cells[i].style != line.cells[i - 1].style);
        QCOMPARE(line.cells[i].codePointCount(), std::size_t{3});
    }
}

QTEST_APPLESS_MAIN(UnicodeTest)
#include "unicodetest.moc"
