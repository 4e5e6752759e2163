// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QColor>
#include <QList>
#include <QString>

#include <array>
#include <optional>

namespace Koyeb::Desktop {

/// The colours of a terminal that programs did not choose.
struct TerminalTheme {
    QString name; ///< As people see it, also what it is remembered by.
    std::array<QRgb, 16> named{};
    QRgb foreground = 0xff000000;
    QRgb background = 0xffffffff;
    QRgb cursor = 0xff000000;
    QRgb selection = 0xffc0c0c0; ///< Behind selected text.

    [[nodiscard]] bool isDark() const;
    bool operator==(const TerminalTheme &) const = default;
};

/// The themes that come with the program; the first is the light one and the second the dark one that are
/// used unless others are chosen. In each, text can be read on the background: 4.5:1 for all colours but the
/// one that stands for the background itself, which has 3:1.
[[nodiscard]] const QList<TerminalTheme> &builtInThemes();

/// A file that is larger is no theme.
inline constexpr qsizetype maximumThemeBytes = 256 * 1024;

/// Reads a colour scheme of iTerm2 (.itermcolors) or of Windows Terminal (JSON). None: it is neither, or
/// lacks colours. `name` is used where the file has none.
[[nodiscard]] std::optional<TerminalTheme> readTheme(const QByteArray &content, const QString &name);

/// A colour scheme as Windows Terminal writes it.
[[nodiscard]] QByteArray writeTheme(const TerminalTheme &theme);

} // namespace Koyeb::Desktop
