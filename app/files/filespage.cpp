// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"

#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/errortext.h"
#include "common/spacing.h"
#include "files/breadcrumbbar.h"
#include "files/entrytext.h"
#include "files/filedialogs.h"
#include "files/localsources.h"
#include "files/remotefileview.h"

#include <QAction>
#include <QClipboard>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QFocusEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QToolBar>
#include <QToolButton>

#include <utility>

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr auto patienceBeforeWaitingFace = 250ms;
constexpr auto pauseBeforeRefresh = 200ms; // Transfers of many files end in bursts.

std::filesystem::path standardDownloadFolder()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    return QFile::encodeName(QDir(folder).exists() ? folder : QDir::homePath()).toStdString();
}

bool isReloadKey(const FileActions &actions, const QKeyEvent &key)
{
    return actions.reload->isEnabled() && QKeySequence(key.keyCombination()) == actions.reload->shortcut();
}

} // namespace

FilesPage::FilesPage(QWidget *parent)
    : QWidget(parent),
      m_sorter(m_files),
      m_actions(this),
      m_path(new BreadcrumbBar(this)),
      m_banner(new ErrorBanner(this)),
      m_faces(new QStackedWidget(this)),
      m_view(new RemoteFileView(m_files, m_sorter, m_faces)),
      m_emptiness(new EmptyState(m_view->viewport())),
      m_face(new EmptyState(m_faces)),
      m_status(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_downloadFolder(standardDownloadFolder())
{
    createLayout();
    connectBrowser();
    connectView();
    connectActions();
    showPlace();
}

FilesPage::~FilesPage() = default;

void FilesPage::setSandbox(std::shared_ptr<Sandbox> sandbox)
{
    const QString id = sandbox ? sandbox->access().serviceId : QString();
    if (!id.isEmpty() && id != m_sandboxId) {
        closeQuestions();
        m_sandboxId = id;
    }
    if (isVisible()) {
        m_browser.setSandbox(std::move(sandbox));
    } else {
        m_unseenSandbox = std::move(sandbox);
        m_browser.setSandbox(nullptr);
    }
}

// They are about another sandbox, where the answer must not be carried out.
void FilesPage::closeQuestions()
{
    const auto questions = findChildren<QDialog *>(QString(), Qt::FindDirectChildrenOnly);
    for (QDialog *question : questions) {
        question->reject();
    }
}

void FilesPage::refreshIf(const QByteArray &directory)
{
    if (directory == m_browser.directory()) {
        m_refresh.start();
    }
}

void FilesPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_unseenSandbox) {
        m_browser.setSandbox(std::exchange(m_unseenSandbox, nullptr));
    }
}

// Not by a focus proxy: without a list it is this page that has the shortcuts.
void FilesPage::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_faces->currentWidget() == m_view) {
        m_view->setFocus(event->reason());
    }
}

// The window has a Refresh of the same key: here, this page's counts.
bool FilesPage::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        isReloadKey(m_actions, *static_cast<QKeyEvent *>(event))) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void FilesPage::keyPressEvent(QKeyEvent *event)
{
    if (isReloadKey(m_actions, *event)) {
        m_actions.reload->trigger();
        return;
    }
    QWidget::keyPressEvent(event);
}

void FilesPage::createLayout()
{
    m_emptiness->setContent(
        {u"upload"_s, tr("This folder is empty"),
         tr("Drop files and folders here, from any program, to upload them."), tr("Upload files…")});
    m_emptiness->hide();
    auto *overList = new QVBoxLayout(m_view->viewport());
    overList->addWidget(m_emptiness);

    m_status->setTextFormat(Qt::PlainText);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, m_status->sizeHint().height());
    m_progress->setAccessibleName(tr("Working in the sandbox"));
    m_progress->hide();
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(Spacing::close, 0, Spacing::close, Spacing::tight);
    bottom->addWidget(m_status, 1);
    bottom->addWidget(m_progress);

    m_faces->addWidget(m_view);
    m_faces->addWidget(m_face);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(Spacing::tight);
    column->addWidget(createToolBar());
    column->addWidget(m_banner);
    column->addWidget(m_faces, 1);
    column->addLayout(bottom);
}

QWidget *FilesPage::createToolBar()
{
    auto *bar = new QToolBar(this);
    bar->setIconSize({18, 18});
    bar->addActions({m_actions.back, m_actions.forward, m_actions.up, m_actions.home, m_actions.reload});
    bar->addWidget(m_path);
    bar->addActions({m_actions.uploadFiles, m_actions.download, m_actions.newFolder});
    for (QAction *action : {m_actions.uploadFiles, m_actions.download}) {
        qobject_cast<QToolButton *>(bar->widgetForAction(action))
            ->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    }
    auto *more = new QToolButton(bar);
    more->setText(tr("More"));
    more->setAutoRaise(true);
    more->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(more);
    m_actions.addTo(*menu);
    more->setMenu(menu);
    bar->addWidget(more);
    return bar;
}

void FilesPage::connectBrowser()
{
    m_slowness.setSingleShot(true);
    m_slowness.setInterval(patienceBeforeWaitingFace);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(pauseBeforeRefresh);
    connect(&m_refresh, &QTimer::timeout, &m_browser, &DirectoryBrowser::reload);
    connect(&m_slowness, &QTimer::timeout, this, [this] {
        m_face->setBusy(u"files"_s, tr("Reading the folder…"), displayName(m_browser.directory()));
        showFace(m_face);
    });
    connect(&m_browser, &DirectoryBrowser::moved, this, &FilesPage::showPlace);
    connect(&m_browser, &DirectoryBrowser::listed, this, &FilesPage::showListing);
    connect(&m_browser, &DirectoryBrowser::listingFailed, this, &FilesPage::showFailure);
    connect(&m_browser, &DirectoryBrowser::operationFailed, this, &FilesPage::showOperationFailure);
    connect(&m_browser, &DirectoryBrowser::busyChanged, m_progress, &QWidget::setVisible);
    connect(
        &m_browser, &DirectoryBrowser::entryNamed, this,
        [this](const QByteArray &directory, const QByteArray &name) {
            m_nameToSelect = directory == m_browser.directory() ? name : QByteArray();
        });
}

void FilesPage::connectView()
{
    connect(&m_files, &RemoteFileModel::renameRequested, this, [this](const auto &name, const auto &newName) {
        m_browser.rename(m_files.directory(), name, newName);
    });
    connect(m_view, &RemoteFileView::entryActivated, this, &FilesPage::openEntry);
    connect(m_view, &QWidget::customContextMenuRequested, this, &FilesPage::showContextMenu);
    connect(m_view, &RemoteFileView::filesDropped, this, &FilesPage::uploadRequested);
    connect(m_view, &RemoteFileView::dropHovered, this, [this](const QByteArray &directory) {
        m_dropDirectory = directory;
        showStatus();
    });
    connect(m_view, &RemoteFileView::dropHoverEnded, this, [this] {
        m_dropDirectory.clear();
        showStatus();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        updateActions();
        showStatus();
    });
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(&m_sorter, change, this, &FilesPage::showEmptiness);
    }
    connect(&m_sorter, &QAbstractItemModel::modelReset, this, &FilesPage::showEmptiness);
    connect(m_banner, &ErrorBanner::retryRequested, &m_browser, &DirectoryBrowser::reload);
}

void FilesPage::connectActions()
{
    connect(m_path, &BreadcrumbBar::editingEnded, this, [this] { setFocus(); });
    connect(m_path, &BreadcrumbBar::pathChosen, &m_browser, &DirectoryBrowser::goTo);
    connect(m_actions.back, &QAction::triggered, &m_browser, &DirectoryBrowser::goBack);
    connect(m_actions.forward, &QAction::triggered, &m_browser, &DirectoryBrowser::goForward);
    connect(m_actions.up, &QAction::triggered, &m_browser, &DirectoryBrowser::goUp);
    connect(m_actions.home, &QAction::triggered, &m_browser, &DirectoryBrowser::goHome);
    connect(m_actions.reload, &QAction::triggered, &m_browser, &DirectoryBrowser::reload);
    connect(m_actions.editPath, &QAction::triggered, m_path, &BreadcrumbBar::editPath);
    connect(m_actions.uploadFiles, &QAction::triggered, this, [this] {
        askForUploadFiles(this, [this, directory = m_files.directory()](const auto &sources) {
            Q_EMIT uploadRequested(sources, directory);
        });
    });
    connect(m_actions.uploadFolder, &QAction::triggered, this, [this] {
        askForUploadFolder(this, [this, directory = m_files.directory()](const auto &sources) {
            Q_EMIT uploadRequested(sources, directory);
        });
    });
    connect(m_emptiness, &EmptyState::actionRequested, m_actions.uploadFiles, &QAction::trigger);
    connect(m_actions.paste, &QAction::triggered, this, &FilesPage::pasteFiles);
    connect(m_actions.download, &QAction::triggered, this, &FilesPage::requestDownload);
    connect(m_actions.newFolder, &QAction::triggered, this, &FilesPage::requestFolder);
    connect(m_actions.rename, &QAction::triggered, m_view, &RemoteFileView::editCurrentName);
    connect(m_actions.remove, &QAction::triggered, this, &FilesPage::requestDeletion);
    connect(m_actions.copyPath, &QAction::triggered, this, &FilesPage::copyPaths);
    connect(m_actions.showHidden, &QAction::toggled, this, [this](bool shown) {
        m_sorter.setHiddenFiles(
            shown ? DirectorySorter::HiddenFiles::Shown : DirectorySorter::HiddenFiles::LeftOut);
        showEmptiness();
    });
    connect(m_face, &EmptyState::actionRequested, this, [this] {
        if (m_browser.canGoUp()) {
            m_browser.goUp();
        } else {
            m_browser.reload();
        }
    });
}

// The state's face; the listing's own comes with the listing.
void FilesPage::showPlace()
{
    using State = DirectoryBrowser::State;
    const State state = m_browser.state();
    const QByteArray directory = m_browser.directory();
    if (m_path->path().size() > 1 && remoteParent(m_path->path()) == directory) {
        m_nameToSelect = remoteName(m_path->path()); // Going up: where we come from.
    }
    m_path->setPath(directory);
    m_view->setAccessibleName(tr("Files in %1").arg(displayName(directory)));
    if (state != State::Loading) {
        m_slowness.stop();
    } else if (!m_slowness.isActive()) {
        m_slowness.start();
    }
    if (state == State::Unreachable) {
        m_face->setContent(
            {u"files"_s,
             tr("The files cannot be reached now"),
             tr("They can be seen as soon as the sandbox is running and answers."),
             {}});
    }
    if (state == State::Unreachable || state == State::Failed) {
        showFace(m_face);
    }
    if (state != State::Listed) {
        // Nothing can be done to entries of another place than the one that is shown.
        m_files.clear();
    }
    m_view->setUploadsAllowed(state == State::Listed);
    updateActions();
    showStatus();
}

// The focus stays here while there is no list, and returns to it, so that one can walk through folders by
// keyboard.
void FilesPage::showFace(QWidget *face)
{
    const bool hadFocus = hasFocus() || m_view->hasFocus();
    m_faces->setCurrentWidget(face);
    if (hadFocus) {
        (face == m_view ? m_view : static_cast<QWidget *>(this))->setFocus();
    }
}

void FilesPage::showListing(const QByteArray &directory, const QList<RemoteEntry> &entries)
{
    const bool isNewPlace = directory != m_files.directory();
    m_files.setListing(directory, entries);
    showFace(m_view);
    if (!m_nameToSelect.isEmpty()) {
        m_view->selectEntry(std::exchange(m_nameToSelect, {}));
    }
    if (isNewPlace) {
        m_banner->hide();
    }
    showEmptiness();
}

void FilesPage::showFailure(const Error &error)
{
    const QString name = displayName(m_browser.directory());
    const QString what = name.isEmpty() ? tr("The home folder could not be found.")
                                        : tr("The folder %1 could not be read.").arg(name);
    const ErrorText text = errorText(error);
    m_face->setContent(
        {u"error"_s, what, u"%1\n%2"_s.arg(errorSentence(error, {}), text.detail).trimmed(),
         m_browser.canGoUp() ? tr("Go up") : tr("Read the folder again")});
}

void FilesPage::showOperationFailure(DirectoryBrowser::Operation operation, const Error &error)
{
    using Operation = DirectoryBrowser::Operation;
    m_banner->setRetryOffered(operation == Operation::Refresh);
    switch (operation) {
    case Operation::Refresh:
        m_banner->showError(tr("The folder could not be read again."), error);
        break;
    case Operation::MakeDirectory:
        m_banner->showError(tr("The folder could not be made."), error);
        break;
    case Operation::Rename:
        m_banner->showError(tr("The name could not be changed."), error);
        break;
    case Operation::Remove:
        m_banner->showError(tr("Not everything could be deleted."), error);
        break;
    }
}

void FilesPage::showEmptiness()
{
    m_emptiness->setVisible(m_browser.state() == DirectoryBrowser::State::Listed && m_sorter.rowCount() == 0);
    showStatus();
}

void FilesPage::showStatus()
{
    if (!m_dropDirectory.isEmpty()) {
        m_status->setText(tr("Release to upload into %1").arg(displayName(m_dropDirectory)));
        return;
    }
    if (m_browser.state() != DirectoryBrowser::State::Listed) {
        m_status->clear();
        return;
    }
    const int shown = m_sorter.rowCount();
    const int hidden = m_files.rowCount() - shown;
    const auto selected = static_cast<int>(m_view->selectionModel()->selectedRows().size());
    QStringList parts{tr("%n item(s)", nullptr, shown)};
    if (hidden > 0) {
        parts.append(tr("%n hidden", "files that are not shown", hidden));
    }
    if (selected > 0) {
        parts.append(tr("%n selected", "files", selected));
    }
    m_status->setText(parts.join(u" · "_s));
}

void FilesPage::updateActions()
{
    m_actions.update(m_browser, m_view->selectionModel()->selectedRows().size());
}

void FilesPage::openEntry(const RemoteEntry &entry)
{
    if (entry.opensAsDirectory()) {
        m_browser.goTo(joinRemotePath(m_files.directory(), entry.name));
    } else {
        requestDownload();
    }
}

void FilesPage::showContextMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_actions.addTo(*menu);
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

void FilesPage::requestDownload()
{
    const QList<QByteArray> paths = selectedPaths();
    if (paths.isEmpty()) {
        return;
    }
    askForDownloadFolder(this, m_downloadFolder, [this, paths](const std::filesystem::path &folder) {
        m_downloadFolder = folder;
        Q_EMIT downloadRequested(paths, folder);
    });
}

void FilesPage::requestFolder()
{
    askForFolderName(this, [this, directory = m_files.directory()](const QByteArray &name) {
        m_browser.makeDirectory(directory, name);
    });
}

void FilesPage::requestDeletion()
{
    const auto entries = m_view->selectedEntries();
    if (!entries.isEmpty()) {
        askBeforeDeleting(this, entries, [this, paths = selectedPaths()] { m_browser.remove(paths); });
    }
}

void FilesPage::pasteFiles()
{
    const QMimeData *copied = QGuiApplication::clipboard()->mimeData();
    const auto sources = copied ? localPathsFromMimeData(*copied) : QList<std::filesystem::path>();
    if (!sources.isEmpty()) {
        Q_EMIT uploadRequested(sources, m_files.directory());
    }
}

void FilesPage::copyPaths()
{
    QStringList words;
    for (const QByteArray &path : selectedPaths()) {
        words.append(shellWord(path));
    }
    QGuiApplication::clipboard()->setText(words.join(u'\n'));
}

QList<QByteArray> FilesPage::selectedPaths() const
{
    QList<QByteArray> paths;
    for (const RemoteEntry &entry : m_view->selectedEntries()) {
        paths.append(joinRemotePath(m_files.directory(), entry.name));
    }
    return paths;
}

} // namespace Koyeb::Desktop
