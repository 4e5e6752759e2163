// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"

#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/errortext.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "files/bookmarksmenu.h"
#include "files/breadcrumbbar.h"
#include "files/filepreferences.h"
#include "files/remotefileview.h"

#include <QAction>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMetaMethod>
#include <QProgressBar>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>

#include <utility>

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

constexpr auto patienceBeforeWaitingFace = 250ms;
constexpr auto pauseBeforeRefresh = 200ms; // Transfers of many files end in bursts.

bool isReloadKey(const FileActions &actions, const QKeyEvent &key)
{
    return actions.reload->isEnabled() && QKeySequence(key.keyCombination()) == actions.reload->shortcut();
}

} // namespace

FilesPage::FilesPage(QWidget *parent)
    : QWidget(parent),
      m_sorter(m_files),
      m_actions(this),
      m_bookmarks(new BookmarksMenu(m_actions.bookmark, this)),
      m_path(new BreadcrumbBar(this)),
      m_banner(new ErrorBanner(this)),
      m_faces(new QStackedWidget(this)),
      m_view(new RemoteFileView(m_files, m_sorter, m_faces)),
      m_emptiness(new EmptyState(m_view->viewport())),
      m_face(new EmptyState(m_faces)),
      m_filter(new QLineEdit(this)),
      m_status(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_commands({*this, m_browser, m_operations, m_files, *m_view, m_actions, *m_banner})
{
    createLayout();
    connectBrowser();
    connectView();
    connectActions();
    connectCommands();
    showPlace();
}

FilesPage::~FilesPage() = default;

void FilesPage::setSandbox(std::shared_ptr<Sandbox> sandbox)
{
    const QString id = sandbox ? sandbox->access().serviceId : QString();
    if (!id.isEmpty() && id != m_sandboxId) {
        m_sandboxId = id;
        m_commands.setSandboxId(id);
    }
    m_operations.setSandbox(sandbox);
    m_completion.setSandbox(sandbox);
    if (isVisible()) {
        m_browser.setSandbox(std::move(sandbox));
    } else {
        m_unseenSandbox = std::move(sandbox);
        m_browser.setSandbox(nullptr);
    }
}

void FilesPage::setPreferences(FilePreferences *preferences)
{
    m_preferences = preferences;
    m_bookmarks->setPreferences(preferences);
    if (preferences) {
        showHiddenFiles(preferences->areHiddenFilesShown());
        connect(preferences, &FilePreferences::hiddenFilesShownChanged, this, &FilesPage::showHiddenFiles);
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
    if (event->key() == Qt::Key_Escape && m_filter->isVisible()) {
        m_actions.filter->setChecked(false);
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
    m_filter->setPlaceholderText(tr("Filter: a part of the name, or a pattern with * and ?"));
    m_filter->setAccessibleName(tr("Filter names"));
    m_filter->setClearButtonEnabled(true);
    m_filter->hide();
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
    column->addWidget(m_filter);
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
    auto *bookmarks = new QToolButton(bar);
    bookmarks->setIcon(themedIcon(u"bookmark"_s));
    bookmarks->setToolTip(tr("Bookmarks"));
    bookmarks->setAccessibleName(tr("Bookmarks"));
    bookmarks->setAutoRaise(true);
    bookmarks->setPopupMode(QToolButton::InstantPopup);
    bookmarks->setMenu(m_bookmarks);
    bar->insertWidget(m_actions.uploadFiles, bookmarks);
    bar->addWidget(createMoreButton(bar));
    return bar;
}

QWidget *FilesPage::createMoreButton(QWidget *bar)
{
    auto *more = new QToolButton(bar);
    more->setText(tr("More"));
    more->setAutoRaise(true);
    more->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(more);
    m_actions.addPageTo(*menu);
    menu->addSeparator();
    m_actions.addSelectionTo(*menu);
    more->setMenu(menu);
    return more;
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
    connect(&m_browser, &DirectoryBrowser::refreshFailed, this, [this](const Error &error) {
        m_banner->setRetryOffered(true);
        m_banner->showError(tr("The folder could not be read again."), error);
    });
    connect(&m_operations, &FileOperations::busyChanged, m_progress, [this](bool busy) {
        m_progress->setRange(0, 0);
        m_progress->setVisible(busy);
    });
    connect(&m_operations, &FileOperations::progressed, m_progress, [this](qsizetype done, qsizetype total) {
        m_progress->setRange(0, static_cast<int>(total));
        m_progress->setValue(static_cast<int>(done));
    });
    connect(
        &m_operations, &FileOperations::entryNamed, this,
        [this](const QByteArray &directory, const QByteArray &name) {
            m_nameToSelect = directory == m_browser.directory() ? name : QByteArray();
        });
}

void FilesPage::connectView()
{
    connect(m_view, &RemoteFileView::entryActivated, this, &FilesPage::openEntry);
    connect(m_view, &QWidget::customContextMenuRequested, this, &FilesPage::showContextMenu);
    connect(m_view, &RemoteFileView::dropHovered, this, &FilesPage::showHover);
    connect(m_view, &RemoteFileView::dropHoverEnded, this, [this] {
        m_hoverText.clear();
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
    connect(m_path, &BreadcrumbBar::completionsWanted, &m_completion, &PathCompletion::find);
    connect(&m_completion, &PathCompletion::found, m_path, &BreadcrumbBar::setCompletions);
    connect(m_bookmarks, &BookmarksMenu::chosen, &m_browser, &DirectoryBrowser::goTo);
    connect(m_emptiness, &EmptyState::actionRequested, m_actions.uploadFiles, &QAction::trigger);
    connect(
        m_actions.open, &QAction::triggered, this, [this] { openEntry(m_view->selectedEntries().first()); });
    connect(m_actions.showHidden, &QAction::triggered, this, [this](bool shown) {
        showHiddenFiles(shown);
        if (m_preferences) {
            m_preferences->setHiddenFilesShown(shown);
        }
    });
    connect(m_actions.filter, &QAction::toggled, this, &FilesPage::showFilter);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_sorter.setNameFilter(text);
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

void FilesPage::connectCommands()
{
    connect(&m_commands, &FileCommands::uploadRequested, this, &FilesPage::uploadRequested);
    connect(&m_commands, &FileCommands::downloadRequested, this, &FilesPage::downloadRequested);
    connect(&m_commands, &FileCommands::copyFromSandboxRequested, this, &FilesPage::copyFromSandboxRequested);
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
    m_bookmarks->setPlace(m_sandboxId, directory);
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

void FilesPage::showListing(const PreparedListing &listing)
{
    const bool isNewPlace = listing.directory != m_files.directory();
    m_files.setListing(listing);
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

void FilesPage::showEmptiness()
{
    // A folder whose files are only not shown is not empty.
    const bool isEmpty = m_sorter.rowCount() == 0 && (m_files.rowCount() == 0 || m_filter->text().isEmpty());
    m_emptiness->setVisible(m_browser.state() == DirectoryBrowser::State::Listed && isEmpty);
    showStatus();
}

void FilesPage::showStatus()
{
    if (!m_hoverText.isEmpty()) {
        m_status->setText(m_hoverText);
        return;
    }
    if (m_browser.state() != DirectoryBrowser::State::Listed) {
        m_status->clear();
        return;
    }
    const int shown = m_sorter.rowCount();
    const int hidden = m_files.rowCount() - shown;
    const auto selected = static_cast<int>(m_view->selectedCount());
    QStringList parts{tr("%n item(s)", nullptr, shown)};
    if (hidden > 0) {
        parts.append(tr("%n hidden", "files that are not shown", hidden));
    }
    if (selected > 0) {
        parts.append(tr("%n selected", "files", selected));
    }
    m_status->setText(parts.join(u" · "_s));
}

void FilesPage::showHover(RemoteFileView::DropKind kind, const QByteArray &directory)
{
    const QString name = displayName(directory);
    switch (kind) {
    case RemoteFileView::DropKind::Upload:
        m_hoverText = tr("Release to upload into %1").arg(name);
        break;
    case RemoteFileView::DropKind::Move:
        m_hoverText = tr("Release to move into %1; hold Ctrl to copy").arg(name);
        break;
    case RemoteFileView::DropKind::Copy:
    case RemoteFileView::DropKind::CopyFromSandbox:
        m_hoverText = tr("Release to copy into %1").arg(name);
        break;
    }
    showStatus();
}

void FilesPage::showHiddenFiles(bool shown)
{
    using HiddenFiles = DirectorySorter::HiddenFiles;
    m_actions.showHidden->setChecked(shown);
    m_sorter.setHiddenFiles(shown ? HiddenFiles::Shown : HiddenFiles::LeftOut);
    showEmptiness();
}

void FilesPage::showFilter(bool shown)
{
    m_filter->setVisible(shown);
    if (shown) {
        m_filter->setFocus(Qt::ShortcutFocusReason);
    } else {
        m_filter->clear();
        setFocus();
    }
}

void FilesPage::updateActions()
{
    m_actions.update(m_browser, m_view->selectedCount());
    if (m_actions.preview->isEnabled()) {
        m_actions.preview->setEnabled(!m_view->selectedEntries().first().opensAsDirectory());
    }
}

void FilesPage::openEntry(const RemoteEntry &entry)
{
    const QByteArray path = joinRemotePath(m_files.directory(), entry.name);
    if (entry.opensAsDirectory()) {
        m_browser.goTo(path);
    } else if (isSignalConnected(QMetaMethod::fromSignal(&FilesPage::openRequested))) {
        Q_EMIT openRequested(path, entry);
    } else {
        m_commands.requestDownload();
    }
}

void FilesPage::showContextMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (m_view->indexAt(position).isValid()) {
        m_actions.addSelectionTo(*menu);
    } else {
        m_actions.addPageTo(*menu);
    }
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

} // namespace Koyeb::Desktop
