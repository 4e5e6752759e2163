// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/boxdrawing.h"

#include <QImage>
#include <QPainter>
#include <QTest>

using namespace Koyeb::Desktop;

namespace {

constexpr int width = 10;
constexpr int height = 20;

/// Characters beside each other, drawn in black on white at a scale.
[[nodiscard]] QImage drawn(const std::u32string &rowOfCharacters, qreal ratio)
{
    const auto columns = static_cast<int>(rowOfCharacters.size());
    QImage image(
        static_cast<int>(width * ratio) * columns, static_cast<int>(height * ratio), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::white);
    QPainter painter(&image);
    for (int i = 0; i < columns; ++i) {
        const QRectF cell(i * width, 0, width, height);
        drawBox(painter, rowOfCharacters.at(static_cast<std::size_t>(i)), cell, 1, ratio, Qt::black);
    }
    return image;
}

/// Which pixels of a line across the image are inked.
[[nodiscard]] QList<int> inkedRows(const QImage &image, int x)
{
    QList<int> rows;
    for (int y = 0; y < image.height(); ++y) {
        if (qGray(image.pixel(x, y)) < 128) {
            rows.append(y);
        }
    }
    return rows;
}

[[nodiscard]] QList<int> inkedColumns(const QImage &image, int y)
{
    QList<int> columns;
    for (int x = 0; x < image.width(); ++x) {
        if (qGray(image.pixel(x, y)) < 128) {
            columns.append(x);
        }
    }
    return columns;
}

[[nodiscard]] int ink(const QImage &image)
{
    int count = 0;
    for (int x = 0; x < image.width(); ++x) {
        count += static_cast<int>(inkedRows(image, x).size());
    }
    return count;
}

} // namespace

/// Lines and blocks that the program draws itself.
class BoxDrawingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesMeetAtEveryScale_data();
    void linesMeetAtEveryScale();
    void everyLineReachesTheEdgesThatItNames();
    void doubleCornersAreHollow();
    void blocksFillWhatTheySay();
    void everyCharacterLeavesInk();
    void knowsWhatItDraws();
};

void BoxDrawingTest::linesMeetAtEveryScale_data()
{
    QTest::addColumn<qreal>("ratio");
    for (const qreal ratio : {1.0, 1.5, 2.0, 3.0}) {
        QTest::addRow("%.1f", ratio) << ratio;
    }
}

void BoxDrawingTest::linesMeetAtEveryScale()
{
    QFETCH(const qreal, ratio);
    for (const char32_t line : {U'─', U'━', U'═', U'┼', U'╬', U'╪', U'█', U'▄'}) {
        const QImage two = drawn({line, line}, ratio);
        const QList<int> atEdge = inkedRows(two, 0);
        QVERIFY(!atEdge.isEmpty());
        const int boundary = two.width() / 2;
        QCOMPARE(inkedRows(two, boundary - 1), atEdge);
        QCOMPARE(inkedRows(two, boundary), atEdge);
    }
}

void BoxDrawingTest::everyLineReachesTheEdgesThatItNames()
{
    struct Case {
        char32_t character;
        bool up, right, down, left;
    };
    const Case cases[]{{U'─', false, true, false, true},  {U'│', true, false, true, false},
                       {U'┌', false, true, true, false},  {U'┛', true, false, false, true},
                       {U'├', true, true, true, false},   {U'┻', true, true, false, true},
                       {U'╔', false, true, true, false},  {U'╝', true, false, false, true},
                       {U'╠', true, true, true, false},   {U'╒', false, true, true, false},
                       {U'╙', true, true, false, false},  {U'╫', true, true, true, true},
                       {U'╭', false, true, true, false},  {U'╮', false, false, true, true},
                       {U'╯', true, false, false, true},  {U'╰', true, true, false, false},
                       {U'╴', false, false, false, true}, {U'╽', true, false, true, false}};
    for (const Case &one : cases) {
        const QImage image = drawn({one.character}, 2);
        const int last = image.width() - 1;
        const int bottom = image.height() - 1;
        const QByteArray name = QByteArray::number(static_cast<uint>(one.character), 16);
        QVERIFY2(inkedColumns(image, 0).isEmpty() != one.up, name);
        QVERIFY2(inkedRows(image, last).isEmpty() != one.right, name);
        QVERIFY2(inkedColumns(image, bottom).isEmpty() != one.down, name);
        QVERIFY2(inkedRows(image, 0).isEmpty() != one.left, name);
    }
}

void BoxDrawingTest::doubleCornersAreHollow()
{
    const QImage image = drawn({U'╬'}, 2);
    const QPoint middle(image.width() / 2, image.height() / 2);
    QVERIFY(qGray(image.pixel(middle)) > 128);
    // Two lines at each edge, and nothing between them all the way.
    QCOMPARE(inkedRows(image, 0).size(), 4);
    QVERIFY(!inkedRows(image, 0).contains(middle.y()));
    QVERIFY(!inkedColumns(image, middle.y()).contains(1));
    // The outer line of a corner goes around it without a gap.
    const QImage corner = drawn({U'╔'}, 1);
    QCOMPARE(inkedRows(corner, width - 1).size(), 2);
    const int outerRow = inkedRows(corner, width - 1).first();
    const int outerColumn = inkedColumns(corner, height - 1).first();
    QVERIFY(inkedColumns(corner, outerRow).contains(outerColumn));
    QVERIFY(inkedRows(corner, outerColumn).contains(outerRow));
}

void BoxDrawingTest::blocksFillWhatTheySay()
{
    const int cell = width * height;
    QCOMPARE(ink(drawn({U'█'}, 1)), cell);
    QCOMPARE(ink(drawn({U'▀'}, 1)), cell / 2);
    QCOMPARE(ink(drawn({U'▌'}, 1)), cell / 2);
    QCOMPARE(ink(drawn({U'▙'}, 1)), cell * 3 / 4);
    QCOMPARE(ink(drawn({U'▝'}, 1)), cell / 4);
    QCOMPARE(ink(drawn({U'▘'}, 1)) + ink(drawn({U'▟'}, 1)), cell);
    QVERIFY(qGray(drawn({U'░'}, 1).pixel(5, 5)) > qGray(drawn({U'▓'}, 1).pixel(5, 5)));
    QVERIFY(inkedRows(drawn({U'▁'}, 1), 0).contains(height - 1));
    QVERIFY(!inkedRows(drawn({U'▔'}, 1), 0).contains(height - 1));
}

void BoxDrawingTest::everyCharacterLeavesInk()
{
    for (char32_t character = 0x2500; character <= 0xE0B3; ++character) {
        const bool isBlank = character == 0x2800; // Braille without dots.
        if (isBoxCharacter(character) && !isBlank) {
            QImage image = drawn({character}, 1);
            const QImage blank = drawn({0x2800}, 1);
            QVERIFY2(image != blank, QByteArray::number(static_cast<uint>(character), 16));
        }
    }
}

void BoxDrawingTest::knowsWhatItDraws()
{
    QVERIFY(isBoxCharacter(U'─') && isBoxCharacter(U'▟') && isBoxCharacter(0xE0B0) && isBoxCharacter(0x28FF));
    QVERIFY(!isBoxCharacter(U'-') && !isBoxCharacter(0x25A0) && !isBoxCharacter(0xE0B4));
}

QTEST_MAIN(BoxDrawingTest)
#include "boxdrawingtest.moc"
