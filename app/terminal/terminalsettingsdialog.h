// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QComboBox;
class QFontComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace Koyeb::Desktop {

class TerminalPreferences;
struct TerminalTheme;

/// How all terminals look. What is changed in it is seen at once.
class TerminalSettingsDialog : public QDialog {
    Q_OBJECT

public:
    /// The preferences outlive the dialog.
    explicit TerminalSettingsDialog(TerminalPreferences *preferences, QWidget *parent = nullptr);

    /// Takes a file of another program in, and says what came of it.
    void importTheme(const QString &path);

private:
    void createThemes(QFormLayout *form);
    void createFont(QFormLayout *form);
    void createContrast(QFormLayout *form);
    void createChoices(QFormLayout *form);
    void fillThemes();
    void addThemeRow(QFormLayout *form, bool isDark);
    void editTheme(bool isDark);
    void takeTheme(bool isDark, const TerminalTheme &before, TerminalTheme theme);
    void chooseFile();

    TerminalPreferences *m_preferences;
    QComboBox *m_lightTheme;
    QComboBox *m_darkTheme;
    QPushButton *m_removeLight = nullptr;
    QPushButton *m_removeDark = nullptr;
    QLabel *m_importResult;
    QFontComboBox *m_family;
    QSpinBox *m_size;
};

} // namespace Koyeb::Desktop
