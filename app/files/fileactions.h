// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

class QAction;
class QMenu;
class QWidget;

namespace Koyeb::Desktop {

class DirectoryBrowser;

/// Everything that can be done in a list of files, with its words, icons and shortcuts. The actions belong to
/// the page; it decides what they do.
struct FileActions {
    explicit FileActions(QWidget *page);

    /// Enables what makes sense: there, with so many entries selected.
    void update(const DirectoryBrowser &browser, qsizetype selectedCount);
    /// What concerns the whole list; of the selected entries what there is room for.
    void addPageTo(QMenu &menu) const;
    /// What can be done to the selected entries.
    void addSelectionTo(QMenu &menu) const;

    QAction *back;
    QAction *forward;
    QAction *up;
    QAction *home;
    QAction *reload;
    QAction *editPath;
    QAction *uploadFiles;
    QAction *uploadFolder;
    QAction *uploadWith; ///< Choices.
    QAction *compare;    ///< This and the next with a folder of this computer.
    QAction *watch;
    QAction *open;
    QAction *editWith;
    QAction *preview; ///< Its shortcut, Space, belongs to the list alone.
    QAction *download;
    QAction *downloadWith;
    QAction *cut;
    QAction *copy;
    QAction *copyOut;
    QAction *paste;
    QAction *duplicate;
    QAction *copyPath;
    QAction *newFolder;
    QAction *rename;
    QAction *remove;
    QAction *properties;
    QAction *filter;
    QAction *bookmark;
    QAction *showHidden;
    QAction *showLocal;
};

} // namespace Koyeb::Desktop
