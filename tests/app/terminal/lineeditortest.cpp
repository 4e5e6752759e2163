// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/lineeditor.h"
#include "terminal/consolecommand.h"
#include "vt/selection.h"
#include "vt/terminal.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using Event = LineEditor::Event;

/// The editor of the line console, looked at through a terminal.
class LineEditorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void editsALine();
    void goesThroughTheHistory();
    void tellsInterruptsAndTheEnd();
    void leavesWhatComesAfterEnter();
    void wrapsLongLines();
    void showsAHostileDirectoryAsText();
    void takesBytesAndSequencesCutAnywhere();
    void takesTheStateOutOfAnyOutput();

private:
    std::optional<Event> type(QByteArray bytes)
    {
        const auto event = m_editor.take(bytes);
        m_rest = bytes;
        feed(m_editor.takeEcho());
        return event;
    }
    void feed(const QByteArray &bytes)
    {
        m_terminal->feed({bytes.data(), static_cast<std::size_t>(bytes.size())});
    }
    [[nodiscard]] QStringList rows() const
    {
        QStringList rows;
        Vt::Line line;
        for (auto number = m_terminal->firstLine(); number < m_terminal->endLine(); ++number) {
            m_terminal->readLine(number, line);
            rows += QString::fromStdString(Vt::textOf(line, 0, m_terminal->size().columns));
        }
        while (!rows.isEmpty() && rows.last().isEmpty()) {
            rows.removeLast();
        }
        return rows;
    }
    [[nodiscard]] QPoint cursor() const { return {m_terminal->cursor().column, m_terminal->cursor().row}; }

    LineEditor m_editor;
    std::unique_ptr<Vt::Terminal> m_terminal;
    QByteArray m_rest;
};

void LineEditorTest::init()
{
    m_editor = LineEditor();
    m_terminal = std::make_unique<Vt::Terminal>(Vt::Size{20, 8});
    m_editor.setColumns(20);
    feed(m_editor.begin(QStringLiteral("/> ")));
}

void LineEditorTest::editsALine()
{
    QVERIFY(!type("cd é漢x\x7F"));
    QCOMPARE(rows(), QStringList{QStringLiteral("/> cd é漢")});
    QCOMPARE(cursor(), QPoint(9, 0));
    QVERIFY(!type("\x1B[D\x1B[Da\x1B[H1\x1B[F2\x01\x1B[3~"));
    QCOMPARE(rows(), QStringList{QStringLiteral("/> cd aé漢2")});
    QCOMPARE(cursor(), QPoint(3, 0));
    QVERIFY(!type("\x05 two words\x17"));
    QCOMPARE(rows(), QStringList{QStringLiteral("/> cd aé漢2 two")});
    QVERIFY(!type("\x01\x06\x06\x0B"));
    QCOMPARE(type("\r"), Event::Line);
    QCOMPARE(m_editor.line(), QStringLiteral("cd"));
    QCOMPARE(cursor(), QPoint(0, 1));
}

void LineEditorTest::goesThroughTheHistory()
{
    for (const char *line : {"one\r", "two\r", "two\r", " \r"}) {
        QCOMPARE(type(line), Event::Line);
        feed(m_editor.begin(QStringLiteral("> ")));
    }
    QVERIFY(!type("thr\x1B[A"));
    QCOMPARE(rows().last(), QStringLiteral("> two"));
    QVERIFY(!type("\x1BOA\x1B[A"));
    QCOMPARE(rows().last(), QStringLiteral("> one"));
    QVERIFY(!type("\x1B[B\x1B[B"));
    QCOMPARE(rows().last(), QStringLiteral("> thr"));
    QVERIFY(!type("\x1B[A!"));
    QCOMPARE(type("\r"), Event::Line);
    QCOMPARE(m_editor.line(), QStringLiteral("two!"));
}

void LineEditorTest::tellsInterruptsAndTheEnd()
{
    QCOMPARE(type("half\x03"), Event::Interrupt);
    QCOMPARE(rows(), QStringList{QStringLiteral("/> half^C")});
    feed(m_editor.begin(QStringLiteral("/> ")));
    QVERIFY(!type("x\x1B[D\x04"));
    QCOMPARE(type("\x04"), Event::EndOfInput);
}

void LineEditorTest::leavesWhatComesAfterEnter()
{
    QCOMPARE(type("ls\rpwd\r"), Event::Line);
    QCOMPARE(m_editor.line(), QStringLiteral("ls"));
    QCOMPARE(m_rest, QByteArray("pwd\r"));
}

void LineEditorTest::wrapsLongLines()
{
    QVERIFY(!type(QByteArray(17, 'a')));
    QCOMPARE(cursor(), QPoint(0, 1)); // The row is full.
    QVERIFY(!type(QByteArray(10, 'b')));
    QCOMPARE(rows(), (QStringList{QStringLiteral("/> aaaaaaaaaaaaaaaaa"), QStringLiteral("bbbbbbbbbb")}));
    QVERIFY(!type("\x01"
                  "c"));
    QCOMPARE(rows(), (QStringList{QStringLiteral("/> caaaaaaaaaaaaaaaa"), QStringLiteral("abbbbbbbbbb")}));
    QCOMPARE(cursor(), QPoint(4, 0));
    QVERIFY(!type("\x15\x0B"));
    QCOMPARE(rows(), QStringList{QStringLiteral("/>")});
    QCOMPARE(type("\r"), Event::Line);
    QCOMPARE(cursor(), QPoint(0, 1));
}

void LineEditorTest::showsAHostileDirectoryAsText()
{
    feed("\r\x1B[J");
    feed(m_editor.begin(QStringLiteral("/a\x1B]0;owned\x07\n> ")));
    QCOMPARE(rows(), QStringList{QStringLiteral("/a?]0;owned?") + QStringLiteral("?>")});
    QCOMPARE(m_terminal->title(), std::string());
}

void LineEditorTest::takesBytesAndSequencesCutAnywhere()
{
    for (const char byte : QByteArray("漢\x1B[Dé\x1B[3~")) {
        QVERIFY(!type(QByteArray(1, byte)));
    }
    QCOMPARE(rows(), QStringList{QStringLiteral("/> é")});
}

void LineEditorTest::takesTheStateOutOfAnyOutput()
{
    const QByteArray told = "B00B\n/srv\nx\nB00B\nexport A='1'\nB00B\n";
    const QByteArray all = "out B0 B00 put\n\xFF" + told;
    for (int size = 1; size < all.size(); ++size) {
        ConsoleOutput output(QStringLiteral("B00B"));
        QByteArray seen;
        for (int at = 0; at < all.size(); at += size) {
            QVERIFY(!output.state());
            seen += output.take(all.mid(at, size));
        }
        seen += output.rest();
        QCOMPARE(seen, all.left(all.size() - told.size()));
        QVERIFY(output.state());
        QCOMPARE(output.state()->directory, QByteArray("/srv\nx"));
        QCOMPARE(output.state()->exports, QByteArray("export A='1'\n"));
    }
    ConsoleOutput killed(QStringLiteral("B00B"));
    QCOMPARE(killed.take("half B0"), QByteArray("half "));
    QCOMPARE(killed.rest(), QByteArray("B0"));
    QVERIFY(!killed.state());
}

QTEST_GUILESS_MAIN(LineEditorTest)
#include "lineeditortest.moc"
