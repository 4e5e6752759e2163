// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace Koyeb {

/// What of a folder is to be left out, as a `.gitignore` file says it: a pattern in each line, the last one
/// that matches decides, `!` takes back, a slash at the end means folders only, one before it binds the
/// pattern to the top, `**` stands for any number of folders. Patterns and paths are bytes.
class IgnorePatterns {
public:
    IgnorePatterns() = default;
    /// What is no pattern (empty lines, comments, a lone slash, what is longer than a path) is passed over.
    explicit IgnorePatterns(const QByteArray &lines);

    /// Whether nothing is ever left out.
    [[nodiscard]] bool isEmpty() const { return m_patterns.isEmpty(); }
    /// Whether the patterns leave out `path`, relative to the folder that they are about, or a folder above
    /// it: what is in a folder that is left out cannot be taken back.
    [[nodiscard]] bool leavesOut(const QByteArray &path, bool isDirectory) const;

private:
    struct Pattern {
        QByteArray text;
        bool takesBack = false;
        bool directoriesOnly = false;
        bool isAnchored = false; ///< To the whole path, instead of to the last name in it.
    };

    [[nodiscard]] bool matchesLast(QByteArrayView path, bool isDirectory) const;

    QList<Pattern> m_patterns;
};

/// Whether `text` is what the pattern describes: `*` and `?` stand for anything but slashes, `[...]` for one
/// character, `**` between slashes, or at an end, for any number of folders, and a backslash takes the
/// meaning of what follows. However many stars there are, each is tried at each place once.
[[nodiscard]] bool matchesPattern(QByteArrayView pattern, QByteArrayView text);

} // namespace Koyeb
