// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"

#include <QCoroTask>
#include <QDialog>

#include <filesystem>

class QLabel;
class QPushButton;

namespace Koyeb::Desktop {

/// A text whose sandbox has gone before it was saved.
struct LostText {
    QByteArray path;    ///< Where it was in the sandbox.
    QByteArray content; ///< As it would have been saved.
};

/// Offers to keep texts on this computer whose sandbox is gone. Only its buttons close it: nothing is dropped
/// by a hasty Escape.
class LostTextsDialog : public QDialog {
    Q_OBJECT

public:
    LostTextsDialog(const QString &sandboxName, const QList<LostText> &texts, QWidget *parent = nullptr);
    ~LostTextsDialog() override;

    /// Writes them into the folder, each under a name that is free there, and closes the dialog when that
    /// could be done.
    void saveInto(const std::filesystem::path &folder);
    void reject() override {}

private:
    void createLayout(const QString &sandboxName);
    void browse();
    QCoro::Task<> runSave(std::filesystem::path folder, std::stop_token stop);

    QList<LostText> m_texts;
    QLabel *m_problem;
    QPushButton *m_save = nullptr;
    WorkerThread m_worker;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
