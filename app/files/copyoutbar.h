// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/localcopies.h"

#include <QPointer>
#include <QWidget>

#include <functional>

class QLabel;
class QMimeData;
class QProgressBar;
class QPushButton;

namespace Koyeb::Desktop {

class DragHandle;
class SandboxFilesData;

/// Puts files of a sandbox on the clipboard for other programs, and lets them be dragged there. Those ask for
/// files by name, so they are fetched first; this bar shows how far that is, then has the handle to drag them
/// by, and is hidden otherwise.
class CopyOutBar : public QWidget {
    Q_OBJECT

public:
    explicit CopyOutBar(QWidget *parent = nullptr);
    ~CopyOutBar() override;

    /// Says that files have to be fetched before other programs can have them, and offers to do so.
    void suggest(
        const std::shared_ptr<Sandbox> &sandbox, const QString &sandboxId, const QList<QByteArray> &paths);
    void copy(
        const std::shared_ptr<Sandbox> &sandbox, const QString &sandboxId, const QList<QByteArray> &paths);
    void cancel();
    /// What is dragged; null until all is there.
    [[nodiscard]] QMimeData *fetchedData() const;

Q_SIGNALS:
    void failed(const QString &what, const Koyeb::Error &error);

private:
    void createLayout();
    void offer(const QList<std::filesystem::path> &localPaths, const QList<TransferProblem> &problems);
    void showProgress(qint64 doneBytes, qint64 totalBytes);

    LocalCopies m_copies;
    QLabel *m_text;
    QProgressBar *m_progress;
    QPushButton *m_fetchButton = nullptr;
    QPushButton *m_endButton = nullptr;
    std::function<void()> m_suggested;
    DragHandle *m_handle;
    QList<std::filesystem::path> m_localPaths;
    QString m_sandboxId;
    QList<QByteArray> m_paths;
    QPointer<SandboxFilesData> m_offered; // On the clipboard until somebody copies something else.
};

} // namespace Koyeb::Desktop
