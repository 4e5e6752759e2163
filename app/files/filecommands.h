// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/transferchoices.h"
#include "files/fileoperations.h"
#include "files/remotefileview.h"
#include "sandbox/foldersync.h"

#include <QObject>

#include <filesystem>

class QMimeData;

namespace Koyeb::Desktop {

class CopyOutBar;
class DirectoryBrowser;
class ErrorBanner;
class FilePreferences;
class RemoteFileModel;
struct FileActions;

/// Carries out what a list of files offers: asks the person where that is needed, lets the sandbox do it, and
/// says what did not work. Moving bytes between computers is only asked for, by signals.
class FileCommands : public QObject {
    Q_OBJECT

public:
    /// The parts of a page that the commands are about. All outlive this object.
    struct Parts {
        QWidget &page; ///< Questions belong to it.
        DirectoryBrowser &browser;
        FileOperations &operations;
        RemoteFileModel &files;
        RemoteFileView &view;
        FileActions &actions;
        ErrorBanner &banner;
        CopyOutBar &copyOut;
    };

    explicit FileCommands(const Parts &parts, QObject *parent = nullptr);

    /// Questions about another one are closed.
    void setSandboxId(const QString &sandboxId);
    /// Whether files of other sandboxes can be brought here.
    void setOtherSandboxesAllowed(bool allowed);
    /// Where choices are remembered. They outlive this object; may be null.
    void setPreferences(FilePreferences *preferences) { m_preferences = preferences; }

public Q_SLOTS:
    void requestDownload();
    void requestDownloadOf(const QList<QByteArray> &paths);

Q_SIGNALS:
    void uploadRequested(
        const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory,
        const Koyeb::Desktop::TransferChoices &choices = {});
    void downloadRequested(
        const QList<QByteArray> &remotePaths, const std::filesystem::path &targetFolder,
        const Koyeb::Desktop::TransferChoices &choices = {});
    /// Files of another sandbox are wanted in this directory.
    void copyFromSandboxRequested(
        const QString &sourceSandboxId, const QList<QByteArray> &paths, const QByteArray &remoteDirectory,
        bool moves);
    /// A person has agreed to what brings one folder to the state of another one.
    void syncRequested(const Koyeb::FolderSyncOrder &order);
    /// Changes of a folder of this computer are to go to this directory; `leftOut` are patterns as in
    /// .gitignore files, and with `removes` what goes here goes there, too.
    void watchRequested(
        const std::filesystem::path &local, const QByteArray &remoteDirectory, const QByteArray &leftOut,
        bool removes);

private:
    using Operation = FileOperations::Operation;

    void connectActions();
    void connectOperations();
    void requestUpload(void (*ask)(QWidget *, std::function<void(QList<std::filesystem::path>)>));
    void requestFolder();
    void requestUploadWithChoices();
    void requestDownloadWithChoices();
    [[nodiscard]] TransferChoices rememberedChoices() const;
    void remember(const TransferChoices &choices);
    void requestComparison();
    void requestWatch();
    void requestDeletion();
    void putOnClipboard(bool asCut);
    void copyForOtherPrograms();
    void paste();
    void duplicate();
    void copyPaths();
    void showProperties();
    void showPreview();
    /// Puts files of a sandbox into a directory of this one.
    void take(
        Operation operation, const QString &sandboxId, const QList<QByteArray> &paths,
        const QByteArray &directory);
    void takeDrop(
        RemoteFileView::DropKind kind, const QString &sandboxId, const QList<QByteArray> &paths,
        const QByteArray &directory);
    void askAboutExisting(Operation operation, const QList<FilePlacement> &placements);
    void showFailure(Operation operation, const Error &error);
    void showPlacementProblems(Operation operation, const QList<PlacementProblem> &problems);
    [[nodiscard]] QSet<QByteArray> namesIn(const QByteArray &directory) const;

    Parts m_parts;
    QString m_sandboxId;
    FilePreferences *m_preferences = nullptr;
    bool m_otherSandboxesAllowed = false;
    std::filesystem::path m_downloadFolder;
};

} // namespace Koyeb::Desktop
