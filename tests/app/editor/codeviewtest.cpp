// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/codeview.h"
#include "common/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class CodeViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTextIsNotTouched_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("line ends") << QByteArray("a\nb\r\nc\rd\r\r\n\n");
        QTest::newRow("no line end at the end") << QByteArray("a\nb");
        QTest::newRow("mark in the text") << QByteArray("\xEF\xBB\xBF"
                                                        "a");
        QTest::newRow("characters that hide") << u"if (a\u202E } \u2066) \u200B\u2028\u0085x"_s.toUtf8();
        QTest::newRow("controls") << QByteArray("\x1B[31m\x07\x01\t\x7F");
        QTest::newRow("beyond the first plane") << QByteArray("\xF0\x9F\x90\xA2");
    }
    void theTextIsNotTouched()
    {
        QFETCH(QByteArray, text);
        CodeView view;
        view.resize(400, 200);
        view.show();
        view.setContent(text, "a.py");
        (void)view.grab();
        QCOMPARE(view.content(), text);
        QVERIFY(!view.isModified());
        QVERIFY(!view.isUndoAvailable());
        view.setContent(text, "a.txt");
        QCOMPARE(view.content(), text);
    }

    void newLinesEndAsMostDo()
    {
        CodeView view;
        view.setContent("a\r\nb\nc\r\n", "x");
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(view.content(), "\r\na\r\nb\nc\r\n");
        QApplication::clipboard()->setText(u"x\ny"_s);
        view.paste();
        QCOMPARE(view.content(), "\r\nx\r\nya\r\nb\nc\r\n");
        view.convertLineEnds(LineEnds::Cr);
        QCOMPARE(view.content(), "\rx\rya\rb\rc\r");
        view.undo();
        QCOMPARE(view.content(), "\r\nx\r\nya\r\nb\nc\r\n");
    }

    void undoLeadsBackToWhatWasSaved()
    {
        CodeView view;
        view.setContent("a", "x");
        QSignalSpy changes(&view, &CodeView::modificationChanged);
        QTest::keyClick(&view, Qt::Key_B);
        QVERIFY(view.isModified());
        view.undo();
        QVERIFY(!view.isModified());
        QCOMPARE(changes.size(), 2);
    }

    void coloursFollowThePalette()
    {
        CodeView view;
        view.setContent("# comment\n", "a.py");
        view.show();
        for (const QPalette &palette : {ThemeController::darkPalette(), ThemeController::lightPalette()}) {
            QApplication::setPalette(palette);
            QApplication::processEvents();
            QCOMPARE(view.palette().color(QPalette::Base).rgb(), palette.color(QPalette::Base).rgb());
            for (const int style : {0, 1, int{CodeView::STYLE_DEFAULT}}) {
                const QRgb base = palette.color(QPalette::Base).rgb();
                const QColor colour(base);
                const long shown = colour.red() | colour.green() << 8 | colour.blue() << 16;
                QCOMPARE(view.SendScintilla(CodeView::SCI_STYLEGETBACK, style), shown);
            }
            QCOMPARE(view.lexer()->paper(1).rgb(), palette.color(QPalette::Base).rgb());
        }
    }

    void readOnlyTextsCanBeReplacedByTheProgramOnly()
    {
        CodeView view;
        view.setReadOnly(true);
        view.setContent("a", "x");
        QTest::keyClick(&view, Qt::Key_B);
        QCOMPARE(view.content(), "a");
    }

    void linesAreFound()
    {
        CodeView view;
        view.setContent("a\nb\nc", "x");
        int line = 0;
        int column = 0;
        for (const auto &[asked, got] : {std::pair(2, 1), std::pair(99, 2), std::pair(-5, 0)}) {
            view.showLine(asked);
            view.getCursorPosition(&line, &column);
            QCOMPARE(line, got);
        }
    }
};

QTEST_MAIN(CodeViewTest)
#include "codeviewtest.moc"
