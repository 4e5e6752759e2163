// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filepreferences.h"

#include <QSettings>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

const auto localPaneKey = u"files/showThisComputer"_s;
const auto hiddenKey = u"files/showHidden"_s;
const auto keepsModesKey = u"transfers/keepPermissions"_s;
const auto keepsTimesKey = u"transfers/keepTimes"_s;
const auto movesHiddenKey = u"transfers/hiddenFiles"_s;
const auto followsLinksKey = u"transfers/followLinks"_s;
const auto leftOutKey = u"transfers/leaveOut"_s;

QString bookmarksKey(const QString &sandboxId)
{
    // An id comes from a server, and a slash would make groups of it.
    return u"files/bookmarks/"_s + QString::fromLatin1(QUrl::toPercentEncoding(sandboxId));
}

} // namespace

FilePreferences::FilePreferences(QSettings &settings, QObject *parent) : QObject(parent), m_settings(settings)
{
}

bool FilePreferences::areHiddenFilesShown() const
{
    return m_settings.value(hiddenKey, false).toBool();
}

void FilePreferences::setHiddenFilesShown(bool shown)
{
    if (shown != areHiddenFilesShown()) {
        m_settings.setValue(hiddenKey, shown);
        Q_EMIT hiddenFilesShownChanged(shown);
    }
}

bool FilePreferences::isLocalPaneShown() const
{
    return m_settings.value(localPaneKey, false).toBool();
}

void FilePreferences::setLocalPaneShown(bool shown)
{
    if (shown != isLocalPaneShown()) {
        m_settings.setValue(localPaneKey, shown);
        Q_EMIT localPaneShownChanged(shown);
    }
}

TransferChoices FilePreferences::transferChoices() const
{
    TransferChoices choices;
    choices.options.keepsModes = m_settings.value(keepsModesKey, true).toBool();
    choices.options.keepsTimes = m_settings.value(keepsTimesKey, true).toBool();
    choices.options.movesHidden = m_settings.value(movesHiddenKey, true).toBool();
    const bool follows = m_settings.value(followsLinksKey, false).toBool();
    choices.options.links = follows ? Links::Followed : Links::Kept;
    choices.leftOut = m_settings.value(leftOutKey).toString().toUtf8();
    return choices;
}

void FilePreferences::setTransferChoices(const TransferChoices &choices)
{
    m_settings.setValue(keepsModesKey, choices.options.keepsModes);
    m_settings.setValue(keepsTimesKey, choices.options.keepsTimes);
    m_settings.setValue(movesHiddenKey, choices.options.movesHidden);
    m_settings.setValue(followsLinksKey, choices.options.links == Links::Followed);
    m_settings.setValue(leftOutKey, QString::fromUtf8(choices.leftOut));
}

QList<QByteArray> FilePreferences::bookmarks(const QString &sandboxId) const
{
    QList<QByteArray> directories;
    const auto saved = m_settings.value(bookmarksKey(sandboxId)).toStringList();
    for (const QString &text : saved) {
        // The file may have been edited.
        const QByteArray directory = QByteArray::fromPercentEncoding(text.toLatin1());
        if (directory.startsWith('/') && !directory.contains('\0') && !directories.contains(directory)) {
            directories.append(directory);
        }
    }
    return directories.last(qMin(directories.size(), maximumBookmarks));
}

void FilePreferences::addBookmark(const QString &sandboxId, const QByteArray &directory)
{
    auto directories = bookmarks(sandboxId);
    if (!directories.contains(directory)) {
        directories.append(directory);
        setBookmarks(sandboxId, directories.last(qMin(directories.size(), maximumBookmarks)));
    }
}

void FilePreferences::removeBookmark(const QString &sandboxId, const QByteArray &directory)
{
    auto directories = bookmarks(sandboxId);
    if (directories.removeOne(directory)) {
        setBookmarks(sandboxId, directories);
    }
}

void FilePreferences::forgetSandbox(const QString &sandboxId)
{
    setBookmarks(sandboxId, {});
}

void FilePreferences::setBookmarks(const QString &sandboxId, const QList<QByteArray> &directories)
{
    QStringList texts;
    for (const QByteArray &directory : directories) {
        texts.append(QString::fromLatin1(directory.toPercentEncoding("/")));
    }
    if (texts.isEmpty()) {
        m_settings.remove(bookmarksKey(sandboxId));
    } else {
        m_settings.setValue(bookmarksKey(sandboxId), texts);
    }
    Q_EMIT bookmarksChanged(sandboxId);
}

} // namespace Koyeb::Desktop
