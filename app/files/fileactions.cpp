// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/fileactions.h"

#include "common/pageaction.h"
#include "files/directorybrowser.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>
#include <QWidget>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Koyeb::Desktop::FileActions", text);
}

} // namespace

FileActions::FileActions(QWidget *page)
    : back(addPageAction(page, u"go-back"_s, tr("Back"), Qt::ALT | Qt::Key_Left)),
      forward(addPageAction(page, u"go-forward"_s, tr("Forward"), Qt::ALT | Qt::Key_Right)),
      up(addPageAction(page, u"go-up"_s, tr("Up"), Qt::ALT | Qt::Key_Up)),
      home(addPageAction(page, u"home"_s, tr("Home folder"), Qt::ALT | Qt::Key_Home)),
      reload(addPageAction(page, u"refresh"_s, tr("Refresh"), Qt::Key_F5)),
      editPath(addPageAction(page, {}, tr("Enter a path"), Qt::CTRL | Qt::Key_L)),
      uploadFiles(addPageAction(page, u"upload"_s, tr("Upload files…"))),
      uploadFolder(addPageAction(page, u"upload"_s, tr("Upload folder…"))),
      uploadWith(addPageAction(page, {}, tr("Upload with options…"))),
      compare(addPageAction(page, {}, tr("Compare with a folder here…"))),
      watch(addPageAction(page, {}, tr("Watch a folder here…"))),
      open(addPageAction(page, {}, tr("Open"))),
      editWith(addPageAction(page, u"external"_s, tr("Edit with…"), Qt::SHIFT | Qt::Key_F4)),
      preview(addPageAction(page, {}, tr("Preview"), Qt::Key_Space)),
      download(addPageAction(page, u"download"_s, tr("Download…"))),
      downloadWith(addPageAction(page, {}, tr("Download with options…"))),
      cut(addPageAction(page, u"cut"_s, tr("Cut"), QKeySequence::Cut)),
      copy(addPageAction(page, u"copy"_s, tr("Copy"), QKeySequence::Copy)),
      copyOut(addPageAction(page, {}, tr("Copy for other programs"), Qt::CTRL | Qt::ALT | Qt::Key_C)),
      paste(addPageAction(page, u"paste"_s, tr("Paste"), QKeySequence::Paste)),
      duplicate(addPageAction(page, {}, tr("Duplicate"), Qt::CTRL | Qt::SHIFT | Qt::Key_D)),
      copyPath(addPageAction(page, {}, tr("Copy path"), Qt::CTRL | Qt::SHIFT | Qt::Key_C)),
      newFolder(addPageAction(page, u"new-folder"_s, tr("New folder…"), Qt::Key_F7)),
      rename(addPageAction(page, {}, tr("Rename"), Qt::Key_F2)),
      remove(addPageAction(page, u"delete"_s, tr("Delete…"), Qt::Key_Delete)),
      properties(addPageAction(page, u"info"_s, tr("Properties"), Qt::ALT | Qt::Key_Return)),
      filter(addPageAction(page, u"filter"_s, tr("Filter"), Qt::CTRL | Qt::Key_I)),
      bookmark(addPageAction(page, u"bookmark"_s, tr("Bookmark this folder"), Qt::CTRL | Qt::Key_D)),
      showHidden(addPageAction(page, {}, tr("Show hidden files"), Qt::CTRL | Qt::Key_H)),
      showLocal(addPageAction(page, u"computer"_s, tr("Show this computer beside"), Qt::Key_F9))
{
    page->removeAction(preview); // Space presses buttons.
    up->setShortcuts({Qt::ALT | Qt::Key_Up, Qt::Key_Backspace});
    for (QAction *action : {filter, bookmark, showHidden, showLocal}) {
        action->setCheckable(true);
    }
}

void FileActions::update(const DirectoryBrowser &browser, qsizetype selectedCount)
{
    using State = DirectoryBrowser::State;
    const bool isReachable = browser.state() != State::Unreachable;
    const bool isListed = browser.state() == State::Listed;
    back->setEnabled(isReachable && browser.canGoBack());
    forward->setEnabled(isReachable && browser.canGoForward());
    up->setEnabled(isReachable && browser.canGoUp());
    for (QAction *action : {home, reload, editPath}) {
        action->setEnabled(isReachable);
    }
    for (QAction *action : {uploadFiles, uploadFolder, uploadWith, paste, newFolder, bookmark, filter}) {
        action->setEnabled(isListed);
    }
    for (QAction *action : {compare, watch}) {
        action->setEnabled(isListed && browser.canGoUp()); // The whole file system is no folder for that.
    }
    const bool hasSelection = isListed && selectedCount > 0;
    for (QAction *action :
         {download, downloadWith, cut, copy, copyOut, duplicate, remove, copyPath, properties}) {
        action->setEnabled(hasSelection);
    }
    for (QAction *action : {open, editWith, preview, rename}) {
        action->setEnabled(isListed && selectedCount == 1);
    }
}

void FileActions::addSelectionTo(QMenu &menu) const
{
    menu.addActions({open, editWith, preview, download, downloadWith});
    menu.addSeparator();
    menu.addActions({cut, copy, copyOut, paste, duplicate, copyPath});
    menu.addSeparator();
    menu.addActions({rename, remove});
    menu.addSeparator();
    menu.addAction(properties);
}

void FileActions::addPageTo(QMenu &menu) const
{
    menu.addActions({uploadFiles, uploadFolder, uploadWith, newFolder, paste});
    menu.addActions({compare, watch});
    menu.addSeparator();
    menu.addActions({reload, editPath, filter, bookmark, showHidden, showLocal});
}

} // namespace Koyeb::Desktop
