// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalthemes.h"

#include <QDialog>

#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace Koyeb::Desktop {

/// Edits the colours of a theme. Each change is told, so that the terminals can show it while one is at it;
/// whoever opens the dialog takes theme() when it was accepted, and goes back when it was not.
class ThemeEditor : public QDialog {
    Q_OBJECT

public:
    explicit ThemeEditor(const TerminalTheme &theme, QWidget *parent = nullptr);

    [[nodiscard]] const TerminalTheme &theme() const { return m_theme; }

Q_SIGNALS:
    void edited(const Koyeb::Desktop::TerminalTheme &theme);

private:
    /// One of the colours: its name, a swatch to choose another, its code, and how well it can be read.
    struct Field {
        QRgb *colour = nullptr; ///< In m_theme.
        QString name;
        QToolButton *swatch = nullptr;
        QLineEdit *code = nullptr;
        QLabel *contrast = nullptr; ///< Null where there is nothing to read.
    };

    void addField(QGridLayout *grid, int row, int column, const QString &name, QRgb &colour);
    void choose(std::size_t field);
    void takeCode(std::size_t field, const QString &text);
    void setColour(std::size_t field, QRgb colour);
    void showColours();

    TerminalTheme m_theme;
    QLineEdit *m_name;
    QWidget *m_preview;
    std::vector<Field> m_fields;
};

} // namespace Koyeb::Desktop
