// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editoractions.h"

#include "common/pageaction.h"

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

} // namespace

EditorActions::EditorActions(QWidget *tab)
    : save(addPageAction(tab, u"save"_s, tr("Save"), QKeySequence::Save)),
      saveAs(addPageAction(tab, {}, tr("Save as…"), Qt::CTRL | Qt::SHIFT | Qt::Key_S)),
      reload(addPageAction(tab, u"refresh"_s, tr("Read again"), Qt::Key_F5)),
      undo(addPageAction(tab, u"undo"_s, tr("Undo"), QKeySequence::Undo)),
      redo(addPageAction(tab, u"redo"_s, tr("Redo"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z)),
      find(addPageAction(tab, u"search"_s, tr("Find…"), QKeySequence::Find)),
      replace(addPageAction(tab, {}, tr("Replace…"), Qt::CTRL | Qt::Key_H)),
      findNext(addPageAction(tab, {}, tr("Find next"), Qt::Key_F3)),
      findPrevious(addPageAction(tab, {}, tr("Find previous"), Qt::SHIFT | Qt::Key_F3)),
      goToLine(addPageAction(tab, {}, tr("Go to line…"), Qt::CTRL | Qt::Key_G)),
      wrap(addPageAction(tab, {}, tr("Wrap long lines"), Qt::ALT | Qt::Key_Z)),
      zoomIn(addPageAction(tab, {}, tr("Larger"), QKeySequence::ZoomIn)),
      zoomOut(addPageAction(tab, {}, tr("Smaller"), QKeySequence::ZoomOut)),
      zoomReset(addPageAction(tab, {}, tr("Usual size"), Qt::CTRL | Qt::Key_0))
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
