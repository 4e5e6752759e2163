// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pageaction.h"

#include "common/icons.h"

#include <QAction>
#include <QWidget>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

QAction *addPageAction(QWidget *page, const QString &icon, const QString &text, const QKeySequence &shortcut)
{
    auto *const action = new QAction(text, page);
    if (!icon.isEmpty()) {
        action->setIcon(themedIcon(icon));
    }
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (!shortcut.isEmpty()) {
        QString plain = text;
        action->setToolTip(u"%1 (%2)"_s.arg(plain.remove(u'…'), shortcut.toString(QKeySequence::NativeText)));
    }
    page->addAction(action);
    return action;
}

} // namespace Koyeb::Desktop
