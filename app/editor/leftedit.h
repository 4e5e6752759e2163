// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/privatefolder.h"
#include "core/result.h"

#include <QDateTime>
#include <QList>

#include <filesystem>
#include <memory>
#include <optional>

namespace Koyeb::Desktop {

/// What a copy that is edited with another program is a copy of, kept beside it for the time after a crash.
struct EditRecord {
    QString sandboxId;
    QString sandboxName;
    QByteArray path;     ///< In the sandbox.
    QByteArray copyName; ///< Of the copy, within the folder for copies.
    QByteArray sha256;   ///< Of the file in the sandbox as it was fetched or saved last.
};

/// A copy that a program has left behind when it crashed, with something that is not in the sandbox.
struct LeftEdit {
    std::filesystem::path folder; ///< The private folder.
    std::shared_ptr<FolderHold> hold;
    EditRecord record;
    QDateTime changedAt; ///< When it was saved last.

    [[nodiscard]] std::filesystem::path copy() const;
};

/// Where the copy is within its private folder: in a folder of its own, so that what is written beside it
/// does not look like a save.
[[nodiscard]] std::filesystem::path folderOfCopy(const std::filesystem::path &privateFolder);
/// In one step, over the record that is there. Blocks.
[[nodiscard]] Result<void> writeEditRecord(
    const std::filesystem::path &privateFolder, const EditRecord &record);
/// Nothing where there is none, or none that makes sense. Blocks.
[[nodiscard]] std::optional<EditRecord> readEditRecord(const std::filesystem::path &privateFolder);
/// Whether there is something in the folder that the sandbox has not. Blocks.
[[nodiscard]] bool isUnsaved(const std::filesystem::path &privateFolder, const EditRecord &record);
/// What crashed programs have left in `base`, in no order. Nobody else finds it while it is held. What the
/// sandbox has as well is removed, once no editor is likely to have it open; until then it is added to
/// `open`, if there is such a list. Blocks.
[[nodiscard]] QList<LeftEdit> takeLeftEdits(
    const std::filesystem::path &base, QList<LeftEdit> *open = nullptr);

} // namespace Koyeb::Desktop
