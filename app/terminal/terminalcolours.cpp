// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalcolours.h"

#include "terminal/contrast.h"

#include <QPalette>

#include <utility>

namespace Koyeb::Desktop {

namespace {

[[nodiscard]] QColor colourOr(const std::optional<Vt::Rgb> &chosen, QRgb byDefault)
{
    return chosen ? QColor(chosen->red, chosen->green, chosen->blue) : QColor(byDefault);
}

[[nodiscard]] Vt::Rgb rgbOf(const QColor &colour)
{
    const auto part = [](int value) {
        return static_cast<std::uint8_t>(value);
    };
    return {part(colour.red()), part(colour.green()), part(colour.blue())};
}

/// Two thirds of `text`, the rest of what is behind it.
[[nodiscard]] QColor dimmed(const QColor &text, const QColor &background)
{
    const auto mixed = [](int near, int far) {
        return (2 * near + far) / 3;
    };
    return {
        mixed(text.red(), background.red()), mixed(text.green(), background.green()),
        mixed(text.blue(), background.blue())};
}

} // namespace

TerminalColours TerminalColours::matching(const QPalette &palette)
{
    const bool isDark = palette.color(QPalette::Base).lightnessF() < 0.5F;
    return isDark ? dark() : light();
}

QColor TerminalColours::foreground() const
{
    return colourOr(m_program.foreground, m_theme.foreground);
}

QColor TerminalColours::background() const
{
    return colourOr(m_program.background, m_theme.background);
}

QColor TerminalColours::cursor() const
{
    return colourOr(m_program.cursor, m_theme.cursor);
}

QColor TerminalColours::themeIndexed(std::uint8_t index) const
{
    if (index < 16) {
        return QColor(m_theme.named.at(index));
    }
    if (index >= 232) {
        const int grey = 8 + 10 * (index - 232);
        return {grey, grey, grey};
    }
    const auto level = [](int step) {
        return step == 0 ? 0 : 55 + 40 * step;
    };
    const int cube = index - 16;
    return {level(cube / 36), level(cube / 6 % 6), level(cube % 6)};
}

QColor TerminalColours::indexed(std::uint8_t index) const
{
    const auto &chosen = m_program.indexed.at(index);
    return chosen ? QColor(chosen->red, chosen->green, chosen->blue) : themeIndexed(index);
}

Vt::Palette TerminalColours::themePalette() const
{
    Vt::Palette palette;
    for (std::size_t i = 0; i < palette.indexed.size(); ++i) {
        palette.indexed.at(i) = rgbOf(themeIndexed(static_cast<std::uint8_t>(i)));
    }
    palette.foreground = rgbOf(QColor(m_theme.foreground));
    palette.background = rgbOf(QColor(m_theme.background));
    palette.cursor = rgbOf(QColor(m_theme.cursor));
    return palette;
}

QColor TerminalColours::resolve(Vt::Colour colour, const QColor &byDefault) const
{
    switch (colour.kind) {
    case Vt::Colour::Kind::Indexed:
        return indexed(colour.index());
    case Vt::Colour::Kind::Rgb:
        return {colour.red, colour.green, colour.blue};
    case Vt::Colour::Kind::Default:
        break;
    }
    return byDefault;
}

TerminalColours::Pair TerminalColours::of(const Vt::Style &style, bool isReversed) const
{
    Vt::Colour text = style.foreground;
    if (m_isBoldBright && style.bold && text.kind == Vt::Colour::Kind::Indexed && text.index() < 8) {
        text = Vt::Colour::indexed(static_cast<std::uint8_t>(text.index() + 8));
    }
    Pair pair{
        resolve(text, isReversed ? background() : foreground()),
        resolve(style.background, isReversed ? foreground() : background()),
        {}};
    if (style.reverse) {
        std::swap(pair.foreground, pair.background);
    }
    if (style.dim) {
        pair.foreground = dimmed(pair.foreground, pair.background);
    }
    pair.drawing = pair.foreground;
    // Two colours that the program mixed itself are its own business, and equal ones are meant to hide.
    const bool isMixed = text.kind == Vt::Colour::Kind::Rgb && style.background.kind == Vt::Colour::Kind::Rgb;
    if (!isMixed && pair.foreground != pair.background) {
        pair.foreground = withContrast(pair.foreground, pair.background, m_minimumContrast);
    }
    return pair;
}

TerminalColours::Pair TerminalColours::on(const QColor &background, Pair pair) const
{
    pair.background = background;
    pair.foreground = withContrast(pair.foreground, background, m_minimumContrast);
    return pair;
}

QColor TerminalColours::underline(const Vt::Style &style, const QColor &text) const
{
    return resolve(style.underlineColour, text);
}

} // namespace Koyeb::Desktop
