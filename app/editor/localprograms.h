// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <functional>

class QLineEdit;
class QPushButton;
class QRadioButton;

namespace Koyeb::Desktop {

/// Opens a local file with a program, or with the desktop's usual one when that is empty; false when it could
/// not be started. Tests have their own.
using ProgramStarter = std::function<bool(const QString &file, const QString &program)>;
[[nodiscard]] bool startProgram(const QString &file, const QString &program);

/// Asks which program of this computer a file shall be edited with.
class ProgramDialog : public QDialog {
    Q_OBJECT

public:
    /// `program` is what was chosen last time; `canUseUsual` is false for files that the desktop might run.
    ProgramDialog(
        const QString &fileName, const QString &program, bool canUseUsual, QWidget *parent = nullptr);

    void accept() override;

Q_SIGNALS:
    /// Empty is the desktop's usual one.
    void chosen(const QString &program);

private:
    void createLayout(const QString &fileName);
    void browse();
    void check();

    QRadioButton *m_usual;
    QRadioButton *m_other;
    QLineEdit *m_program;
    QPushButton *m_open = nullptr;
};

} // namespace Koyeb::Desktop
