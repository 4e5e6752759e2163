// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "terminal/terminalcolours.h"

#include <QAccessible>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// What a view shows, and how much room it takes.
class TerminalViewPaintTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void fitsTheTerminalToItsSize();
    void paintsTextAndColours();
    void paintsTheCursorWhereItIs();
    void paintsOnlyRowsThatChanged();
    void followsThePalette();
    void zooms();
    void canBeReadByAssistiveTechnology();
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

QTEST_MAIN(TerminalViewPaintTest)
#include "terminalviewpainttest.moc"
