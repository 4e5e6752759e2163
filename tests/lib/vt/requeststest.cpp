// SPDX-License-Identifier: Apache-2.0
#include "screentext.h"

#include <QTest>

using namespace Koyeb::Vt;

/// What programs ask for that is not to be seen on the screen.
class RequestsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void handsTheClipboardToTheView();
    void boundsNotifications();
    void tellsColoursThatItWasTold();
    void keepsLinksBounded();
    void readsTheDirectory_data();
    void readsTheDirectory();
    void withholdsDamageWhileSynchronized();
    void endsSynchronizedUpdatesThatAreTooLong();
    void answersFromAFixedSet_data();
    void answersFromAFixedSet();
    void neverSendsBackWhatAProgramWrote();
};

void RequestsTest::handsTheClipboardToTheView()
{
    Terminal terminal({20, 3});
    QVERIFY(!terminal.takeClipboardRequest());
    terminal.feed("\x1B]52;c;aGVsbG8=\x07");
    const auto request = terminal.takeClipboardRequest();
    QVERIFY(request.has_value());
    QCOMPARE(request->text, std::string("hello"));
    QVERIFY(!request->isPrimary);
    QVERIFY(!terminal.takeClipboardRequest());
    terminal.feed("\x1B]52;p;aGVsbG8\x1B\\");
    QVERIFY(terminal.takeClipboardRequest()->isPrimary);
    terminal.feed(
        "\x1B]52;c;?\x07\x1B]52;c;not base64!\x07\x1B]52;c;" + std::string(3'000'000, 'A') + "\x07");
    QVERIFY(!terminal.takeClipboardRequest());
    QCOMPARE(terminal.takeOutput(), std::string());
}

void RequestsTest::boundsNotifications()
{
    Terminal terminal({20, 3});
    terminal.feed("\x1B]9;done\x07\x1B]777;notify;Title;Body;more\x07\x1B]9;4;1;50\x07\x1B]9;a\tb\x07");
    const auto notifications = terminal.takeNotifications();
    QCOMPARE(notifications.size(), std::size_t{3});
    QCOMPARE(notifications[0].body, std::string("done"));
    QCOMPARE(notifications[1].title, std::string("Title"));
    QCOMPARE(notifications[1].body, std::string("Body;more"));
    QCOMPARE(notifications[2].body, std::string("ab"));
    for (int i = 0; i < 1000; ++i) {
        terminal.feed("\x1B]9;again\x07");
    }
    QVERIFY(terminal.takeNotifications().size() <= 8);
}

void RequestsTest::tellsColoursThatItWasTold()
{
    Terminal terminal({20, 3});
    terminal.feed("\x1B]10;?\x07\x1B]4;1;?\x07");
    QCOMPARE(terminal.takeOutput(), std::string());
    Palette palette;
    palette.foreground = Rgb{0x12, 0x34, 0x56};
    palette.indexed[1] = Rgb{0xAB, 0xCD, 0xEF};
    terminal.setDefaultColours(palette);
    terminal.feed("\x1B]10;?\x07\x1B]4;1;?;2;?\x07");
    QCOMPARE(
        terminal.takeOutput(), std::string("\x1B]10;rgb:1212/3434/5656\x07\x1B]4;1;rgb:abab/cdcd/efef\x07"));
    terminal.feed("\x1B]10;?\x1B\\");
    QCOMPARE(terminal.takeOutput(), std::string("\x1B]10;rgb:1212/3434/5656\x1B\\"));
    terminal.feed("\x1B]11;#fa3\x07\x1B]11;?\x07\x1B]11;#ff0aa0330\x07\x1B]11;?\x07");
    QCOMPARE(
        terminal.takeOutput(), std::string("\x1B]11;rgb:f0f0/a0a0/3030\x07\x1B]11;rgb:ffff/aaaa/3333\x07"));
    terminal.feed(
        "\x1B]11;#ffffff\x07\x1B]4;1;rgb:0/8/ffff;300;#000000\x07\x1B]12;nonsense\x07\x1B]11;?\x07");
    QCOMPARE(terminal.takeOutput(), std::string("\x1B]11;rgb:ffff/ffff/ffff\x07"));
    QCOMPARE(terminal.colours().indexed[1], std::optional(Rgb{0, 0x88, 0xFF}));
    QVERIFY(!terminal.colours().cursor);
    QVERIFY(terminal.takeDamage().everything);
    terminal.feed("\x1B]104\x07\x1B]111\x07");
    QCOMPARE(terminal.colours(), Palette{});
}

void RequestsTest::keepsLinksBounded()
{
    Terminal terminal({20, 3});
    terminal.feed("\x1B]8;id=a;https://example.org/\x1B\\link\x1B]8;;\x1B\\ text");
    Line line;
    terminal.readLine(0, line);
    const LinkId link = line.cells.at(0).style.link;
    QCOMPARE(terminal.linkTarget(link), std::string_view("https://example.org/"));
    QCOMPARE(line.cells.at(3).style.link, link);
    QCOMPARE(line.cells.at(5).style.link, LinkId{0});
    terminal.feed("\x1B]8;;http://a\nb\x07x\x1B]8;;" + std::string(3000, 'x') + "\x07y\r");
    for (int i = 0; i < 100'000; ++i) {
        terminal.feed("\x1B]8;;http://" + std::to_string(i) + "\x07z\r");
    }
    QCOMPARE(terminal.linkTarget(link), std::string_view());
    terminal.readLine(0, line);
    QCOMPARE(terminal.linkTarget(line.cells.at(0).style.link), std::string_view("http://99999"));
}

void RequestsTest::readsTheDirectory_data()
{
    QTest::addColumn<QByteArray>("uri");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("path") << QByteArray("file://host/tmp/a") << QByteArray("/tmp/a");
    QTest::newRow("no host") << QByteArray("file:///tmp") << QByteArray("/tmp");
    QTest::newRow("escapes") << QByteArray("file:///a%20b%C3%A9") << QByteArray("/a b\xC3\xA9");
    QTest::newRow("controls") << QByteArray("file:///a%1Bb%0A") << QByteArray("/ab");
    QTest::newRow("broken escape") << QByteArray("file:///a%2") << QByteArray("/a%2");
    QTest::newRow("another scheme") << QByteArray("http://host/a") << QByteArray();
    QTest::newRow("no path") << QByteArray("file://host") << QByteArray();
}

void RequestsTest::readsTheDirectory()
{
    QFETCH(const QByteArray, uri);
    QFETCH(const QByteArray, expected);
    Terminal terminal({20, 3});
    terminal.feed("\x1B]7;" + uri.toStdString() + "\x07");
    QCOMPARE(QByteArray::fromStdString(terminal.directory()), expected);
}

void RequestsTest::withholdsDamageWhileSynchronized()
{
    Terminal terminal({20, 3});
    (void)terminal.takeDamage();
    terminal.feed("\x1B[?2026hhello");
    QVERIFY(terminal.isSynchronized());
    QVERIFY(terminal.takeDamage().isNone());
    terminal.feed("\x1B[?2026l");
    QCOMPARE(terminal.takeDamage().endRow, 1);
    terminal.feed("\x1B[?2026h\nhello");
    terminal.endSynchronizedUpdate();
    QVERIFY(!terminal.takeDamage().isNone());
    terminal.feed("\x1B[?2026$p");
    QCOMPARE(terminal.takeOutput(), std::string("\x1B[?2026;2$y"));
}

void RequestsTest::endsSynchronizedUpdatesThatAreTooLong()
{
    Terminal terminal({20, 3});
    terminal.feed("\x1B[?2026h");
    const std::string piece(1 << 16, 'x');
    int pieces = 0;
    while (terminal.isSynchronized() && pieces < 1000) {
        terminal.feed(piece);
        ++pieces;
    }
    QVERIFY2(pieces < 100, qPrintable(QString::number(pieces)));
}

void RequestsTest::answersFromAFixedSet_data()
{
    QTest::addColumn<QByteArray>("question");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char *name, const char *question, const char *answer) {
        QTest::newRow(name) << QByteArray(question) << QByteArray(answer);
    };
    row("secondary attributes", "\x1B[>c", "\x1B[>41;354;0c");
    row("tertiary attributes", "\x1B[=c", "\x1BP!|00000000\x1B\\");
    row("version", "\x1B[>q", "\x1BP>|Koyeb Desktop\x1B\\");
    row("extended cursor", "\x1B[2;3H\x1B[?6n", "\x1B[?2;3;1R");
    row("cursor by origin", "\x1B[2;3r\x1B[?6h\x1B[6n", "\x1B[1;1R");
    row("mode that is set", "\x1B[?7$p", "\x1B[?7;1$y");
    row("mode that is not known", "\x1B[?4711$p", "\x1B[?4711;0$y");
    row("clusters are always", "\x1B[?2027$p", "\x1B[?2027;3$y");
    row("ANSI mode", "\x1B[4h\x1B[4$p", "\x1B[4;1$y");
    row("style", "\x1B[1;4:3;31;48;2;1;2;3m\x1BP$qm\x1B\\", "\x1BP1$r0;1;4:3;31;48:2::1:2:3m\x1B\\");
    row("margins", "\x1B[2;3r\x1BP$qr\x1B\\", "\x1BP1$r2;3r\x1B\\");
    row("cursor style", "\x1B[5 q\x1BP$q q\x1B\\", "\x1BP1$r5 q\x1B\\");
    row("unknown setting", "\x1BP$qevil\x1B\\", "\x1BP0$r\x1B\\");
    row("capability", "\x1BP+q436F\x1B\\", "\x1BP1+r436F=323536\x1B\\");
    row("capability, lower case", "\x1BP+q544e;636f6c6f7273\x1B\\",
        "\x1BP1+r544E=787465726D2D323536636F6C6F72\x1B\\\x1BP1+r636F6C6F7273=323536\x1B\\");
    row("keys by both names", "\x1BP+q6B63757531;6b75;6B66313B6B3B\x1B\\",
        "\x1BP1+r6B63757531=1B4F41\x1B\\\x1BP1+r6B75=1B4F41\x1B\\\x1BP0+r\x1B\\");
    row("no hexadecimal", "\x1BP+q4x6F;6B7;\x1B\\", "\x1BP0+r\x1B\\\x1BP0+r\x1B\\\x1BP0+r\x1B\\");
    row("unknown capability", "\x1BP+q6576696C\x1B\\", "\x1BP0+r\x1B\\");
    row("size in characters", "\x1B[18t", "\x1B[8;3;20t");
    row("size in pixels is not known", "\x1B[14t\x1B[16t", "");
    row("checksums are off", "\x1B[1;1;1;1;3;9*y", "");
    row("keyboard flags", "\x1B[>5u\x1B[?u", "\x1B[?5u");
    row("modifyOtherKeys", "\x1B[>4;2m\x1B[?4m", "\x1B[>4;2m");
    row("cursor as a whole", "\x1B[1;4;7m\x1B[1\"q\x1B[2;3H\x1B)0\x1B*<\x1B/A\x0E\x1B[1$w",
        "\x1BP1$u2;3;1;K;A;@;1;2;H;B0%5A\x1B\\");
    row("tab stops", "\x1B[2$w", "\x1BP2$u9/17\x1B\\");
    row("no tab stops", "\x1B[3g\x1B[2$w", "\x1BP2$u\x1B\\");
    row("state that is not known", "\x1B[3$w", "");
    row("what is seen of the page", "\x1B[\"v", "\x1B[3;20;1;1;1\"w");
    row("colours by name", "\x1B]10;Dark Slate Grey\x07\x1B]10;?\x07", "\x1B]10;rgb:2f2f/4f4f/4f4f\x07");
    row("a name that is none", "\x1B]10;evil\x07\x1B]10;?\x07", "");
    row("special colours", "\x1B]5;1;#102030;9;red\x07\x1B]4;257;?\x07\x1B]5;1;?\x07",
        "\x1B]4;257;rgb:1010/2020/3030\x07\x1B]5;1;rgb:1010/2020/3030\x07");
    row("special colours that were reset", "\x1B]5;1;red;2;blue\x07\x1B]105;1\x07\x1B]5;1;?;2;?\x07",
        "\x1B]5;2;rgb:0000/0000/ffff\x07");
    row("colours that are not drawn", "\x1B]17;red;white;blue\x07\x1B]118\x07\x1B]17;?;?;?\x07",
        "\x1B]17;rgb:ffff/0000/0000\x07\x1B]19;rgb:0000/0000/ffff\x07");
    row("titles", "\x1B]0;evil\x07\x1B[20t\x1B[21t", "");
    row("moving the window", "\x1B[3;1;1t\x1B[8;50;50t\x1B[9;1t\x1B[2t", "");
}

void RequestsTest::answersFromAFixedSet()
{
    QFETCH(const QByteArray, question);
    QFETCH(const QByteArray, answer);
    Terminal terminal({20, 3});
    terminal.feed(question.toStdString());
    QCOMPARE(QByteArray::fromStdString(terminal.takeOutput()), answer);
    QVERIFY((terminal.size() == Size{20, 3}));
}

void RequestsTest::neverSendsBackWhatAProgramWrote()
{
    // Whatever is asked with these words in it, none of them comes back.
    const std::string evil = "rm -rf";
    Terminal terminal({40, 4});
    terminal.setDefaultColours({});
    for (int number = 0; number < 2000; ++number) {
        terminal.feed("\x1B]" + std::to_string(number) + ";" + evil + ";?\x07");
        terminal.feed("\x1B]" + std::to_string(number) + ";?;" + evil + "\x07");
    }
    for (char c = 0x20; c < 0x7F; ++c) {
        for (const std::string prefix : {"$q", "+q", "+Q", "+p", "$t", "{", "|", "q", "=1s"}) {
            terminal.feed("\x1BP" + prefix + c + evil + "\x1B\\");
        }
        terminal.feed("\x1B[" + std::string(1, c) + evil + "\x1B_" + evil + "\x1B\\\x1B^" + evil + "\x1B\\");
        terminal.feed(std::string("\x1B[21") + c + "\x1B[?" + c + "\x1B[>" + c + "\x1B[=" + c);
    }
    QVERIFY(terminal.takeOutput().find("rm") == std::string::npos);
}

QTEST_APPLESS_MAIN(RequestsTest)
#include "requeststest.moc"
