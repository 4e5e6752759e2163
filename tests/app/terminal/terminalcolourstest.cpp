// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalcolours.h"
#include "terminal/contrast.h"

#include <QPalette>
#include <QSet>
#include <QTest>

#include <cmath>

using namespace Koyeb;
using namespace Koyeb::Desktop;

namespace {

/// Relative luminance after WCAG 2, in words of its own.
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
    void themesAreSixAndDiffer();
    void followThePalette();
    void knowXtermsCubeAndGreys();
    void swapForReverse();
    void dimBoldAndUnderline();
    void takeThoseOfTheProgram();
    void keepTextReadable();
    void changeTextByNoMoreThanNeeded_data();
    void changeTextByNoMoreThanNeeded();
    void readThemesOfOtherPrograms();
    void refuseWhatIsNoTheme();
};

void TerminalColoursTest::namedColoursCanBeRead_data()
{
    QTest::addColumn<int>("index");
    for (qsizetype i = 0; i < builtInThemes().size(); ++i) {
        QTest::newRow(qPrintable(builtInThemes().at(i).name)) << static_cast<int>(i);
    }
}

void TerminalColoursTest::namedColoursCanBeRead()
{
    QFETCH(const int, index);
    const TerminalTheme &theme = builtInThemes().at(index);
    const TerminalColours colours(theme);
    const int nearest = theme.isDark() ? 0 : 15; // Black on black, white on white.
    for (int i = 0; i < 16; ++i) {
        const double ratio = contrast(colours.indexed(static_cast<std::uint8_t>(i)), colours.background());
        QVERIFY2(ratio >= (i == nearest ? 3.0 : 4.5), qPrintable(QStringLiteral("%1: %2").arg(i).arg(ratio)));
    }
    QVERIFY(contrast(colours.foreground(), colours.background()) >= 7);
    QVERIFY(contrast(colours.foreground(), colours.selection()) >= 4.5);
    QVERIFY(contrast(colours.cursor(), colours.background()) >= 4.5);
    QVERIFY(contrast(colours.matchText(), colours.match()) >= 4.5);
    QVERIFY(contrast(colours.matchText(), colours.currentMatch()) >= 4.5);
}

void TerminalColoursTest::themesAreSixAndDiffer()
{
    QSet<QString> names;
    for (const TerminalTheme &theme : builtInThemes()) {
        names.insert(theme.name);
    }
    QCOMPARE(names.size(), 6);
    QVERIFY(!builtInThemes().at(0).isDark());
    QVERIFY(builtInThemes().at(1).isDark());
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

void TerminalColoursTest::dimBoldAndUnderline()
{
    TerminalColours colours = TerminalColours::dark();
    const auto dim = colours.of({.dim = true}, false);
    QVERIFY(
        contrast(dim.foreground, colours.background()) <
        contrast(colours.foreground(), colours.background()));
    QVERIFY(contrast(dim.foreground, colours.background()) >= 3);

    const Vt::Style bold{.foreground = Vt::Colour::indexed(1), .bold = true};
    QCOMPARE(colours.of(bold, false).foreground, colours.indexed(1));
    colours.setBoldBright(true);
    QCOMPARE(colours.of(bold, false).foreground, colours.indexed(9));
    QCOMPARE(colours.of({.foreground = Vt::Colour::indexed(1)}, false).foreground, colours.indexed(1));

    QCOMPARE(colours.underline({}, Qt::red), QColor(Qt::red));
    QCOMPARE(colours.underline({.underlineColour = Vt::Colour::rgb(1, 2, 3)}, Qt::red), QColor(1, 2, 3));
}

void TerminalColoursTest::takeThoseOfTheProgram()
{
    TerminalColours colours = TerminalColours::light();
    Vt::Palette chosen;
    chosen.indexed[4] = Vt::Rgb{1, 2, 3};
    chosen.background = Vt::Rgb{4, 5, 6};
    colours.setProgramColours(chosen);
    QCOMPARE(colours.indexed(4), QColor(1, 2, 3));
    QCOMPARE(colours.background(), QColor(4, 5, 6));
    QCOMPARE(colours.foreground(), TerminalColours::light().foreground());
    // A program that asks for what would be without it hears of the theme.
    QCOMPARE(colours.themePalette(), TerminalColours::light().themePalette());
    QVERIFY(colours.themePalette().indexed[4] != chosen.indexed[4]);
}

void TerminalColoursTest::keepTextReadable()
{
    for (const TerminalTheme &theme : builtInThemes()) {
        TerminalColours colours(theme);
        for (const double ratio : {3.0, 4.5}) {
            colours.setMinimumContrast(ratio);
            for (int i = 0; i < 256; ++i) {
                const auto text = Vt::Colour::indexed(static_cast<std::uint8_t>(i % 16));
                const auto behind = Vt::Colour::indexed(static_cast<std::uint8_t>(i / 16));
                const auto pair = colours.of({.foreground = text, .background = behind}, false);
                QCOMPARE(pair.background, colours.indexed(behind.index()));
                QCOMPARE(pair.drawing, colours.indexed(text.index()));
                if (pair.drawing != pair.background) {
                    QVERIFY(contrast(pair.foreground, pair.background) >= ratio);
                }
            }
            for (const QColor &text : {colours.indexed(1), colours.indexed(15)}) {
                QVERIFY(
                    contrast(
                        colours.on(colours.selection(), {text, {}, text}).foreground, colours.selection()) >=
                    ratio);
            }
        }
    }
    TerminalColours colours = TerminalColours::light();
    colours.setMinimumContrast(4.5);
    const auto same = Vt::Colour::indexed(2);
    QCOMPARE(colours.of({.foreground = same, .background = same}, false).foreground, colours.indexed(2));
    const auto mixed =
        colours.of({.foreground = Vt::Colour::rgb(1, 2, 3), .background = Vt::Colour::rgb(4, 5, 6)}, false);
    QCOMPARE(mixed.foreground, QColor(1, 2, 3));
}

void TerminalColoursTest::changeTextByNoMoreThanNeeded_data()
{
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("background");
    QTest::newRow("lighter") << QColor(0x30, 0x30, 0x80) << QColor(Qt::black);
    QTest::newRow("darker") << QColor(0xff, 0xff, 0x80) << QColor(Qt::white);
    QTest::newRow("past the background") << QColor(0x20, 0x20, 0x20) << QColor(0x30, 0x10, 0x10);
    QTest::newRow("on a middle tone") << QColor(0x70, 0x70, 0x70) << QColor(0x77, 0x77, 0x77);
}

void TerminalColoursTest::changeTextByNoMoreThanNeeded()
{
    QFETCH(const QColor, text);
    QFETCH(const QColor, background);
    const QColor changed = withContrast(text, background, 4.5);
    const double ratio = contrast(changed, background);
    QVERIFY2(ratio >= 4.5 && ratio < 5, qPrintable(QString::number(ratio)));
    QCOMPARE(withContrast(changed, background, 4.5), changed);
}

void TerminalColoursTest::readThemesOfOtherPrograms()
{
    const QByteArray names[]{"black",       "red",          "green",       "yellow",
                             "blue",        "purple",       "cyan",        "white",
                             "brightBlack", "brightRed",    "brightGreen", "brightYellow",
                             "brightBlue",  "brightPurple", "brightCyan",  "brightWhite"};
    QByteArray json = R"({"name": "Mine", "foreground": "#010203", "background": "#FAFBFC")";
    QByteArray list = R"(<?xml version="1.0"?><plist version="1.0"><dict>)";
    const auto entry = [](const QByteArray &key, const QByteArray &blue) {
        return "<key>" + key +
               "</key><dict><key>Alpha Component</key><real>1</real><key>Red Component</key>"
               "<real>1</real><key>Green Component</key><real>0</real><key>Blue Component</key><real>" +
               blue + "</real></dict>";
    };
    for (int i = 0; i < 16; ++i) {
        json += ", \"" + names[i] + "\": \"#0000" + QByteArray::number(16 + i, 16) + "\"";
        list += entry("Ansi " + QByteArray::number(i) + " Color", QByteArray::number(i / 15.0));
    }
    json += "}";
    list += entry("Foreground Color", "0.5") + entry("Background Color", "0") + "</dict></plist>";

    const auto windows = readTheme(json, QStringLiteral("file"));
    QVERIFY(windows);
    QCOMPARE(windows->name, QStringLiteral("Mine"));
    QCOMPARE(windows->foreground, qRgb(1, 2, 3));
    QCOMPARE(windows->named[15], qRgb(0, 0, 0x1f));
    QCOMPARE(windows->cursor, windows->foreground);
    QVERIFY(!windows->isDark());

    const auto iterm = readTheme(list, QStringLiteral("file"));
    QVERIFY(iterm);
    QCOMPARE(iterm->name, QStringLiteral("file"));
    QCOMPARE(iterm->named[15], qRgb(255, 0, 255));
    QCOMPARE(iterm->foreground, qRgb(255, 0, 128));
}

void TerminalColoursTest::refuseWhatIsNoTheme()
{
    for (const QByteArray &content :
         {QByteArray(), QByteArray("{}"), QByteArray("[1]"), QByteArray(R"({"foreground": "red"})"),
          QByteArray("<plist><dict><key>Foreground Color</key>"), QByteArray("<html/>"),
          QByteArray(maximumThemeBytes + 1, ' ')}) {
        QVERIFY(!readTheme(content, QStringLiteral("file")));
    }
}

QTEST_APPLESS_MAIN(TerminalColoursTest)
#include "terminalcolourstest.moc"
