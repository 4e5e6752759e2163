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
    void addTo(QMenu &menu) const;

    QAction *back;
    QAction *forward;
    QAction *up;
    QAction *home;
    QAction *reload;
    QAction *editPath;
    QAction *uploadFiles;
    QAction *uploadFolder;
    QAction *paste;
    QAction *download;
    QAction *newFolder;
    QAction *rename;
    QAction *remove;
    QAction *copyPath;
    QAction *showHidden;
};

} // namespace Koyeb::Desktop
