// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDialog>

#include <filesystem>

class QCheckBox;
class QPlainTextEdit;

namespace Koyeb::Desktop {

/// How a folder of a sandbox is to keep step with one of this computer.
class WatchDialog : public QDialog {
    Q_OBJECT

public:
    WatchDialog(const std::filesystem::path &local, const QByteArray &remote, QWidget *parent = nullptr);

Q_SIGNALS:
    /// `leftOut` are patterns as in .gitignore files; `removes`: what goes here goes there, too.
    void watchRequested(const QByteArray &leftOut, bool removes);

private:
    QPlainTextEdit *m_leftOut;
    QCheckBox *m_removes;
};

} // namespace Koyeb::Desktop
