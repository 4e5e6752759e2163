// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QColor>

class QFont;
class QObject;
class QPalette;
class QsciLexer;

namespace Koyeb::Desktop {

/// What colours the text of a file, by its name, or by the program that its first line (`#!`) names; null for
/// plain text.
[[nodiscard]] QsciLexer *createLexer(
    const QByteArray &fileName, const QByteArray &beginning, QObject *parent);

/// Gives a lexer its colours on this palette, all of them readable, and one font.
void applyAppearance(QsciLexer &lexer, const QPalette &palette, const QFont &font);

/// `colour` made lighter or darker until it can be read on `background` (4.5:1).
[[nodiscard]] QColor readableOn(const QColor &background, const QColor &colour);
/// How much two colours differ, from 1 to 21, as WCAG has it.
[[nodiscard]] qreal contrast(const QColor &one, const QColor &other);

} // namespace Koyeb::Desktop
