// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/contrast.h"

#include <array>
#include <cmath>
#include <utility>

namespace Koyeb::Desktop {

namespace {

/// Of each level that a part of a colour may have: looked up, since a screen has thousands of colours.
[[nodiscard]] std::array<double, 256> linearLevels()
{
    std::array<double, 256> levels{};
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const double part = static_cast<double>(i) / 255;
        levels.at(i) = part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    }
    return levels;
}

[[nodiscard]] double luminance(QRgb colour)
{
    static const std::array<double, 256> levels = linearLevels();
    const auto level = [](int part) {
        return levels.at(static_cast<std::size_t>(part));
    };
    return 0.2126 * level(qRed(colour)) + 0.7152 * level(qGreen(colour)) + 0.0722 * level(qBlue(colour));
}

[[nodiscard]] double ratioOf(QRgb a, QRgb b)
{
    double high = luminance(a);
    double low = luminance(b);
    if (high < low) {
        std::swap(high, low);
    }
    return (high + 0.05) / (low + 0.05);
}

/// `share` of 256 parts of `end`, the rest of `start`.
[[nodiscard]] QRgb mixed(QRgb start, QRgb end, int share)
{
    const auto part = [share](int from, int to) {
        return from + (to - from) * share / 256;
    };
    return qRgb(
        part(qRed(start), qRed(end)), part(qGreen(start), qGreen(end)), part(qBlue(start), qBlue(end)));
}

} // namespace

double contrastRatio(const QColor &a, const QColor &b)
{
    return ratioOf(a.rgb(), b.rgb());
}

QColor withContrast(const QColor &text, const QColor &background, double ratio)
{
    const QRgb start = text.rgb();
    const QRgb behind = background.rgb();
    if (ratioOf(start, behind) >= ratio) {
        return text;
    }
    constexpr QRgb white = 0xffffffff;
    constexpr QRgb black = 0xff000000;
    // Away from the background; the other way only where there is not enough room.
    const bool isLighter = luminance(start) > luminance(behind);
    QRgb end = isLighter ? white : black;
    if (ratioOf(end, behind) < ratio) {
        const QRgb other = isLighter ? black : white;
        end = ratioOf(other, behind) > ratioOf(end, behind) ? other : end;
    }
    int tooLittle = 0;
    int enough = 256;
    while (enough - tooLittle > 1) {
        const int middle = (tooLittle + enough) / 2;
        // On the way through the background's own lightness the ratio falls first: that is too little, too.
        (ratioOf(mixed(start, end, middle), behind) >= ratio ? enough : tooLittle) = middle;
    }
    return QColor(mixed(start, end, enough));
}

} // namespace Koyeb::Desktop
