// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>

class QPalette;

namespace Koyeb::Desktop {

/// What a colour says. Colours never say it alone: a shape and a word go with them.
enum class Tone {
    Text,    ///< The palette's text.
    Muted,   ///< Text of lesser weight, still readable (4.5:1).
    Good,    ///< Healthy.
    Moving,  ///< On its way.
    Resting, ///< Asleep or paused.
    Warning,
    Bad
};

/// The colour of a tone on this palette's base, light or dark.
[[nodiscard]] QColor toneColour(Tone tone, const QPalette &palette);

[[nodiscard]] bool isDark(const QPalette &palette);

/// An icon of ours by its name in resources/icons, painted in the colour of `tone` from the application's
/// palette at the moment of painting, so that it follows a change of theme, at any scale.
[[nodiscard]] QIcon themedIcon(const QString &name, Tone tone = Tone::Text);

} // namespace Koyeb::Desktop
