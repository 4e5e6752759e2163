// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filetypes.h"

#include <QFileIconProvider>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

// Endings come from the sandbox, and each differs in a directory of hostile names.
constexpr int maximumKnownEndings = 4096;

// What decides the MIME type: up to two endings (".tar.gz"), or the whole of a name without one ("Makefile").
QByteArray ending(const QByteArray &name)
{
    const qsizetype last = name.lastIndexOf('.');
    if (last <= 0) {
        return name;
    }
    const qsizetype second = name.lastIndexOf('.', last - 1);
    return name.mid(second > 0 ? second : last);
}

} // namespace

QString FileTypes::name(const RemoteEntry &entry) const
{
    switch (entry.type) {
    case RemoteEntry::Type::File:
        return kindByEnding(entry.name).name;
    case RemoteEntry::Type::Directory:
        return tr("Folder", "type of a file");
    case RemoteEntry::Type::SymbolicLink:
        return entry.linkTargetIsDirectory ? tr("Link to a folder", "type of a file")
                                           : tr("Link", "type of a file");
    case RemoteEntry::Type::Fifo:
        return tr("Pipe", "type of a file");
    case RemoteEntry::Type::Socket:
        return tr("Socket", "type of a file");
    case RemoteEntry::Type::BlockDevice:
        return tr("Block device", "type of a file");
    case RemoteEntry::Type::CharacterDevice:
        return tr("Character device", "type of a file");
    case RemoteEntry::Type::Unknown:
        break;
    }
    return tr("Unknown", "type of a file");
}

QIcon FileTypes::icon(const RemoteEntry &entry) const
{
    if (entry.opensAsDirectory()) {
        return themeIcon(u"folder"_s, {});
    }
    const bool isFile = entry.type == RemoteEntry::Type::File;
    return themeIcon(isFile ? kindByEnding(entry.name).iconName : QString(), u"text-x-generic"_s);
}

const FileTypes::Kind &FileTypes::kindByEnding(const QByteArray &name) const
{
    const QByteArray key = ending(name);
    if (const auto known = m_kinds.constFind(key); known != m_kinds.constEnd()) {
        return *known;
    }
    if (m_kinds.size() >= maximumKnownEndings) {
        m_kinds.clear();
    }
    // ".json" alone is a hidden file without an ending.
    const QByteArray example = key.startsWith('.') ? "file" + key : key;
    const QMimeType type =
        m_database.mimeTypeForFile(QString::fromUtf8(example), QMimeDatabase::MatchExtension);
    const Kind kind = type.isDefault() ? Kind{tr("File", "type of a file"), type.genericIconName()}
                                       : Kind{type.comment(), type.iconName()};
    return *m_kinds.insert(key, kind);
}

QIcon FileTypes::themeIcon(const QString &iconName, const QString &fallback) const
{
    const auto known = m_icons.constFind(iconName);
    if (known != m_icons.constEnd()) {
        return *known;
    }
    QIcon icon = QIcon::fromTheme(iconName);
    if (icon.isNull() && !fallback.isEmpty()) {
        icon = QIcon::fromTheme(fallback);
    }
    if (icon.isNull()) {
        const QFileIconProvider provider;
        icon = provider.icon(iconName == "folder"_L1 ? QFileIconProvider::Folder : QFileIconProvider::File);
    }
    m_icons.insert(iconName, icon);
    return icon;
}

} // namespace Koyeb::Desktop
