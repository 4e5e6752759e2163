// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandboxdeletion.h"

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace Koyeb::Desktop {

/// Names exactly what a deletion takes, and asks. Opened at once; what goes is looked up meanwhile.
class DeleteDialog : public QDialog {
    Q_OBJECT

public:
    DeleteDialog(const QString &sandboxName, QWidget *parent);

    void showPlan(const DeletionPlan &plan);
    void showFailure(const Error &error);

Q_SIGNALS:
    void confirmed(const Koyeb::DeletionPlan &plan);

private:
    QString m_name;
    DeletionPlan m_plan;
    QLabel *m_text;
    QProgressBar *m_progress;
    QPushButton *m_delete;
};

} // namespace Koyeb::Desktop
