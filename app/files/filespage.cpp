// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/filespage.h"

#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "files/bookmarksmenu.h"
#include "files/breadcrumbbar.h"
#include "files/copyoutbar.h"
#include "files/filepreferences.h"
#include "files/localpane.h"
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
#include <QSplitter>
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
      m_sides(new QSplitter(this)),
      m_faces(new QStackedWidget(m_sides)),
      m_view(new RemoteFileView(m_files, m_sorter, m_faces)),
      m_emptiness(new EmptyState(m_view->viewport())),
      m_face(new EmptyState(m_faces)),
      m_filter(new QLineEdit(this)),
      m_copyOut(new CopyOutBar(this)),
      m_status(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_commands({*this, m_browser, m_operations, m_files, *m_view, m_actions, *m_banner, *m_copyOut})
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
        if (m_local) {
            m_local->setSandboxId(id);
        }
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
    m_commands.setPreferences(preferences);
    if (preferences) {
        showHiddenFiles(preferences->areHiddenFilesShown());
        showLocalPane(preferences->isLocalPaneShown());
        connect(preferences, &FilePreferences::localPaneShownChanged, this, &FilesPage::showLocalPane);
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
    m_sides->setChildrenCollapsible(false);
    column->addWidget(m_sides, 1);
    column->addWidget(m_filter);
    column->addWidget(m_copyOut);
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
    connect(m_actions.editWith, &QAction::triggered, this, [this] {
        Q_EMIT editWithRequested(m_view->selectedPaths().first());
    });
    connect(m_actions.showHidden, &QAction::triggered, this, [this](bool shown) {
        showHiddenFiles(shown);
        if (m_preferences) {
            m_preferences->setHiddenFilesShown(shown);
        }
    });
    connect(m_actions.showLocal, &QAction::triggered, this, [this](bool shown) {
        showLocalPane(shown);
        if (m_preferences) {
            m_preferences->setLocalPaneShown(shown);
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
    connect(&m_commands, &FileCommands::syncRequested, this, &FilesPage::syncRequested);
    connect(&m_commands, &FileCommands::watchRequested, this, &FilesPage::watchRequested);
}

void FilesPage::showHiddenFiles(bool shown)
{
    using HiddenFiles = DirectorySorter::HiddenFiles;
    m_actions.showHidden->setChecked(shown);
    m_sorter.setHiddenFiles(shown ? HiddenFiles::Shown : HiddenFiles::LeftOut);
    if (m_local) {
        m_local->setHiddenFilesShown(shown);
    }
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

void FilesPage::showLocalPane(bool shown)
{
    m_actions.showLocal->setChecked(shown);
    if (shown && !m_local) {
        createLocalPane();
    }
    if (m_local) {
        m_local->setVisible(shown);
        updateActions();
    }
}

void FilesPage::createLocalPane()
{
    m_local = new LocalPane(m_sides);
    m_sides->insertWidget(0, m_local);
    m_sides->setSizes({width() / 2, width() / 2});
    m_local->setSandboxId(m_sandboxId);
    m_local->setHiddenFilesShown(m_actions.showHidden->isChecked());
    connect(m_local, &LocalPane::uploadRequested, this, [this](const auto &sources) {
        Q_EMIT uploadRequested(sources, m_files.directory());
    });
    connect(m_local, &LocalPane::downloadRequested, this, [this](const std::filesystem::path &folder) {
        Q_EMIT downloadRequested(m_view->selectedPaths(), folder);
    });
    connect(
        m_local, &LocalPane::sandboxFilesDropped, this,
        [this](const QList<QByteArray> &paths, const std::filesystem::path &folder) {
            Q_EMIT downloadRequested(paths, folder);
        });
}

void FilesPage::updateActions()
{
    const bool isListed = m_browser.state() == DirectoryBrowser::State::Listed;
    if (m_local) {
        m_local->setOtherSide(isListed, isListed && m_view->selectedCount() > 0);
    }
    m_actions.update(m_browser, m_view->selectedCount());
    if (m_actions.open->isEnabled()) {
        const bool isFolder = m_view->selectedEntries().first().opensAsDirectory();
        m_actions.open->setEnabled(isFolder || canOpenFiles());
        m_actions.preview->setEnabled(!isFolder);
        m_actions.editWith->setEnabled(!isFolder && canEditFiles());
    }
}

bool FilesPage::canOpenFiles() const
{
    return isSignalConnected(QMetaMethod::fromSignal(&FilesPage::openRequested));
}

bool FilesPage::canEditFiles() const
{
    return isSignalConnected(QMetaMethod::fromSignal(&FilesPage::editWithRequested));
}

void FilesPage::openEntry(const RemoteEntry &entry)
{
    const QByteArray path = joinRemotePath(m_files.directory(), entry.name);
    if (entry.opensAsDirectory()) {
        m_browser.goTo(path);
    } else if (canOpenFiles()) {
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
