// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalprofiles.h"

#include <QDialog>

class QCheckBox;
class QFontComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace Koyeb::Desktop {

/// Edits the profiles of terminals. Whoever opens it takes profiles() when it was accepted.
class ProfilesDialog : public QDialog {
    Q_OBJECT

public:
    explicit ProfilesDialog(const QList<TerminalProfile> &profiles, QWidget *parent = nullptr);

    [[nodiscard]] const QList<TerminalProfile> &profiles() const { return m_profiles; }

private:
    void createForm(QWidget *form);
    void createFont(QFormLayout *rows);
    void addProfile();
    void removeProfile();
    void showProfile(int row);
    void takeForm();

    QList<TerminalProfile> m_profiles;
    QListWidget *m_list;
    QPushButton *m_remove;
    QWidget *m_form;
    QLineEdit *m_name = nullptr;
    QLineEdit *m_command = nullptr;
    QLineEdit *m_directory = nullptr;
    QPlainTextEdit *m_environment = nullptr;
    QLabel *m_environmentProblem = nullptr;
    QSpinBox *m_scrollback = nullptr;
    QCheckBox *m_isUsual = nullptr;
    QCheckBox *m_hasFont = nullptr;
    QFontComboBox *m_family = nullptr;
    QSpinBox *m_fontSize = nullptr;
    bool m_isShowing = false; ///< The form changes because another profile is shown.
};

} // namespace Koyeb::Desktop
