// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/losttexts.h"
#include "sandbox/sandbox.h"

#include <QWidget>

#include <functional>
#include <memory>

class QTabWidget;

namespace Koyeb::Desktop {

class EditorPreferences;
class EditorTab;
class ExternalEdits;
struct LeftEdit;

/// The files of one sandbox that are open, in tabs beside the page that they were opened from. Without any,
/// there is that page alone.
class EditorStrip : public QWidget {
    Q_OBJECT

public:
    /// Takes `home` over.
    EditorStrip(QWidget *home, const QString &homeTitle, QWidget *parent = nullptr);
    ~EditorStrip() override;

    /// What is remembered of editing. It outlives the strip; without any, nothing is.
    void setPreferences(EditorPreferences *preferences);
    /// Null is "not reachable": open texts stay.
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);
    /// How many files have changes that are not in the sandbox.
    [[nodiscard]] qsizetype unsavedCount() const;
    /// What the files with changes that are open in tabs would have been saved as.
    [[nodiscard]] QList<LostText> unsavedTexts() const;
    /// Saves what was edited with another program when this one crashed, and goes on from there.
    void takeUp(const LeftEdit &left);
    /// Leaves what is edited with other programs and not saved for takeLeftEdits(). True if there is any.
    bool leaveExternals();
    /// Saves all of those; `then` gets whether it could be done. What could not says why, and is in front.
    void saveAll(const std::function<void(bool)> &then);

public Q_SLOTS:
    /// Opens the file, or goes to its tab.
    void open(const QByteArray &path, const Koyeb::RemoteEntry &entry);
    /// Asks for a program of this computer to edit the file with.
    void requestEditWith(const QByteArray &path);
    /// Closes the tab in front unless it is the home page; asks where something would be lost.
    void closeCurrent();

Q_SIGNALS:
    void saved(const QByteArray &path);
    void downloadRequested(const QByteArray &path);
    void unsavedCountChanged();

protected:
    void focusInEvent(QFocusEvent *event) override;

private:
    void createActions();
    void requestClose(int index);
    void askBeforeClosing(EditorTab *tab);
    void close(EditorTab *tab);
    void showUnsaved();
    void showTitle(EditorTab *tab);
    [[nodiscard]] QList<EditorTab *> tabs() const;

    QTabWidget *m_tabs;
    ExternalEdits *m_externals;
    std::shared_ptr<Sandbox> m_sandbox;
    /// What saveAll() waits with. Gone before the children go: what they tell then is not to be heard.
    std::unique_ptr<QObject> m_saves = std::make_unique<QObject>();
};

} // namespace Koyeb::Desktop
