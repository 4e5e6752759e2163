// SPDX-License-Identifier: Apache-2.0
#include "vt/parser.h"

#include "cuts.h"

#include <QTest>

using namespace Koyeb::Vt;

namespace {

/// Writes down what it was told.
class RecordingSink final : public ParserSink {
public:
    void writeAscii(std::string_view text) override { record += text; }
    void write(std::u32string_view text) override
    {
        for (const char32_t character : text) {
            appendUtf8(record, character);
        }
    }
    void execute(unsigned char control) override { record += "<" + std::to_string(control) + ">"; }
    void escape(std::string_view intermediates, char final) override
    {
        record += "<esc ";
        record += intermediates;
        record += final;
        record += ">";
    }
    void control(const ControlSequence &sequence) override
    {
        record += "<csi ";
        if (sequence.marker != 0) {
            record += sequence.marker;
        }
        for (std::size_t i = 0; i < sequence.count; ++i) {
            record += i == 0 ? "" : sequence.isSub(i) ? ":" : ";";
            record += sequence.values[i] == ControlSequence::absent ? "" : std::to_string(sequence.values[i]);
        }
        record.append(sequence.intermediates.data(), sequence.intermediateCount);
        record += sequence.final;
        record += ">";
    }
    void string(String kind, std::string_view content, bool isCut, bool isBellEnded) override
    {
        record += kind == String::OperatingSystemCommand ? "<osc " : "<dcs ";
        record += content;
        record += isCut ? " cut" : "";
        record += isBellEnded ? " bell>" : ">";
    }

    std::string record;
};

[[nodiscard]] QByteArray parsed(const QByteArray &input)
{
    RecordingSink sink;
    Parser parser(sink);
    parser.feed({input.data(), static_cast<std::size_t>(input.size())});
    return QByteArray::fromStdString(sink.record);
}

} // namespace

class ParserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesStreamsApart_data();
    void takesStreamsApart();
    void givesTheSameHoweverTheStreamIsCut_data() { takesStreamsApart_data(); }
    void givesTheSameHoweverTheStreamIsCut();
    void boundsStrings();
    void boundsControlSequences();
};

void ParserTest::takesStreamsApart_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &input, const QByteArray &expected) {
        QTest::newRow(name) << input << expected;
    };
    row("text", "plain\r\n", "plain<13><10>");
    row("longer text", "more than eight bytes of text\ttab", "more than eight bytes of text<9>tab");
    row("delete", "a\x7Fz", "az");
    row("two bytes", "\xC3\xA9", "\xC3\xA9");
    row("three bytes", "\xE4\xB8\xAD", "\xE4\xB8\xAD");
    row("four bytes", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80");
    row("stray continuation", "a\x80z", "a\xEF\xBF\xBDz");
    row("unfinished character", "\xE2\x82z", "\xEF\xBF\xBDz");
    row("character cut by escape", "\xE2\x82\x1B[m", "\xEF\xBF\xBD<csi m>");
    row("overlong", "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD");
    row("overlong, three bytes", "\xE0\x80\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    row("overlong, four bytes", "\xF0\x8F\xBFz", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    row("surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    row("last before surrogates", "\xED\x9F\xBF", "\xED\x9F\xBF");
    row("beyond Unicode", "\xF4\x90\x80z", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    row("last of Unicode", "\xF4\x8F\xBF\xBDz", "\xF4\x8F\xBF\xBDz");
    row("begun twice", "\xF0\x9F\xE4\xB8\xAD", "\xEF\xBF\xBD\xE4\xB8\xAD");
    row("C1 character", "a\xC2\x9Bz", "az");
    row("joiner", "a\xE2\x80\x8Dz", "a\xE2\x80\x8Dz");
    row("escape", "\x1B=x", "<esc =>x");
    row("character set", "\x1B(0", "<esc (0>");
    row("hidden introducers", "\x1B*[1m\x1B ]0;\x1B(Pq\x1B#X\x1B)^\x1B+_x",
        "<esc *[>1m<esc  ]>0;<esc (P>q<esc #X><esc )^><esc +_>x");
    row("escape restarted", "\x1B\x1B=", "<esc =>");
    row("escape cancelled", "\x1B\x18=", "=");
    row("control within escape", "\x1B\r=", "<13><esc =>");
    row("escape and a character", "\x1B\xC3\xA9", "\xC3\xA9");
    row("control sequence", "\x1B[1;31mx", "<csi 1;31m>x");
    row("absent parameters", "\x1B[;5;H", "<csi ;5;H>");
    row("sub-parameters", "\x1B[4:3;38:2::1:2:3m", "<csi 4:3;38:2::1:2:3m>");
    row("private mode", "\x1B[?2004h", "<csi ?2004h>");
    row("several modes", "\x1B[?1006;1000h", "<csi ?1006;1000h>");
    row("intermediate", "\x1B[2 q", "<csi 2 q>");
    row("huge number", "\x1B[99999999999999999999A", "<csi 65535A>");
    row("too many parameters", "\x1B[1" + QByteArray(";2").repeated(50) + "m",
        "<csi 1" + QByteArray(";2").repeated(31) + "m>");
    row("misplaced marker", "\x1B[1?hx", "x");
    row("two markers", "\x1B[?>hx", "x");
    row("parameter after intermediate", "\x1B[1 2qx", "x");
    row("three intermediates", "\x1B[1 !\"qx", "x");
    row("control within sequence", "\x1B[3\r1m", "<13><csi 31m>");
    row("sequence cut by escape", "\x1B[31\x1B[1m", "<csi 1m>");
    row("sequence cut by a character", "\x1B[31\xC3\xA9", "\xC3\xA9");
    row("sequence cancelled", "\x1B[31\x1Amx", "mx");
    row("title by bell", "\x1B]0;shell\x07x", "<osc 0;shell bell>x");
    row("title by string terminator", "\x1B]2;\xC3\xA9t\xC3\xA9\x1B\\x",
        "<osc 2;\xC3\xA9t\xC3\xA9><esc \\>x");
    row("device control", "\x1BP$qm\x1B\\x", "<dcs $qm><esc \\>x");
    row("bell within device control",
        "\x1BPa\x07"
        "b\x1B\\x",
        "<dcs a\x07"
        "b><esc \\>x");
    row("application command", "\x1B_secret\x1B\\x", "<esc \\>x");
    row("string cut by sequence", "\x1B]0;t\x1B[1mx", "<osc 0;t><csi 1m>x");
    row("string cancelled", "\x1B]0;t\x18x", "x");
}

void ParserTest::takesStreamsApart()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QByteArray, expected);
    QCOMPARE(parsed(input), expected);
}

void ParserTest::givesTheSameHoweverTheStreamIsCut()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QByteArray, expected);
    forEachCut(input.toStdString(), [&expected](std::string_view first, std::string_view second) {
        RecordingSink sink;
        Parser parser(sink);
        parser.feed(first);
        parser.feed(second);
        QCOMPARE(QByteArray::fromStdString(sink.record), expected);
    });
}

void ParserTest::boundsStrings()
{
    const QByteArray title = parsed("\x1B]0;" + QByteArray(1'000'000, 'x') + "\x07y");
    QVERIFY(title.startsWith("<osc 0;xxx"));
    QVERIFY(title.endsWith(" cut bell>y"));
    QVERIFY2(title.size() < 5000, qPrintable(QString::number(title.size())));
    const QByteArray clipboard = parsed("\x1B]52;c;" + QByteArray(5'000'000, 'x') + "\x07y");
    QVERIFY(clipboard.endsWith(" cut bell>y"));
    QVERIFY2(clipboard.size() < 1'100'000, qPrintable(QString::number(clipboard.size())));
    QCOMPARE(parsed("\x1BP" + QByteArray(5'000'000, 'x') + "\x18y"), QByteArray("y"));
}

void ParserTest::boundsControlSequences()
{
    QCOMPARE(parsed("\x1B[" + QByteArray(1'000'000, ' ') + "qx"), QByteArray("x"));
    QCOMPARE(parsed("\x1B" + QByteArray(1'000'000, ' ') + "qx"), QByteArray("x"));
}

QTEST_APPLESS_MAIN(ParserTest)
#include "parsertest.moc"
