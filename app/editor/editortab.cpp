// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editortab.h"

#include "common/emptystate.h"
#include "common/errorbanner.h"
#include "common/icons.h"
#include "common/spacing.h"
#include "editor/codeview.h"
#include "editor/editorstatus.h"
#include "editor/findbar.h"
#include "editor/noticebar.h"
#include "editor/pathdialog.h"

#include <QAction>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace Koyeb::Desktop {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto patienceBeforeWaitingFace = 250ms;
constexpr quint32 writableBits = 0222;

} // namespace

EditorTab::EditorTab(const QByteArray &path, const RemoteEntry &entry, QWidget *parent)
    : QWidget(parent),
      m_document(path),
      m_actions(this),
      m_banner(new ErrorBanner(this)),
      m_notice(new NoticeBar(this)),
      m_faces(new QStackedWidget(this)),
      m_state(new EmptyState(m_faces)),
      m_view(new CodeView(m_faces)),
      m_find(new FindBar(*m_view, this)),
      m_status(new EditorStatus(this)),
      m_mode(entry.mode.value_or(0)),
      // What a link may be, its target need not be.
      m_isReadOnly(
          entry.type == RemoteEntry::Type::File && entry.mode.has_value() &&
          (*entry.mode & writableBits) == 0)
{
    createLayout();
    connectDocument();
    connectActions();
    connectStatus();
    updateActions();
}

EditorTab::~EditorTab()
{
    // The view tells of its own end, as of a change.
    m_view->disconnect(this);
    delete m_find; // It looks at the view.
}

void EditorTab::createLayout()
{
    m_view->setAccessibleName(tr("Text of %1").arg(displayName(remoteName(path()))));
    m_view->setReadOnly(true);
    m_view->installEventFilter(this);
    m_faces->addWidget(m_state);
    m_faces->addWidget(m_view);
    m_bar = createToolBar();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_banner);
    column->addWidget(m_notice);
    column->addWidget(m_faces, 1);
    column->addWidget(m_find);
    column->addWidget(m_status);
}

QWidget *EditorTab::createToolBar()
{
    auto *bar = new QToolBar(this);
    bar->setIconSize({18, 18});
    bar->addAction(m_actions.save);
    qobject_cast<QToolButton *>(bar->widgetForAction(m_actions.save))
        ->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_actions.undo, m_actions.redo, m_actions.reload, m_actions.find});
    auto *more = new QToolButton(bar);
    more->setText(tr("More"));
    more->setAutoRaise(true);
    more->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(more);
    m_actions.addRestTo(*menu);
    more->setMenu(menu);
    bar->addWidget(more);
    return bar;
}

void EditorTab::connectDocument()
{
    m_slowness.setSingleShot(true);
    m_slowness.setInterval(patienceBeforeWaitingFace);
    connect(&m_slowness, &QTimer::timeout, this, [this] {
        if (!m_isLoaded) {
            m_state->setBusy(u"files"_s, tr("Reading the file…"), displayName(path()));
            m_faces->setCurrentWidget(m_state);
        }
    });
    connect(&m_document, &EditorDocument::loaded, this, &EditorTab::takeText);
    connect(&m_document, &EditorDocument::obstacleFound, this, &EditorTab::showObstacle);
    connect(&m_document, &EditorDocument::loadingFailed, this, &EditorTab::showLoadingFailure);
    connect(&m_document, &EditorDocument::saved, this, [this] {
        endSaving(true);
        Q_EMIT saved(path());
    });
    connect(&m_document, &EditorDocument::otherRead, this, &EditorTab::showComparison);
    connect(&m_document, &EditorDocument::otherFailed, this, [this](const Error &error) {
        m_status->showState({});
        m_banner->setRetryOffered(false);
        m_banner->showError(tr("The file in the sandbox could not be compared with your text."), error);
        m_banner->setRetryOffered(true);
    });
    connect(&m_document, &EditorDocument::conflictFound, this, [this](bool isGone) {
        endSaving(false);
        showConflict(isGone);
    });
    connect(&m_document, &EditorDocument::existsAlready, this, [this](const QByteArray &other) {
        endSaving(false);
        showExisting(other);
    });
    connect(&m_document, &EditorDocument::unencodable, this, [this](qsizetype position) {
        endSaving(false);
        showUnencodable(position);
    });
    connect(&m_document, &EditorDocument::savingFailed, this, [this](const Error &error) {
        endSaving(false);
        m_banner->showError(tr("The file could not be saved. Your changes are still here."), error);
    });
    connect(m_banner, &ErrorBanner::retryRequested, this, &EditorTab::retry);
    connect(m_state, &EmptyState::actionRequested, this, &EditorTab::load);
}

void EditorTab::connectActions()
{
    connect(m_actions.save, &QAction::triggered, this, &EditorTab::save);
    connect(m_actions.saveAs, &QAction::triggered, this, &EditorTab::requestSaveAs);
    connect(m_actions.reload, &QAction::triggered, this, &EditorTab::requestReload);
    connect(m_actions.undo, &QAction::triggered, m_view, &CodeView::undo);
    connect(m_actions.redo, &QAction::triggered, m_view, &CodeView::redo);
    connect(m_actions.find, &QAction::triggered, m_find, [this] { m_find->begin(false); });
    connect(m_actions.replace, &QAction::triggered, m_find, [this] { m_find->begin(true); });
    connect(m_actions.findNext, &QAction::triggered, m_find, &FindBar::findNext);
    connect(m_actions.findPrevious, &QAction::triggered, m_find, &FindBar::findPrevious);
    connect(m_find, &FindBar::closed, m_view, qOverload<>(&QWidget::setFocus));
    connect(m_actions.wrap, &QAction::toggled, this, [this](bool wraps) {
        m_view->setWrapMode(wraps ? QsciScintilla::WrapWord : QsciScintilla::WrapNone);
    });
    connect(m_actions.zoomIn, &QAction::triggered, m_view, [this] { m_view->zoomIn(); });
    connect(m_actions.zoomOut, &QAction::triggered, m_view, [this] { m_view->zoomOut(); });
    connect(m_actions.zoomReset, &QAction::triggered, m_view, [this] { m_view->zoomTo(0); });
    connect(m_actions.goToLine, &QAction::triggered, this, [this] {
        int line = 0;
        int column = 0;
        m_view->getCursorPosition(&line, &column);
        askForLine(this, line + 1, m_view->lines(), [this](int chosen) {
            m_view->showLine(chosen);
            m_view->setFocus();
        });
    });
    connect(m_view, &CodeView::modificationChanged, this, &EditorTab::titleChanged);
    connect(m_view, &CodeView::textChanged, this, &EditorTab::updateActions);
}

void EditorTab::connectStatus()
{
    connect(m_status, &EditorStatus::lineRequested, m_actions.goToLine, &QAction::trigger);
    connect(m_status, &EditorStatus::lineEndsChosen, this, &EditorTab::convertLineEnds);
    connect(m_status, &EditorStatus::encodingChosen, this, &EditorTab::chooseEncoding);
    connect(m_status, &EditorStatus::readingAsRequested, this, &EditorTab::readAs);
    connect(m_view, &CodeView::cursorPositionChanged, this, [this](int line, int column) {
        m_status->showPosition(line + 1, column + 1);
    });
}

void EditorTab::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    m_document.setSandbox(sandbox);
    if (sandbox && !m_isLoaded && m_preview == nullptr) {
        load();
    }
}

bool EditorTab::isModified() const
{
    return m_view->isModified() || m_isMarkWrong || m_document.isSaving();
}

EditorText EditorTab::text() const
{
    return {m_view->content(), m_encoding};
}

void EditorTab::load()
{
    m_slowness.start();
    m_document.load();
}

void EditorTab::retry()
{
    if (m_hasFailedLoading) {
        load();
    } else {
        save();
    }
}

void EditorTab::requestReload()
{
    askBeforeReloading([this] { load(); });
}

void EditorTab::readAs(TextEncoding encoding)
{
    askBeforeReloading([this, encoding] { m_document.loadAs(encoding); });
}

void EditorTab::takeText(const EditorText &text)
{
    m_slowness.stop();
    m_banner->hide();
    m_notice->hide();
    m_hasFailedLoading = false;
    m_isMarkWrong = false;
    int line = 0;
    int column = 0;
    m_view->getCursorPosition(&line, &column);
    m_view->setContent(text.utf8, remoteName(path()));
    if (std::exchange(m_isLoaded, true)) {
        m_view->showLine(line + 1);
    }
    m_encoding = text.encoding;
    m_status->showEncoding(m_encoding);
    showLineEnds();
    m_view->setReadOnly(m_isReadOnly);
    const bool hadFocus = hasFocus() || m_state->hasFocus();
    m_faces->setCurrentWidget(m_view);
    if (hadFocus) {
        m_view->setFocus();
    }
    if (m_isReadOnly) {
        showReadOnly();
    }
    updateActions();
    Q_EMIT titleChanged();
}

void EditorTab::save()
{
    if (!m_isLoaded || m_document.isSaving()) {
        return;
    }
    beginSaving();
    m_document.save(text(), EditorDocument::Existing::AsRead);
}

void EditorTab::requestSaveAs()
{
    askForRemotePath(this, path(), [this](const QByteArray &chosen) {
        if (chosen == path()) {
            save();
        } else {
            saveAs(chosen, false);
        }
    });
}

void EditorTab::saveAs(const QByteArray &path, bool replacesExisting)
{
    if (m_document.isSaving()) {
        return;
    }
    beginSaving();
    m_document.saveAs(path, text(), replacesExisting);
}

// What is typed from here on is a change again.
void EditorTab::beginSaving()
{
    m_banner->hide();
    m_notice->hide();
    m_view->setModified(false);
    m_isMarkWrong = true;
    m_status->showState(tr("Saving…"));
    Q_EMIT titleChanged();
}

void EditorTab::endSaving(bool isSaved)
{
    m_isMarkWrong = !isSaved;
    m_status->showState(isSaved ? tr("Saved") : tr("Not saved"));
    if (isSaved) {
        m_isReadOnly = false; // It was a copy, or meant to be changed.
        m_view->setAccessibleName(tr("Text of %1").arg(displayName(remoteName(path()))));
        m_view->setFileName(remoteName(path()));
    }
    updateActions();
    Q_EMIT titleChanged();
    Q_EMIT savingEnded(isSaved);
}

void EditorTab::convertLineEnds(LineEnds ends)
{
    m_view->convertLineEnds(ends);
    showLineEnds();
}

void EditorTab::chooseEncoding(TextEncoding encoding)
{
    if (m_encoding != encoding) {
        m_encoding = encoding;
        m_isMarkWrong = true; // The file is other than the text will be.
        m_status->showEncoding(encoding);
        updateActions();
        Q_EMIT titleChanged();
    }
}

void EditorTab::updateActions()
{
    const bool canChange = m_isLoaded && !m_isReadOnly;
    m_actions.save->setEnabled(canChange);
    m_actions.undo->setEnabled(canChange && m_view->isUndoAvailable());
    m_actions.redo->setEnabled(canChange && m_view->isRedoAvailable());
    m_actions.replace->setEnabled(canChange);
    for (QAction *action :
         {m_actions.saveAs, m_actions.find, m_actions.findNext, m_actions.findPrevious, m_actions.goToLine,
          m_actions.wrap, m_actions.zoomIn, m_actions.zoomOut, m_actions.zoomReset}) {
        action->setEnabled(m_isLoaded);
    }
    m_status->setChangesAllowed(canChange);
}

void EditorTab::showLineEnds()
{
    m_status->showLineEnds(lineEndsOf(m_view->content()));
}

void EditorTab::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (QWidget *face = m_faces->currentWidget(); face == m_view || face == m_state) {
        face->setFocus(event->reason());
    }
}

bool EditorTab::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        m_actions.actionFor(*static_cast<QKeyEvent *>(event)) != nullptr) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void EditorTab::keyPressEvent(QKeyEvent *event)
{
    if (QAction *action = m_actions.actionFor(*event)) {
        action->trigger();
        return;
    }
    if (event->key() == Qt::Key_Escape && m_find->isVisible()) {
        m_find->hide();
        return;
    }
    QWidget::keyPressEvent(event);
}

bool EditorTab::eventFilter(QObject *watched, QEvent *event)
{
    // The view would take some of them for text.
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        if (QAction *action = m_actions.actionFor(*static_cast<QKeyEvent *>(event))) {
            action->trigger();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace Koyeb::Desktop
