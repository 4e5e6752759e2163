// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotepaths.h"

#include "sandbox/remoteentry.h"

#include <filesystem>

namespace Koyeb::Desktop {

namespace {

constexpr qsizetype maximumHistory = 100;
constexpr qsizetype maximumNameBytes = 255;
constexpr qsizetype longestEnding = 16; // What is longer is no ending, but a sentence with a dot.

/// Where the ending of a name begins, with its dot; the name's length when there is none.
qsizetype endingOf(const QByteArray &name)
{
    const qsizetype last = name.lastIndexOf('.');
    if (last <= 0 || name.size() - last > longestEnding) {
        return name.size();
    }
    static const QByteArray archive = ".tar";
    return last > archive.size() && name.first(last).endsWith(archive) ? last - archive.size() : last;
}

bool isInsideCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

} // namespace

QByteArray enteredRemotePath(const QString &text, const QByteArray &directory)
{
    const QByteArray typed = text.toUtf8();
    const QByteArray absolute = typed.startsWith('/') ? typed : joinRemotePath(directory, typed);
    const auto normal = std::filesystem::path(absolute.toStdString()).lexically_normal();
    QByteArray path = QByteArray::fromStdString(normal.native());
    // POSIX lets exactly two leading slashes mean something else; here they do not.
    while (path.startsWith("//")) {
        path.remove(0, 1);
    }
    while (path.size() > 1 && path.endsWith('/')) {
        path.chop(1);
    }
    return path;
}

QByteArray numberedName(const QByteArray &name, int number)
{
    const qsizetype ending = endingOf(name);
    const QByteArray tail = " (" + QByteArray::number(number) + ')' + name.mid(ending);
    qsizetype kept = ending;
    if (kept + tail.size() > maximumNameBytes) {
        kept = maximumNameBytes - tail.size();
        while (kept > 0 && isInsideCharacter(name[kept])) {
            --kept;
        }
    }
    return name.first(kept) + tail;
}

void DirectoryHistory::visit(const QByteArray &directory)
{
    if (m_position >= 0 && m_visited[m_position] == directory) {
        return;
    }
    m_visited.resize(m_position + 1);
    m_visited.append(directory);
    if (m_visited.size() > maximumHistory) {
        m_visited.removeFirst();
    }
    m_position = m_visited.size() - 1;
}

void DirectoryHistory::clear()
{
    m_visited.clear();
    m_position = -1;
}

QByteArray DirectoryHistory::back()
{
    Q_ASSERT(canGoBack());
    return m_visited[--m_position];
}

QByteArray DirectoryHistory::forward()
{
    Q_ASSERT(canGoForward());
    return m_visited[++m_position];
}

} // namespace Koyeb::Desktop
