// SPDX-License-Identifier: GPL-3.0-or-later
// What an EditorTab asks and tells.
#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/errortext.h"
#include "common/previewview.h"
#include "common/spacing.h"
#include "editor/codeview.h"
#include "editor/comparisondialog.h"
#include "editor/editorstatus.h"
#include "editor/editortab.h"
#include "editor/noticebar.h"

#include <QAction>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

void EditorTab::showLoadingFailure(const Error &error)
{
    m_slowness.stop();
    const QString what = tr("The file could not be read.");
    if (m_isLoaded) {
        m_hasFailedLoading = true;
        m_banner->showError(what, error);
        return;
    }
    const ErrorText text = errorText(error);
    m_state->setContent(
        {u"error"_s, what, u"%1\n%2"_s.arg(errorSentence(error, {}), text.detail).trimmed(),
         tr("Read again")});
    m_faces->setCurrentWidget(m_state);
}

void EditorTab::showObstacle(EditorDocument::Obstacle obstacle)
{
    m_slowness.stop();
    if (m_isLoaded) {
        m_notice->ask(tr("The file cannot be read as such a text. What is shown is as it was."), {});
        return;
    }
    const NoticeBar::Choice download{tr("Download…"), [this] { Q_EMIT downloadRequested(path()); }, true};
    const NoticeBar::Choice editWith{tr("Edit with…"), [this] { Q_EMIT editWithRequested(path()); }, true};
    const QString limit = QLocale().formattedDataSize(EditorDocument::maximumBytes);
    switch (obstacle) {
    case EditorDocument::Obstacle::NotText:
        break;
    case EditorDocument::Obstacle::TooLarge:
        m_notice->ask(
            tr("The file is larger than the %1 that can be edited here.").arg(limit), {editWith, download});
        break;
    case EditorDocument::Obstacle::LongLines:
        m_notice->ask(tr("The file has lines that are too long to be edited here."), {editWith, download});
        break;
    }
    m_preview = new PreviewView(m_faces);
    m_preview->setContentsMargins(Spacing::close, 0, Spacing::close, Spacing::tight);
    m_faces->addWidget(m_preview);
    auto *editing = new QPushButton(tr("Edit with…"), m_preview);
    connect(editing, &QPushButton::clicked, this, [this] { Q_EMIT editWithRequested(path()); });
    m_preview->addToFoot(editing);
    m_faces->setCurrentWidget(m_preview);
    m_status->hide();
    m_bar->hide();
    m_preview->load(m_document.sandbox(), path());
}

void EditorTab::showReadOnly()
{
    m_notice->ask(tr("Nobody may write to this file, by its permissions."), {{tr("Edit anyway"), [this] {
                                                                                  m_isReadOnly = false;
                                                                                  m_view->setReadOnly(false);
                                                                                  updateActions();
                                                                                  m_view->setFocus();
                                                                              }}});
}

void EditorTab::showConflict(bool isGone)
{
    const NoticeBar::Choice overwrite{isGone ? tr("Save again") : tr("Overwrite"), [this] {
                                          beginSaving();
                                          m_document.save(text(), EditorDocument::Existing::Any);
                                      }};
    const NoticeBar::Choice compare{tr("Compare"), [this] { requestComparison(); }, true};
    const NoticeBar::Choice saveAs{tr("Save as…"), [this] { requestSaveAs(); }, true};
    const NoticeBar::Choice reload{tr("Read again"), [this] { requestReload(); }, true};
    if (isGone) {
        m_notice->ask(
            tr("The file is not in the sandbox any more. Your text has not been saved."),
            {overwrite, saveAs});
        return;
    }
    m_notice->ask(
        tr("Somebody else has changed the file since it was read. Your text has not been saved."),
        {compare, overwrite, saveAs, reload});
}

void EditorTab::requestComparison()
{
    m_status->showState(tr("Reading the file…"));
    m_document.readOther();
}

void EditorTab::showComparison(const EditorText &inSandbox)
{
    m_status->showState({});
    auto *dialog = new ComparisonDialog(displayName(remoteName(path())), inSandbox, text(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void EditorTab::showExisting(const QByteArray &path)
{
    m_notice->ask(
        tr("There is a “%1” already. Your text has not been saved.").arg(displayName(path)),
        {{tr("Replace"),
          [this, path] {
              this->saveAs(path, true);
          }},
         {tr("Another name…"), [this] {
              requestSaveAs();
          }}});
}

void EditorTab::showUnencodable(qsizetype position)
{
    m_notice->ask(
        tr("%1 has no place for some characters of this text. It has not been saved.")
            .arg(EditorStatus::name(m_encoding)),
        {{tr("Save as UTF-8"),
          [this] {
              chooseEncoding(TextEncoding::Utf8);
              save();
          }},
         {tr("Show the first"),
          [this, position] {
              m_view->showPosition(position);
              m_view->setFocus();
          },
          true}});
}

void EditorTab::askBeforeReloading(const std::function<void()> &then)
{
    if (!isModified()) {
        then();
        return;
    }
    m_notice->ask(
        tr("Reading the file again would drop your changes."),
        {{tr("Drop my changes"), then}, {tr("Keep them"), {}}});
}

} // namespace Koyeb::Desktop
