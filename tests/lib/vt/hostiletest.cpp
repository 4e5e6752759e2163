// SPDX-License-Identifier: Apache-2.0
#include "screentext.h"

#include <QTest>
#include <random>

using namespace Koyeb::Vt;

namespace {

/// Bytes that look like terminal output, and some that don't.
class StreamGenerator {
public:
    explicit StreamGenerator(unsigned seed) : m_random(seed) {}

    std::string next()
    {
        switch (number(13)) {
        case 0:
            return "\x1B[" + parameters() + static_cast<char>(0x40 + number(0x3F));
        case 1:
            return "\x1B[?" + parameters() + (number(2) == 0 ? "h" : "l");
        case 2:
            return std::string("\x1B") + static_cast<char>(0x20 + number(0x5F));
        case 3:
            return "\x1B]" + std::to_string(number(60)) + ";" + text() + (number(2) == 0 ? "\x07" : "\x1B\\");
        case 4:
            return "\r\n";
        case 8: // Sizes of lines.
            return std::string("\x1B#") + static_cast<char>('3' + number(4));
        case 5:
            return std::string(1, static_cast<char>(number(0x20)));
        case 6:
            return std::string(number(8), static_cast<char>(number(0x100)));
        case 7: {
            std::string character;
            appendUtf8(character, static_cast<char32_t>(number(0x11000)));
            return character;
        }
        default:
            return text();
        }
    }

    unsigned number(unsigned below) { return static_cast<unsigned>(m_random() % below); }

private:
    std::string parameters()
    {
        std::string text;
        for (unsigned i = number(5); i > 0; --i) {
            text += std::to_string(number(8) == 0 ? m_random() : number(130)) + (number(9) == 0 ? ":" : ";");
        }
        return text + std::to_string(number(50));
    }

    std::string text()
    {
        std::string text;
        for (unsigned i = number(40); i > 0; --i) {
            text.push_back(static_cast<char>(0x20 + number(0x5F)));
        }
        return text;
    }

    static void appendUtf8(std::string &target, char32_t codePoint)
    {
        target += QString::fromUcs4(&codePoint, 1).toStdString();
    }

    std::mt19937 m_random;
};

} // namespace

/// What a sandbox may send to harm: it must not crash, hang, or use memory without bound. Worth most under
/// sanitizers.
class HostileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomBytesDoNoHarm();
    void randomSequencesDoNoHarm();
    void aStreamMeansTheSameHoweverItIsCut();
    void marksWithoutEndStayInOneCell();
    void questionsWithoutEndAreCut();
    void stringsWithoutEndAreForgotten();
    void repeatingNothingEnds();
};

void HostileTest::randomBytesDoNoHarm()
{
    std::mt19937 random(20261122);
    Terminal terminal({80, 24}, {.scrollbackLines = 200});
    std::string piece(4096, '\0');
    for (int i = 0; i < 512; ++i) {
        std::generate(piece.begin(), piece.end(), [&random] { return static_cast<char>(random()); });
        terminal.feed(piece);
        QVERIFY(terminal.takeOutput().size() < 100'000);
    }
    // A line without end is cut after some thousand cells.
    QVERIFY(terminal.screenTop() - terminal.firstLine() <= 200 * (10'000 / 80));
    QVERIFY(terminal.scrollbackMemory() < 20'000'000);
}

void HostileTest::randomSequencesDoNoHarm()
{
    StreamGenerator generator(4711);
    Terminal terminal({80, 24}, {.scrollbackLines = 200});
    for (int i = 0; i < 60'000; ++i) {
        terminal.feed(generator.next());
        if (i % 97 == 0) {
            terminal.resize(
                {static_cast<int>(generator.number(120)), static_cast<int>(generator.number(60))});
        }
        if (i % 61 == 0) {
            const Cursor cursor = terminal.cursor();
            QVERIFY(cursor.row >= 0 && cursor.row < terminal.size().rows);
            QVERIFY(cursor.column >= 0);
            QVERIFY(cursor.column < terminal.cellsOf(terminal.screenTop() + cursor.row));
            (void)fullState(terminal);
            (void)terminal.takeDamage();
            (void)terminal.takeOutput();
        }
        if (i % 501 == 0) {
            terminal.clear();
        }
    }
}

void HostileTest::aStreamMeansTheSameHoweverItIsCut()
{
    for (unsigned seed = 1; seed <= 40; ++seed) {
        StreamGenerator generator(seed);
        std::string stream;
        while (stream.size() < 2000) {
            stream += generator.next();
        }
        Terminal whole({20, 6});
        whole.feed(stream);
        Terminal bytewise({20, 6});
        for (const char byte : stream) {
            bytewise.feed({&byte, 1});
        }
        QCOMPARE(fullState(bytewise), fullState(whole));
        QCOMPARE(bytewise.takeOutput(), whole.takeOutput());
    }
}

void HostileTest::marksWithoutEndStayInOneCell()
{
    Terminal terminal({20, 2});
    terminal.feed("e");
    for (int i = 0; i < 1'000'000; ++i) {
        terminal.feed("\xCC\x81");
    }
    terminal.feed("x");
    QCOMPARE(screenText(terminal), QStringLiteral("e") + QString(9, QChar(0x301)) + QStringLiteral("x\n\n"));
}

void HostileTest::questionsWithoutEndAreCut()
{
    Terminal terminal({20, 2});
    for (int i = 0; i < 200'000; ++i) {
        terminal.feed("\x1B[6n");
    }
    QVERIFY(terminal.takeOutput().size() <= 64 * 1024);
    terminal.feed("\x1B[6n");
    QCOMPARE(terminal.takeOutput(), std::string("\x1B[1;1R"));
}

void HostileTest::stringsWithoutEndAreForgotten()
{
    Terminal terminal({20, 2});
    const std::string piece(1 << 20, 'x');
    terminal.feed("\x1B]0;");
    for (int i = 0; i < 20; ++i) {
        terminal.feed(piece);
    }
    terminal.feed("\x07");
    QVERIFY(terminal.title().size() < 2048);
    terminal.feed("ok");
    QCOMPARE(screenText(terminal), QStringLiteral("ok\n\n"));
}

void HostileTest::repeatingNothingEnds()
{
    Terminal terminal({20, 2});
    terminal.feed("\x1B[b\xCC\x81\x1B[9999b");
    QCOMPARE(screenText(terminal), QStringLiteral("\n\n"));
    terminal.feed("ok\x1B[3b");
    QCOMPARE(screenText(terminal), QStringLiteral("okkkk\n\n"));
    // DECALN fills the screen, which nobody wrote.
    Terminal aligned({20, 2});
    aligned.feed("\x1B#8\x1B[b");
    QVERIFY(screenText(aligned).startsWith(QStringLiteral("EEEEEEEEEEEEEEEEEEEE")));
}

QTEST_APPLESS_MAIN(HostileTest)
#include "hostiletest.moc"
