// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/directorybrowser.h"
#include "files/directorysorter.h"
#include "files/fileactions.h"
#include "files/filecommands.h"
#include "files/fileoperations.h"
#include "files/pathcompletion.h"
#include "files/remotefilemodel.h"

#include <QTimer>
#include <QWidget>

#include <filesystem>
#include <memory>

class QLabel;
class QLineEdit;
class QProgressBar;
class QSplitter;
class QStackedWidget;

namespace Koyeb::Desktop {

class BookmarksMenu;
class BreadcrumbBar;
class CopyOutBar;
class EmptyState;
class ErrorBanner;
class FilePreferences;
class LocalPane;

/// The files of one sandbox: walk through them, change them, bring some in and take some out. Moving bytes is
/// only asked for, by signals.
class FilesPage : public QWidget {
    Q_OBJECT

public:
    explicit FilesPage(QWidget *parent = nullptr);
    ~FilesPage() override;

    /// Null is "not reachable". Nothing is asked of the sandbox before the page is seen. The same sandbox
    /// reached anew (by its id) keeps its directory.
    void setSandbox(std::shared_ptr<Sandbox> sandbox);
    [[nodiscard]] const QByteArray &directory() const { return m_browser.directory(); }
    /// What is remembered of bookmarks and hidden files. It outlives the page; without any, nothing is.
    void setPreferences(FilePreferences *preferences);
    /// Whether somebody carries out copyFromSandboxRequested(). Unless so, nothing of that kind is taken.
    void setOtherSandboxesAllowed(bool allowed) { m_commands.setOtherSandboxesAllowed(allowed); }

public Q_SLOTS:
    /// Something was put into this directory: reads it again, soon, if it is the one that is shown.
    void refreshIf(const QByteArray &directory);
    void goTo(const QByteArray &directory) { m_browser.goTo(directory); }
    /// Asks where on this computer a file shall be put, and has it fetched.
    void requestDownload(const QByteArray &path) { m_commands.requestDownloadOf({path}); }

Q_SIGNALS:
    /// Local files and folders, their paths as bytes, are wanted in this directory of the sandbox.
    void uploadRequested(
        const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory,
        const Koyeb::Desktop::TransferChoices &choices = {});
    /// Files and folders of the sandbox are wanted in this local folder.
    void downloadRequested(
        const QList<QByteArray> &remotePaths, const std::filesystem::path &targetFolder,
        const Koyeb::Desktop::TransferChoices &choices = {});
    /// Files of another sandbox are wanted in this directory, copied or moved.
    void copyFromSandboxRequested(
        const QString &sourceSandboxId, const QList<QByteArray> &paths, const QByteArray &remoteDirectory,
        bool moves);
    /// What brings a folder to the state of another one.
    void syncRequested(const Koyeb::FolderSyncOrder &order);
    /// Changes of a folder of this computer are to go to this directory; `leftOut` are patterns as in
    /// .gitignore files, and with `removes` what goes here goes there, too.
    void watchRequested(
        const std::filesystem::path &local, const QByteArray &remoteDirectory, const QByteArray &leftOut,
        bool removes);
    /// A file was activated. While nobody is connected, it is offered for download.
    void openRequested(const QByteArray &path, const Koyeb::RemoteEntry &entry);
    /// A file shall be edited with a program of this computer. Not offered while nobody is connected.
    void editWithRequested(const QByteArray &path);

protected:
    void showEvent(QShowEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void createLayout();
    [[nodiscard]] QWidget *createToolBar();
    [[nodiscard]] QWidget *createMoreButton(QWidget *bar);
    void connectBrowser();
    void connectView();
    void connectActions();
    void connectCommands();
    void showHiddenFiles(bool shown);
    void showFilter(bool shown);
    void showLocalPane(bool shown);
    void createLocalPane();
    void updateActions();
    [[nodiscard]] bool canOpenFiles() const;
    [[nodiscard]] bool canEditFiles() const;
    void openEntry(const RemoteEntry &entry);
    void showContextMenu(const QPoint &position);

    // filespagestates.cpp: what is seen of the state that the page is in.
    void showPlace();
    void showFace(QWidget *face);
    void showListing(const PreparedListing &listing);
    void showFailure(const Error &error);
    void showEmptiness();
    void showStatus();
    void showHover(RemoteFileView::DropKind kind, const QByteArray &directory);

    RemoteFileModel m_files;
    DirectorySorter m_sorter;
    DirectoryBrowser m_browser;
    FileOperations m_operations;
    PathCompletion m_completion;
    std::shared_ptr<Sandbox> m_unseenSandbox; // Handed to the browser when the page is first seen.
    QString m_sandboxId;
    FileActions m_actions;
    BookmarksMenu *m_bookmarks;
    FilePreferences *m_preferences = nullptr;
    BreadcrumbBar *m_path;
    ErrorBanner *m_banner;
    QSplitter *m_sides;
    LocalPane *m_local = nullptr; // Only once it was asked for.
    QStackedWidget *m_faces;
    RemoteFileView *m_view;
    EmptyState *m_emptiness; // Lies on the empty list, which stays the place to drop on.
    EmptyState *m_face;      // Instead of the list.
    QLineEdit *m_filter;
    CopyOutBar *m_copyOut;
    QLabel *m_status;
    QProgressBar *m_progress;
    QTimer m_slowness; // A quick answer must not flash a waiting face.
    QTimer m_refresh;
    QString m_hoverText; // Empty while nothing is held over the list.
    QByteArray m_nameToSelect;
    FileCommands m_commands;
};

} // namespace Koyeb::Desktop
