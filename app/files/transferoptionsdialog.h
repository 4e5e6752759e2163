// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/transferchoices.h"

#include <QByteArray>
#include <QDialog>

#include <filesystem>

class QCheckBox;
class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace Koyeb::Desktop {

/// What of files and folders is to be moved, and how: asked before an upload or a download, for those who
/// want something else than all as it is.
class TransferOptionsDialog : public QDialog {
    Q_OBJECT

public:
    /// What is uploaded is chosen in the dialog.
    [[nodiscard]] static TransferOptionsDialog *forUpload(
        const QByteArray &remoteDirectory, const TransferChoices &choices, QWidget *parent);
    /// The folder of this computer can be changed in the dialog.
    [[nodiscard]] static TransferOptionsDialog *forDownload(
        const QList<QByteArray> &remotePaths, const std::filesystem::path &folder,
        const TransferChoices &choices, QWidget *parent);

    [[nodiscard]] TransferChoices choices() const;
    /// What is to be uploaded.
    [[nodiscard]] const QList<std::filesystem::path> &sources() const { return m_sources; }
    void setSources(const QList<std::filesystem::path> &sources);
    /// Where what is downloaded is put.
    [[nodiscard]] const std::filesystem::path &folder() const { return m_folder; }
    void setFolder(const std::filesystem::path &folder);

private:
    TransferOptionsDialog(
        const std::filesystem::path &folder, const TransferChoices &choices, QWidget *parent);

    void createLayout(const QString &actionName);
    void addPlace(const QString &title, const QList<QByteArray> &paths);
    /// A place that can be chosen, with a button for each way to do so.
    void addChoice(const QString &title, const QList<QPushButton *> &buttons);
    void showPlace(const QList<QByteArray> &paths);

    QList<std::filesystem::path> m_sources;
    std::filesystem::path m_folder;
    QFormLayout *m_form;
    QLabel *m_place; // What is chosen on this computer.
    QPlainTextEdit *m_leftOut;
    QCheckBox *m_hidden;
    QCheckBox *m_modes;
    QCheckBox *m_times;
    QCheckBox *m_links;
    QPushButton *m_start = nullptr;
};

} // namespace Koyeb::Desktop
