// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/transfer.h"

#include <QDialog>

class QButtonGroup;
class QCheckBox;
class QLabel;
class QListWidget;

namespace Koyeb::Desktop {

/// Asks once for a batch of transfers what happens to targets that exist. More of them may be found while it
/// is open. Closing it leaves all of them out.
class ExistingTargetsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ExistingTargetsDialog(const QString &targetDirectory, QWidget *parent = nullptr);

    void add(quint64 id, const QString &name);
    /// It needs no answer any more; closes without one when it was the last.
    void remove(quint64 id);

Q_SIGNALS:
    /// For all of the batch; Refuse leaves them out.
    void answeredForAll(Koyeb::ExistingTarget answer);
    void answeredFor(quint64 id, Koyeb::ExistingTarget answer);

private:
    void createLayout();
    void addChoices();
    void answer();
    void showQuestion();

    QString m_targetDirectory;
    QLabel *m_question;
    QListWidget *m_names;
    QButtonGroup *m_choices;
    QCheckBox *m_forAll;
};

} // namespace Koyeb::Desktop
