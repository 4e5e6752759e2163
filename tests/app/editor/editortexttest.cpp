// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editortext.h"

#include <QtTest>

using namespace Koyeb::Desktop;

Q_DECLARE_METATYPE(TextEncoding)
Q_DECLARE_METATYPE(LineEnds)

class EditorTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsReadComesBackByteForByte_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<TextEncoding>("encoding");
        QTest::addColumn<QByteArray>("utf8");
        const auto add = [](const char *name, const QByteArray &bytes, TextEncoding encoding,
                            const QByteArray &utf8) {
            QTest::newRow(name) << bytes << encoding << utf8;
        };
        add("nothing", "", TextEncoding::Utf8, "");
        add("plain", "a\nb", TextEncoding::Utf8, "a\nb");
        add("all line ends", "a\nb\r\nc\rd\r\r\n\n", TextEncoding::Utf8, "a\nb\r\nc\rd\r\r\n\n");
        add("utf-8", "\xF0\x9F\x90\xA2 \xC5\xBC\n", TextEncoding::Utf8, "\xF0\x9F\x90\xA2 \xC5\xBC\n");
        add("mark",
            "\xEF\xBB\xBF"
            "a",
            TextEncoding::Utf8WithMark, "a");
        add("only a mark", "\xEF\xBB\xBF", TextEncoding::Utf8WithMark, "");
        add("two marks",
            "\xEF\xBB\xBF\xEF\xBB\xBF"
            "a",
            TextEncoding::Utf8WithMark,
            "\xEF\xBB\xBF"
            "a");
        add("utf-16 le",
            QByteArray(
                "\xFF\xFE"
                "a\0\xBC\x20\r\0\n\0",
                10),
            TextEncoding::Utf16LittleEndian, "a\xE2\x82\xBC\r\n");
        add("utf-16 be", QByteArray("\xFE\xFF\0a\xD8\x3D\xDC\x22", 8), TextEncoding::Utf16BigEndian,
            "a\xF0\x9F\x90\xA2");
        add("latin-1", "caf\xE9", TextEncoding::Latin1, "caf\xC3\xA9");
        add("windows", "\x93q\x94 \x80", TextEncoding::Windows1252, "\xE2\x80\x9Cq\xE2\x80\x9D \xE2\x82\xAC");
        add("controls of terminals", "\x1B[31mred\x07\n", TextEncoding::Utf8, "\x1B[31mred\x07\n");
    }
    void whatIsReadComesBackByteForByte()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(TextEncoding, encoding);
        QFETCH(QByteArray, utf8);
        const auto text = decoded(bytes);
        QVERIFY(text);
        QCOMPARE(text->encoding, encoding);
        QCOMPARE(text->utf8, utf8);
        QCOMPARE(encoded(*text), bytes);
    }

    void everyByteHasAPlaceInTheSingleByteEncodings()
    {
        QByteArray all;
        for (int byte = 1; byte < 256; ++byte) {
            all += static_cast<char>(byte);
        }
        for (const auto encoding : {TextEncoding::Latin1, TextEncoding::Windows1252}) {
            const auto text = decodedAs(all, encoding);
            QVERIFY(text);
            QCOMPARE(encoded(*text), all);
        }
    }

    void whatWouldNotComeBackIsNoText_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
        QTest::newRow("program") << QByteArray("\x7F"
                                               "ELF\x02\x01\x01\x90");
        QTest::newRow("half a character of utf-16") << QByteArray(
            "\xFF\xFE"
            "a\0b",
            5);
        QTest::newRow("half a pair of utf-16") << QByteArray(
            "\xFF\xFE\x3D\xD8"
            "a\0",
            6);
        QTest::newRow("NUL in utf-16") << QByteArray("\xFF\xFE\0\0", 4);
    }
    void whatWouldNotComeBackIsNoText()
    {
        QFETCH(QByteArray, bytes);
        QVERIFY(!decoded(bytes));
    }

    void anotherEncodingMayHaveNoPlaceForACharacter()
    {
        EditorText text{"a\xC3\xA9\xE2\x82\xAC", TextEncoding::Latin1};
        QVERIFY(!encoded(text));
        QCOMPARE(firstUnencodable(text), 3);
        text.encoding = TextEncoding::Windows1252;
        QCOMPARE(encoded(text), QByteArray("a\xE9\x80"));
        QCOMPARE(firstUnencodable(text), -1);
        text.utf8 = "\xF0\x9F\x90\xA2";
        QCOMPARE(firstUnencodable(text), 0);
        text.encoding = TextEncoding::Utf16BigEndian;
        QCOMPARE(encoded(text), QByteArray("\xFE\xFF\xD8\x3D\xDC\x22"));
    }

    void lineEndsAreTold_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<LineEnds>("all");
        QTest::addColumn<LineEnds>("prevailing");
        QTest::newRow("one line") << QByteArray("a") << LineEnds::Lf << LineEnds::Lf;
        QTest::newRow("lf") << QByteArray("a\nb\n") << LineEnds::Lf << LineEnds::Lf;
        QTest::newRow("crlf") << QByteArray("a\r\nb") << LineEnds::CrLf << LineEnds::CrLf;
        QTest::newRow("cr") << QByteArray("a\rb\r") << LineEnds::Cr << LineEnds::Cr;
        QTest::newRow("mixed") << QByteArray("a\r\nb\r\nc\n") << LineEnds::Mixed << LineEnds::CrLf;
        QTest::newRow("cr before crlf") << QByteArray("\r\r\n") << LineEnds::Mixed << LineEnds::CrLf;
    }
    void lineEndsAreTold()
    {
        QFETCH(QByteArray, text);
        QTEST(lineEndsOf(text), "all");
        QTEST(prevailingLineEnds(text), "prevailing");
    }

    void theLongestLineIsMeasured()
    {
        QCOMPARE(longestLine(""), 0);
        QCOMPARE(longestLine("ab\ncde\r\nf"), 3);
        QCOMPARE(longestLine("a\nbcde"), 4);
    }
};

QTEST_GUILESS_MAIN(EditorTextTest)
#include "editortexttest.moc"
