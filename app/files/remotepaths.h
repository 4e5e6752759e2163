// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace Koyeb::Desktop {

/// What a person means by a path typed while in `directory`: absolute, without `.`, `..`, doubled or trailing
/// slashes.
[[nodiscard]] QByteArray enteredRemotePath(const QString &text, const QByteArray &directory);

/// `name` with a number before its ending, for a copy beside what has that name: `a (2).tar.gz`. Cut, between
/// characters, where it would be longer than file systems take.
[[nodiscard]] QByteArray numberedName(const QByteArray &name, int number);

/// Where one has been, as in a browser: forward is possible until another way is taken.
class DirectoryHistory {
public:
    /// Now in `directory`; nothing happens when it is the current one.
    void visit(const QByteArray &directory);
    void clear();

    [[nodiscard]] bool canGoBack() const { return m_position > 0; }
    [[nodiscard]] bool canGoForward() const { return m_position + 1 < m_visited.size(); }
    /// Moves and gives the directory; only where possible.
    [[nodiscard]] QByteArray back();
    [[nodiscard]] QByteArray forward();

private:
    QList<QByteArray> m_visited;
    qsizetype m_position = -1;
};

} // namespace Koyeb::Desktop
