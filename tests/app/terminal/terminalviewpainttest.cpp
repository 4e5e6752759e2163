// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "terminal/terminalaccessible.h"
#include "terminal/terminalcolours.h"
#include "terminal/terminalpreferences.h"

#include <QAccessible>
#include <QSettings>
#include <QTemporaryDir>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// What a view shows, and how much room it takes.
class TerminalViewPaintTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void fitsTheTerminalToItsSize();
    void paintsTextAndColours();
    void paintsTheCursorWhereItIs();
    void paintsOnlyRowsThatChanged();
    void drawsAttributes();
    void drawsLinesOfDoubleSize();
    void findsPlacesInLinesOfDoubleSize();
    void blinksAsLongAsCursorsDo();
    void keepsPunctuationInPlaceWithLigatures();
    void waitsForAScreenThatIsDrawnAtOnce();
    void takesColoursOfTheProgram();
    void tellsItsColoursToPrograms();
    void followsThePalette();
    void followsPreferences();
    void zooms();
    void canBeReadByAssistiveTechnology();
    void tellsAssistiveTechnologyWhatChanges_data();
    void tellsAssistiveTechnologyWhatChanges();
    void tellsAssistiveTechnologyWhereThingsAre();
};

void TerminalViewPaintTest::fitsTheTerminalToItsSize()
{
    const Vt::Size size = m_session->terminal().size();
    QCOMPARE(m_links.last()->starts, QList<Vt::Size>{size});
    QCOMPARE(size, m_view->gridSize());
    QVERIFY(size.columns > 40 && size.rows > 10);
    const QRect last = m_view->cellRect(size.rows - 1, size.columns - 1);
    QVERIFY(m_view->viewport()->rect().contains(last));

    m_window->resize(500, 300);
    QTRY_COMPARE(m_links.last()->resizes.size(), 1);
    QVERIFY(m_links.last()->resizes.last().columns < size.columns);
    QVERIFY(m_links.last()->resizes.last().rows < size.rows);
}

void TerminalViewPaintTest::paintsTextAndColours()
{
    print("\x1B[?25l\x1B[48;2;200;10;20m \x1B[0m \x1B[38;2;0;250;0mM\x1B[0m\x1B[7m "
          "\x1B[0m\xE2\x94\x80\xE4\xB8\xAD");
    const QImage image = grab();
    const TerminalColours colours = TerminalColours::matching(m_view->palette());
    QCOMPARE(image.pixelColor(middleOf(0, 0)), QColor(200, 10, 20));
    QCOMPARE(image.pixelColor(middleOf(0, 1)), colours.background());
    QCOMPARE(image.pixelColor(middleOf(0, 3)), colours.foreground());
    QCOMPARE(image.pixelColor(middleOf(5, 5)), colours.background());
    const auto inked = [&image, &colours](const QRect &cell) {
        int count = 0;
        for (int y = cell.top(); y <= cell.bottom(); ++y) {
            for (int x = cell.left(); x <= cell.right(); ++x) {
                count += image.pixelColor(x, y) != colours.background() ? 1 : 0;
            }
        }
        return count;
    };
    QVERIFY(inked(m_view->cellRect(0, 2)) > 5);
    QVERIFY(inked(m_view->cellRect(0, 4)) > 3);
    QVERIFY(inked(m_view->cellRect(0, 5).united(m_view->cellRect(0, 6))) > 5);
    QCOMPARE(inked(m_view->cellRect(1, 2)), 0);
}

void TerminalViewPaintTest::paintsTheCursorWhereItIs()
{
    print("\x1B[2 q\x1B[3;5H");
    const TerminalColours colours = TerminalColours::matching(m_view->palette());
    QTRY_COMPARE(grab().pixelColor(middleOf(2, 4)), colours.cursor());
    print("\x1B[?25l");
    QTRY_COMPARE(grab().pixelColor(middleOf(2, 4)), colours.background());
    print("\x1B[?25h");
    m_view->clearFocus(); // A hollow one.
    QTRY_COMPARE(grab().pixelColor(middleOf(2, 4)), colours.background());
    QCOMPARE(grab().pixelColor(m_view->cellRect(2, 4).topLeft()), colours.cursor());
}

void TerminalViewPaintTest::paintsOnlyRowsThatChanged()
{
    class PaintWatcher : public QObject {
    public:
        bool eventFilter(QObject *, QEvent *event) override
        {
            if (event->type() == QEvent::Paint) {
                painted += static_cast<QPaintEvent *>(event)->region();
            }
            return false;
        }
        QRegion painted;
    };
    print("\x1B[2 q\x1B[3;1Hready");
    QTest::qWait(50); // Frames of before.
    PaintWatcher watcher;
    m_view->viewport()->installEventFilter(&watcher);
    print("\x1B[3;1Hagain");
    QTRY_VERIFY(watcher.painted.contains(middleOf(2, 0)));
    QVERIFY(!watcher.painted.contains(middleOf(0, 0)));
    QVERIFY(!watcher.painted.contains(middleOf(4, 0)));
}

void TerminalViewPaintTest::drawsLinesOfDoubleSize()
{
    // Full blocks beside blanks, and one that fills the upper half of its cell only.
    print("\x1B[?25l\x1B#6\xE2\x96\x88 \xE2\x96\x88\r\n"
          "\x1B#3\xE2\x96\x80 \x1B[41m \x1B[0m\r\n\x1B#4\xE2\x96\x80 \x1B[41m \x1B[0m\r\n\xE2\x96\x88 x");
    const QImage image = grab();
    const QColor ink = m_view->colours().foreground();
    const QColor paper = m_view->colours().background();
    const QRect wide = m_view->cellRect(0, 0);
    const QRect usual = m_view->cellRect(3, 0);
    QCOMPARE(wide.height(), usual.height());
    QVERIFY(qAbs(wide.width() - 2 * usual.width()) <= 1);
    const auto colourAt = [&](int row, int column) {
        return image.pixelColor(middleOf(row, column));
    };
    QCOMPARE(colourAt(0, 0), ink);
    QCOMPARE(image.pixelColor(wide.right() - 2, wide.top() + 1), ink);
    QCOMPARE(colourAt(0, 1), paper);
    QCOMPARE(colourAt(0, 2), ink);
    // The upper half of the character fills the row with the upper half, and nothing of the other.
    QCOMPARE(colourAt(1, 0), ink);
    QCOMPARE(image.pixelColor(m_view->cellRect(1, 0).center().x(), m_view->cellRect(1, 0).bottom() - 2), ink);
    QCOMPARE(image.pixelColor(m_view->cellRect(2, 0).center().x(), m_view->cellRect(2, 0).top() + 2), paper);
    QCOMPARE(colourAt(2, 0), paper);
    QVERIFY(colourAt(1, 2) != paper && colourAt(1, 2) == colourAt(2, 2)); // A background fills both.
    QCOMPARE(colourAt(3, 0), ink); // What is above does not reach down.
    QCOMPARE(colourAt(3, 1), paper);
}

void TerminalViewPaintTest::findsPlacesInLinesOfDoubleSize()
{
    print("\x1B#6wide words\r\nusual words\x1B[1;6H");
    const auto clickAt = [this](int row, int column) {
        QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, Qt::NoModifier, middleOf(row, column));
        return m_view->selectedText();
    };
    QCOMPARE(clickAt(0, 7), QStringLiteral("words"));
    QCOMPARE(clickAt(1, 2), QStringLiteral("usual"));
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, Qt::NoModifier, leftOf(0, 1));
    QTest::mouseMove(m_view->viewport(), leftOf(0, 4));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, Qt::NoModifier, leftOf(0, 4));
    QCOMPARE(m_view->selectedText(), QStringLiteral("ide"));
    // The cursor stands on the w, as wide as that, and an input method knows where.
    m_view->clearTerminal();
    print("\x1B#6wide words\x1B[1;6H");
    const QImage image = grab();
    const QRect cell = m_view->cellRect(0, 5);
    const QColor cursor = m_view->colours().cursor();
    QCOMPARE(image.pixelColor(cell.left() + 2, cell.top() + 1), cursor);
    QCOMPARE(image.pixelColor(cell.right() - 2, cell.top() + 1), cursor);
    QCOMPARE(image.pixelColor(cell.right() + 2, cell.top() + 1), m_view->colours().background());
    const QRect place = query(Qt::ImCursorRectangle).toRect();
    QCOMPARE(place.left(), cell.translated(m_view->viewport()->pos()).left());
    // From the end of the row, a click beyond it is one on its last cell.
    const Vt::LineNumber top = m_session->terminal().screenTop();
    QCOMPARE(m_session->terminal().cellsOf(top), m_session->terminal().size().columns / 2);
    QCOMPARE(m_view->characterRect(5), cell);
}

void TerminalViewPaintTest::drawsAttributes()
{
    const TerminalColours colours = m_view->colours();
    const auto colourCount = [this, &colours](int column, const QColor &wanted) {
        const QImage image = grab();
        const QRect cell = m_view->cellRect(0, column);
        int count = 0;
        for (int y = cell.top(); y <= cell.bottom(); ++y) {
            for (int x = cell.left(); x <= cell.right(); ++x) {
                count += image.pixelColor(x, y) == wanted ? 1 : 0;
            }
        }
        return count;
    };
    const QColor red(250, 0, 0);
    const QByteArray underlined = "\x1B[58:2::250:0:0m";
    // Blanks, so that only the lines leave ink: each underline, then over and through, then hidden text.
    print(
        "\x1B[?25l" + underlined +
        "\x1B[4m \x1B[4:2m \x1B[4:3m \x1B[4:4m \x1B[4:5m \x1B[0m"
        "\x1B[53m \x1B[0m\x1B[9m \x1B[0m\x1B[8mM\x1B[0m\x1B[2m\xE2\x96\x88\x1B[0m");
    QTRY_VERIFY(colourCount(0, red) > 0);
    const int width = m_view->cellRect(0, 0).width();
    QVERIFY(colourCount(1, red) >= 2 * colourCount(0, red) - width);
    QVERIFY(colourCount(3, red) > 0 && colourCount(3, red) < colourCount(0, red));
    QVERIFY(colourCount(4, red) > 0 && colourCount(4, red) < colourCount(0, red));
    QVERIFY(grab().copy(m_view->cellRect(0, 2)) != grab().copy(m_view->cellRect(0, 0)));
    QVERIFY(colourCount(5, colours.foreground()) >= width - 1);
    QVERIFY(colourCount(6, colours.foreground()) >= width - 1);
    QVERIFY(grab().pixelColor(m_view->cellRect(0, 5).topLeft()) == colours.foreground());
    QCOMPARE(colourCount(7, colours.background()), colourCount(20, colours.background()));
    QCOMPARE(grab().pixelColor(middleOf(0, 8)), colours.of({.dim = true}, false).foreground);
}

void TerminalViewPaintTest::blinksAsLongAsCursorsDo()
{
    const int before = QApplication::cursorFlashTime();
    const auto blinkWithin = [this](int milliseconds) {
        QApplication::setCursorFlashTime(milliseconds);
        m_view->clearFocus(); // The time is taken when the keyboard comes.
        m_view->setFocus();
    };
    const QColor ink = m_view->colours().foreground();
    const auto isSeen = [&](int column) {
        return grab().pixelColor(middleOf(0, column)) == ink;
    };
    print("\x1B[?25l\x1B[5m\xE2\x96\x88\x1B[0m\xE2\x96\x88");
    blinkWithin(40);
    QTRY_VERIFY(!isSeen(0));
    QVERIFY(isSeen(1));
    QTRY_VERIFY(isSeen(0));
    QTRY_VERIFY(!isSeen(0));
    blinkWithin(0); // People may want that nothing does.
    QVERIFY(isSeen(0));
    QApplication::setCursorFlashTime(before);
}

void TerminalViewPaintTest::keepsPunctuationInPlaceWithLigatures()
{
    QTemporaryDir directory;
    QSettings settings(directory.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    TerminalPreferences preferences(settings);
    m_view->setPreferences(&preferences);
    print("\x1B[?25l!==>a");
    const auto inkIn = [this](int column) {
        const QImage cell = grab().copy(m_view->cellRect(0, column));
        int count = 0;
        for (int i = 0; i < cell.width() * cell.height(); ++i) {
            count +=
                cell.pixelColor(i % cell.width(), i / cell.width()) != m_view->colours().background() ? 1 : 0;
        }
        return count;
    };
    for (const bool hasLigatures : {false, true}) {
        preferences.setLigatures(hasLigatures);
        for (int column = 0; column < 5; ++column) {
            QTRY_VERIFY(inkIn(column) > 0); // Each is in its place, joined or not.
        }
    }
    m_window.reset(); // Before what it uses.
}

void TerminalViewPaintTest::waitsForAScreenThatIsDrawnAtOnce()
{
    print("\x1B[?25l\x1B[?2026h\x1B[48;2;200;10;20m \x1B[0m");
    // The picture on the screen is what was painted last: it is watched, not asked for anew.
    QVERIFY(m_session->terminal().isSynchronized());
    QTRY_VERIFY(!m_session->terminal().isSynchronized()); // Not for ever, if the program forgets it.
    QTRY_COMPARE(grab().pixelColor(middleOf(0, 0)), QColor(200, 10, 20));
}

void TerminalViewPaintTest::takesColoursOfTheProgram()
{
    print("\x1B[?25l\x1B]11;#102030\x1B\\\x1B]4;1;#405060\x1B\\\x1B[41m \x1B[0m");
    QTRY_COMPARE(grab().pixelColor(middleOf(5, 5)), QColor(0x10, 0x20, 0x30));
    QCOMPARE(grab().pixelColor(middleOf(0, 0)), QColor(0x40, 0x50, 0x60));
    print("\x1B]111\x1B\\");
    QTRY_COMPARE(
        grab().pixelColor(middleOf(5, 5)), TerminalColours::matching(m_view->palette()).background());
}

void TerminalViewPaintTest::tellsItsColoursToPrograms()
{
    (void)takeInput();
    print("\x1B]11;?\x1B\\");
    const QColor colour = m_view->colours().background();
    const auto part = [](int value) {
        return QByteArray::number(value, 16).rightJustified(2, '0').repeated(2);
    };
    QCOMPARE(
        takeInput(), "\x1B]11;rgb:" + part(colour.red()) + "/" + part(colour.green()) + "/" +
                         part(colour.blue()) + "\x1B\\");
}

void TerminalViewPaintTest::followsPreferences()
{
    QTemporaryDir directory;
    QSettings settings(directory.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    TerminalPreferences preferences(settings);
    m_view->setPreferences(&preferences);
    const Vt::Size before = m_view->gridSize();
    QVERIFY(m_view->colours().background() == TerminalColours::matching(m_view->palette()).background());
    preferences.setTheme(false, QStringLiteral("Forest"));
    preferences.setTheme(true, QStringLiteral("Forest"));
    QCOMPARE(m_view->colours().background(), QColor(builtInThemes().last().background));
    QCOMPARE(grab().pixelColor(middleOf(5, 5)), m_view->colours().background());
    QFont font = preferences.font();
    font.setPointSizeF(2 * font.pointSizeF());
    preferences.setFont(font);
    QVERIFY(m_view->gridSize().columns < before.columns);

    TerminalTheme own = builtInThemes().last();
    own.background = qRgb(1, 2, 3);
    const QString name = preferences.addTheme(own);
    QVERIFY(name != own.name); // Of that name there is one.
    preferences.setTheme(false, name);
    QCOMPARE(preferences.theme(false).background, qRgb(1, 2, 3));
    QCOMPARE(preferences.themes().size(), builtInThemes().size() + 1);
    // Another run of the program finds all of it.
    QCOMPARE(TerminalPreferences(settings).theme(false), preferences.theme(false));
    settings.setValue(QStringLiteral("terminal/themes"), QStringList{QStringLiteral("{broken")});
    QCOMPARE(preferences.theme(false), builtInThemes().first());
    m_window.reset(); // Before what it uses.
}

void TerminalViewPaintTest::followsThePalette()
{
    QPalette palette = m_view->palette();
    palette.setColor(QPalette::Base, Qt::black);
    m_view->setPalette(palette);
    QCOMPARE(grab().pixelColor(middleOf(5, 5)), TerminalColours::dark().background());
    palette.setColor(QPalette::Base, Qt::white);
    m_view->setPalette(palette);
    QCOMPARE(grab().pixelColor(middleOf(5, 5)), TerminalColours::light().background());
}

void TerminalViewPaintTest::zooms()
{
    const Vt::Size normal = m_view->gridSize();
    QTest::keyClick(m_view, Qt::Key_Plus, Qt::ControlModifier);
    m_view->zoomIn();
    QVERIFY(m_view->gridSize().columns < normal.columns);
    QCOMPARE(m_links.last()->resizes.last(), m_view->gridSize());
    QTest::keyClick(m_view, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(m_view->gridSize(), normal);
    for (int i = 0; i < 3; ++i) {
        QTest::keyClick(m_view, Qt::Key_Minus, Qt::ControlModifier);
    }
    QVERIFY(m_view->gridSize().columns > normal.columns);
}

void TerminalViewPaintTest::canBeReadByAssistiveTechnology()
{
    print("$ echo h\xC3\xA9llo\r\nh\xC3\xA9llo\r\n$ ");
    QAccessibleInterface *const accessible = QAccessible::queryAccessibleInterface(m_view);
    QVERIFY(accessible != nullptr);
    QCOMPARE(accessible->role(), QAccessible::Terminal);
    QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("Terminal"));
    QAccessibleTextInterface *const text = accessible->textInterface();
    QVERIFY(text != nullptr);
    const QString all = text->text(0, text->characterCount());
    QVERIFY(all.startsWith(QStringLiteral("$ echo héllo\nhéllo\n$\n")));
    QCOMPARE(all.count(u'\n'), m_session->terminal().size().rows - 1);
    QCOMPARE(text->text(2, 6), QStringLiteral("echo"));
    // The blank after the prompt is not part of the text: the caret stands where the text of its row ends.
    QCOMPARE(text->cursorPosition(), QStringLiteral("$ echo héllo\nhéllo\n$").size());
    const QRect character = text->characterRect(13);
    QCOMPARE(character.topLeft(), m_view->viewport()->mapToGlobal(m_view->cellRect(1, 0).topLeft()));
    QCOMPARE(text->offsetAtPoint(character.center()), 13);
}

void TerminalViewPaintTest::tellsAssistiveTechnologyWhatChanges_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("nothing") << "$ \n"
                             << "$ \n"
                             << QStringList();
    QTest::newRow("typed") << "$ ls\n\n"
                           << "$ lsx\n\n"
                           << QStringList{u"4 - +x"_s};
    QTest::newRow("doubled") << "aa"
                             << "a" << QStringList{u"1 -a +"_s};
    QTest::newRow("scrolled") << "one\ntwo\nthree\n$ ls"
                              << "two\nthree\n$ ls\nfile" << QStringList{u"0 -one\n +"_s, u"14 - +\nfile"_s};
    QTest::newRow("scrolled while it was typed")
        << "one\ntwo\nthree\n$ l"
        << "three\n$ ls\nfile\n$ " << QStringList{u"0 -one\ntwo\n +"_s, u"9 - +s\nfile\n$ "_s};
    QTest::newRow("another screen") << "one\ntwo\nthree"
                                    << "x\n\n"
                                    << QStringList{u"0 -one\ntwo\nthree +x\n\n"_s};
    QTest::newRow("cleared") << "one\n\n\n"
                             << "\n\n\n"
                             << QStringList{u"0 -one +"_s};
}

void TerminalViewPaintTest::tellsAssistiveTechnologyWhatChanges()
{
    QFETCH(const QString, before);
    QFETCH(const QString, after);
    QFETCH(const QStringList, expected);
    QStringList found;
    QString text = before;
    for (const TextChange &change : changesBetween(before, after)) {
        found.append(QStringLiteral("%1 -%2 +%3").arg(change.position).arg(change.removed, change.inserted));
        text.replace(change.position, change.removed.size(), change.inserted);
    }
    QCOMPARE(found, expected);
    QCOMPARE(text, after);
}

void TerminalViewPaintTest::tellsAssistiveTechnologyWhereThingsAre()
{
    print("$ lsx\xE4\xB8\xAD!");
    QAccessibleTextInterface *const text = QAccessible::queryAccessibleInterface(m_view)->textInterface();
    const auto onScreen = [this](const QRect &rect) {
        return QRect(m_view->viewport()->mapToGlobal(rect.topLeft()), rect.size());
    };
    QCOMPARE(text->characterRect(5), onScreen(m_view->cellRect(0, 5).united(m_view->cellRect(0, 6))));
    QCOMPARE(text->characterRect(6), onScreen(m_view->cellRect(0, 7)));
    QCOMPARE(text->offsetAtPoint(text->characterRect(5).center() + QPoint(2, 0)), 5);
    QCOMPARE(text->offsetAtPoint(onScreen(m_view->cellRect(0, 7)).center()), 6);
    QCOMPARE(text->offsetAtPoint(onScreen(m_view->cellRect(0, 0)).topLeft() - QPoint(50, 50)), -1);
    QCOMPARE(text->selectionCount(), 0);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 3));
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 3));
    QCOMPARE(text->selectionCount(), 1);
    int start = 0;
    int end = 0;
    text->selection(0, &start, &end);
    QCOMPARE(text->text(start, end), m_view->selectedText());
}

QTEST_MAIN(TerminalViewPaintTest)
#include "terminalviewpainttest.moc"
