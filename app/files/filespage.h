// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/directorybrowser.h"
#include "files/directorysorter.h"
#include "files/fileactions.h"
#include "files/remotefilemodel.h"

#include <QTimer>
#include <QWidget>

#include <filesystem>
#include <memory>

class QLabel;
class QProgressBar;
class QStackedWidget;

namespace Koyeb::Desktop {

class BreadcrumbBar;
class EmptyState;
class ErrorBanner;
class RemoteFileView;

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

public Q_SLOTS:
    /// Something was put into this directory: reads it again, soon, if it is the one that is shown.
    void refreshIf(const QByteArray &directory);
    void goTo(const QByteArray &directory) { m_browser.goTo(directory); }

Q_SIGNALS:
    /// Local files and folders, their paths as bytes, are wanted in this directory of the sandbox.
    void uploadRequested(const QList<std::filesystem::path> &sources, const QByteArray &remoteDirectory);
    /// Files and folders of the sandbox are wanted in this local folder.
    void downloadRequested(const QList<QByteArray> &remotePaths, const std::filesystem::path &targetFolder);

protected:
    void showEvent(QShowEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void createLayout();
    [[nodiscard]] QWidget *createToolBar();
    void connectBrowser();
    void connectView();
    void connectActions();

    void closeQuestions();
    void showPlace();
    void showFace(QWidget *face);
    void showListing(const QByteArray &directory, const QList<RemoteEntry> &entries);
    void showFailure(const Error &error);
    void showOperationFailure(DirectoryBrowser::Operation operation, const Error &error);
    void showEmptiness();
    void showStatus();
    void updateActions();
    void openEntry(const RemoteEntry &entry);
    void showContextMenu(const QPoint &position);
    void requestDownload();
    void requestFolder();
    void requestDeletion();
    void pasteFiles();
    void copyPaths();
    [[nodiscard]] QList<QByteArray> selectedPaths() const;

    RemoteFileModel m_files;
    DirectorySorter m_sorter;
    DirectoryBrowser m_browser;
    std::shared_ptr<Sandbox> m_unseenSandbox; // Handed to the browser when the page is first seen.
    QString m_sandboxId;
    FileActions m_actions;
    BreadcrumbBar *m_path;
    ErrorBanner *m_banner;
    QStackedWidget *m_faces;
    RemoteFileView *m_view;
    EmptyState *m_emptiness; // Lies on the empty list, which stays the place to drop on.
    EmptyState *m_face;      // Instead of the list.
    QLabel *m_status;
    QProgressBar *m_progress;
    QTimer m_slowness; // A quick answer must not flash a waiting face.
    QTimer m_refresh;
    QByteArray m_dropDirectory; // Empty while nothing is held over the list.
    QByteArray m_nameToSelect;
    std::filesystem::path m_downloadFolder;
};

} // namespace Koyeb::Desktop
