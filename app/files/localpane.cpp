// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/localpane.h"

#include "common/errortext.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "files/breadcrumbbar.h"
#include "files/localfileview.h"

#include <QAction>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QToolBar>
#include <QToolButton>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

LocalPane::LocalPane(QWidget *parent)
    : QWidget(parent),
      m_sorter(m_files),
      m_path(new BreadcrumbBar(this)),
      m_view(new LocalFileView(m_files, m_sorter, this)),
      m_status(new QLabel(this))
{
    createActions();
    createLayout();
    connectParts();
    updateActions();
}

LocalPane::~LocalPane() = default;

void LocalPane::setSandboxId(const QString &sandboxId)
{
    m_view->setSandboxId(sandboxId);
}

void LocalPane::setHiddenFilesShown(bool shown)
{
    using HiddenFiles = DirectorySorter::HiddenFiles;
    m_sorter.setHiddenFiles(shown ? HiddenFiles::Shown : HiddenFiles::LeftOut);
    showStatus();
}

void LocalPane::setOtherSide(bool takesFiles, bool hasSelection)
{
    m_takesFiles = takesFiles;
    m_hasSelection = hasSelection;
    updateActions();
}

void LocalPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_browser.setWatching(true);
    if (m_browser.folder().isEmpty()) {
        m_browser.goHome();
    } else {
        m_browser.reload();
    }
}

void LocalPane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_browser.setWatching(false);
}

// The page and the window have actions of the same keys: in this list, its own count.
bool LocalPane::eventFilter(QObject *watched, QEvent *event)
{
    const bool isKey = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (watched != m_view || !isKey) {
        return QWidget::eventFilter(watched, event);
    }
    const QKeySequence keys(static_cast<QKeyEvent *>(event)->keyCombination());
    for (QAction *action : std::as_const(m_navigation)) {
        if (action->shortcuts().contains(keys)) {
            event->accept();
            if (event->type() == QEvent::KeyPress) {
                action->trigger();
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void LocalPane::createActions()
{
    // Their keys are those of the sandbox's list, so they are looked for in eventFilter().
    const auto navigate = [this](const QString &icon, const QString &text, const QList<QKeySequence> &keys) {
        auto *action = new QAction(themedIcon(icon), text, this);
        action->setShortcuts(keys);
        action->setToolTip(u"%1 (%2)"_s.arg(text, keys.first().toString(QKeySequence::NativeText)));
        m_navigation.append(action);
        return action;
    };
    connect(
        navigate(u"go-up"_s, tr("Up"), {Qt::ALT | Qt::Key_Up, Qt::Key_Backspace}), &QAction::triggered,
        &m_browser, &LocalBrowser::goUp);
    connect(
        navigate(u"home"_s, tr("Home folder"), {Qt::ALT | Qt::Key_Home}), &QAction::triggered, &m_browser,
        &LocalBrowser::goHome);
    connect(
        navigate(u"refresh"_s, tr("Refresh"), {Qt::Key_F5}), &QAction::triggered, &m_browser,
        &LocalBrowser::reload);
    m_upload = new QAction(themedIcon(u"upload"_s), tr("Upload"), this);
    m_upload->setToolTip(tr("Upload what is selected on this computer"));
    m_download = new QAction(themedIcon(u"download"_s), tr("Download"), this);
    m_download->setToolTip(tr("Download what is selected in the sandbox"));
    connect(m_upload, &QAction::triggered, this, &LocalPane::uploadSelected);
    connect(m_download, &QAction::triggered, this, [this] {
        Q_EMIT downloadRequested(std::filesystem::path(m_browser.folder().toStdString()));
    });
}

void LocalPane::createLayout()
{
    m_status->setTextFormat(Qt::PlainText);
    m_status->setContentsMargins(Spacing::close, 0, Spacing::close, Spacing::tight);
    auto *bar = new QToolBar(this);
    bar->setIconSize({18, 18});
    auto *title = new QLabel(tr("This computer"), bar);
    title->setContentsMargins(Spacing::tight, 0, Spacing::tight, 0);
    bar->addWidget(title);
    bar->addActions(m_navigation);
    bar->addWidget(m_path);
    auto *column = new QVBoxLayout;
    column->setContentsMargins({});
    column->setSpacing(Spacing::tight);
    column->addWidget(bar);
    column->addWidget(m_view, 1);
    column->addWidget(m_status);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(Spacing::tight);
    row->addLayout(column, 1);
    row->addWidget(createButtons());
}

QWidget *LocalPane::createButtons()
{
    auto *buttons = new QWidget(this);
    auto *column = new QVBoxLayout(buttons);
    column->setContentsMargins(0, 0, Spacing::tight, 0);
    column->addStretch();
    for (QAction *action : {m_upload, m_download}) {
        auto *button = new QToolButton(buttons);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setAccessibleName(action->toolTip());
        button->setAutoRaise(true);
        button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        column->addWidget(button);
    }
    column->addStretch();
    return buttons;
}

void LocalPane::connectParts()
{
    connect(&m_browser, &LocalBrowser::moved, this, [this] {
        if (m_path->path().size() > 1 && remoteParent(m_path->path()) == m_browser.folder()) {
            m_nameToSelect = remoteName(m_path->path()); // Going up: where we come from.
        }
        m_path->setPath(m_browser.folder());
        m_view->setAccessibleName(tr("Files of this computer in %1").arg(displayName(m_browser.folder())));
        if (m_files.directory() != m_browser.folder()) {
            m_files.clear();
        }
        showStatus();
    });
    connect(&m_browser, &LocalBrowser::listed, this, &LocalPane::showListing);
    connect(&m_browser, &LocalBrowser::failed, this, [this](const Error &error) {
        m_files.clear();
        m_status->setText(errorSentence(error, tr("The folder could not be read.")));
    });
    connect(m_path, &BreadcrumbBar::pathChosen, &m_browser, &LocalBrowser::goTo);
    connect(m_path, &BreadcrumbBar::editingEnded, m_view, [this] { m_view->setFocus(); });
    connect(m_path, &BreadcrumbBar::completionsWanted, &m_browser, &LocalBrowser::findCompletions);
    connect(&m_browser, &LocalBrowser::completionsFound, m_path, &BreadcrumbBar::setCompletions);
    connect(m_view, &FileListView::entryActivated, this, &LocalPane::openEntry);
    connect(m_view, &LocalFileView::sandboxFilesDropped, this, &LocalPane::sandboxFilesDropped);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        updateActions();
        showStatus();
    });
    m_view->installEventFilter(this);
    setFocusProxy(m_view);
}

void LocalPane::showListing(const PreparedListing &listing)
{
    m_files.setListing(listing);
    if (!m_nameToSelect.isEmpty()) {
        m_view->selectEntry(std::exchange(m_nameToSelect, {}));
    }
    showStatus();
    updateActions();
}

void LocalPane::openEntry(const RemoteEntry &entry)
{
    if (entry.opensAsDirectory()) {
        m_browser.goTo(joinRemotePath(m_files.directory(), entry.name));
    } else if (m_upload->isEnabled()) {
        uploadSelected();
    }
}

void LocalPane::showStatus()
{
    QStringList parts{tr("%n item(s)", nullptr, m_sorter.rowCount())};
    if (const auto selected = static_cast<int>(m_view->selectedCount()); selected > 0) {
        parts.append(tr("%n selected", "files", selected));
    }
    m_status->setText(parts.join(u" · "_s));
}

void LocalPane::updateActions()
{
    m_upload->setEnabled(m_takesFiles && m_view->selectedCount() > 0);
    m_download->setEnabled(m_hasSelection && !m_browser.folder().isEmpty());
}

void LocalPane::uploadSelected()
{
    if (const auto sources = m_view->selectedLocalPaths(); !sources.isEmpty()) {
        Q_EMIT uploadRequested(sources);
    }
}

} // namespace Koyeb::Desktop
