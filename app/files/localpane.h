// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/directorysorter.h"
#include "files/localbrowser.h"
#include "files/remotefilemodel.h"

#include <QWidget>

#include <filesystem>

class QAction;
class QLabel;

namespace Koyeb::Desktop {

class BreadcrumbBar;
class LocalFileView;

/// A folder of this computer beside the files of a sandbox, with what moves files from one to the other.
/// Nothing of this computer is ever changed but by downloads.
class LocalPane : public QWidget {
    Q_OBJECT

public:
    explicit LocalPane(QWidget *parent = nullptr);
    ~LocalPane() override;

    void setSandboxId(const QString &sandboxId);
    void setHiddenFilesShown(bool shown);
    /// What can be done on the other side: whether it takes files, and whether some are selected there.
    void setOtherSide(bool takesFiles, bool hasSelection);
    [[nodiscard]] QByteArray folder() const { return m_browser.folder(); }
    void goTo(const QByteArray &folder) { m_browser.goTo(folder); }

Q_SIGNALS:
    void uploadRequested(const QList<std::filesystem::path> &sources);
    /// What is selected on the other side is wanted in this folder.
    void downloadRequested(const std::filesystem::path &folder);
    void sandboxFilesDropped(const QList<QByteArray> &remotePaths, const std::filesystem::path &folder);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createActions();
    void createLayout();
    [[nodiscard]] QWidget *createButtons();
    void connectParts();
    void showListing(const PreparedListing &listing);
    void openEntry(const RemoteEntry &entry);
    void showStatus();
    void updateActions();
    void uploadSelected();

    RemoteFileModel m_files;
    DirectorySorter m_sorter;
    LocalBrowser m_browser;
    BreadcrumbBar *m_path;
    LocalFileView *m_view;
    QLabel *m_status;
    QAction *m_upload = nullptr;
    QAction *m_download = nullptr;
    QList<QAction *> m_navigation;
    QByteArray m_nameToSelect;
    bool m_takesFiles = false;
    bool m_hasSelection = false;
};

} // namespace Koyeb::Desktop
