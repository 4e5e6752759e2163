// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/editoractions.h"
#include "editor/editordocument.h"

#include <QTimer>
#include <QWidget>

class QStackedWidget;

namespace Koyeb::Desktop {

class CodeView;
class EditorStatus;
class EmptyState;
class ErrorBanner;
class FindBar;
class NoticeBar;
class PreviewView;

/// A file of a sandbox in its tab: its text, to be edited and saved, or a look at what is no text.
class EditorTab : public QWidget {
    Q_OBJECT

public:
    /// Nothing is read before setSandbox().
    EditorTab(const QByteArray &path, const RemoteEntry &entry, QWidget *parent = nullptr);
    ~EditorTab() override;

    /// Null is "not reachable": the text stays, and can be edited.
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);
    [[nodiscard]] const QByteArray &path() const { return m_document.path(); }
    /// Whether there is something that is not in the sandbox.
    [[nodiscard]] bool isModified() const;
    /// As it would be saved.
    [[nodiscard]] EditorText text() const;
    [[nodiscard]] bool isSaving() const { return m_document.isSaving(); }

public Q_SLOTS:
    /// Ends in savingEnded().
    void save();

Q_SIGNALS:
    /// Name or isModified().
    void titleChanged();
    void saved(const QByteArray &path);
    /// False: it was not saved, and the tab says why.
    void savingEnded(bool isSaved);
    /// The file shall be fetched to this computer.
    void downloadRequested(const QByteArray &path);
    /// The file shall be edited with another program.
    void editWithRequested(const QByteArray &path);

protected:
    void focusInEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createLayout();
    [[nodiscard]] QWidget *createToolBar();
    void connectDocument();
    void connectActions();
    void connectStatus();
    void requestReload();
    void requestSaveAs();
    void saveAs(const QByteArray &path, bool replacesExisting);
    void beginSaving();
    void endSaving(bool isSaved);
    void load();
    void retry();
    void takeText(const EditorText &text);
    void convertLineEnds(LineEnds ends);
    void chooseEncoding(TextEncoding encoding);
    void readAs(TextEncoding encoding);
    void updateActions();
    void showLineEnds();

    // editortabnotices.cpp: what is asked and told.
    void showLoadingFailure(const Error &error);
    void showObstacle(EditorDocument::Obstacle obstacle);
    void showReadOnly();
    void showConflict(bool isGone);
    void requestComparison();
    void showComparison(const EditorText &inSandbox);
    void showExisting(const QByteArray &path);
    void showUnencodable(qsizetype position);
    void askBeforeReloading(const std::function<void()> &then);

    EditorDocument m_document;
    EditorActions m_actions;
    ErrorBanner *m_banner;
    NoticeBar *m_notice;
    QStackedWidget *m_faces;
    EmptyState *m_state;
    CodeView *m_view;
    PreviewView *m_preview = nullptr; // Only for what is no text.
    FindBar *m_find;
    EditorStatus *m_status;
    QWidget *m_bar = nullptr;
    QTimer m_slowness;                            // A quick answer must not flash a waiting face.
    TextEncoding m_encoding = TextEncoding::Utf8; // In which the text will be saved.
    quint32 m_mode = 0;
    bool m_isReadOnly = false;
    bool m_isLoaded = false;
    bool m_hasFailedLoading = false;
    /// The view's own mark of what is saved was set for a saving that failed.
    bool m_isMarkWrong = false;
    std::function<void()> m_retry;
};

} // namespace Koyeb::Desktop
