// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace Koyeb::Desktop {

/// What makes one text of another: in one place, as little as can be.
struct TextChange {
    int position = 0;
    QString removed;
    QString inserted;
};
/// One after the other: a text that has scrolled loses its first lines and gets others at its end. None where
/// both are the same.
[[nodiscard]] QList<TextChange> changesBetween(const QString &before, const QString &after);

/// Makes every TerminalView readable to assistive technology: a text of the rows that are shown, with the
/// cursor as its caret. May be called more than once.
void installTerminalAccessibility();

} // namespace Koyeb::Desktop
