// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/boxdrawing.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace Koyeb::Desktop {

namespace {

enum Weight : unsigned { None, Light, Heavy, Double };

/// The arms of U+2500 to U+257F as Unicode names them: two bits with a Weight for up, right, down and left,
/// from the lowest on. Zero: not made of arms.
constexpr std::array<std::uint8_t, 128> arms{
    0x44, 0x88, 0x11, 0x22, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x18, 0x24, 0x28,
    0x50, 0x90, 0x60, 0xa0, 0x05, 0x09, 0x06, 0x0a, 0x41, 0x81, 0x42, 0x82, 0x15, 0x19, 0x16, 0x25,
    0x26, 0x1a, 0x29, 0x2a, 0x51, 0x91, 0x52, 0x61, 0x62, 0x92, 0xa1, 0xa2, 0x54, 0x94, 0x58, 0x98,
    0x64, 0xa4, 0x68, 0xa8, 0x45, 0x85, 0x49, 0x89, 0x46, 0x86, 0x4a, 0x8a, 0x55, 0x95, 0x59, 0x99,
    0x56, 0x65, 0x66, 0x96, 0x5a, 0xa5, 0x69, 0x9a, 0xa9, 0xa6, 0x6a, 0xaa, 0x00, 0x00, 0x00, 0x00,
    0xcc, 0x33, 0x1c, 0x34, 0x3c, 0xd0, 0x70, 0xf0, 0x0d, 0x07, 0x0f, 0xc1, 0x43, 0xc3, 0x1d, 0x37,
    0x3f, 0xd1, 0x73, 0xf3, 0xdc, 0x74, 0xfc, 0xcd, 0x47, 0xcf, 0xdd, 0x77, 0xff, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x40, 0x01, 0x04, 0x10, 0x80, 0x02, 0x08, 0x20, 0x48, 0x21, 0x84, 0x12};

/// Draws in whole pixels of the device, counted from the upper left corner of the cell.
class BoxPainter {
public:
    BoxPainter(QPainter &painter, QRectF cell, qreal lineWidth, qreal ratio, const QColor &colour)
        : m_painter(painter),
          m_cell(cell),
          m_ratio(ratio),
          m_width(std::max(1, static_cast<int>(std::lround(cell.width() * ratio)))),
          m_height(std::max(1, static_cast<int>(std::lround(cell.height() * ratio)))),
          m_light(std::max(1, static_cast<int>(std::lround(lineWidth * ratio)))),
          m_colour(colour)
    {
    }

    void drawArms(std::uint8_t packed);
    void drawDashes(bool isVertical, Weight weight, int count);
    void drawArc(bool isRight, bool isDown);
    void drawDiagonals(bool isRising, bool isFalling);
    void drawBlock(char32_t character);
    void drawBraille(unsigned dots);
    void drawPowerline(char32_t character);

private:
    [[nodiscard]] int thickness(unsigned weight) const { return weight == Heavy ? 2 * m_light : m_light; }
    void fill(int left, int top, int right, int bottom, int alpha = 255);
    void fillAlong(bool isVertical, int first, int end, int side, int sideEnd);
    void drawArm(unsigned direction, const std::array<unsigned, 4> &weights);
    [[nodiscard]] int innerEnd(
        int length, bool isFromStart, unsigned near, unsigned far, unsigned opposite, bool isStrip) const;
    void fillEighths(int left, int top, int right, int bottom);
    [[nodiscard]] QPointF at(qreal x, qreal y) const
    {
        return m_cell.topLeft() + QPointF(x * m_cell.width(), y * m_cell.height());
    }

    QPainter &m_painter;
    QRectF m_cell;
    qreal m_ratio;
    int m_width;
    int m_height;
    int m_light;
    QColor m_colour;
};

void BoxPainter::fill(int left, int top, int right, int bottom, int alpha)
{
    QColor colour = m_colour;
    colour.setAlpha(alpha);
    m_painter.fillRect(
        QRectF(
            m_cell.left() + left / m_ratio, m_cell.top() + top / m_ratio, (right - left) / m_ratio,
            (bottom - top) / m_ratio),
        colour);
}

void BoxPainter::fillAlong(bool isVertical, int first, int end, int side, int sideEnd)
{
    if (isVertical) {
        fill(side, first, sideEnd, end);
    } else {
        fill(first, side, end, sideEnd);
    }
}

/// Where a line ends that comes from an edge and goes along `length`: at, in, or beyond the lines that cross
/// its way. `near` is the weight of the arm on the line's own side, `far` that on the other side. `isStrip`:
/// it is one of the two strips of a double line.
int BoxPainter::innerEnd(
    int length, bool isFromStart, unsigned near, unsigned far, unsigned opposite, bool isStrip) const
{
    const int doubleStart = (length - 3 * m_light) / 2;
    const int nearStrip = isFromStart ? doubleStart + m_light : doubleStart + 2 * m_light;
    const int farStrip = isFromStart ? doubleStart + 3 * m_light : doubleStart;
    const bool stopsBefore = isStrip ? near == Double : near == Double && far == Double;
    if (stopsBefore && (isStrip || opposite == None)) {
        return nearStrip;
    }
    if (opposite != None) {
        return length / 2;
    }
    if (near == Double || far == Double) {
        return farStrip;
    }
    const int crossing = std::max(near == None ? 0 : thickness(near), far == None ? 0 : thickness(far));
    const int start = (length - crossing) / 2;
    return isFromStart ? start + crossing : start;
}

void BoxPainter::drawArm(unsigned direction, const std::array<unsigned, 4> &weights)
{
    const unsigned weight = weights[direction];
    const bool isVertical = direction % 2 == 0;
    const bool isFromStart = direction == 0 || direction == 3; // Up and left begin where counting begins.
    const unsigned before = isVertical ? weights[3] : weights[0];
    const unsigned after = isVertical ? weights[1] : weights[2];
    const unsigned opposite = weights[(direction + 2) % 4];
    const int length = isVertical ? m_height : m_width;
    const int across = isVertical ? m_width : m_height;
    const auto line = [&](int side, int sideEnd, unsigned near, unsigned far, bool isStrip) {
        const int end = innerEnd(length, isFromStart, near, far, opposite, isStrip);
        if (isFromStart) {
            fillAlong(isVertical, 0, end, side, sideEnd);
        } else {
            fillAlong(isVertical, end, length, side, sideEnd);
        }
    };
    if (weight == Double) {
        const int start = (across - 3 * m_light) / 2;
        line(start, start + m_light, before, after, true);
        line(start + 2 * m_light, start + 3 * m_light, after, before, true);
    } else {
        const int start = (across - thickness(weight)) / 2;
        line(start, start + thickness(weight), before, after, false);
    }
}

void BoxPainter::drawArms(std::uint8_t packed)
{
    std::array<unsigned, 4> weights{};
    for (unsigned i = 0; i < 4; ++i) {
        weights[i] = (packed >> (2 * i)) & 3U;
    }
    for (unsigned i = 0; i < 4; ++i) {
        if (weights[i] != None) {
            drawArm(i, weights);
        }
    }
}

void BoxPainter::drawDashes(bool isVertical, Weight weight, int count)
{
    const int length = isVertical ? m_height : m_width;
    const int side = ((isVertical ? m_width : m_height) - thickness(weight)) / 2;
    const int gap = std::max(1, length / count / 3);
    for (int i = 0; i < count; ++i) {
        // Half a gap at either end, so that a row of them is even.
        const int first = length * i / count + gap / 2;
        const int end = length * (i + 1) / count - (gap - gap / 2);
        fillAlong(isVertical, first, std::max(end, first + 1), side, side + thickness(weight));
    }
}

void BoxPainter::drawArc(bool isRight, bool isDown)
{
    // The centres of the lines that it joins, in cells.
    const int left = (m_width - m_light) / 2; // Whole pixels, as the lines begin.
    const int top = (m_height - m_light) / 2;
    const qreal half = m_light / 2.0;
    const qreal x = (qreal(left) + half) / m_width;
    const qreal y = (qreal(top) + half) / m_height;
    const qreal radius = std::min(m_width, m_height) / 2.0;
    const qreal edgeX = isRight ? 1 : 0;
    const qreal edgeY = isDown ? 1 : 0;
    const qreal turnX = x + (isRight ? radius : -radius) / m_width;
    const qreal turnY = y + (isDown ? radius : -radius) / m_height;
    QPainterPath path(at(edgeX, y));
    path.lineTo(at(turnX, y));
    path.quadTo(at(x, y), at(x, turnY));
    path.lineTo(at(x, edgeY));
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.strokePath(path, QPen(m_colour, m_light / m_ratio, Qt::SolidLine, Qt::FlatCap));
    m_painter.setRenderHint(QPainter::Antialiasing, false);
}

void BoxPainter::drawDiagonals(bool isRising, bool isFalling)
{
    m_painter.save();
    m_painter.setClipRect(m_cell, Qt::IntersectClip);
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setPen(QPen(m_colour, m_light / m_ratio, Qt::SolidLine, Qt::SquareCap));
    if (isRising) {
        m_painter.drawLine(at(0, 1), at(1, 0));
    }
    if (isFalling) {
        m_painter.drawLine(at(0, 0), at(1, 1));
    }
    m_painter.restore();
}

void BoxPainter::fillEighths(int left, int top, int right, int bottom)
{
    const auto x = [this](int eighths) {
        return static_cast<int>(std::lround(m_width * eighths / 8.0));
    };
    const auto y = [this](int eighths) {
        return static_cast<int>(std::lround(m_height * eighths / 8.0));
    };
    fill(x(left), y(top), x(right), y(bottom));
}

void BoxPainter::drawBlock(char32_t character)
{
    const auto offset = static_cast<int>(character - 0x2580);
    if (offset == 0) {
        fillEighths(0, 0, 8, 4);
    } else if (offset <= 8) { // From the lower edge, an eighth to all.
        fillEighths(0, 8 - offset, 8, 8);
    } else if (offset <= 0xF) { // From the left edge, seven eighths to one.
        fillEighths(0, 0, 16 - offset, 8);
    } else if (offset == 0x10) {
        fillEighths(4, 0, 8, 8);
    } else if (offset <= 0x13) { // Shades.
        fill(0, 0, m_width, m_height, 64 * (offset - 0x10));
    } else if (offset == 0x14) {
        fillEighths(0, 0, 8, 1);
    } else if (offset == 0x15) {
        fillEighths(7, 0, 8, 8);
    } else {
        // Quadrants: upper left 1, upper right 2, lower left 4, lower right 8.
        constexpr std::array<unsigned, 10> quadrants{4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
        const unsigned set = quadrants[static_cast<std::size_t>(offset) - 0x16];
        for (int i = 0; i < 4; ++i) {
            if ((set & (1U << static_cast<unsigned>(i))) != 0) {
                fillEighths(4 * (i % 2), 4 * (i / 2), 4 * (i % 2) + 4, 4 * (i / 2) + 4);
            }
        }
    }
}

void BoxPainter::drawBraille(unsigned dots)
{
    // Bit by bit as Unicode numbers the dots: column, row.
    constexpr std::array<std::array<int, 2>, 8> places{
        {{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}}};
    const int size = std::max(1, std::min(m_width / 4, m_height / 8));
    for (unsigned i = 0; i < 8; ++i) {
        if ((dots & (1U << i)) != 0) {
            const int x = m_width * (2 * places.at(i)[0] + 1) / 4 - size / 2;
            const int y = m_height * (2 * places.at(i)[1] + 1) / 8 - size / 2;
            fill(x, y, x + size, y + size);
        }
    }
}

void BoxPainter::drawPowerline(char32_t character)
{
    const bool isRight = character <= 0xE0B1;
    const qreal base = isRight ? 0 : 1;
    QPainterPath path(at(base, 0));
    path.lineTo(at(1 - base, 0.5));
    path.lineTo(at(base, 1));
    m_painter.save();
    m_painter.setClipRect(m_cell, Qt::IntersectClip);
    m_painter.setRenderHint(QPainter::Antialiasing);
    if ((character - 0xE0B0) % 2 == 0) {
        path.closeSubpath();
        m_painter.fillPath(path, m_colour);
    } else {
        m_painter.strokePath(path, QPen(m_colour, m_light / m_ratio));
    }
    m_painter.restore();
}

} // namespace

bool isBoxCharacter(char32_t character)
{
    return (character >= 0x2500 && character <= 0x259F) || (character >= 0x2800 && character <= 0x28FF) ||
           (character >= 0xE0B0 && character <= 0xE0B3);
}

void drawBox(
    QPainter &painter, char32_t character, QRectF cell, qreal lineWidth, qreal devicePixelRatio,
    const QColor &colour)
{
    BoxPainter box(painter, cell, lineWidth, devicePixelRatio, colour);
    if (character >= 0xE0B0) {
        box.drawPowerline(character);
    } else if (character >= 0x2800) {
        box.drawBraille(static_cast<unsigned>(character - 0x2800));
    } else if (character >= 0x2580) {
        box.drawBlock(character);
    } else if (character >= 0x2571 && character <= 0x2573) {
        box.drawDiagonals(character != 0x2572, character != 0x2571);
    } else if (character >= 0x256D && character <= 0x2570) {
        // From right and down around the clock to right and up.
        box.drawArc(character == 0x256D || character == 0x2570, character <= 0x256E);
    } else if (const std::uint8_t packed = arms.at(character - 0x2500); packed != 0) {
        box.drawArms(packed);
    } else {
        const auto offset = static_cast<unsigned>(character - 0x2500);
        const bool isDouble = offset >= 0x4C;
        const int count = isDouble ? 2 : offset < 8 ? 3 : 4;
        const bool isVertical = isDouble ? offset >= 0x4E : (offset & 2U) != 0;
        box.drawDashes(isVertical, (offset & 1U) != 0 ? Heavy : Light, count);
    }
}

} // namespace Koyeb::Desktop
