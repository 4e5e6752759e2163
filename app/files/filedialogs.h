// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/remoteentry.h"

#include <QList>

#include <filesystem>
#include <functional>

class QWidget;

namespace Koyeb::Desktop {

// Questions to the person, each in a dialog of its own that belongs to `parent` and blocks nothing but it.
// The function is called only when the answer is not "cancel"; it must not outlive `parent`.

void askForUploadFiles(QWidget *parent, std::function<void(QList<std::filesystem::path>)> then);
void askForUploadFolder(QWidget *parent, std::function<void(QList<std::filesystem::path>)> then);
/// Starts in `suggestion`.
void askForDownloadFolder(
    QWidget *parent, const std::filesystem::path &suggestion,
    std::function<void(std::filesystem::path)> then);
/// For one that is compared with a folder of the sandbox. Starts in `suggestion`.
void askForComparedFolder(
    QWidget *parent, const std::filesystem::path &suggestion,
    std::function<void(std::filesystem::path)> then);
/// For one of which the changes go to a folder of the sandbox. Starts in `suggestion`.
void askForWatchedFolder(
    QWidget *parent, const std::filesystem::path &suggestion,
    std::function<void(std::filesystem::path)> then);
/// For a name that a file can have.
void askForFolderName(QWidget *parent, std::function<void(QByteArray)> then);
/// What is done with things for which there is something at the target already.
enum class ExistingChoice { Replace, KeepBoth, Skip };
/// Asks once for all of them; `names` are theirs.
void askAboutExistingTargets(
    QWidget *parent, const QList<QByteArray> &names, std::function<void(ExistingChoice)> then);
/// Names what goes.
void askBeforeDeleting(QWidget *parent, const QList<RemoteEntry> &entries, std::function<void()> then);

} // namespace Koyeb::Desktop
