// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferqueue.h"

#include <QDialog>

class QLabel;
class QListWidget;

namespace Koyeb::Desktop {

/// Asks once for a batch of transfers what happens to targets that exist. More of them may be found while it
/// is open. Closing it leaves the targets as they are.
class ExistingTargetsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ExistingTargetsDialog(const QString &targetDirectory, QWidget *parent = nullptr);

    void addName(const QString &name);

Q_SIGNALS:
    void answered(Koyeb::Desktop::ExistingTargetAnswer answer);

private:
    QString m_targetDirectory;
    QLabel *m_question;
    QListWidget *m_names;
};

} // namespace Koyeb::Desktop
