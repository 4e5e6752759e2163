// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenu>
#include <QPointer>

namespace Koyeb::Desktop {

class FilePreferences;

/// The bookmarks of one sandbox, and the action that makes the directory that is shown one of them.
class BookmarksMenu : public QMenu {
    Q_OBJECT

public:
    /// `bookmark` is checkable and outlives the menu; it is checked while `directory` is a bookmark.
    explicit BookmarksMenu(QAction *bookmark, QWidget *parent = nullptr);

    /// Without any there are no bookmarks. Followed while they live.
    void setPreferences(FilePreferences *preferences);
    void setPlace(const QString &sandboxId, const QByteArray &directory);

Q_SIGNALS:
    void chosen(const QByteArray &directory);

private:
    void rebuild();
    void toggle(bool on);

    QAction *m_bookmark;
    QPointer<FilePreferences> m_preferences;
    QString m_sandboxId;
    QByteArray m_directory;
};

} // namespace Koyeb::Desktop
