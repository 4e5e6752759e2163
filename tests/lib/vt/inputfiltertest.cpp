// SPDX-License-Identifier: Apache-2.0
#include "vt/inputfilter.h"

#include "cuts.h"

#include <QTest>

using namespace Koyeb::Vt;

namespace {

/// Writes down what it was told.
class RecordingSink final : public InputSink {
public:
    void interpret(std::string_view bytes) override { record += bytes; }
    void combine(char32_t mark) override { record += "<mark " + std::to_string(unsigned(mark)) + ">"; }
    void eraseScrollback() override { record += "<forget>"; }
    void repeat(int count) override { record += "<repeat " + std::to_string(count) + ">"; }
    void setTitle(std::string title) override { record += "<title " + title + ">"; }

    std::string record;
};

[[nodiscard]] QByteArray filtered(const QByteArray &input)
{
    RecordingSink sink;
    InputFilter filter(sink);
    filter.feed({input.data(), static_cast<std::size_t>(input.size())});
    return QByteArray::fromStdString(sink.record);
}

} // namespace

class InputFilterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void letsPassWhatIsWholeAndBounded_data();
    void letsPassWhatIsWholeAndBounded();
    void givesTheSameHoweverTheStreamIsCut_data() { letsPassWhatIsWholeAndBounded_data(); }
    void givesTheSameHoweverTheStreamIsCut();
    void boundsTitles();
    void boundsControlSequences();
};

void InputFilterTest::letsPassWhatIsWholeAndBounded_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &input, const QByteArray &expected) {
        QTest::newRow(name) << input << expected;
    };
    row("text", "plain\r\n", "plain\r\n");
    row("two bytes", "\xC3\xA9", "\xC3\xA9");
    row("four bytes", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80");
    row("stray continuation", "a\x80z", "a\xEF\xBF\xBDz");
    row("unfinished character", "\xE2\x82z", "\xEF\xBF\xBDz");
    row("overlong", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD");
    row("surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD");
    row("beyond Unicode", "\xF4\x90\x80\x80", "\xEF\xBF\xBD");
    row("C1 character", "a\xC2\x9Bz", "az");
    row("combining mark", "e\xCC\x81", "e<mark 769>");
    row("what once was a combining mark", "e\xDB\x9E", "e<mark 1758>");
    row("bidirectional override", "a\xE2\x80\xAEz", "az");
    row("joiner", "a\xE2\x80\x8Dz", "a<mark 8205>z");
    row("repetition", "\x1B[b\x1B[0b\x1B[12;3b\x1B[:3b", "<repeat 1><repeat 1><repeat 12><repeat 1>");
    row("endless repetition", "\x1B[1000000b", "<repeat 9999>");
    row("no repetition", "\x1B[?3b\x1B[3 b", "\x1B[?3b\x1B[3 b");
    row("escape", "\x1B=x", "\x1B=x");
    row("character set", "\x1B(0", "\x1B(0");
    row("hidden introducers", "\x1B*[1m\x1B ]0;\x1B(Pq\x1B#X\x1B)^\x1B+_x", "1m0;qx");
    row("restore cursor is confined",
        "\x1B"
        "8",
        "\x1B"
        "8\x1B[?9999l");
    row("escape restarted", "\x1B\x1B=", "\x1B=");
    row("escape cancelled", "\x1B\x18=", "=");
    row("control sequence", "\x1B[1;31mx", "\x1B[1;31mx");
    row("private mode", "\x1B[?2004h", "\x1B[?2004h");
    row("several private modes", "\x1B[?1006;1000h", "\x1B[?1006h\x1B[?1000h");
    row("several modes", "\x1B[4;20lx", "\x1B[4l\x1B[20lx");
    row("intermediate", "\x1B[2 q", "\x1B[2 q");
    row("huge number", "\x1B[99999999999999999999A", "\x1B[9999A");
    row("second number huge", "\x1B[7;123456H", "\x1B[7;9999H");
    row("too many parameters", "\x1B[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18m",
        "\x1B[1;2;3;4;5;6;7;8;9;10;11;12;13;14m");
    row("misplaced marker", "\x1B[1?hx", "x");
    row("parameter after intermediate", "\x1B[1 2qx", "x");
    row("control within sequence", "\x1B[3\r1m", "\r\x1B[31m");
    row("sequence cut by escape", "\x1B[31\x1B[1m", "\x1B[1m");
    row("sequence cancelled", "\x1B[31\x1Amx", "mx");
    row("forget scrollback", "\x1B[3J", "<forget>");
    row("erase screen", "\x1B[2J", "\x1B[2J");
    row("title by bell", "\x1B]0;shell\x07x", "<title shell>x");
    row("title by string terminator", "\x1B]2;\xC3\xA9t\xC3\xA9\x1B\\x", "<title \xC3\xA9t\xC3\xA9>x");
    row("title without controls",
        "\x1B]0;a\tb\x01\xC2\x85"
        "c\x07",
        "<title abc>");
    row("title without overrides",
        "\x1B]0;a\xE2\x80\xAE"
        "b\x07",
        "<title ab>");
    row("title not UTF-8", "\x1B]0;a\xFF\x07", "<title a\xEF\xBF\xBD>");
    row("icon name", "\x1B]1;icon\x07", "");
    row("clipboard", "\x1B]52;c;aGVsbG8=\x07x", "x");
    row("palette", "\x1B]4;1;?\x1B\\x", "x");
    row("device control", "\x1BP$qm\x1B\\x", "x");
    row("application command", "\x1B_secret\x1B\\x", "x");
    row("bell within device control",
        "\x1BPa\x07"
        "b\x1B\\x",
        "x");
    row("string cut by sequence", "\x1B]0;t\x1B[1mx", "<title t>\x1B[1mx");
    row("string cancelled", "\x1B]0;t\x18x", "x");
}

void InputFilterTest::letsPassWhatIsWholeAndBounded()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QByteArray, expected);
    QCOMPARE(filtered(input), expected);
}

void InputFilterTest::givesTheSameHoweverTheStreamIsCut()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QByteArray, expected);
    forEachCut(input.toStdString(), [&expected](std::string_view first, std::string_view second) {
        RecordingSink sink;
        InputFilter filter(sink);
        filter.feed(first);
        filter.feed(second);
        QCOMPARE(QByteArray::fromStdString(sink.record), expected);
    });
}

void InputFilterTest::boundsTitles()
{
    const QByteArray record = filtered("\x1B]0;" + QByteArray(1'000'000, 'x') + "\x07");
    QVERIFY(record.startsWith("<title xxx"));
    QVERIFY2(record.size() < 2048, qPrintable(QString::number(record.size())));
}

void InputFilterTest::boundsControlSequences()
{
    QCOMPARE(filtered("\x1B[" + QByteArray(1'000'000, ' ') + "qx"), QByteArray("x"));
    QCOMPARE(filtered("\x1B" + QByteArray(1'000'000, ' ') + "qx"), QByteArray("x"));
}

QTEST_APPLESS_MAIN(InputFilterTest)
#include "inputfiltertest.moc"
