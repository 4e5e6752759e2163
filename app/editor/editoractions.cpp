// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editoractions.h"

#include "common/icons.h"

#include <QAction>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QWidget>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Koyeb::Desktop::EditorActions", text);
}

QAction *create(QWidget *tab, const QString &icon, const QString &text, const QKeySequence &shortcut = {})
{
    auto *action = new QAction(text, tab);
    if (!icon.isEmpty()) {
        action->setIcon(themedIcon(icon));
    }
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (!shortcut.isEmpty()) {
        QString plain = text;
        action->setToolTip(u"%1 (%2)"_s.arg(plain.remove(u'…'), shortcut.toString(QKeySequence::NativeText)));
    }
    tab->addAction(action);
    return action;
}

} // namespace

EditorActions::EditorActions(QWidget *tab)
    : save(create(tab, u"save"_s, tr("Save"), QKeySequence::Save)),
      saveAs(create(tab, {}, tr("Save as…"), Qt::CTRL | Qt::SHIFT | Qt::Key_S)),
      reload(create(tab, u"refresh"_s, tr("Read again"), Qt::Key_F5)),
      undo(create(tab, u"undo"_s, tr("Undo"), QKeySequence::Undo)),
      redo(create(tab, u"redo"_s, tr("Redo"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z)),
      find(create(tab, u"search"_s, tr("Find…"), QKeySequence::Find)),
      replace(create(tab, {}, tr("Replace…"), Qt::CTRL | Qt::Key_H)),
      findNext(create(tab, {}, tr("Find next"), Qt::Key_F3)),
      findPrevious(create(tab, {}, tr("Find previous"), Qt::SHIFT | Qt::Key_F3)),
      goToLine(create(tab, {}, tr("Go to line…"), Qt::CTRL | Qt::Key_G)),
      wrap(create(tab, {}, tr("Wrap long lines"), Qt::ALT | Qt::Key_Z)),
      zoomIn(create(tab, {}, tr("Larger"), QKeySequence::ZoomIn)),
      zoomOut(create(tab, {}, tr("Smaller"), QKeySequence::ZoomOut)),
      zoomReset(create(tab, {}, tr("Usual size"), Qt::CTRL | Qt::Key_0))
{
    zoomIn->setShortcuts({Qt::CTRL | Qt::Key_Plus, Qt::CTRL | Qt::Key_Equal});
    redo->setShortcuts({Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y});
    wrap->setCheckable(true);
}

void EditorActions::addRestTo(QMenu &menu) const
{
    menu.addActions({saveAs, reload});
    menu.addSeparator();
    menu.addActions({find, findNext, findPrevious, replace});
    menu.addSeparator();
    menu.addActions({goToLine, wrap});
    menu.addSeparator();
    menu.addActions({zoomIn, zoomOut, zoomReset});
}

QAction *EditorActions::actionFor(const QKeyEvent &key) const
{
    const QKeySequence pressed(key.keyCombination());
    for (QAction *action :
         {save, saveAs, reload, undo, redo, find, replace, findNext, findPrevious, goToLine, wrap, zoomIn,
          zoomOut, zoomReset}) {
        if (action->isEnabled() && action->shortcuts().contains(pressed)) {
            return action;
        }
    }
    return nullptr;
}

} // namespace Koyeb::Desktop
