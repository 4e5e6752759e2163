// SPDX-License-Identifier: Apache-2.0
#include "sandbox/remoteentry.h"

#include "executor/shellquote.h"

namespace Koyeb {

namespace {

/// Characters that reorder or hide their neighbours, with which a name can pass for another.
bool isDeceptive(char32_t character)
{
    return character == 0x061C || (character >= 0x200B && character <= 0x200F) ||
           (character >= 0x2028 && character <= 0x202E) || (character >= 0x2060 && character <= 0x206F) ||
           character == 0xFEFF || (character >= 0xE0000 && character <= 0xE007F);
}

void appendVisibly(QString &text, char32_t character)
{
    constexpr char32_t controlPictures = 0x2400;
    if (character < 0x20) {
        text.append(QChar(static_cast<char16_t>(controlPictures + character)));
    } else if (character == 0x7F) {
        text.append(QChar(0x2421));
    } else if ((character > 0x7F && character < 0xA0) || isDeceptive(character)) {
        text.append(QChar(QChar::ReplacementCharacter));
    } else {
        text.append(QChar::fromUcs4(character));
    }
}

} // namespace

QByteArray joinRemotePath(const QByteArray &directory, const QByteArray &name)
{
    return directory.endsWith('/') ? directory + name : directory + '/' + name;
}

QByteArray remoteParent(const QByteArray &path)
{
    auto end = path.size();
    while (end > 1 && path[end - 1] == '/') {
        --end;
    }
    const auto slash = path.left(end).lastIndexOf('/');
    return slash <= 0 ? QByteArrayLiteral("/") : path.left(slash);
}

QByteArray remoteName(const QByteArray &path)
{
    auto end = path.size();
    while (end > 0 && path[end - 1] == '/') {
        --end;
    }
    const auto trimmed = path.left(end);
    return trimmed.mid(trimmed.lastIndexOf('/') + 1);
}

bool isEntryName(const QByteArray &name)
{
    return !name.isEmpty() && name != "." && name != ".." && !name.contains('/') && !name.contains('\0');
}

QString displayName(const QByteArray &name)
{
    QString text;
    text.reserve(name.size());
    qsizetype position = 0;
    while (position < name.size()) {
        const auto valid = validUtf8Length(name, position);
        const auto part = QString::fromUtf8(name.mid(position, valid)).toUcs4();
        for (const auto character : part) {
            appendVisibly(text, character);
        }
        position += valid;
        if (position < name.size()) {
            text.append(QChar(QChar::ReplacementCharacter));
            ++position;
        }
    }
    return text;
}

} // namespace Koyeb
