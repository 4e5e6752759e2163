// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QString>

class QAction;
class QWidget;

namespace Koyeb::Desktop {

/// An action of a page, which owns it. The shortcut works in the page only, since others have their own F5
/// and Del; the tool tip tells it. An empty `icon` is none, see themedIcon().
[[nodiscard]] QAction *addPageAction(
    QWidget *page, const QString &icon, const QString &text, const QKeySequence &shortcut = {});

} // namespace Koyeb::Desktop
