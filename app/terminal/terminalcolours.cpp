// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalcolours.h"

#include <QPalette>

#include <utility>

namespace Koyeb::Desktop {

TerminalColours TerminalColours::light()
{
    TerminalColours colours;
    colours.m_named = {0xff1f2328, 0xffb3261e, 0xff1a7032, 0xff805500, 0xff1558b0, 0xff8a2a8f,
                       0xff0b6b75, 0xff6a727b, 0xff4b535c, 0xffc4362b, 0xff1e7d3a, 0xff8f6000,
                       0xff1f68cc, 0xff9a3aa0, 0xff0c7580, 0xff808890};
    colours.m_foreground = QColor(0xff1f2328);
    colours.m_background = QColor(0xffffffff);
    colours.m_cursor = QColor(0xff1f2328);
    colours.m_selection = QColor(0xffbcd9fb);
    return colours;
}

TerminalColours TerminalColours::dark()
{
    TerminalColours colours;
    colours.m_named = {0xff6c7681, 0xffff7b72, 0xff56c271, 0xffdcb04c, 0xff6cb0ff, 0xffd2a0f5,
                       0xff4fc4cf, 0xffc9d1d9, 0xff8b949e, 0xffffa198, 0xff7fdb95, 0xfff0cc74,
                       0xff9acbff, 0xffe3c2ff, 0xff86dde5, 0xffffffff};
    colours.m_foreground = QColor(0xffd8dee4);
    colours.m_background = QColor(0xff15191e);
    colours.m_cursor = QColor(0xffd8dee4);
    colours.m_selection = QColor(0xff2f4f76);
    return colours;
}

TerminalColours TerminalColours::matching(const QPalette &palette)
{
    const bool isDark = palette.color(QPalette::Base).lightnessF() < 0.5F;
    return isDark ? dark() : light();
}

QColor TerminalColours::indexed(std::uint8_t index) const
{
    if (index < 16) {
        return QColor(m_named.at(index));
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

TerminalColours::Pair TerminalColours::of(const Vt::Style &style, bool isReversed) const
{
    const auto resolve = [this](Vt::Colour colour, const QColor &byDefault) {
        switch (colour.kind) {
        case Vt::Colour::Kind::Indexed:
            return indexed(colour.index());
        case Vt::Colour::Kind::Rgb:
            return QColor(colour.red, colour.green, colour.blue);
        case Vt::Colour::Kind::Default:
            break;
        }
        return byDefault;
    };
    Pair pair{
        resolve(style.foreground, isReversed ? m_background : m_foreground),
        resolve(style.background, isReversed ? m_foreground : m_background)};
    if (style.reverse) {
        std::swap(pair.foreground, pair.background);
    }
    return pair;
}

} // namespace Koyeb::Desktop
