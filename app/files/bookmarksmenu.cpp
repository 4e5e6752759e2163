// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/bookmarksmenu.h"

#include "files/entrytext.h"
#include "files/filepreferences.h"
#include "sandbox/remoteentry.h"

namespace Koyeb::Desktop {

BookmarksMenu::BookmarksMenu(QAction *bookmark, QWidget *parent) : QMenu(parent), m_bookmark(bookmark)
{
    addAction(bookmark);
    connect(bookmark, &QAction::triggered, this, &BookmarksMenu::toggle);
    rebuild();
}

void BookmarksMenu::setPreferences(FilePreferences *preferences)
{
    if (m_preferences) {
        m_preferences->disconnect(this);
    }
    m_preferences = preferences;
    if (preferences) {
        connect(preferences, &FilePreferences::bookmarksChanged, this, [this](const QString &sandboxId) {
            if (sandboxId == m_sandboxId) {
                rebuild();
            }
        });
    }
    rebuild();
}

void BookmarksMenu::setPlace(const QString &sandboxId, const QByteArray &directory)
{
    const bool isOther = sandboxId != m_sandboxId;
    m_sandboxId = sandboxId;
    m_directory = directory;
    if (isOther) {
        rebuild();
    } else {
        m_bookmark->setChecked(m_preferences && m_preferences->bookmarks(sandboxId).contains(directory));
    }
}

void BookmarksMenu::rebuild()
{
    // The first one stays: a menu ends all connections of an action that is taken out.
    const auto old = actions().mid(1);
    for (QAction *action : old) {
        removeAction(action);
        action->deleteLater();
    }
    const auto bookmarks = m_preferences ? m_preferences->bookmarks(m_sandboxId) : QList<QByteArray>();
    if (!bookmarks.isEmpty()) {
        addSeparator();
    }
    for (const QByteArray &directory : bookmarks) {
        auto *action = addAction(withoutMnemonics(displayName(directory)));
        connect(action, &QAction::triggered, this, [this, directory] { Q_EMIT chosen(directory); });
    }
    m_bookmark->setChecked(bookmarks.contains(m_directory));
}

void BookmarksMenu::toggle(bool on)
{
    if (!m_preferences || m_sandboxId.isEmpty() || m_directory.isEmpty()) {
        m_bookmark->setChecked(false);
    } else if (on) {
        m_preferences->addBookmark(m_sandboxId, m_directory);
    } else {
        m_preferences->removeBookmark(m_sandboxId, m_directory);
    }
}

} // namespace Koyeb::Desktop
