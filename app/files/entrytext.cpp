// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/entrytext.h"

#include "common/timetext.h"
#include "sandbox/remoteentry.h"

#include <QLocale>
#include <QTextDocument>

#include <algorithm>
#include <string_view>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr int maximumNameBytes = 255;

bool isHarmlessInShell(char c)
{
    const bool isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return isAlphanumeric || std::string_view("/._-+,:@%").find(c) != std::string_view::npos;
}

} // namespace

QString permissionsText(quint32 mode)
{
    QString text = u"rwxrwxrwx"_s;
    for (int bit = 0; bit < 9; ++bit) {
        if ((mode & (0400U >> bit)) == 0) {
            text[bit] = u'-';
        }
    }
    const auto special = [&](quint32 flag, int position, char16_t withExecute, char16_t withoutExecute) {
        if ((mode & flag) != 0) {
            text[position] = text[position] == u'x' ? withExecute : withoutExecute;
        }
    };
    special(04000, 2, u's', u'S');
    special(02000, 5, u's', u'S');
    special(01000, 8, u't', u'T');
    return text;
}

QString permissionsDigits(quint32 mode)
{
    return u"%1"_s.arg(mode & 07777U, 4, 8, QLatin1Char('0'));
}

QString modificationText(const QDateTime &modifiedAt, const QDateTime &now)
{
    static constexpr qint64 secondsOfDay = 24 * 60 * 60;
    if (!modifiedAt.isValid()) {
        return {};
    }
    return qAbs(modifiedAt.secsTo(now)) < secondsOfDay
               ? relativeTime(modifiedAt, now)
               : QLocale().toString(modifiedAt.toLocalTime(), QLocale::ShortFormat);
}

bool isValidName(const QString &name)
{
    return !name.isEmpty() && name != "."_L1 && name != ".."_L1 && !name.contains(u'/') &&
           !name.contains(QChar::Null) && name.toUtf8().size() <= maximumNameBytes;
}

QString plainToolTip(const QString &text)
{
    return Qt::mightBeRichText(text) ? u"<qt>%1</qt>"_s.arg(text.toHtmlEscaped()) : text;
}

QString withoutMnemonics(QString text)
{
    return text.replace(u'&', "&&"_L1);
}

QString shellWord(const QByteArray &path)
{
    if (!path.isEmpty() && std::all_of(path.begin(), path.end(), isHarmlessInShell)) {
        return QString::fromLatin1(path);
    }
    // What displayName() leaves alone is text without surprises; only the quotes are in its way.
    const QString text = QString::fromUtf8(path);
    if (displayName(path) == text && text.toUtf8() == path) {
        return u'\'' + QString(text).replace(u'\'', "'\\''"_L1) + u'\'';
    }
    QString word = u"$'"_s;
    for (const char c : path) {
        if (isHarmlessInShell(c)) {
            word += QLatin1Char(c);
        } else {
            word += u"\\x%1"_s.arg(static_cast<uchar>(c), 2, 16, QLatin1Char('0'));
        }
    }
    return word + u'\'';
}

} // namespace Koyeb::Desktop
