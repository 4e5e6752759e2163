// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "terminal/terminalcolours.h"
#include "terminal/terminalnotice.h"

#include <QClipboard>
#include <QMimeData>
#include <QScrollBar>

#include <algorithm>

using namespace Koyeb;
using namespace Koyeb::Desktop;

namespace {

/// Remembers where a widget was painted.
class PaintCounter : public QObject {
public:
    explicit PaintCounter(QWidget *watched) { watched->installEventFilter(this); }
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint) {
            paintedRegion += static_cast<QPaintEvent *>(event)->region();
        }
        return false;
    }
    QRegion paintedRegion;
};

} // namespace

/// What was printed before: scrolled to, selected, cleared.
class TerminalViewScrollTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void selectsAndCopies_data();
    void selectsAndCopies();
    void scrollsWhileSelectingBeyondTheEdge();
    void keepsTheSelectionOnItsTextWhileOutputScrolls();
    void scrollsBackAndReturnsOnKeys();
    void staysWhereAPersonScrolledWhileOutputComes();
    void paintsWhatTakesThePlaceOfForgottenLines();
    void clearsOnRequest();
    void keepsSelectionAndPlaceWhenTheWidthChanges();
    void copiesWithColours();
    void copiesABlockOfAWrappedLineAsRows();
    void saysThatTooMuchIsCopiedWithoutColours();
};

void TerminalViewScrollTest::selectsAndCopies_data()
{
    QTest::addColumn<QString>("gesture");
    QTest::addColumn<QString>("expected");
    QTest::newRow("drag") << QStringLiteral("drag") << QStringLiteral("wo three\nsecond");
    QTest::newRow("double click") << QStringLiteral("double") << QStringLiteral("two");
    QTest::newRow("triple click") << QStringLiteral("triple") << QStringLiteral("one two three");
    QTest::newRow("block") << QStringLiteral("block") << QStringLiteral("wo th\nd lin");
    QTest::newRow("click") << QStringLiteral("click") << QString();
}

void TerminalViewScrollTest::selectsAndCopies()
{
    QFETCH(const QString, gesture);
    QFETCH(const QString, expected);
    QWidget *const target = m_view->viewport();
    print("one two three\r\nsecond line\r\n");
    const auto drag = [this, target](QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(target, Qt::LeftButton, modifiers, from);
        QMouseEvent move(
            QEvent::MouseMove, to, target->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &move);
        QTest::mouseRelease(target, Qt::LeftButton, modifiers, to);
    };
    if (gesture == QStringLiteral("drag")) {
        drag(leftOf(0, 5), leftOf(1, 6), Qt::NoModifier);
    } else if (gesture == QStringLiteral("block")) {
        drag(leftOf(0, 5), leftOf(1, 10), Qt::AltModifier);
    } else {
        QTest::mouseClick(target, Qt::LeftButton, {}, middleOf(0, 5));
        if (gesture != QStringLiteral("click")) {
            QTest::mouseDClick(target, Qt::LeftButton, {}, middleOf(0, 5));
        }
        if (gesture == QStringLiteral("triple")) {
            QTest::mousePress(target, Qt::LeftButton, {}, middleOf(0, 5));
            QTest::mouseRelease(target, Qt::LeftButton, {}, middleOf(0, 5));
        }
    }
    QCOMPARE(m_view->selectedText(), expected);
    QApplication::clipboard()->setText(QStringLiteral("before"));
    QTest::keyClick(m_view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QApplication::clipboard()->text(), expected.isEmpty() ? QStringLiteral("before") : expected);
    QCOMPARE(takeInput(), QByteArray());
    if (!expected.isEmpty()) {
        const TerminalColours colours = TerminalColours::matching(m_view->palette());
        const QRect cell = m_view->cellRect(0, 6);
        QCOMPARE(grab().pixelColor(cell.right() - 1, cell.top() + 1), colours.selection());
    }
}

void TerminalViewScrollTest::scrollsWhileSelectingBeyondTheEdge()
{
    QWidget *const target = m_view->viewport();
    for (int i = 0; i < 100; ++i) {
        print("line " + QByteArray::number(i) + "\r\n");
    }
    QTRY_VERIFY(m_view->verticalScrollBar()->maximum() > 50);
    QTest::mousePress(target, Qt::LeftButton, {}, leftOf(2, 0));
    const QPoint above(leftOf(0, 0).x(), -60);
    QMouseEvent move(
        QEvent::MouseMove, above, target->mapToGlobal(above), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &move);
    QTRY_COMPARE_WITH_TIMEOUT(m_view->verticalScrollBar()->value(), 0, 20'000);
    QTest::mouseRelease(target, Qt::LeftButton, {}, above);
    QVERIFY(m_view->selectedText().startsWith(QStringLiteral("line 0\nline 1\n")));
}

void TerminalViewScrollTest::keepsTheSelectionOnItsTextWhileOutputScrolls()
{
    print("chosen\r\n");
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 2));
    for (int i = 0; i < 200; ++i) {
        print("more\r\n");
    }
    QCOMPARE(m_view->selectedText(), QStringLiteral("chosen"));
}

void TerminalViewScrollTest::scrollsBackAndReturnsOnKeys()
{
    for (int i = 0; i < 100; ++i) {
        print("line " + QByteArray::number(i) + "\r\n");
    }
    QScrollBar *const bar = m_view->verticalScrollBar();
    QTRY_COMPARE(bar->value(), bar->maximum());
    QTRY_VERIFY(bar->maximum() > 50);
    wheel(1);
    QCOMPARE(bar->value(), bar->maximum() - 3);
    QTest::keyClick(m_view, Qt::Key_Home, Qt::ShiftModifier);
    QCOMPARE(bar->value(), 0);
    QVERIFY(m_view->visibleText().startsWith(QStringLiteral("line 0\n")));
    QTest::keyClick(m_view, Qt::Key_PageDown, Qt::ShiftModifier);
    QCOMPARE(bar->value(), bar->pageStep());
    QTest::keyClick(m_view, Qt::Key_X);
    QCOMPARE(bar->value(), bar->maximum());
}

void TerminalViewScrollTest::staysWhereAPersonScrolledWhileOutputComes()
{
    for (int i = 0; i < 100; ++i) {
        print("line " + QByteArray::number(i) + "\r\n");
    }
    QTRY_VERIFY(m_view->verticalScrollBar()->maximum() > 50);
    m_view->verticalScrollBar()->setValue(10);
    const QString seen = m_view->visibleText();
    for (int i = 0; i < 50; ++i) {
        print("more\r\n");
    }
    QTest::qWait(50);
    QCOMPARE(m_view->visibleText(), seen);
    QCOMPARE(m_view->verticalScrollBar()->value(), 10);
}

/// A person looks at the oldest lines, and each new one pushes one of them out.
void TerminalViewScrollTest::paintsWhatTakesThePlaceOfForgottenLines()
{
    QByteArray lines;
    for (int i = 0; i < 10'100; ++i) {
        lines += "line " + QByteArray::number(i) + "\r\n";
    }
    print(lines);
    QTRY_VERIFY(m_view->verticalScrollBar()->maximum() > 9'000);
    m_view->verticalScrollBar()->setValue(0);
    QTRY_COMPARE(m_view->verticalScrollBar()->value(), 0);
    PaintCounter counter(m_view->viewport());
    (void)m_view->viewport()->grab();
    QTest::qWait(0);
    counter.paintedRegion = {};
    const QString seen = m_view->visibleText();
    print("more\r\nmore\r\n");
    QTRY_VERIFY(m_view->visibleText() != seen);
    QTRY_VERIFY(counter.paintedRegion.contains(middleOf(0, 2)));
}

void TerminalViewScrollTest::clearsOnRequest()
{
    for (int i = 0; i < 100; ++i) {
        print("line\r\n");
    }
    print("$ ");
    QTest::keyClick(m_view, Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(m_view->verticalScrollBar()->maximum(), 0);
    QCOMPARE(m_view->visibleText().trimmed(), QStringLiteral("$"));
}

void TerminalViewScrollTest::keepsSelectionAndPlaceWhenTheWidthChanges()
{
    for (int i = 0; i < 200; ++i) {
        print("row " + QByteArray::number(i) + " " + QByteArray(60, 'x') + "\r\n");
    }
    QTest::keyClick(m_view, Qt::Key_PageUp, Qt::ShiftModifier);
    QTest::keyClick(m_view, Qt::Key_PageUp, Qt::ShiftModifier);
    const auto topText = [this] {
        return m_view->visibleText().section(u'\n', 0, 0).section(u' ', 0, 1);
    };
    const QString top = topText();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(2, 5));
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(2, 5));
    const QString selected = m_view->selectedText();
    QVERIFY(!selected.isEmpty());
    const int columns = m_session->terminal().size().columns;

    m_window->resize(400, 400);
    QTRY_VERIFY(m_session->terminal().size().columns < columns);
    QTest::qWait(40); // The frame that comes of it.
    QCOMPARE(m_view->selectedText(), selected);
    QCOMPARE(topText(), top);
}

void TerminalViewScrollTest::copiesWithColours()
{
    print("\x1B[38;2;1;2;3m<red>\x1B[0m plain\r\n\x1B[1;4mbold\x1B[0m\r\n");
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, leftOf(0, 0));
    QMouseEvent move(
        QEvent::MouseMove, leftOf(1, 4), m_view->viewport()->mapToGlobal(leftOf(1, 4)), Qt::NoButton,
        Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view->viewport(), &move);
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, leftOf(1, 4));
    m_view->copySelectionAsHtml();
    const QMimeData *const data = QApplication::clipboard()->mimeData();
    QCOMPARE(data->text(), QStringLiteral("<red> plain\nbold"));
    const QString html = data->html();
    QVERIFY2(html.contains(QStringLiteral("color:#010203\">&lt;red&gt;</span>")), qPrintable(html));
    QVERIFY(html.contains(QStringLiteral("font-weight:bold;text-decoration: underline\">bold</span>")));
    QCOMPARE(html.count(u'\n'), 1);
}

void TerminalViewScrollTest::copiesABlockOfAWrappedLineAsRows()
{
    print(QByteArray("ab\r\n") + QByteArray(m_session->terminal().size().columns + 4, 'x') + "\r\n");
    QTRY_VERIFY(m_view->visibleText().contains(QStringLiteral("xxxx")));
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, Qt::AltModifier, leftOf(1, 0));
    QMouseEvent move(
        QEvent::MouseMove, leftOf(2, 2), m_view->viewport()->mapToGlobal(leftOf(2, 2)), Qt::NoButton,
        Qt::LeftButton, Qt::AltModifier);
    QApplication::sendEvent(m_view->viewport(), &move);
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, Qt::AltModifier, leftOf(2, 2));
    m_view->copySelectionAsHtml();
    const QMimeData *const data = QApplication::clipboard()->mimeData();
    QCOMPARE(data->text(), QStringLiteral("xx\nxx"));
    QVERIFY2(data->html().contains(QStringLiteral("xx</span>\n<span")), qPrintable(data->html()));
}

void TerminalViewScrollTest::saysThatTooMuchIsCopiedWithoutColours()
{
    print(QByteArray("line\r\n").repeated(10'100));
    QTRY_VERIFY(m_view->verticalScrollBar()->maximum() >= 10'000);
    m_view->verticalScrollBar()->setValue(0);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, leftOf(0, 0));
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ShiftModifier, leftOf(5, 4));
    m_view->copySelectionAsHtml();
    const QMimeData *const data = QApplication::clipboard()->mimeData();
    QVERIFY(data->text().count(u'\n') > 10'000);
    QVERIFY(!data->hasHtml());
    const auto notices = m_view->findChildren<TerminalNotice *>();
    QVERIFY(std::any_of(notices.begin(), notices.end(), [](const TerminalNotice *each) {
        return each->isVisible() && each->text().contains(QStringLiteral("plain text"));
    }));
}

QTEST_MAIN(TerminalViewScrollTest)
#include "terminalviewscrolltest.moc"
