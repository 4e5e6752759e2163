// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalcolours.h"

#include <QPalette>
#include <QTest>

#include <cmath>

using namespace Koyeb;
using namespace Koyeb::Desktop;

namespace {

/// Relative luminance after WCAG 2.
[[nodiscard]] double luminance(const QColor &colour)
{
    const auto linear = [](double part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

[[nodiscard]] double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    const auto [low, high] = std::minmax(first, second);
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class TerminalColoursTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namedColoursCanBeRead_data();
    void namedColoursCanBeRead();
    void followThePalette();
    void knowXtermsCubeAndGreys();
    void swapForReverse();
};

void TerminalColoursTest::namedColoursCanBeRead_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TerminalColoursTest::namedColoursCanBeRead()
{
    QFETCH(const bool, isDark);
    const TerminalColours colours = isDark ? TerminalColours::dark() : TerminalColours::light();
    const int nearest = isDark ? 0 : 15; // Black on black, white on white.
    for (int i = 0; i < 16; ++i) {
        const double ratio = contrast(colours.indexed(static_cast<std::uint8_t>(i)), colours.background());
        QVERIFY2(ratio >= (i == nearest ? 3.0 : 4.5), qPrintable(QStringLiteral("%1: %2").arg(i).arg(ratio)));
    }
    QVERIFY(contrast(colours.foreground(), colours.background()) >= 7);
    QVERIFY(contrast(colours.foreground(), colours.selection()) >= 4.5);
}

void TerminalColoursTest::followThePalette()
{
    QPalette palette;
    palette.setColor(QPalette::Base, Qt::black);
    QCOMPARE(TerminalColours::matching(palette).background(), TerminalColours::dark().background());
    palette.setColor(QPalette::Base, Qt::white);
    QCOMPARE(TerminalColours::matching(palette).background(), TerminalColours::light().background());
}

void TerminalColoursTest::knowXtermsCubeAndGreys()
{
    const TerminalColours colours = TerminalColours::dark();
    QCOMPARE(colours.indexed(16), QColor(0, 0, 0));
    QCOMPARE(colours.indexed(110), QColor(135, 175, 215));
    QCOMPARE(colours.indexed(231), QColor(255, 255, 255));
    QCOMPARE(colours.indexed(232), QColor(8, 8, 8));
    QCOMPARE(colours.indexed(255), QColor(238, 238, 238));
}

void TerminalColoursTest::swapForReverse()
{
    const TerminalColours colours = TerminalColours::dark();
    const auto reversed = colours.of({.reverse = true}, false);
    QCOMPARE(reversed.foreground, colours.background());
    QCOMPARE(reversed.background, colours.foreground());
    const auto screenReversed = colours.of({.foreground = Vt::Colour::rgb(1, 2, 3)}, true);
    QCOMPARE(screenReversed.foreground, QColor(1, 2, 3));
    QCOMPARE(screenReversed.background, colours.foreground());
    const auto both = colours.of({.reverse = true}, true);
    QCOMPARE(both.background, colours.background());
}

QTEST_APPLESS_MAIN(TerminalColoursTest)
#include "terminalcolourstest.moc"
