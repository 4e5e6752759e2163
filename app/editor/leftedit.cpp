// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/leftedit.h"

#include "core/sha256.h"
#include "editor/localcopy.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>
#include <chrono>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 maximumRecordBytes = 64 * 1024;
constexpr qint64 maximumCopyBytes = 256 * 1024 * 1024; // What is larger is not looked at, but kept.
constexpr auto patienceWithCopy = std::chrono::hours(24);
constexpr auto patienceWithSwapFiles = std::chrono::hours(24 * 30);

QString localPath(const std::filesystem::path &path)
{
    return QFile::decodeName(QByteArray::fromStdString(path.native()));
}

QString recordPath(const std::filesystem::path &privateFolder)
{
    return localPath(privateFolder / keptFileName);
}

QByteArray bytesOf(const QJsonObject &object, QLatin1StringView name)
{
    return QByteArray::fromBase64(object.value(name).toString().toLatin1());
}

/// Whether an editor may still have the copy open: it outlives a crash of this program, and what it writes
/// next must find its folder. Swap files and the like beside the copy speak for it, though not for ever.
bool mayBeOpen(const std::filesystem::path &privateFolder)
{
    std::error_code error;
    qsizetype count = 0;
    auto newest = std::filesystem::file_time_type::min();
    const auto folder = folderOfCopy(privateFolder);
    for (std::filesystem::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        std::error_code unknown;
        const auto changed = std::filesystem::last_write_time(i->path(), unknown);
        newest = unknown ? newest : std::max(newest, changed);
        ++count;
    }
    const auto patience = count > 1 ? patienceWithSwapFiles : patienceWithCopy;
    return count > 0 && newest > std::filesystem::file_time_type::clock::now() - patience;
}

} // namespace

std::filesystem::path LeftEdit::copy() const
{
    return folderOfCopy(folder) / record.copyName.toStdString();
}

std::filesystem::path folderOfCopy(const std::filesystem::path &privateFolder)
{
    return privateFolder / "copy";
}

Result<void> writeEditRecord(const std::filesystem::path &privateFolder, const EditRecord &record)
{
    const QJsonObject object{
        {u"sandbox"_s, record.sandboxId},
        {u"sandboxName"_s, record.sandboxName},
        {u"path"_s, QString::fromLatin1(record.path.toBase64())},
        {u"copy"_s, QString::fromLatin1(record.copyName.toBase64())},
        {u"sha256"_s, QString::fromLatin1(record.sha256)},
    };
    const QByteArray text = QJsonDocument(object).toJson();
    QSaveFile file(recordPath(privateFolder));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        return failure(ErrorKind::Local, file.errorString());
    }
    return {};
}

std::optional<EditRecord> readEditRecord(const std::filesystem::path &privateFolder)
{
    const auto text = readLocalCopy(std::filesystem::path(privateFolder) / keptFileName, maximumRecordBytes);
    if (!text) {
        return std::nullopt;
    }
    const QJsonObject object = QJsonDocument::fromJson(*text).object();
    EditRecord record;
    record.sandboxId = object.value("sandbox"_L1).toString();
    record.sandboxName = object.value("sandboxName"_L1).toString();
    record.path = bytesOf(object, "path"_L1);
    record.copyName = bytesOf(object, "copy"_L1);
    record.sha256 = object.value("sha256"_L1).toString().toLatin1();
    const bool isSound = !record.sandboxId.isEmpty() && record.path.startsWith('/') &&
                         !record.path.contains('\0') && !record.copyName.isEmpty() &&
                         !record.copyName.startsWith('.') && !record.copyName.contains('/') &&
                         !record.copyName.contains('\0');
    return isSound ? std::optional(record) : std::nullopt;
}

bool isUnsaved(const std::filesystem::path &privateFolder, const EditRecord &record)
{
    const auto folder = folderOfCopy(privateFolder);
    const auto content = readLocalCopy(folder / record.copyName.toStdString(), maximumCopyBytes);
    if (content) {
        return Sha256::hexOf(*content) != record.sha256;
    }
    // A program that was putting another file in its place may not have come to the end.
    std::error_code error;
    return std::filesystem::directory_iterator(folder, error) != std::filesystem::directory_iterator();
}

QList<LeftEdit> takeLeftEdits(const std::filesystem::path &base, QList<LeftEdit> *open)
{
    QList<LeftEdit> edits;
    std::error_code error;
    for (std::filesystem::directory_iterator i(base, error), end; !error && i != end; i.increment(error)) {
        const std::filesystem::path folder = i->path();
        std::error_code ignored;
        if (!std::filesystem::exists(folder / keptFileName, ignored)) {
            continue; // Nobody has been shown the copy.
        }
        auto hold = FolderHold::take(folder);
        if (!hold || (!hold->isCertain() && !isAbandoned(folder))) {
            continue;
        }
        const auto record = readEditRecord(folder);
        if (!record) {
            continue; // Of another version of this program, perhaps.
        }
        const bool isSaved = !isUnsaved(folder, *record);
        if (isSaved && !mayBeOpen(folder)) {
            std::filesystem::remove_all(folder, ignored);
            continue;
        }
        LeftEdit edit{folder, std::move(hold), *record, {}};
        edit.changedAt = QFileInfo(localPath(edit.copy())).lastModified();
        if (!isSaved) {
            edits.append(edit);
        } else if (open != nullptr) {
            open->append(edit);
        }
    }
    removeAbandonedFolders(base);
    return edits;
}

} // namespace Koyeb::Desktop
