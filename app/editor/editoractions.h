// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

class QAction;
class QKeyEvent;
class QMenu;
class QWidget;

namespace Koyeb::Desktop {

/// Everything that can be done to a text, with its words, icons and shortcuts. The actions belong to the tab;
/// it decides what they do.
struct EditorActions {
    explicit EditorActions(QWidget *tab);

    /// What is done now and then.
    void addRestTo(QMenu &menu) const;
    /// The action whose shortcut this is, if it can be done; null otherwise. The window has some of the same
    /// keys, so that the tab takes its own before they become shortcuts.
    [[nodiscard]] QAction *actionFor(const QKeyEvent &key) const;

    QAction *save;
    QAction *saveAs;
    QAction *reload;
    QAction *undo;
    QAction *redo;
    QAction *find;
    QAction *replace;
    QAction *findNext;
    QAction *findPrevious;
    QAction *goToLine;
    QAction *wrap;
    QAction *zoomIn;
    QAction *zoomOut;
    QAction *zoomReset;
};

} // namespace Koyeb::Desktop
