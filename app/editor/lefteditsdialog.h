// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workerthread.h"
#include "editor/leftedit.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace Koyeb::Desktop {

/// What was edited with other programs and did not get to its sandbox, as after a crash: it can be saved now,
/// taken from its folder, or dropped. Closed, all that was not decided about stays for the next start.
class LeftEditsDialog : public QDialog {
    Q_OBJECT

public:
    explicit LeftEditsDialog(const QList<LeftEdit> &edits, QWidget *parent = nullptr);
    ~LeftEditsDialog() override;

    /// The sandboxes that can be saved to; others may still be looked for.
    void setSandboxes(const QStringList &ids);
    /// Somebody else looks after it from here on. Closes the dialog with the last one.
    void take(const std::filesystem::path &folder);

Q_SIGNALS:
    /// Who takes it up says so with take(); until then it stays in the list.
    void uploadRequested(const Koyeb::Desktop::LeftEdit &edit);
    void folderRequested(const QString &folder);

private:
    void createLayout();
    void createButtons();
    void fillList();
    void showChoices();
    void requestUpload();
    void requestFolder();
    void requestDrop();
    void drop(const QList<LeftEdit> &edits);
    [[nodiscard]] QList<LeftEdit> selected() const;

    QList<LeftEdit> m_edits; // In the order of the list.
    QStringList m_sandboxes;
    QTreeWidget *m_list;
    QLabel *m_hint;
    QPushButton *m_upload = nullptr;
    QPushButton *m_folder = nullptr;
    QPushButton *m_drop = nullptr;
    WorkerThread m_worker;
};

} // namespace Koyeb::Desktop
