// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen of the state that FilesPage is in.
#include "files/filespage.h"

#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/errortext.h"
#include "files/bookmarksmenu.h"
#include "files/breadcrumbbar.h"

#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

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
        m_hoverText = tr("Release to copy into %1").arg(name);
        break;
    case RemoteFileView::DropKind::CopyFromSandbox:
        m_hoverText = tr("Release to copy from the other sandbox into %1; hold Shift to move").arg(name);
        break;
    case RemoteFileView::DropKind::MoveFromSandbox:
        m_hoverText = tr("Release to move from the other sandbox into %1").arg(name);
        break;
    }
    showStatus();
}

} // namespace Koyeb::Desktop
